"""The intent and the sent mark of a create, and those of the create that comes next.

If a create follows another one at once, its intent is written in the same step as the outcome of
the one before. That saves a round trip to the ledger for each create.
"""

from contextlib import suppress

from reconciler.apply.step import Ended
from reconciler.apply.target_run import TargetRun
from reconciler.ledger.base import Opening
from reconciler.plan.model import Change
from reconciler.plan.sent_marks import intent_key
from reconciler.resources import marker
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent
from reconciler.resources.outcome import Outcome
from reconciler.resources.sent_mark import SentMark


def opening_of(change: Change, run: TargetRun, attempt: int = 1) -> Opening:
    """What is recorded before a create is sent."""
    intent, sent = _intent(change, run, attempt), run.moment()
    key = intent_key(intent, intent.account)
    before = run.marks.get(key)
    mark = SentMark(
        key=key,
        first_at=before.first_at if before is not None else sent.ours,
        sent=sent,
        environment=run.view.environment,
        address=intent.address,
        seen_ids=intent.seen_ids,
    )
    # If this run is killed, it may or may not have been sent.
    part = run.part(Ended(change=change, outcome=Outcome.UNKNOWN))
    return Opening(intent=intent, mark=mark, before=before, part=part)


def next_opening(run: TargetRun) -> Opening | None:
    """The same for the create that follows at once; None if none does, or if it has to wait.

    Sends no request, because the create before it has yet to be recorded.
    """
    if run.following is None or run.ahead is not None:
        return None
    with suppress(Exception):  # a failure must not affect the create before it
        if run.roomy() and run.spent is None and not run.permit.stopped:
            return opening_of(run.following, run)
    return None


def _intent(change: Change, run: TargetRun, attempt: int) -> Intent:
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
        attempt=attempt,
        created_at=run.now(),
        vendors_at=times[0] if (times := run.vendor_time()) else None,
        marker=marker.split(sent.get("description"))[1],
        account=run.account,
        later=change.requests[1:],
    )
