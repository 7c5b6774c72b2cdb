"""Every gate: its code, its kind in time, and what it means; and a gate as a plan meets it.

A gate of the change is part of a saved plan: apply refuses if planning again meets a gate that the
plan did not meet, or one that concerns further campaigns. A gate of the moment is judged by apply
alone and never compared with a saved plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reconciler.address import Address


class GateKind(StrEnum):
    """When a gate is judged."""

    CHANGE = "change"
    """When somebody agrees to a plan: what it does, to whom, and how many there are."""
    MOMENT = "moment"
    """When apply runs: the time, the ledger, what was contacted lately."""


@dataclass(frozen=True, slots=True)
class GateDefinition:
    """What a gate's code stands for."""

    kind: GateKind
    meaning: str
    available: bool = True
    """False if the settings or rules that it needs come in a later version."""


GATES: Mapping[str, GateDefinition] = {
    "immediate-start": GateDefinition(
        GateKind.CHANGE, "a create or an update may start contacting people at once"
    ),
    "creates-over-limit": GateDefinition(
        GateKind.CHANGE, "more creates than maxCreates or maxCreatePercent allow"
    ),
    "updates-over-limit": GateDefinition(
        GateKind.CHANGE, "more updates than maxUpdatePercent of the live campaigns"
    ),
    "deletes-over-limit": GateDefinition(
        GateKind.CHANGE, "more deletes than maxDeletePercent of the live campaigns"
    ),
    "delete": GateDefinition(GateKind.CHANGE, "a campaign is deleted or archived"),
    "recreate": GateDefinition(GateKind.CHANGE, "a campaign that vanished is created again"),
    "near-twin": GateDefinition(
        GateKind.CHANGE, "a new campaign's name looks the same as that of a live campaign"
    ),
    "adopt-change": GateDefinition(
        GateKind.CHANGE, "a live campaign that the ledger does not know is adopted and changed"
    ),
    "foreign-owner": GateDefinition(
        GateKind.CHANGE, "a live campaign with the mark of another project is taken over"
    ),
    "new-ledger": GateDefinition(
        GateKind.MOMENT, "an automated run creates campaigns and found no existing ledger"
    ),
    "audience-changed": GateDefinition(
        GateKind.CHANGE, "an existing campaign gets additional contact lists"
    ),
    "duplicate-audience": GateDefinition(GateKind.CHANGE, "two campaigns contact the same list"),
    "dnc-removed": GateDefinition(GateKind.CHANGE, "a campaign loses its do-not-call list"),
    "outside-apply-window": GateDefinition(
        GateKind.MOMENT, "apply runs outside of its window", available=False
    ),
    "policy": GateDefinition(GateKind.CHANGE, "a policy rule reports an error", available=False),
}
"""By code, in the order of the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A condition that stops apply until somebody opens it; `code` is one of `GATES`."""

    code: str
    summary: str
    addresses: tuple[Address, ...] = ()
    """The campaigns that it concerns. Whoever opens it, opens it for these only."""
    records: int | None = None
    """How many contacts their lists have, once per campaign; None if a size is not known."""
    allowed_by: str = ""
    """What opened it, such as `--allow`; "" while it is closed."""

    @property
    def kind(self) -> GateKind:
        """Whether it is judged when a plan is agreed, or when apply runs."""
        return GATES[self.code].kind

    @property
    def allowed(self) -> bool:
        """Whether somebody opened it."""
        return bool(self.allowed_by)


def met_codes() -> tuple[str, ...]:
    """The codes of the gates that a plan can meet in this version."""
    return tuple(code for code, gate in GATES.items() if gate.available)
