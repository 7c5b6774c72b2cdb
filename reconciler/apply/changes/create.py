"""Sends one create: a durable intent first, then exactly one request, then the verdict.

The only place that sends a create. Every answer except a success leaves the intent open.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from reconciler.apply.answer_verdicts import CreateVerdict, classify_create, failure
from reconciler.apply.changes.follow_up import as_blocked
from reconciler.apply.changes.update import send_settings
from reconciler.apply.readings import learnt
from reconciler.apply.step import (
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
from reconciler.apply.unknown.search import FoundCreate, unknown_create
from reconciler.apply.unknown.unrecorded_id import keep_for_recovery
from reconciler.clock import time_of_day
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import (
    BudgetSpent,
    LedgerFailed,
    OutcomeUnknown,
    TooSoon,
    Withheld,
    unforeseen,
)
from reconciler.plan.compare.unknown_creates import created_record, renamed
from reconciler.plan.model import Change, Protection
from reconciler.resources import marker
from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent
from reconciler.resources.outcome import Answer, Outcome


def create(change: Change, run: TargetRun) -> Step:
    """Create a campaign at most once; never raises for a fault of vendor, ledger or lease."""
    if change.not_before is not None:
        return too_soon(change, change.not_before)
    if problem := run.refusal():
        return not_attempted(change, problem)
    intent = _intent(change, run)
    try:
        if not run.ledger.put_intent(intent, run.lock_id):
            return refused(change, _still_open())
    except LedgerFailed as failed:
        return not_attempted(change, run.permit.halt(failed))
    try:
        return _post(change, intent, run)
    except Exception as fault:  # noqa: BLE001 - the request may have been sent
        return _unclear(change, intent, unforeseen(fault))


def record_created(
    change: Change, intent: Intent, run: TargetRun, *, live: Live | None, remote_id: str
) -> Ended | Written:
    """Record a campaign that exists, then send the settings that its create could not carry."""
    more = len(change.requests) > 1
    record = replace(
        created_record(intent, remote_id, live, written_at=run.now()),
        protected=change.protection is Protection.PROTECT,
    )
    bindings = run.learn(learnt(intent.target, intent.spec, live))
    run.owned.add(remote_id)
    try:
        run.ledger.settle(intent, record, run.lock_id, bindings)
    except LedgerFailed as failed:
        return Ended(
            change=change,
            outcome=Outcome.APPLIED,
            remote_id=remote_id,
            message="created, but not recorded",
            diagnostics=(
                placed(change, run.permit.halt(failed)),
                keep_for_recovery(
                    run.context.recovery, intent, remote_id, environment=run.view.environment
                ),
            ),
        )
    except Exception:
        # Unforeseen. The campaign will be looked for, so it must not count as owned.
        run.owned.discard(remote_id)
        raise
    run.progress(change, f"created as {remote_id}")
    if more and live is not None and live.blocked:
        return as_blocked(replace(change, remote_id=remote_id), live)
    if more:
        return send_settings(change, record, run)
    return Written(change=change, record=record)


def record_found(found: FoundCreate, run: TargetRun) -> Ended | Written:
    """Record a campaign that was found, as if the answer to its create had named it."""
    live = found.live
    try:
        step = record_created(found.change, found.intent, run, live=live, remote_id=live.remote_id)
    except Exception as fault:  # noqa: BLE001 - the search for others must go on
        return unknown_create(found.change, unforeseen(fault))
    message = f"{found.message}; {step.message}" if step.message else found.message
    return replace(step, message=message)


def _intent(change: Change, run: TargetRun) -> Intent:
    before = run.view.records.get(change.address)
    sent = change.requests[0].body or {}
    return Intent(
        address=change.address,
        generation=before.generation + 1 if before else 1,
        target=change.target,
        type=change.address.type,
        channel=BY_TYPE[change.address.type].channel,
        name=change.name,
        spec=change.desired or {},
        seen_ids=change.seen_ids,
        run_id=run.plan_id,
        created_at=run.now(),
        marker=marker.split(sent.get("description"))[1],
    )


def _post(change: Change, intent: Intent, run: TargetRun) -> Step:
    # Checked again here, because making the intent durable may have taken long.
    if problem := run.refusal():
        return _closed(not_attempted(change, problem), intent, run)
    try:
        answer = run.provider.send(change.requests[0], run.leave)
    except Withheld as kept:
        return _closed(not_attempted(change, kept.diagnostics[0]), intent, run)
    except BudgetSpent as spent:
        return _closed(refused(change, run.spend(spent)), intent, run)
    return _judged(change, intent, run, answer=answer)


def _judged(change: Change, intent: Intent, run: TargetRun, *, answer: Answer) -> Step:
    verdict = classify_create(answer)
    match verdict:
        case CreateVerdict.CREATED if answer.remote_id is not None:
            if doubt := _belongs_elsewhere(answer.remote_id, intent, run):
                return _unclear(change, intent, doubt)
            return record_created(change, intent, run, live=answer.live, remote_id=answer.remote_id)
        case CreateVerdict.NOT_SENT:
            return _closed(refused(change, failure(answer, where(change))), intent, run)
        case CreateVerdict.DENIED:
            return _denied(change, intent, run, answer=answer)
        case CreateVerdict.UNKNOWN | CreateVerdict.CREATED:
            return _unclear(change, intent, answer.message)
        case _:
            assert_never(verdict)


def _belongs_elsewhere(remote_id: str, intent: Intent, run: TargetRun) -> str:
    """Why the answer's id cannot be that of the new campaign; empty when it can."""
    if remote_id in run.owned:
        return f"the response names {remote_id}, which belongs to another address"
    if remote_id in intent.seen_ids or run.was_listed(remote_id):
        return f"the response names {remote_id}, which existed before"
    return ""


def _denied(change: Change, intent: Intent, run: TargetRun, *, answer: Answer) -> Step:
    """The vendor refused but may still have created the campaign, so the intent stays open."""
    problem = failure(answer, where(change), attempts=1)
    try:
        # Whatever the vendor did, it did before it answered, so the wait counts from here.
        denied = replace(intent, denied=problem.summary, created_at=run.now())
        denied = replace(denied, seen_ids=(*intent.seen_ids, *_alike_before(denied, run)))
        run.ledger.update_intent(denied, run.lock_id)
    except LedgerFailed as failed:
        halted = placed(change, run.permit.halt(failed))
        return replace(_unclear(change, intent, problem.summary), diagnostics=(halted,))
    wait = timedelta(seconds=run.settings.settle)
    detail = (
        "A refusal does not prove that nothing was created. The campaign is not created "
        f"before {time_of_day(run.context.clock.now() + wait)}; if it has appeared by then, the "
        "next apply adopts it instead."
    )
    return refused(change, replace(problem, detail=detail))


def _alike_before(intent: Intent, run: TargetRun) -> list[str]:
    """Campaigns of another name that planning saw; this create did not make them."""
    snapshot = run.context.snapshots.get(run.target)
    listing = snapshot.listings.get(intent.channel) if snapshot is not None else None
    if listing is None:
        return []
    return [row.remote_id for row in renamed(intent, listing, run.owned)]


def _closed(step: Ended, intent: Intent, run: TargetRun) -> Ended:
    try:
        run.ledger.settle(intent, None, run.lock_id)
    except LedgerFailed as failed:
        halted = placed(step.change, run.permit.halt(failed))
        return replace(step, diagnostics=(*step.diagnostics, halted))
    return step


def _unclear(change: Change, intent: Intent, message: str) -> Unclear:
    return Unclear(change=change, intent=intent, message=message)


def _still_open() -> Diagnostic:
    return error(
        OutcomeUnknown.code,
        "an earlier create of this address is not settled, so nothing was sent",
        "Plan again: the plan shows what is known about it.",
    )


def too_soon(change: Change, not_before: datetime) -> Ended:
    """A create that must wait, because the vendor may still list an earlier one late."""
    return not_attempted(
        change,
        error(
            TooSoon.code,
            f"not created before {time_of_day(not_before)}: the campaign of an earlier create may "
            "still appear",
            "Apply again after that. If that campaign has appeared by then, it is adopted instead.",
        ),
    )
