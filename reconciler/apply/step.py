"""The state of a change while it is applied; pure.

A written change is read back later, a create without a clear answer is looked up later, and a
create that must wait is sent last. So a target waits only after everything else is sent.
"""

from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, Where
from reconciler.plan.model import Change
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent, Record
from reconciler.resources.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A finished change: nothing more is sent or read for it."""

    change: Change
    outcome: Outcome
    remote_id: str | None = None
    message: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A change that was made and recorded; its campaign has yet to be read back."""

    change: Change
    record: Record
    live: Live | None = None
    """A reading by id since then."""
    answer: Live | None = None
    """The campaign in the answer to its create, if that was its last request."""
    unshown: frozenset[str] | None = None
    """The fields that a reading by id would show and `answer` does not; None if not known."""
    message: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()

    def ended(self) -> Ended:
        """The same change, finished without reading it back."""
        return Ended(
            change=self.change,
            outcome=Outcome.APPLIED,
            remote_id=self.record.remote_id,
            message=self.message,
            diagnostics=self.diagnostics,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delayed:
    """A create that must wait, because a campaign of its name may still appear."""

    change: Change
    until: float
    """By `Clock.monotonic`."""
    intent: Intent | None = None
    """The open intent of this run's first attempt, which the vendor's rate limit denied."""
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A create that may have been made; its campaign has yet to be looked up."""

    change: Change
    intent: Intent
    """Open."""
    message: str
    named: str = ""
    """The id in the answer if it may be the new campaign's and could not be read."""
    diagnostics: tuple[Diagnostic, ...] = ()


Step = Ended | Written | Unclear | Delayed


def where(change: Change) -> Where:
    """The location that a change's diagnostics name."""
    return {"source": change.source, "address": change.address, "target": change.target}


def placed(change: Change, problem: Diagnostic) -> Diagnostic:
    """A diagnostic of the run, attributed to this change."""
    return Diagnostic(
        problem.severity, problem.code, problem.summary, problem.detail, **where(change)
    )


def not_attempted(change: Change, problem: Diagnostic) -> Ended:
    """A change for which nothing was sent, and why."""
    return Ended(
        change=change,
        outcome=Outcome.SKIPPED,
        message=problem.summary,
        diagnostics=(placed(change, problem),),
    )


def refused(change: Change, problem: Diagnostic, remote_id: str | None = None) -> Ended:
    """A change that provably did not happen."""
    return Ended(
        change=change,
        outcome=Outcome.REFUSED,
        remote_id=remote_id,
        message=problem.summary,
        diagnostics=(placed(change, problem),),
    )
