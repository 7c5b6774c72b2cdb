"""A run as the history records it: who did what when, without texts, numbers or secrets.

None means that this kind of run does not record the value. Keys that this version does not know are
stored in `more`, so that a receipt of a newer version is shown completely.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.writes import Recurrence

OFF: Final = "off"
"""Used in place of a recurrence when a schedule is switched off."""
_TOUCHING = frozenset({"create", "update", "delete", "adopt"})
"""Actions of a plan that write a campaign, or take it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptEntry:
    """What a run did to one campaign."""

    address: Address
    target: str
    action: str
    """The action of the plan or of the command: start, schedule, stop, accept, accept-twin,
    not-created."""
    outcome: Outcome
    remote_id: str | None
    bodies_sha256: tuple[str, ...] | None = None
    """Apply: hashes of the bodies as planned."""
    codes: tuple[str, ...] = ()
    """The codes of the problems that were reported for the campaign."""
    elapsed: float | None = None
    """Apply: seconds."""
    attempt: str | None = None
    """Start and schedule: the same id in the entries before and after the request."""
    schedule: Recurrence | Literal["off"] | None = None
    """Schedule: what was set, because the vendor does not return it."""
    status: str | None = None
    """Accept: the vendor's term for the run state."""
    channel: str | None = None
    """Of a write that may contact people: how."""
    lists: tuple[str, ...] | None = None
    """And the contact lists that it names."""
    records: int | None = None
    """And how many people they hold; None if that is not known."""
    more: Mapping[str, JsonValue] = field(default_factory=dict)

    @classmethod
    def of(cls, outcome: ChangeOutcome) -> Self:
        """The values of an outcome that every kind of run records."""
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
    """A run in an environment; times are RFC 3339 in UTC."""

    environment: str
    operation: str
    who: str
    host: str
    run_url: str
    started_at: str
    finished_at: str
    outcomes: tuple[ReceiptEntry, ...] = ()
    run_id: str | None = None
    """Apply: the id of its lock, so that what a killed run left counts as one receipt."""
    plan_id: str | None = None
    """Apply: the plan's id. Resolve: the id of the plan whose create is settled."""
    plan_sha256: str | None = None
    commit: str | None = None
    """Apply: the commit of the manifests."""
    gates: Mapping[str, str] | None = None
    """Apply: the gates that were accepted, and by what."""
    reason: str | None = None
    """The operator's reason, if the command takes one."""
    lock: Mapping[str, JsonValue] | None = None
    """Lock release: the lease that was taken away."""
    more: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def shows_history(self) -> bool:
        """Whether this is an apply that wrote or adopted a campaign: its environment is not new."""
        return self.operation == "apply" and any(
            entry.outcome is Outcome.APPLIED and entry.action in _TOUCHING
            for entry in self.outcomes
        )
