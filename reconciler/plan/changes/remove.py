"""Plans removals: campaigns that are retired, released or without a manifest; pure.

Removal from git is not deletion: without `--prune` an orphan is only reported, and pruning removes
only campaigns that our own create made.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from reconciler.address import Address
from reconciler.clock import timestamp
from reconciler.diagnostics import Position, SourceRange
from reconciler.plan.changes import errors
from reconciler.plan.changes.entry import blank, by_hand
from reconciler.plan.changes.update import drifted
from reconciler.plan.compare.fields import compare
from reconciler.plan.compare.leaves import Sides
from reconciler.plan.inventory import Entry, Inventory
from reconciler.plan.match import Match, Matched
from reconciler.plan.model import Action, Change
from reconciler.plan.selection import selects_removal
from reconciler.resources.base import Desired, Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.ledger_records import Record
from reconciler.resources.tree import overlay, unflatten
from reconciler.resources.writes import RUNNING, Impossible, Operation, Write

NO_DELETE = "the vendor's API cannot delete campaigns: remove it in the vendor's console"
_NOWHERE = SourceRange("", Position(1, 1))


def unlisted(record: Record) -> str:
    """Why nothing is planned for a campaign that may be too new to be listed."""
    return (
        f"{record.remote_id} was written at {timestamp(record.written_at)} and is not listed yet; "
        "plan again later"
    )


def hidden(remote_id: str) -> str:
    """Why nothing is planned for a campaign that the vendor returns by its id and does not list."""
    return (
        f"{remote_id} exists, but the vendor's listing does not show it: nothing is planned for it "
        "until it does; plan again later"
    )


def released(desired: Desired, record: Record | None) -> Entry:
    """Drop the campaign from the ledger; nothing is sent to the vendor."""
    if record is None:
        return Entry()
    change = _forget(blank(desired), record, "metadata.lifecycle is released")
    return Entry(change=change, pending=True)


def retired(
    desired: Desired, found: Match, *, record: Record | None, inventory: Inventory
) -> Entry:
    """Remove the campaign; if it is already gone, only its record is dropped."""
    live = inventory.full(desired.target, found.live) if isinstance(found, Matched) else None
    change = replace(blank(desired), desired=None, reason="metadata.lifecycle is retired")
    return _removal(change, live, record=record, inventory=inventory)


def orphaned(inventory: Inventory, moved: Collection[Address]) -> tuple[Address, ...]:
    """Addresses of records without a manifest on the plan's targets, except those that moved."""
    targets = inventory.inputs.selection.targets
    return tuple(
        sorted(
            address
            for address, record in inventory.orphans.items()
            if address not in moved and (not targets or record.target in targets)
        )
    )


def drifted_orphans(inventory: Inventory, orphans: Iterable[Address]) -> Iterator[Entry]:
    """Drift of campaigns that have no manifest any more, as far as they were read.

    They are not changed, but they are watched: somebody may have started one.
    """
    for address in orphans:
        record = inventory.orphans[address]
        index = inventory.index(record.target, address.type)
        row = index.by_id.get(record.remote_id) if index is not None else None
        owned = record.remote_id in inventory.owners.get(record.target, {})
        if row is None or row.state is RunState.ARCHIVED or owned:
            continue
        sides = Sides(
            desired=Desired(
                address=address, target=record.target, spec=record.spec, source=_NOWHERE
            ),
            live=inventory.full(record.target, row),
            record=record,
            bindings=inventory.bindings,
        )
        drift = drifted(sides, compare(sides), inventory=inventory)
        if drift is not None:
            yield Entry(drift=replace(drift, source=None))


def pruned(inventory: Inventory, orphans: Iterable[Address]) -> Iterable[Entry]:
    """What `--prune` does with orphans."""
    if not inventory.inputs.prune:
        return
    for address in orphans:
        record = inventory.orphans[address]
        index = inventory.index(record.target, address.type)
        if (
            index is None
            or address in inventory.inputs.ledger.intents
            or inventory.listed_late(record)
            or not selects_removal(record, inventory.inputs.selection)
        ):
            continue
        row = index.by_id.get(record.remote_id)
        if not record.created and row is not None and row.state is not RunState.ARCHIVED:
            continue
        change = Change(
            address=address,
            target=record.target,
            action=Action.NO_OP,
            name=record.name,
            reason="its manifest is gone, and --prune was given",
        )
        owner = inventory.owners.get(record.target, {}).get(record.remote_id)
        if owner is not None:
            # The campaign moved to another address, so only the old record may be dropped.
            yield Entry(change=_forget(change, record, f"{owner} manages it"), pending=True)
            continue
        live = inventory.full(record.target, row) if row is not None else None
        if record.protected and live is not None and live.state is not RunState.ARCHIVED:
            yield Entry(diagnostics=(errors.protected(record),))
            continue
        yield _removal(change, live, record=record, inventory=inventory)


def living(inventory: Inventory, orphans: Iterable[Address]) -> int:
    """How many live campaigns have a record and no manifest."""
    ids = set[tuple[str, str]]()
    for address in orphans:
        record = inventory.orphans[address]
        index = inventory.index(record.target, address.type)
        row = index.by_id.get(record.remote_id) if index is not None else None
        owned = record.remote_id in inventory.owners.get(record.target, {})
        if row is not None and row.state is not RunState.ARCHIVED and not owned:
            ids.add((record.target, record.remote_id))
    return len(ids)


def _removal(
    change: Change, live: Live | None, *, record: Record | None, inventory: Inventory
) -> Entry:
    if live is None or live.state is RunState.ARCHIVED:
        if record is None:
            return Entry()
        done = "archived" if live is not None else "gone"
        return Entry(change=_forget(change, record, f"it is already {done}"), pending=True)
    before = overlay(live.spec, unflatten(_references(change, live, inventory)))
    change = replace(
        change, action=Action.DELETE, remote_id=live.remote_id, name=live.name, before=before
    )
    capabilities = inventory.facts(change.target).capabilities
    reasons = live.blocked or ((RUNNING,) if live.state is RunState.ACTIVE else ())
    if reasons:
        return Entry(change=by_hand(change, "; ".join(reasons)), pending=True)
    if capabilities.delete is Ability.NO:
        return Entry(change=by_hand(change, NO_DELETE), pending=True)
    write = Write(
        operation=Operation.DELETE,
        type=change.address.type,
        spec={},
        live=live,
        last_applied=record.spec if record is not None else {},
    )
    requests = inventory.facts(change.target).requests(write)
    if isinstance(requests, Impossible):
        return Entry(change=by_hand(change, requests.reason), pending=True)
    change = replace(
        change, requests=requests, irreversible=capabilities.delete is not Ability.ARCHIVE
    )
    return Entry(change=change, pending=True)


def _references(change: Change, live: Live, inventory: Inventory) -> Iterator[tuple[str, str]]:
    """What the vendor shows as an id, by its name if that is known."""
    for path, remote in live.references.items():
        name = inventory.bindings.name_of(change.target, path, remote)
        yield path, name or f"(the vendor shows {remote})"


def _forget(change: Change, record: Record, reason: str) -> Change:
    return replace(
        change,
        action=Action.FORGET,
        remote_id=record.remote_id,
        reason=reason,
        before=record.spec,
        desired=None,
    )
