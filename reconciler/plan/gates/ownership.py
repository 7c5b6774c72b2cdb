"""Whose campaign a plan takes over: gates that the marker in a description decides.

The ledger knows better: a campaign that it has is ours, whatever its marker says.
See docs/concepts/at-most-one-create.md#markers.
"""

from collections.abc import Iterator

from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.gate import GateInputs, addresses_of, count, make_gate
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Desired, Live
from reconciler.resources.marker import is_marked_for, marker_of, project_of


def foreign_owner(planned: GateInputs) -> Iterator[Gate]:
    """Campaigns that the ledger does not know and whose marker names another project."""
    foreign = [
        change
        for change, desired, live in _taken_over(planned)
        if change.remote_id not in planned.inventory.owned(change.target)
        and project_of(marker_of(live.observed)) not in ("", project_of(desired.marker))
    ]
    if foreign:
        campaigns = ", ".join(f'{change.remote_id} ("{change.name}")' for change in foreign)
        yield make_gate(
            "foreign-owner",
            f"{count(len(foreign), 'live campaign')} with the marker of another project would be "
            f"taken over: {campaigns}; if that project still manages it, give your campaign "
            "another name",
            addresses_of(foreign),
        )


def adopt_change(planned: GateInputs) -> Iterator[Gate]:
    """Campaigns that are adopted and changed at once; one with our marker is ours already."""
    changed = [
        change
        for change, desired, live in _taken_over(planned)
        if change.action is Action.UPDATE and not is_marked_for(desired, live)
    ]
    if changed:
        ids = ", ".join(str(change.remote_id) for change in changed)
        yield make_gate(
            "adopt-change",
            f"{count(len(changed), 'live campaign')} that the ledger does not know would be "
            f"adopted and changed ({ids})",
            addresses_of(changed),
        )


def _taken_over(planned: GateInputs) -> Iterator[tuple[Change, Desired, Live]]:
    """Changes of campaigns without a record at their address: the manifest, and the campaign."""
    inputs = planned.inventory.inputs
    manifests = {desired.address: desired for desired in inputs.desired}
    for change in planned.of(Action.ADOPT, Action.UPDATE, Action.DELETE):
        row = planned.inventory.row(change)
        removed = change.action is Action.DELETE and change.address not in inputs.ledger.records
        if row is not None and (change.adopts or removed):
            live = planned.inventory.full(change.target, row)
            yield change, manifests[change.address], live
