"""Start, stop and schedule into Kore.ai's requests (docs/vendors/kore.md 3.3, 5.6, 7a, 8); pure."""

from datetime import UTC, datetime

from reconciler.providers.kore.api import CHANNEL_OF, KoreSettings
from reconciler.providers.response import shown
from reconciler.resources.base import Live, RunState
from reconciler.resources.tree import Tree
from reconciler.resources.writes import (
    Impossible,
    Operation,
    PlannedRequest,
    Recurrence,
    Write,
)

OPERATIONS = frozenset({Operation.START, Operation.STOP, Operation.SCHEDULE})
_TRIGGERS = {Operation.START: "play", Operation.STOP: "stop"}
_DAYS = {
    "MO": "Mon",
    "TU": "Tue",
    "WE": "Wed",
    "TH": "Thu",
    "FR": "Fri",
    "SA": "Sat",
    "SU": "Sun",
}
_BY_ITSELF = "it has a schedule and starts by itself; switch that off with schedule --off first"
_UNSTARTABLE = {
    "Preparing": "the vendor is still preparing it; start it when it is Ready",
    "Active": "it is contacting people already",
    "Paused": "it was paused in the console, and only the console can resume it",
}


def requests_of(write: Write, settings: KoreSettings) -> tuple[PlannedRequest, ...] | Impossible:
    """The one request of a write of run state, or why none can be made."""
    if write.live is None:
        return Impossible("the campaign was not read, so there is nothing to address")
    if write.operation is Operation.SCHEDULE:
        return _schedule(write.live, write.recurrence, settings)
    if write.operation is Operation.START and write.live.state is RunState.SCHEDULED:
        return Impossible(_BY_ITSELF)
    if write.operation is Operation.START and write.live.status in _UNSTARTABLE:
        return Impossible(_UNSTARTABLE[write.live.status])
    if write.operation is Operation.START and write.live.state is RunState.OTHER:
        return Impossible(_unknown(write.live))
    query = settings.query(campaignType=CHANNEL_OF[write.type], trigger=_TRIGGERS[write.operation])
    call = settings.call(write.operation, write.live.remote_id)
    return (call.request(write.operation, query, {}),)


def _schedule(
    live: Live, recurrence: Recurrence | None, settings: KoreSettings
) -> tuple[PlannedRequest, ...] | Impossible:
    if settings.api == "v1":
        return Impossible("api v1 has no call for schedules; set it in the console, or use api v2")
    if recurrence is not None and live.state is RunState.ACTIVE:
        return Impossible("it is contacting people; schedule it when it is not Active")
    if recurrence is not None and live.state is RunState.OTHER:
        return Impossible(_unknown(live))
    enable = "false" if recurrence is None else "true"
    query = settings.query(enableSchedule=enable, campaignName=live.name)
    body = {} if recurrence is None else _body(recurrence)
    return (settings.call("schedule").request(Operation.SCHEDULE, query, body),)


def _unknown(live: Live) -> str:
    """Why a word that no page lists keeps a campaign from being set off: one was `Running`."""
    return (
        f"its status {shown(live.status) or '(none)'} is not one that the vendor documents, so it "
        "may be contacting people already; look in the console"
    )


def _body(recurrence: Recurrence) -> Tree:
    repeated: Tree = {"recurType": "Daily", "dailyDetails": {"onceEveryNdays": recurrence.every}}
    if recurrence.days:
        days = [_DAYS[day] for day in recurrence.days]
        weekly: Tree = {"onceEveryNweeks": recurrence.every, "whichDays": [*days]}
        repeated = {"recurType": "Weekly", "weeklyDetails": weekly}
    return {
        "startDateTime": _utc(recurrence.start),
        "endDateTime": _utc(recurrence.end),
        "recurrenceObject": repeated,
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
