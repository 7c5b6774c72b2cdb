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
    by_name: bool = True
    """Whether `--allow` opens it. A gate that it does not open, `yes` at a terminal opens."""
    by_manifest: bool = False
    """Whether `metadata.accept` of a manifest can open it for that campaign."""
    by_launch: bool = False
    """Whether `start` and `schedule` can meet it, too."""
    is_count: bool = False
    """Whether it is about a number of writes, so that it opens for all of them or for none."""
    available: bool = True
    """False if the settings or rules that it needs come in a later version."""


def _change(
    meaning: str,
    *,
    by_manifest: bool = False,
    by_launch: bool = False,
    is_count: bool = False,
    available: bool = True,
) -> GateDefinition:
    return GateDefinition(
        GateKind.CHANGE,
        meaning,
        by_manifest=by_manifest,
        by_launch=by_launch,
        is_count=is_count,
        available=available,
    )


GATES: Mapping[str, GateDefinition] = {
    "content-changed": _change(
        "an existing campaign contacts more than quietReach people with another text, template or "
        "flow",
        by_manifest=True,
    ),
    "reach-grows": _change(
        "an existing campaign contacts more than quietReach people at more hours or more often",
        by_manifest=True,
    ),
    "audience-changed": _change(
        "an existing campaign gets additional or other contact lists", by_manifest=True
    ),
    "dnc-removed": _change("a campaign loses its do-not-call list", by_manifest=True),
    "reach-over-limit": _change(
        "writes or starts may reach more people than maxContacts",
        by_manifest=True,
        by_launch=True,
    ),
    "ran-before": GateDefinition(
        GateKind.MOMENT,
        "a campaign that ran may start again, and contact the same people",
        by_manifest=True,
        by_launch=True,
    ),
    "contacted-lately": GateDefinition(
        GateKind.MOMENT,
        "a list is contacted by two campaigns of the same channel within minGap",
        by_manifest=True,
        by_launch=True,
    ),
    "duplicate-audience": _change(
        "several campaigns may contact the same list in the same hours",
        by_manifest=True,
        by_launch=True,
    ),
    "near-twin": _change(
        "a new campaign's name looks the same as that of a live campaign, or a "
        "campaign that was renamed or archived may be what an earlier create made"
    ),
    "recreate": _change("a campaign that vanished is created again"),
    "adopt-change": _change(
        "a live campaign that the ledger does not know is adopted and changed", by_manifest=True
    ),
    "delete": _change("a campaign is deleted or archived"),
    "foreign-owner": _change("a live campaign with the marker of another project is taken over"),
    "creates-over-limit": _change(
        "more creates than maxCreates or maxCreatePercent allow", by_manifest=True, is_count=True
    ),
    "updates-over-limit": _change(
        "more updates than maxUpdates or maxUpdatePercent allow", by_manifest=True, is_count=True
    ),
    "deletes-over-limit": _change(
        "more deletes than maxDeletePercent of the live campaigns", by_manifest=True, is_count=True
    ),
    "immediate-start": _change("a create or an update may start contacting people at once"),
    "new-ledger": GateDefinition(
        GateKind.MOMENT,
        "a campaign is created, and the environment's ledger knows of no earlier apply",
        by_name=False,
    ),
    "ledger-behind": GateDefinition(
        GateKind.MOMENT,
        "the ledger is lost, another one, or older than this machine or the plan has seen it",
        by_launch=True,
    ),
    "outside-apply-window": GateDefinition(
        GateKind.MOMENT, "people may be contacted outside of applyWindows", by_launch=True
    ),
    "policy": _change("a policy rule reports an error", available=False),
}
"""By code, in the order of the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A condition that stops apply until somebody opens it; `code` is one of `GATES`."""

    code: str
    summary: str
    details: tuple[str, ...] = ()
    """A line for each contact list or campaign."""
    addresses: tuple[Address, ...] = ()
    """The campaigns that it concerns. Whoever opens it, opens it for these only."""
    records: int | None = None
    """How many contacts their lists have, once per campaign; None if a size is not known."""
    allowed_by: str = ""
    """What opened it: `--allow`, or `yes` at a terminal; "" while it is closed."""

    @property
    def kind(self) -> GateKind:
        """Whether it is judged when a plan is agreed, or when apply runs."""
        return GATES[self.code].kind

    @property
    def by_name(self) -> bool:
        """Whether `--allow` opens it; otherwise `yes` at a terminal does."""
        return GATES[self.code].by_name

    @property
    def allowed(self) -> bool:
        """Whether somebody opened it."""
        return bool(self.allowed_by)


def met_codes() -> tuple[str, ...]:
    """The codes of the gates that a plan can meet in this version."""
    return tuple(code for code, gate in GATES.items() if gate.available)


def named_codes() -> tuple[str, ...]:
    """Those of them that `--allow` opens."""
    return tuple(code for code in met_codes() if GATES[code].by_name)


def launch_codes() -> tuple[str, ...]:
    """Those of them that `start` and `schedule` can meet, too."""
    return tuple(code for code in named_codes() if GATES[code].by_launch)
