"""Refuses what two manifests, or two environments, cannot both have: one campaign, one name; pure.

A name is free for another campaign only once nobody has it, so what one plan takes away it does not
give to another address.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic
from reconciler.plan.changes import name_errors
from reconciler.plan.changes.errors import pin_missing
from reconciler.plan.inputs import ManagedElsewhere
from reconciler.plan.inventory import Account, Entry, Inventory
from reconciler.plan.match import Absent, Ambiguous, Gone, Match, Matched, PinMissing, Taken
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Desired, Lifecycle, Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Record
from reconciler.resources.name_key import name_key
from reconciler.resources.tree import Tree, leaves

Name = tuple[Account, str, str]
"""An account, a channel, and a name key."""


def unmatched(
    desired: Desired, found: Ambiguous | Taken | PinMissing, inventory: Inventory
) -> Diagnostic:
    """Why a manifest cannot have the campaign that it means."""
    match found:
        case Ambiguous(ids):
            return name_errors.ambiguous(desired, ids)
        case Taken():
            return _taken(desired, found, inventory)
        case PinMissing(remote_id):
            return pin_missing(desired, remote_id)
        case _:
            assert_never(found)


def claimed_elsewhere(desired: Desired, found: Match, inventory: Inventory) -> Diagnostic | None:
    """Why a manifest cannot have the campaign that was found for it, or a new one; None if it can.

    What the ledger says about a campaign's address wins over what other environments say.
    """
    other = _elsewhere(desired, found, inventory)
    if other is None:
        return None
    return name_errors.managed_elsewhere(desired, other, inventory.inputs.environment)


def without_conflicts(entries: Sequence[Entry], inventory: Inventory) -> Iterator[Entry]:
    """The entries; those that cannot be applied together with the others become errors."""
    changes = [entry.change for entry in entries if entry.change is not None]
    removed = {
        _name(change, inventory): change for change in changes if change.action is Action.DELETE
    }
    moved = {change.moved_from for change in changes}
    first: dict[tuple[str, str], Address] = {}
    for entry in entries:
        problem = None
        # Whoever forgets a campaign leaves it to whoever manages it.
        if (change := entry.change) is not None and change.action is not Action.FORGET:
            owner = first.setdefault((change.target, change.remote_id or ""), change.address)
            if change.remote_id is not None and owner != change.address:
                problem = name_errors.taken(change, change.remote_id, owner)
            elif change.action is Action.CREATE:
                problem = _of_create(change, removed, moved, inventory)
            elif change.action is Action.UPDATE:
                problem = _of_rename(change, inventory)
        yield entry if problem is None else _refused(entry, problem)


def _refused(entry: Entry, problem: Diagnostic) -> Entry:
    return Entry(drift=entry.drift, diagnostics=(problem,))


def _name(change: Change, inventory: Inventory) -> Name:
    channel = BY_TYPE[change.address.type].channel
    return inventory.account(change.target), channel, name_key(change.name)


def _taken(desired: Desired, found: Taken, inventory: Inventory) -> Diagnostic:
    owner = inventory.manifests[found.owner]
    index = inventory.index(desired.target, desired.address.type)
    row = index.by_id[found.remote_id] if index is not None else None
    if row is not None and owner.metadata.lifecycle is Lifecycle.RETIRED:
        return name_errors.remove_and_create(desired, row.name, row.remote_id, owner.address)
    if row is not None and name_key(owner.name) != name_key(row.name):
        return name_errors.name_still_held(desired, row.name, row.remote_id, owner.address)
    return name_errors.taken(desired, found.remote_id, found.owner)


def _elsewhere(desired: Desired, found: Match, inventory: Inventory) -> ManagedElsewhere | None:
    others = [one for one in inventory.inputs.elsewhere if one.record.target == desired.target]
    if isinstance(found, Matched) and found.by != "ledger":
        others = [one for one in others if one.record.remote_id == found.live.remote_id]
    elif isinstance(found, Absent | Gone):
        others = [one for one in others if _stands_beside(desired, one.record, inventory)]
    else:
        return None
    return next(iter(others), None)


def _stands_beside(desired: Desired, record: Record, inventory: Inventory) -> bool:
    """Whether a campaign exists, or may not be listed yet, under a name that looks the same."""
    if record.address.type != desired.address.type:
        return False
    index = inventory.index(desired.target, desired.address.type)
    row = index.by_id.get(record.remote_id) if index is not None else None
    name = record.name if row is None else row.name
    if name_key(name) != name_key(desired.name):
        return False
    return row.state is not RunState.ARCHIVED if row is not None else inventory.listed_late(record)


def _of_create(
    change: Change,
    removed: Mapping[Name, Change],
    moved: Iterable[Address | None],
    inventory: Inventory,
) -> Diagnostic | None:
    if gone := removed.get(_name(change, inventory)):
        return name_errors.remove_and_create(change, gone.name, gone.remote_id, gone.address)
    twins = [
        record
        for address, record in sorted(inventory.orphans.items())
        if address not in moved and _is_moved_and_renamed(change, record, inventory)
    ]
    return name_errors.moved_and_renamed(change, twins) if twins else None


def _is_moved_and_renamed(change: Change, record: Record, inventory: Inventory) -> bool:
    if (record.target, record.address.type) != (change.target, change.address.type):
        return False
    index = inventory.index(record.target, record.address.type)
    row = index.by_id.get(record.remote_id) if index is not None else None
    living = row is not None and row.state is not RunState.ARCHIVED
    owned = record.remote_id in inventory.owners.get(record.target, {})
    return living and not owned and _nameless(change.desired) == _nameless(record.spec)


def _nameless(spec: Tree | None) -> dict[str, object]:
    return {path: value for path, value in leaves(spec or {}) if path != "name"}


def _of_rename(change: Change, inventory: Inventory) -> Diagnostic | None:
    """Why a campaign cannot get its new name now: another one of ours still has it."""
    index = inventory.index(change.target, change.address.type)
    if index is None or all(field.path != "name" for field in change.fields):
        return None
    owners = inventory.owners.get(change.target, {})
    for row in (*index.named(change.name), *index.near_twins(change.name)):
        owner = owners.get(row.remote_id, change.address)
        if owner != change.address:
            return _of_held_name(change, row, inventory.manifests[owner])
    return None


def _of_held_name(change: Change, row: Live, owner: Desired) -> Diagnostic | None:
    if owner.metadata.lifecycle is Lifecycle.RETIRED:
        return name_errors.remove_and_create(change, row.name, row.remote_id, owner.address)
    if name_key(owner.name) == name_key(row.name):
        return None
    before = next(field.before for field in change.fields if field.path == "name")
    if name_key(str(before)) != name_key(owner.name):
        return name_errors.name_still_held(change, row.name, row.remote_id, owner.address)
    # Of the two entries that swap names, one has the error.
    if change.address > owner.address:
        return None
    return name_errors.names_swapped(change, owner.address)
