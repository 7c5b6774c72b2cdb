"""The result of an apply: its exit code, and a receipt without texts, numbers or secrets."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.apply.context import ApplyContext
from reconciler.clock import timestamp
from reconciler.diagnostics import Severity
from reconciler.errors import ExitCode, LeaseLost, exit_code_of, worst
from reconciler.plan.model import Change, Plan
from reconciler.plan.people import CampaignReach
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.tree import digest


def exit_code(outcomes: Iterable[ChangeOutcome]) -> ExitCode:
    """The exit code for these outcomes; the worst outcome decides."""
    return worst(code for outcome in outcomes for code in _codes(outcome))


@dataclass(frozen=True, slots=True)
class RunReceipt:
    """One apply as the ledger stores it: who did what and when, and hashes of what was planned."""

    plan: Plan
    context: ApplyContext
    started_at: datetime

    def of(self, outcomes: Iterable[ChangeOutcome]) -> Receipt:
        """The receipt of the run up to now; with a single outcome, a part of it."""
        plan, context, holder = self.plan, self.context, self.context.lease.holder
        changes = {change.address: change for change in plan.changes}
        return Receipt(
            run_id=context.lease.id,
            plan_id=plan.id,
            plan_sha256=context.plan_sha256,
            commit=context.commit,
            environment=plan.environment,
            operation=holder.operation,
            who=holder.who,
            host=holder.host,
            run_url=holder.run_url,
            started_at=timestamp(self.started_at),
            finished_at=timestamp(context.clock.now()),
            gates=_opened(plan),
            outcomes=tuple(_entry(outcome, changes.get(outcome.address)) for outcome in outcomes),
        )


def keep_receipt(
    run: RunReceipt, outcomes: Iterable[ChangeOutcome], left: Sequence[Receipt]
) -> None:
    """Store the receipt of a run in place of its parts, and those of earlier runs that were killed.

    A lost lease leaves the parts in place; whoever reads the receipts leaves them out. Raises
    LedgerFailed if a receipt could not be stored.
    """
    receipt, ledger = run.of(outcomes), run.context.ledger
    for one in (*left, receipt):
        ledger.add_receipt(one)
    with suppress(LeaseLost):
        ledger.drop_parts((*left, receipt), run.context.lease.id)


def with_reach(entry: ReceiptEntry, reach: CampaignReach | None) -> ReceiptEntry:
    """An entry with the people whom its write may contact; None for a write that contacts nobody.

    No name and no number of a person: only the lists that the campaign names.
    """
    if reach is None:
        return entry
    lists = tuple(one.name for one in reach.lists)
    return replace(entry, channel=reach.channel, lists=lists, records=reach.records)


def _opened(plan: Plan) -> Mapping[str, str] | None:
    opened: dict[str, set[str]] = {}
    for gate in plan.gates:
        opened.setdefault(gate.code, set()).add(gate.allowed_by)
    return {code: ", ".join(sorted(by)) for code, by in sorted(opened.items())} or None


def _entry(outcome: ChangeOutcome, change: Change | None) -> ReceiptEntry:
    requests = change.requests if change is not None else ()
    return replace(
        with_reach(ReceiptEntry.of(outcome), change.reach if change is not None else None),
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
