"""The gate on creates whose name only looks like the name of another campaign."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.address import Address
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.gate import GateInputs, make_gate
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live, RunState
from reconciler.resources.name_key import name_key
from reconciler.resources.name_spelling import quoted, spelling_fault


def near_twin(planned: GateInputs) -> Iterator[Gate]:
    """New campaigns that the vendor keeps apart from others by their names, and people cannot.

    The others are live, or new in the same plan. Also new campaigns whose earlier create may have
    made one that was renamed or archived since.
    """
    texts, addresses = [], []
    earlier: dict[tuple[str, str, str], list[Change]] = {}
    for change in planned.of(Action.CREATE):
        new = earlier.setdefault((change.target, change.address.type, name_key(change.name)), [])
        index = planned.inventory.index(change.target, change.address.type)
        live = index.near_twins(change.name) if index is not None else ()
        if new or live:
            owners = planned.inventory.owned(change.target)
            texts.append(_text(change, live, new, owners))
            addresses.append(change.address)
        if suspects := planned.suspects.get(change.address):
            texts.append(_may_be(change, suspects))
            addresses.append(change.address)
        new.append(change)
    if texts:
        yield make_gate("near-twin", "; ".join(texts), addresses)


def _text(
    change: Change, live: Sequence[Live], new: Sequence[Change], owners: Mapping[str, Address]
) -> str:
    beside = [
        *(f"{quoted(row.name)} ({_identity(row, owners)})" for row in live),
        *(f"{quoted(one.name)} (new, {one.address})" for one in new),
    ]
    ways = [way for row in live if row.remote_id not in owners for way in _ways_to_mean(row)]
    return (
        f"{change.address} would create {quoted(change.name)} on target {change.target} beside "
        f"{', '.join(beside)}, whose name looks the same"
        + (f"; if it is meant, write {' or '.join(ways)}" if ways else "")
    )


def _may_be(change: Change, rows: Sequence[Live]) -> str:
    ids = ", ".join(f"{quoted(row.name)} ({row.remote_id}, {row.status})" for row in rows)
    live = (row for row in rows if row.state is not RunState.ARCHIVED)
    ways = " or ".join(f"metadata.remoteId: {row.remote_id}" for row in live)
    return (
        f"{change.address} would create {quoted(change.name)} on target {change.target} again, "
        f"although an earlier create may have made {ids}"
        + (f"; if it did, write {ways}" if ways else "")
    )


def _identity(row: Live, owners: Mapping[str, Address]) -> str:
    owner = owners.get(row.remote_id)
    return row.remote_id if owner is None else f"{row.remote_id}, managed by {owner}"


def _ways_to_mean(row: Live) -> Iterator[str]:
    yield f"metadata.remoteId: {row.remote_id}"
    if not spelling_fault(row.name):
        yield f"spec.name: {quoted(row.name)}"
