"""Sends one create: a durable intent first, then exactly one request, then the verdict.

The only place that sends a create. Every answer except a success leaves the intent open.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import assert_never

from reconciler.apply.answer_verdicts import CreateVerdict, classify_create, failure
from reconciler.apply.changes.created import record_created
from reconciler.apply.changes.opening import opening_of
from reconciler.apply.step import (
    Delayed,
    Ended,
    Step,
    Unclear,
    Written,
    not_attempted,
    placed,
    refused,
    where,
)
from reconciler.apply.target_run import TargetRun
from reconciler.apply.unknown.sent_id import doubt_of_id, doubt_of_reading, reading
from reconciler.clock import time_of_day
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import (
    ApplyRefused,
    AuthenticationFailed,
    BudgetSpent,
    LedgerFailed,
    OutcomeUnknown,
    Withheld,
    unforeseen,
)
from reconciler.ledger.base import Opening
from reconciler.plan.compare.unknown_creates import renamed
from reconciler.plan.model import Change
from reconciler.resources.ledger_records import Intent
from reconciler.resources.outcome import Answer
from reconciler.resources.sent_mark import SentMark


def create(change: Change, run: TargetRun, *, attempt: int = 1) -> Step:
    """Create a campaign at most once; never raises for a fault of vendor, ledger or lease.

    Must be called only when a listing proves that no earlier create of its name can still appear;
    see `apply.changes.delayed`.
    """
    ahead = run.take_ahead(change)
    if problem := run.refusal() or run.room():
        step = not_attempted(change, problem)
        return step if ahead is None else _withdrawn(step, _Attempt(change, run, ahead))
    try:
        attempted = _Attempt(change, run, ahead or opening_of(change, run, attempt))
        if ahead is None and not _opened(attempted):
            return not_attempted(change, _raced(attempted))
    except LedgerFailed as failed:
        return not_attempted(change, run.permit.halt(failed))
    run.marks[attempted.mark.key] = attempted.mark
    try:
        return _post(attempted)
    except Exception as fault:  # noqa: BLE001 - the request may have been sent
        return _unclear(attempted, unforeseen(fault))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One create that is about to be sent, and what is recorded of it."""

    change: Change
    run: TargetRun
    opening: Opening

    @property
    def intent(self) -> Intent:
        return self.opening.intent

    @property
    def mark(self) -> SentMark:
        return self.opening.mark

    @property
    def before(self) -> SentMark | None:
        return self.opening.before


def _opened(attempt: _Attempt) -> bool:
    opening, run = attempt.opening, attempt.run
    return run.ledger.put_intent(
        opening.intent,
        run.lock_id,
        mark=opening.mark,
        before=opening.before,
        part=opening.part,
    )


def _post(attempt: _Attempt) -> Step:
    change, run = attempt.change, attempt.run
    try:
        leave = partial(run.leave, change, attempt.intent)
        answer = run.provider.send(change.requests[0], leave)
    except Withheld as kept:
        return _withdrawn(not_attempted(change, kept.diagnostics[0]), attempt)
    except BudgetSpent as spent:
        return _withdrawn(refused(change, run.spend(spent)), attempt)
    return _judged(attempt, answer)


def _judged(attempt: _Attempt, answer: Answer) -> Step:
    change = attempt.change
    verdict = classify_create(answer)
    match verdict:
        case CreateVerdict.CREATED if answer.remote_id is not None:
            return _created(attempt, answer.remote_id, answer)
        case CreateVerdict.NOT_SENT:
            return _withdrawn(refused(change, failure(answer, where(change))), attempt)
        case CreateVerdict.DENIED:
            return _denied(attempt, answer)
        case CreateVerdict.UNKNOWN | CreateVerdict.CREATED:
            return _unclear(attempt, answer.message)
        case _:
            assert_never(verdict)


def _created(attempt: _Attempt, remote_id: str, answer: Answer) -> Step:
    change, intent, run = attempt.change, attempt.intent, attempt.run
    shown = answer.live
    if doubt := doubt_of_id(remote_id, intent, run):
        return _unclear(attempt, doubt)
    live = reading(remote_id, shown, intent, run)
    if isinstance(live, str):
        return replace(_unclear(attempt, live), named=remote_id)
    if doubt := doubt_of_reading(live, intent):
        return _unclear(attempt, doubt)
    step = record_created(change, intent, run, live=live, remote_id=remote_id)
    if not isinstance(step, Written) or intent.later:
        # What was shown before the last request proves nothing.
        return step
    if live is not shown:
        return replace(step, live=live)
    return replace(step, answer=live, unshown=answer.unshown)


def _denied(attempt: _Attempt, answer: Answer) -> Step:
    """The vendor refused but may still have created the campaign, so the intent stays open."""
    change, intent, run = attempt.change, attempt.intent, attempt.run
    problem = failure(answer, where(change), attempts=intent.attempt)
    try:
        # Whatever the vendor did, it did before it answered, so the wait counts from here.
        denied = replace(intent, denied=problem.summary, created_at=run.now())
        denied = replace(denied, seen_ids=(*intent.seen_ids, *_alike_before(denied, run)))
        mark = replace(attempt.mark, sent=run.moment())
        run.ledger.update_intent(denied, run.lock_id, mark, run.part(refused(change, problem)))
    except LedgerFailed as failed:
        halted = placed(change, run.permit.halt(failed))
        return replace(_unclear(attempt, problem.summary), diagnostics=(halted,))
    run.marks[mark.key] = mark
    limited = answer.status == 429 or answer.rate_limited
    if limited and answer.may_retry and intent.attempt == 1:
        until = run.context.clock.monotonic() + run.settings.settle
        run.progress(change, "the vendor's rate limit refused it; it is tried once more at the end")
        return Delayed(change=change, until=until, intent=denied, attempt=2)
    wait = timedelta(seconds=run.settings.settle)
    after = time_of_day(run.context.clock.now() + wait)
    first = "Check the credential, then run" if problem.code == AuthenticationFailed.code else "Run"
    detail = (
        f"A refusal does not prove that nothing was created. {first} apply again after {after}: it "
        "adopts the campaign if that has appeared by then, and sends the create again if not."
    )
    return refused(change, replace(problem, detail=detail))


def _alike_before(intent: Intent, run: TargetRun) -> list[str]:
    """Campaigns of another name that planning saw; this create did not make them."""
    snapshot = run.context.snapshots.get(run.target)
    listing = snapshot.listings.get(intent.channel) if snapshot is not None else None
    if listing is None:
        return []
    return [row.remote_id for row in renamed(intent, listing, run.owned)]


def _withdrawn(step: Ended, attempt: _Attempt) -> Ended:
    """The outcome of a create that provably was not sent."""
    run = attempt.run
    try:
        run.ledger.withdraw(
            attempt.intent,
            run.lock_id,
            mark=attempt.mark,
            before=attempt.before,
            part=run.part(step),
        )
    except LedgerFailed as failed:
        halted = placed(step.change, run.permit.halt(failed))
        return replace(step, diagnostics=tuple(dict.fromkeys((*step.diagnostics, halted))))
    if attempt.before is None:
        run.marks.pop(attempt.mark.key, None)
    else:
        run.marks[attempt.mark.key] = attempt.before
    return step


def _unclear(attempt: _Attempt, message: str) -> Unclear:
    return Unclear(change=attempt.change, intent=attempt.intent, message=message)


def _raced(attempt: _Attempt) -> Diagnostic:
    """Why the ledger did not take the intent."""
    run, key = attempt.run, attempt.mark.key
    now = run.ledger.marks([key]).get(key)
    if now != attempt.before:
        other = f"{now.address} of environment {now.environment}" if now else "another run"
        return error(
            ApplyRefused.code,
            f"nothing was sent: {other} has just created a campaign of this name on this account",
            "Plan again: the plan shows what has become of it.",
        )
    return error(
        OutcomeUnknown.code,
        "an earlier create of this address is not settled, so nothing was sent",
        "Plan again: the plan shows what is known about it.",
    )
