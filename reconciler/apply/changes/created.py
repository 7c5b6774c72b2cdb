"""Records a campaign that a create made, then sends what its create could not carry."""

from dataclasses import replace

from reconciler.apply.changes.follow_up import as_blocked
from reconciler.apply.changes.update import send_settings
from reconciler.apply.readings import learnt
from reconciler.apply.step import Ended, Written, placed
from reconciler.apply.target_run import TargetRun
from reconciler.apply.unknown.search import FoundCreate, unknown_create
from reconciler.apply.unknown.unrecorded_id import keep_for_recovery
from reconciler.errors import LedgerFailed, unforeseen
from reconciler.plan.compare.unknown_creates import created_record
from reconciler.plan.model import Change, Protection
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent
from reconciler.resources.outcome import Outcome


def record_created(
    change: Change,
    intent: Intent,
    run: TargetRun,
    *,
    live: Live | None,
    remote_id: str,
    found: FoundCreate | None = None,
) -> Ended | Written:
    """Record a campaign that exists, then send the settings that its create could not carry.

    `found` if no answer named it.
    """
    more = len(change.requests) > 1
    record = replace(
        created_record(intent, remote_id, live, written_at=run.now()),
        protected=change.protection is Protection.PROTECT,
    )
    bindings = run.learn(learnt(intent.target, intent.spec, live))
    run.owned.add(remote_id)
    done = Ended(change=change, outcome=Outcome.APPLIED, remote_id=remote_id)
    try:
        run.ledger.settle(intent, record, run.lock_id, bindings, run.part(done))
    except LedgerFailed as failed:
        return replace(
            done,
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
    if found is None:
        run.progress(change, f"created as {remote_id}")
    else:
        run.progress(change, found.message)
    if more and live is not None and live.blocked:
        return as_blocked(replace(change, remote_id=remote_id), live)
    if more:
        return send_settings(change, record, run)
    return Written(change=change, record=record)


def record_found(found: FoundCreate, run: TargetRun) -> Ended | Written:
    """Record a campaign that was found, as if the answer to its create had named it."""
    live = found.live
    try:
        step = record_created(
            found.change, found.intent, run, live=live, remote_id=live.remote_id, found=found
        )
    except Exception as fault:  # noqa: BLE001 - the search for others must go on
        return unknown_create(found.change, unforeseen(fault))
    message = f"{found.message}; {step.message}" if step.message else found.message
    return replace(step, message=message)
