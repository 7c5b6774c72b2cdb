"""Sends writes that may be repeated, each only if the campaign is still as the plan saw it.

A write that was provably not applied is tried three times; an unclear one is settled by reading.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from reconciler.apply.answer_verdicts import WriteVerdict, classify_write, failure
from reconciler.apply.backoff import ATTEMPTS, retry_delay
from reconciler.apply.step import Ended, not_attempted, refused, where
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import (
    AuthenticationFailed,
    BudgetSpent,
    OutcomeUnknown,
    ReconcilerError,
    Withheld,
)
from reconciler.plan.model import Change
from reconciler.resources.base import Live
from reconciler.resources.outcome import Answer, Outcome
from reconciler.resources.writes import PlannedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatable:
    """A write whose effect a reading of the campaign shows."""

    change: Change
    obstacle: Callable[[], Diagnostic | None]
    """Called right before the first request is sent; a diagnostic holds the request back."""
    done: Callable[[Live | None], bool]
    """Whether a reading shows the effect."""


def send_all(
    write: Repeatable, requests: tuple[PlannedRequest, ...], run: TargetRun
) -> Ended | None:
    """Send requests in order; None when all are applied, else the outcome of the change."""
    obstacle = write.obstacle
    for request in requests:
        step = _deliver(request, write, run, obstacle)
        if step is not None:
            return step
        obstacle = _nothing
    return None


def comes_true(write: Repeatable, run: TargetRun) -> bool:
    """Read the campaign until it shows the effect, for as long as the target's read-back."""
    for _ in run.looks("reading back"):
        try:
            if write.done(read(write.change, run)):
                return True
        except (AuthenticationFailed, BudgetSpent):
            return False
        except ReconcilerError:
            # One failed reading proves nothing; the next one may succeed.
            pass
    return False


def read(change: Change, run: TargetRun, row: Live | None = None) -> Live | None:
    """The campaign of a change as it is now; None when the vendor reports that it does not exist.

    `row` supplies the fields that only a listing shows.
    """
    if change.remote_id is None:
        return None
    return run.provider.get(change.address.type, change.remote_id, row)


def unknown_write(change: Change, message: str) -> Ended:
    """A write that may or may not have happened, and that the next plan will see."""
    problem = error(
        OutcomeUnknown.code,
        f"it is not known whether the change was made ({message})",
        "Plan again: the plan shows what is still different.",
        **where(change),
    )
    return Ended(
        change=change,
        outcome=Outcome.UNKNOWN,
        remote_id=change.remote_id,
        message=problem.summary,
        diagnostics=(problem,),
    )


def _deliver(
    request: PlannedRequest,
    write: Repeatable,
    run: TargetRun,
    obstacle: Callable[[], Diagnostic | None],
) -> Ended | None:
    attempt = 1
    while True:
        held_back = _held_back(write, run, obstacle)
        if held_back is not None:
            return held_back
        try:
            answer = run.provider.send(request, partial(run.leave, write.change))
        except Withheld as withheld:
            return not_attempted(write.change, withheld.diagnostics[0])
        except BudgetSpent as spent:
            return not_attempted(write.change, run.spend(spent))
        verdict = classify_write(answer, request.operation)
        if verdict is not WriteVerdict.RETRY or attempt == ATTEMPTS or not answer.may_retry:
            return _judged(verdict, answer, write, run)
        run.wait(retry_delay(answer, attempt, run.context.clock), "trying again")
        attempt += 1


def _judged(
    verdict: WriteVerdict, answer: Answer, write: Repeatable, run: TargetRun
) -> Ended | None:
    match verdict:
        case WriteVerdict.APPLIED:
            return None
        case WriteVerdict.REFUSED | WriteVerdict.RETRY:
            problem = failure(answer, where(write.change))
            return refused(write.change, problem, write.change.remote_id)
        case WriteVerdict.UNKNOWN:
            if comes_true(write, run):
                return None
            return unknown_write(write.change, answer.message)
        case _:
            assert_never(verdict)


def _held_back(
    write: Repeatable, run: TargetRun, obstacle: Callable[[], Diagnostic | None]
) -> Ended | None:
    """Why a write is not sent. The permit is checked before the reading and again after it."""
    if problem := run.refusal():
        return not_attempted(write.change, problem)
    obstructed = obstacle()
    if problem := run.refusal():
        return not_attempted(write.change, problem)
    if obstructed is not None:
        return refused(write.change, obstructed, write.change.remote_id)
    return None


def _nothing() -> Diagnostic | None:
    return None
