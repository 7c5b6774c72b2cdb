"""One run as the history keeps it: who did what when, without texts, numbers or secrets.

None stands for what a kind of run does not record. Keys that this version does not know are kept
in `more`, so a receipt of a newer version is shown whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.writes import Recurrence

OFF: Final = "off"
"""Stands in place of a recurrence when a schedule is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptEntry:
    """What a run did to one campaign."""

    address: Address
    target: str
    action: str
    """The plan's word, or that of the command: start, schedule, stop, accept, not-created."""
    outcome: Outcome
    remote_id: str | None
    bodies_sha256: tuple[str, ...] | None = None
    """Apply: hashes of the bodies as planned."""
    codes: tuple[str, ...] = ()
    """Of the problems that were reported for the campaign."""
    elapsed: float | None = None
    """Apply: seconds."""
    attempt: str | None = None
    """Start and schedule: the same id in the entry before the request and in the one after it."""
    schedule: Recurrence | Literal["off"] | None = None
    """Schedule: what was set, because no reading shows it again."""
    status: str | None = None
    """Accept: the vendor's word for the run state."""
    more: Mapping[str, JsonValue] = field(default_factory=dict)

    @classmethod
    def of(cls, outcome: ChangeOutcome) -> Self:
        """What every kind of run records of an outcome."""
        return cls(
            address=outcome.address,
            target=outcome.target,
            action=outcome.action,
            outcome=outcome.outcome,
            remote_id=outcome.remote_id,
            codes=tuple(problem.code for problem in outcome.diagnostics),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One run in one environment; times are RFC 3339 in UTC."""

    environment: str
    operation: str
    who: str
    host: str
    run_url: str
    started_at: str
    finished_at: str
    outcomes: tuple[ReceiptEntry, ...] = ()
    plan_id: str | None = None
    """Apply: the plan. Resolve: the plan whose create is settled."""
    plan_sha256: str | None = None
    commit: str | None = None
    """Apply: of the manifests."""
    reason: str | None = None
    """The operator's, where a command takes one."""
    lock: Mapping[str, JsonValue] | None = None
    """Lock release: the lease that was taken away."""
    more: Mapping[str, JsonValue] = field(default_factory=dict)
