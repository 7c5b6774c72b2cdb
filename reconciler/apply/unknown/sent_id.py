"""Whether the id in a create's answer is that of the new campaign.

It is, unless something speaks against it
(docs/concepts/at-most-one-create.md#whose-id).
"""

from reconciler.apply.target_run import TargetRun
from reconciler.clock import timestamp
from reconciler.errors import ReconcilerError
from reconciler.plan.compare.unknown_creates import is_older
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent
from reconciler.resources.name_key import name_key


def reading(remote_id: str, shown: Live | None, intent: Intent, run: TargetRun) -> Live | str:
    """The campaign of an answer, read by id unless the answer has its name and its age.

    A text says why it is not known which campaign that is.
    """
    if shown is not None and shown.name and shown.created_at is not None:
        return shown
    try:
        live = run.provider.get(intent.type, remote_id)
    except ReconcilerError as failed:
        return f"the response names {remote_id}, which could not be read: {failed}"
    return live or f"the response names {remote_id}, which the vendor does not show"


def doubt_of_id(remote_id: str, intent: Intent, run: TargetRun) -> str:
    """Why an id cannot be that of the new campaign, before anything is read; "" when it can."""
    if remote_id in run.owned:
        return f"the response names {remote_id}, which belongs to another address"
    if remote_id in intent.seen_ids or run.was_listed(remote_id):
        return f"the response names {remote_id}, which existed before"
    return ""


def doubt_of_reading(live: Live, intent: Intent) -> str:
    """Why a reading shows another campaign than the new one; "" when it does not."""
    if live.name and name_key(live.name) != name_key(intent.name):
        return f'the response names {live.remote_id}, which is called "{live.name}"'
    if live.created_at is None or not is_older(live, intent):
        return ""
    made = timestamp(live.created_at)
    return f"the response names {live.remote_id}, which was created earlier, at {made}"
