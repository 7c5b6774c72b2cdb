"""Records a campaign that a create made, then sends what its create could not carry."""

from dataclasses import replace

from reconciler.apply.changes.follow_up import as_blocked, without_requests
from reconciler.apply.changes.opening import next_opening
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
from reconciler.resources.follow_up import beyond_create
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.ledger_records import Intent, Record
from reconciler.resources.outcome import Outcome


def record_created(
    change: Change, intent: Intent, run: TargetRun, *, live: Live | None, remote_id: str
) -> Ended | Written:
    """Record a campaign that the vendor says it created, then send its settings."""
    record = _recorded(change, intent, run, live=live, remote_id=remote_id)
    if isinstance(record, Ended):
        return record
    run.progress(change, f"created as {remote_id}")
    made = replace(change, remote_id=remote_id)
    if intent.later and live is not None and live.blocked:
        return as_blocked(made, live)
    if intent.later:
        return send_settings(change, record, intent.later, run)
    return Written(change=change, record=record)


def _recorded(
    change: Change, intent: Intent, run: TargetRun, *, live: Live | None, remote_id: str
) -> Record | Ended:
    """Record a campaign that exists, and open the next create with it if nothing comes between.

    Returns its outcome if the ledger fails.
    """
    record = replace(
        created_record(intent, remote_id, live, written_at=run.now()),
        protected=change.protection is Protection.PROTECT,
    )
    bindings = run.learn(learnt(intent.target, intent.spec, live))
    run.owned.add(remote_id)
    done = Ended(change=change, outcome=Outcome.APPLIED, remote_id=remote_id)
    try:
        opening = None if intent.later else next_opening(run)
        if run.ledger.settle(intent, record, run.lock_id, bindings, run.part(done), opening):
            run.ahead = opening
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
    return record


def record_found(found: FoundCreate, run: TargetRun) -> Ended | Written:
    """Record a campaign that was found, and complete it if its create was the first of several."""
    live = found.live
    try:
        record = _recorded(found.change, found.intent, run, live=live, remote_id=live.remote_id)
        if isinstance(record, Ended):
            step: Ended | Written = record
        else:
            run.progress(found.change, found.message)
            step = complete_found(found.change, found.intent, record, run)
    except Exception as fault:  # noqa: BLE001 - the search for others must go on
        return unknown_create(found.change, found.intent, unforeseen(fault))
    message = f"{found.message}; {step.message}" if step.message else found.message
    return replace(step, message=message)


def complete_found(
    change: Change, intent: Intent, record: Record, run: TargetRun
) -> Ended | Written:
    """Send the settings of an adopted campaign, if it is a draft that does not have them."""
    change = replace(change, after=create_spec(BY_TYPE[intent.type], intent.spec))
    if intent.later:
        return send_settings(change, record, intent.later, run, found=True)
    if beyond_create(intent.type, intent.spec):
        # An older version wrote the intent, without the requests that follow the create.
        return without_requests(replace(change, remote_id=record.remote_id))
    return Written(change=change, record=record)
