"""The gate on creates whose name only looks like the name of a live campaign."""

from collections.abc import Iterator, Sequence

from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.gate import GateInputs, make_gate
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live
from reconciler.resources.name_spelling import quoted, spelling_fault


def near_twin(planned: GateInputs) -> Iterator[Gate]:
    """New campaigns that a vendor keeps apart from live ones by their names, and people cannot."""
    texts, addresses = [], []
    for change in planned.of(Action.CREATE):
        index = planned.inventory.index(change.target, change.address.type)
        if index is not None and (rows := index.near_twins(change.name)):
            texts.append(_text(change, rows, planned))
            addresses.append(change.address)
    if texts:
        yield make_gate("near-twin", "; ".join(texts), addresses)


def _text(change: Change, rows: Sequence[Live], planned: GateInputs) -> str:
    owners = planned.inventory.owned(change.target)
    named = [f"{quoted(row.name)} ({_identity(row, owners.get(row.remote_id))})" for row in rows]
    free = [row for row in rows if row.remote_id not in owners]
    advice = " or ".join(_advice(row) for row in free)
    how = f"; if it is meant, write {advice}" if advice else ""
    return (
        f"{change.address} would create {quoted(change.name)} on target {change.target} beside "
        f"{', '.join(named)}, whose name looks the same{how}"
    )


def _identity(row: Live, owner: object) -> str:
    return f"{row.remote_id}, managed by {owner}" if owner is not None else row.remote_id


def _advice(row: Live) -> str:
    pin = f"metadata.remoteId: {row.remote_id}"
    return pin if spelling_fault(row.name) else f"{pin}, or spec.name: {quoted(row.name)}"
