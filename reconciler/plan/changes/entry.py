"""Makes the parts that every entry of a plan shares, and entries for a person to act on; pure.

A doubt is a sentence shown with a write, about something it relies on that no reading proves.
"""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from pydantic import JsonValue

from reconciler.diagnostics import Position, SourceRange
from reconciler.plan.inventory import Inventory
from reconciler.plan.model import Action, Change, Movement, Protection
from reconciler.resources.base import Desired, Lifecycle, Reach
from reconciler.resources.capabilities import Ability
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Record
from reconciler.resources.tree import at
from reconciler.resources.writes import Impossible, Operation, Write

UNLISTED = "it is no longer listed"
NO_CREATE = "the vendor's API cannot create campaigns: create it in the vendor's console"


def source_of(desired: Desired) -> SourceRange:
    """Where the manifest begins, with the details that a plan document carries."""
    start = desired.source.start
    return SourceRange(desired.source.filename, Position(start.line, start.column))


def blank(desired: Desired) -> Change:
    """The entry of a manifest before anything is known."""
    return Change(
        address=desired.address,
        target=desired.target,
        action=Action.NO_OP,
        name=desired.name,
        source=source_of(desired),
        desired=desired.spec,
    )


def gone(desired: Desired, record: Record, why: str = UNLISTED) -> Change:
    """The drift entry of a campaign that disappeared."""
    return replace(
        blank(desired),
        action=Action.DELETE,
        remote_id=record.remote_id,
        name=record.name,
        reason=why,
        before=record.spec,
        desired=None,
        movement=Movement.CONTRACTING,
    )


def protection(desired: Desired, record: Record | None) -> Protection:
    """What apply has to record about pruning."""
    wanted = desired.metadata.lifecycle is Lifecycle.PROTECTED
    known = record.protected if record is not None else False
    if wanted is known:
        return Protection.KEEP
    return Protection.PROTECT if wanted else Protection.UNPROTECT


def by_hand(change: Change, reason: str) -> Change:
    """The change as a task for a person, because the API cannot do it or must not do it now."""
    # A campaign without a record gets none here, so there is no protection to record.
    unknown = change.adopts or change.remote_id is None
    return replace(
        change,
        action=Action.MANUAL,
        reason=reason,
        requests=(),
        irreversible=False,
        adopts=False,
        protection=Protection.KEEP if unknown else change.protection,
    )


def with_requests(change: Change, write: Write, *, inventory: Inventory) -> Change:
    """The change with its requests; a task for a person if the API cannot make the change."""
    facts = inventory.facts(change.target)
    if write.operation is Operation.CREATE and facts.capabilities.create is Ability.NO:
        return by_hand(change, NO_CREATE)
    requests = facts.requests(write)
    if isinstance(requests, Impossible):
        return by_hand(change, requests.reason)
    return replace(change, requests=requests)


def doubts_of_create(desired: Desired, inventory: Inventory) -> tuple[str, ...]:
    """Why the vendor may refuse a create, or may not exclude the people that it should."""
    channel = BY_TYPE[desired.address.type].channel
    doubt = inventory.facts(desired.target).capabilities.create_doubts.get(channel)
    doubts = () if doubt is None else (doubt,)
    return (*doubts, *unproven_exclusions(desired, inventory))


def unproven_exclusions(desired: Desired, inventory: Inventory) -> tuple[str, ...]:
    """Do-not-call lists whose existence nothing on the account proves (docs/vendors/kore.md 9).

    No API call lists them; a live campaign that names a list proves that the list exists.
    """
    return tuple(_unproven(desired, inventory))


def _unproven(desired: Desired, inventory: Inventory) -> Iterator[str]:
    known = inventory.exclusions(desired.target)
    for row in BY_TYPE[desired.address.type].fields:
        name: JsonValue = at(desired.spec, row.path)
        if row.reach is not Reach.EXCLUSION or not isinstance(name, str) or name in known:
            continue
        by_folded = {known_name.casefold(): known_name for known_name in sorted(known)}
        close = get_close_matches(name.casefold(), by_folded, n=1)
        hint = f'did you mean "{by_folded[close[0]]}"?' if close else "check the spelling"
        yield (
            f'do-not-call list "{name}" cannot be checked: the vendor does not list them, and no '
            f"live campaign uses it; {hint}"
        )
