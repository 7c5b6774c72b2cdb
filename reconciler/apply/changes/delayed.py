"""Sends creates that must wait: last in a run, once nothing of an earlier create can still appear.

A create is delayed while the vendor may still list what an earlier create of its name made. After
the wait a complete listing must show no campaign of the name that is not accounted for
(docs/concepts/at-most-one-create.md#when-a-create-may-be-sent).
"""

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from reconciler.apply.changes.create import create
from reconciler.apply.step import Delayed, Ended, Step, not_attempted, placed
from reconciler.apply.target_run import TargetRun
from reconciler.apply.unknown.search import FoundCreate, fitting
from reconciler.clock import time_of_day
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ApplyRefused, BudgetSpent, LedgerFailed, ReconcilerError, TooSoon
from reconciler.plan.compare.unknown_creates import renamed
from reconciler.plan.model import Action, Change
from reconciler.plan.sent_marks import ended_before, mark_key
from reconciler.providers.stable_listing import list_steadily
from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent
from reconciler.resources.name_key import name_key
from reconciler.resources.outcome import Outcome
from reconciler.resources.sent_mark import SentMark
from reconciler.resources.snapshot import Listing


def delayed(change: Change, run: TargetRun) -> Delayed:
    """A create that the plan holds back, with the end of its wait."""
    moment = change.not_before or run.context.clock.now()
    # Planning counted from its listing, so the time since then is part of the wait.
    left = min((moment - run.planned_at).total_seconds(), run.settings.settle)
    return Delayed(change=change, until=run.begun + left)


def create_delayed(creates: Iterable[Delayed], run: TargetRun) -> Iterator[Step | FoundCreate]:
    """Wait, look, and send each create that nothing speaks against any more.

    The caller must record a found campaign before it asks for the next step.
    """
    pending = list(creates)
    while pending:
        if not run.context.waits or not _waited(pending, run):
            yield from (_too_soon(create, run) for create in pending)
            return
        again: list[Delayed] = []
        for step in _sent(pending, run):
            if isinstance(step, Delayed):
                again.append(step)
            else:
                yield step
        pending = again


def _waited(pending: list[Delayed], run: TargetRun) -> bool:
    """Wait for the last of them; False when the run stops before that."""
    clock = run.context.clock
    seconds = max(create.until for create in pending) - clock.monotonic()
    if seconds > 0:
        until = time_of_day(clock.now() + timedelta(seconds=seconds))
        names = ", ".join(str(create.change.address) for create in pending[:3])
        more = f" and {len(pending) - 3} more" if len(pending) > 3 else ""
        run.wait_openly(
            seconds,
            f"{names}{more} may be created at {until}, because the campaign of an earlier create "
            "may still appear until then",
        )
    return not run.permit.stopped


def _sent(pending: list[Delayed], run: TargetRun) -> Iterator[Step | FoundCreate]:
    listings: dict[str, Listing | Diagnostic] = {}
    why_not = run.context.recheck()
    for waiting in pending:
        change = waiting.change
        if problem := run.refusal() or why_not(change):
            yield not_attempted(change, problem)
            continue
        channel = BY_TYPE[change.address.type].channel
        if channel not in listings:
            listings[channel] = _listed(channel, run)
        listing = listings[channel]
        if isinstance(listing, Diagnostic):
            yield not_attempted(change, listing)
        else:
            yield _judged(waiting, listing, run)


def _listed(channel: str, run: TargetRun) -> Listing | Diagnostic:
    try:
        return list_steadily(run.provider, channel)
    except BudgetSpent as spent:
        return run.spend(spent)
    except ReconcilerError as failed:
        return failed.diagnostics[0]


def _judged(waiting: Delayed, listing: Listing, run: TargetRun) -> Step | FoundCreate:
    change, intent = waiting.change, waiting.intent or _denied_intent(waiting.change, run)
    known = _accounted(change, intent, run)
    others = [row.remote_id for row in _unaccounted(change, listing, known, run)]
    if others:
        # Receipts are many, so they are read only when something is left to account for.
        removed = run.removed_ids()
        others = [remote_id for remote_id in others if remote_id not in removed]
    if others:
        return _appeared(change, intent, listing, run, ids=others)
    if alike := _renamed(waiting, intent, listing, run):
        return not_attempted(change, _may_be(alike))
    try:
        if intent is not None:
            run.ledger.settle(intent, None, run.lock_id)
    except LedgerFailed as failed:
        return not_attempted(change, run.permit.halt(failed))
    if waiting.attempt == 1:
        run.start(change)
    return create(change, run, attempt=waiting.attempt)


def _renamed(
    waiting: Delayed, intent: Intent | None, listing: Listing, run: TargetRun
) -> list[str]:
    """Campaigns of another name that the denied create may have made.

    What planning listed was there before an attempt of this run. For an earlier attempt, the gate
    `near-twin` names it.
    """
    if intent is None:
        return []
    ids = [row.remote_id for row in renamed(intent, listing, run.owned)]
    known = waiting.change.seen_ids
    return [
        one
        for one in ids
        if one not in known and (waiting.intent is None or not run.was_listed(one))
    ]


def _may_be(ids: Iterable[str]) -> Diagnostic:
    return error(
        ApplyRefused.code,
        f"not created: the denied create may have made {', '.join(ids)}, whose name differs",
        "Plan again: the plan says what to do.",
    )


def _denied_intent(change: Change, run: TargetRun) -> Intent | None:
    intent = run.view.intents.get(change.address)
    return intent if intent is not None and intent.denied else None


def _accounted(change: Change, intent: Intent | None, run: TargetRun) -> set[str]:
    """The ids that an earlier create of this name cannot have made, or that are ours."""
    mark = _mark(change, run)
    return {
        *run.owned,
        *change.seen_ids,
        *(intent.seen_ids if intent is not None else ()),
        *(mark.seen_ids if mark is not None else ()),
    }


def _unaccounted(
    change: Change, listing: Listing, accounted: Collection[str], run: TargetRun
) -> Iterator[Live]:
    """The campaigns of a create's name that an earlier create of it may have made.

    A campaign that ended before the create is not one; a campaign that was archived since may be.
    """
    key, mark = name_key(change.name), _mark(change, run)
    for row in listing.items:
        alike = row.type == change.address.type and name_key(row.name) == key
        ended = mark is not None and ended_before(row, mark)
        if alike and not ended and row.remote_id not in accounted:
            yield row


def _mark(change: Change, run: TargetRun) -> SentMark | None:
    return run.marks.get(mark_key(change.address.type, change.name, run.account))


def _appeared(
    change: Change, intent: Intent | None, listing: Listing, run: TargetRun, *, ids: list[str]
) -> Step | FoundCreate:
    """A campaign of the name is there now: adopted if it can only be the denied create's."""
    if intent is not None:
        try:
            found = fitting(intent, listing, run)
        except ReconcilerError as failed:
            return not_attempted(change, failed.diagnostics[0])
        if len(found) == 1 and ids == [found[0].live.remote_id]:
            adopted = replace(change, action=Action.ADOPT)
            return FoundCreate(change=adopted, intent=intent, candidate=found[0])
    shown = ", ".join(ids)
    return not_attempted(
        change,
        error(
            ApplyRefused.code,
            f"not created: {shown} of this name has appeared since the plan was made",
            "Plan again: the plan says what to do.",
        ),
    )


def _too_soon(waiting: Delayed, run: TargetRun) -> Ended:
    """The outcome of a create that is left for a later run."""
    clock, change = run.context.clock, waiting.change
    left = max(0.0, waiting.until - clock.monotonic())
    moment = time_of_day(clock.now() + timedelta(seconds=math.ceil(left)))
    denied = f" ({waiting.intent.denied})" if waiting.intent is not None else ""
    problem = error(
        TooSoon.code,
        f"not created before {moment}: the campaign of an earlier create may still appear{denied}",
        f"Run apply again after {moment}: it adopts that campaign if it has appeared by then, and "
        "sends the create again if not.",
    )
    return Ended(
        change=change,
        outcome=Outcome.SKIPPED,
        message=problem.summary,
        diagnostics=(placed(change, problem),),
    )
