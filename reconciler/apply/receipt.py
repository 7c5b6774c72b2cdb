"""The result of an apply: its exit code, and a receipt without texts, numbers or secrets."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.apply.context import ApplyContext
from reconciler.clock import timestamp
from reconciler.diagnostics import Severity
from reconciler.errors import ExitCode, exit_code_of, worst
from reconciler.plan.model import Change, Plan
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.tree import digest


def exit_code(outcomes: Iterable[ChangeOutcome]) -> ExitCode:
    """The exit code for these outcomes; the worst outcome decides."""
    return worst(code for outcome in outcomes for code in _codes(outcome))


def receipt(
    plan: Plan,
    outcomes: Sequence[ChangeOutcome],
    *,
    context: ApplyContext,
    started_at: datetime,
) -> Receipt:
    """One apply as the ledger stores it: who did what and when, and hashes of what was planned."""
    changes = {change.address: change for change in plan.changes}
    holder = context.lease.holder
    return Receipt(
        plan_id=plan.id,
        plan_sha256=context.plan_sha256,
        commit=context.commit,
        environment=plan.environment,
        operation=holder.operation,
        who=holder.who,
        host=holder.host,
        run_url=holder.run_url,
        started_at=timestamp(started_at),
        finished_at=timestamp(context.clock.now()),
        outcomes=tuple(_entry(outcome, changes.get(outcome.address)) for outcome in outcomes),
    )


def _entry(outcome: ChangeOutcome, change: Change | None) -> ReceiptEntry:
    requests = change.requests if change is not None else ()
    return replace(
        ReceiptEntry.of(outcome),
        bodies_sha256=tuple(digest(request.body or {}) for request in requests),
        elapsed=round(outcome.elapsed, 3),
    )


def _codes(outcome: ChangeOutcome) -> Iterable[ExitCode]:
    if outcome.outcome is Outcome.UNKNOWN:
        yield ExitCode.UNKNOWN
    elif outcome.outcome is not Outcome.APPLIED and not outcome.diagnostics:
        yield ExitCode.ERROR
    for problem in outcome.diagnostics:
        if problem.severity is Severity.ERROR:
            yield exit_code_of(problem.code)
