"""Makes the parts that every entry of a plan shares, and entries for a person to act on; pure."""

from dataclasses import replace

from reconciler.diagnostics import Position, SourceRange
from reconciler.plan.inventory import Inventory
from reconciler.plan.model import Action, Change, Movement, Protection
from reconciler.resources.base import Desired, Lifecycle
from reconciler.resources.capabilities import Ability
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Record
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
    """Why the vendor may refuse a create."""
    channel = BY_TYPE[desired.address.type].channel
    doubt = inventory.facts(desired.target).capabilities.create_doubts.get(channel)
    return () if doubt is None else (doubt,)
