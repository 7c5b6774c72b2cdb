"""A write in canonical form into Kore.ai's requests; pure.

An update is a PUT of the whole campaign: desired fields, over read fields, over last sent fields if
the vendor does not return them. A field that is in none of these makes the write impossible.
Start, stop and schedule are one request each. See docs/vendors/kore.md 3 to 5, 7a and 8.
"""

from datetime import UTC, datetime

from pydantic import JsonValue

from reconciler.providers.kore.api import CHANNEL_OF, KoreSettings
from reconciler.providers.redaction import redacted
from reconciler.resources import kinds
from reconciler.resources.base import Compare, Field, Kind, Live, RunState
from reconciler.resources.message_text import encodings, readable
from reconciler.resources.tree import Tree, at, has, overlay, unflatten
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Recurrence, Write

_ENCODINGS = ("plain", "base64", "base64-percent")
_MESSAGE = "message.message"
_ONLY_AN_ID = (
    "{} is declared by the vendor's id, but the API accepts only names; declare the name, which "
    "the console shows"
)
# The order of the vendor's samples, so that people can compare requests with them.
_ORDER = {
    key: place
    for place, key in enumerate(
        (
            "name",
            "description",
            "contactLists",
            "dncLists",
            "priority",
            "format",
            "campaignType",
            "dialingMode",
            "message",
            "dialingStrategy",
            "schedule",
            "experienceFlowName",
            "queue_name",
            "enableMachineDetect",
            "maxSkips",
        )
    )
}


class _Unknown(ValueError):
    """A field that must be sent, but whose value is not known."""


def requests_of(write: Write, settings: KoreSettings) -> tuple[PlannedRequest, ...] | Impossible:
    """The single request of the write, or why it is impossible."""
    if write.operation in RUN_STATE_OPERATIONS:
        return _run_state_requests(write, settings)
    kind, channel = kinds.BY_TYPE[write.type], CHANNEL_OF[write.type]
    query = settings.query(campaignType=channel)
    if write.operation is Operation.CREATE:
        call, known = settings.call("create"), write.spec
    elif write.live is None:
        return Impossible("the campaign was not read, so its id is not known")
    else:
        call = settings.call(write.operation, write.live.remote_id)
        if write.operation is Operation.DELETE:
            return (call.request(write.operation, query),)
        if write.live.thin:
            return Impossible("only its list row was read; an update needs a full read")
        known = overlay(overlay(write.last_applied, write.live.spec), write.spec)
    tag = kind.tag(settings.api, known)
    try:
        body = _body(write, kind, tag, settings)
    except _Unknown as problem:
        return Impossible(str(problem))
    return (call.request(write.operation, query, body),)


def _body(write: Write, kind: Kind, tag: str, settings: KoreSettings) -> Tree:
    pairs: list[tuple[str, JsonValue]] = [("campaignType", CHANNEL_OF[write.type])]
    create = write.operation is Operation.CREATE
    for field in kind.fields:
        if tag not in ((field.required | field.optional) if create else field.update):
            continue
        value = _created(field, write) if create else _updated(field, write)
        if isinstance(value, str) and field.is_id(value):
            raise _Unknown(_ONLY_AN_ID.format(field.path))
        if field.path == _MESSAGE and value is not None:
            value = _encoded(value, write, tag, settings)
        if value is not None:
            pairs.append((field.path, value))
        elif tag in field.required:
            raise _Unknown(_advice(field))
    body = unflatten(pairs)
    if tag == "v1:simple":
        # As in the vendor's v1 sample: an empty id means no template.
        body["message"] = {"templateId": "", **_object(body["message"])}
    return {key: body[key] for key in sorted(body, key=_ORDER.__getitem__)}


def _created(field: Field, write: Write) -> JsonValue:
    return at(write.spec, field.path) if has(write.spec, field.path) else field.default


def _updated(field: Field, write: Write) -> JsonValue:
    live = write.live.spec if write.live else {}
    if has(write.spec, field.path):
        wanted, read = at(write.spec, field.path), at(live, field.path)
        # A value that is already right is sent exactly as it was read.
        same = read is not None and field.equal(wanted, read)
        return read if same else wanted
    if has(live, field.path):
        return at(live, field.path)
    if has(write.last_applied, field.path):
        return at(write.last_applied, field.path)
    return field.default if field.compare is Compare.NEVER else None


def _encoded(text: JsonValue, write: Write, tag: str, settings: KoreSettings) -> JsonValue:
    """A message in the target's encoding, encoded once wherever it comes from.

    A message that was read is sent as it was read. In an old record it may already be encoded.
    See docs/vendors/kore.md 7.4.
    """
    read = at(write.live.spec, _MESSAGE) if write.live else None
    if not isinstance(text, str) or text == read:
        return text
    usual = "plain" if tag == "v1:simple" else "base64-percent"
    return encodings(readable(text))[_ENCODINGS.index(settings.message_encoding or usual)]


def _advice(field: Field) -> str:
    why = "the vendor returns no name for it" if field.read_as else "the vendor does not return it"
    return (
        f"{field.path} must be sent, but {why}; declare it in the manifest, because "
        "reconciler does not guess"
    )


def _object(value: JsonValue) -> Tree:
    return value if isinstance(value, dict) else {}


RUN_STATE_OPERATIONS = frozenset({Operation.START, Operation.STOP, Operation.SCHEDULE})
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
_SCHEDULED = "it has a schedule and starts automatically; switch it off with schedule --off first"
_UNSTARTABLE = {
    "Preparing": "the vendor is still preparing it; start it when it is Ready",
    "Active": "it is already contacting people",
    "Paused": "it was paused in the console, and only the console can resume it",
}


def _run_state_requests(
    write: Write, settings: KoreSettings
) -> tuple[PlannedRequest, ...] | Impossible:
    """The single request that changes run state, or why it is impossible."""
    if write.live is None:
        return Impossible("the campaign was not read, so its id is not known")
    if write.operation is Operation.SCHEDULE:
        return _schedule(write.live, write.recurrence, settings)
    if write.operation is Operation.START and write.live.state is RunState.SCHEDULED:
        return Impossible(_SCHEDULED)
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
    body = {} if recurrence is None else _schedule_body(recurrence)
    return (settings.call("schedule").request(Operation.SCHEDULE, query, body),)


def _unknown(live: Live) -> str:
    """Why an undocumented status prevents a start: it may mean that the campaign is running."""
    return (
        f"its status {redacted(live.status) or '(none)'} is not documented by the vendor, so "
        "it may already be contacting people; check in the console"
    )


def _schedule_body(recurrence: Recurrence) -> Tree:
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
