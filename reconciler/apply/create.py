"""One create: its intent made durable, then exactly one request, then what the answer proves.

The only place that sends a create. An answer that proves nothing leaves the intent open.
"""

from dataclasses import replace
from typing import assert_never

from reconciler.apply.classify import CreateVerdict, classify_create, failure
from reconciler.apply.compare import learnt
from reconciler.apply.complete import as_blocked
from reconciler.apply.patience import ATTEMPTS, retry_delay
from reconciler.apply.recovery import keep_for_recovery
from reconciler.apply.site import Site, Step, not_attempted, placed, refused, where
from reconciler.apply.update import send_settings
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import (
    BudgetSpent,
    LedgerFailed,
    OutcomeUnknown,
    ReconcilerError,
    Withheld,
)
from reconciler.plan.candidates import create_part, strangers
from reconciler.plan.model import Change
from reconciler.providers.steady import list_steadily
from reconciler.resources import marker
from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_view import Intent, Record, SeenState
from reconciler.resources.outcome import Answer, Outcome


def create(change: Change, site: Site) -> Step:
    """Create a campaign at most once; never raises for a fault of vendor, ledger or lease."""
    if problem := site.refusal():
        return not_attempted(change, problem)
    intent = _intent(change, site)
    try:
        if not site.ledger.put_intent(intent, site.lock_id):
            return refused(change, _unsettled(change))
    except LedgerFailed as failed:
        return not_attempted(change, site.permit.halt(failed))
    return _post(change, intent, site)


def keep(change: Change, intent: Intent, site: Site, *, live: Live | None, remote_id: str) -> Step:
    """Record a campaign that exists, then send the settings that its create could not carry."""
    more = len(change.requests) > 1
    record = Record(
        address=intent.address,
        target=intent.target,
        remote_id=remote_id,
        name=intent.name,
        spec=create_part(intent.type, intent.spec),
        generation=intent.generation,
        created=True,
        protected=bool(change.protects),
        seen=SeenState.of(live),
        written_at=site.now(),
    )
    site.owned.add(remote_id)
    bindings = site.learn(learnt(intent.target, intent.spec, live))
    try:
        site.ledger.settle(intent, record, site.lock_id, bindings)
    except LedgerFailed as failed:
        return Step(
            change=change,
            outcome=Outcome.APPLIED,
            remote_id=remote_id,
            message="created, but not recorded",
            diagnostics=(
                placed(change, site.permit.halt(failed)),
                keep_for_recovery(
                    site.context.recovery, intent, remote_id, environment=site.view.environment
                ),
            ),
        )
    site.progress(change, f"created as {remote_id}")
    if more and live is not None and live.blocked:
        return as_blocked(replace(change, remote_id=remote_id), live)
    if more:
        return send_settings(change, record, site)
    return Step(change=change, outcome=Outcome.APPLIED, remote_id=remote_id, record=record)


def _intent(change: Change, site: Site) -> Intent:
    before = site.view.records.get(change.address)
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
        run_id=site.plan_id,
        created_at=site.now(),
        marker=marker.split(sent.get("description"))[1],
    )


def _post(change: Change, intent: Intent, site: Site) -> Step:
    # Asked again here, because making the intent durable may have taken long.
    if problem := site.refusal():
        return _closed(not_attempted(change, problem), intent, site)
    try:
        answer = site.provider.send(change.requests[0], site.leave)
    except Withheld as kept:
        return _closed(not_attempted(change, kept.diagnostics[0]), intent, site)
    except BudgetSpent as spent:
        return _proven_absent(change, intent, site, problem=site.spend(spent))
    return _judged(change, intent, site, answer=answer)


def _judged(change: Change, intent: Intent, site: Site, *, answer: Answer) -> Step:
    verdict = classify_create(answer)
    match verdict:
        case CreateVerdict.CREATED if answer.remote_id is not None:
            return keep(change, intent, site, live=answer.live, remote_id=answer.remote_id)
        case CreateVerdict.REFUSED:
            return _proven_absent(change, intent, site, problem=failure(answer, where(change)))
        case CreateVerdict.RETRY:
            return _again(change, intent, site, answer=answer)
        case CreateVerdict.LOOK_ONCE:
            return _look_once(change, intent, site, answer=answer)
        case CreateVerdict.UNKNOWN | CreateVerdict.CREATED:
            return _unclear(change, intent, answer.message)
        case _:
            assert_never(verdict)


def _again(change: Change, intent: Intent, site: Site, *, answer: Answer) -> Step:
    """A rate-limit refusal: a new attempt in the same intent, durable before it leaves."""
    if intent.attempt >= ATTEMPTS or not answer.may_retry:
        return _proven_absent(change, intent, site, problem=failure(answer, where(change)))
    site.wait(retry_delay(answer, intent.attempt, site.context.clock), "rate limit")
    further = replace(intent, attempt=intent.attempt + 1, created_at=site.now())
    try:
        site.ledger.note_attempt(further, site.lock_id)
    except LedgerFailed as failed:
        return not_attempted(change, site.permit.halt(failed))
    return _post(change, further, site)


def _look_once(change: Change, intent: Intent, site: Site, *, answer: Answer) -> Step:
    """One steady listing: a campaign of that name that nobody knows keeps the outcome open."""
    try:
        found = strangers(intent, list_steadily(site.provider, intent.channel), site.owned)
    except ReconcilerError as failed:
        return _unclear(change, intent, f"{answer.message}; {failed}")
    if found:
        return _unclear(change, intent, answer.message)
    return _proven_absent(change, intent, site, problem=failure(answer, where(change)))


def _proven_absent(change: Change, intent: Intent, site: Site, *, problem: Diagnostic) -> Step:
    return _closed(refused(change, problem), intent, site)


def _closed(step: Step, intent: Intent, site: Site) -> Step:
    try:
        site.ledger.settle(intent, None, site.lock_id)
    except LedgerFailed as failed:
        halted = placed(step.change, site.permit.halt(failed))
        return replace(step, diagnostics=(*step.diagnostics, halted))
    return step


def _unclear(change: Change, intent: Intent, message: str) -> Step:
    return Step(change=change, outcome=Outcome.UNKNOWN, message=message, intent=intent)


def _unsettled(change: Change) -> Diagnostic:
    return error(
        OutcomeUnknown.code,
        "an earlier create of this address has no known outcome, so nothing was sent",
        f"Settle it with `reconciler resolve {change.address}`.",
    )
