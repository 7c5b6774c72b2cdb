"""A write in canonical form into Kore.ai's requests (docs/vendors/kore.md 3, 4); pure.

An update is a PUT of the whole campaign: what is wanted, over what is read, over what was last
sent for fields that no read shows. A field that none of these knows makes the write impossible.
"""

from pydantic import JsonValue

from reconciler.providers.kore import runs
from reconciler.providers.kore.api import CHANNEL_OF, KoreSettings
from reconciler.resources import kinds
from reconciler.resources.base import Compare, Field, Kind
from reconciler.resources.message_text import encodings, readable
from reconciler.resources.tree import Tree, at, has, overlay, unflatten
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write

_ENCODINGS = ("plain", "base64", "base64-percent")
_MESSAGE = "message.message"
_ONLY_AN_ID = (
    "{} is declared by the vendor's id, and the API takes names only; declare the name, which the "
    "console shows"
)
# The order of the vendor's samples, for whoever compares a request with them.
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
    """A field that must be sent and that nothing tells."""


def requests_of(write: Write, settings: KoreSettings) -> tuple[PlannedRequest, ...] | Impossible:
    """The one request that makes the write, or why none can."""
    if write.operation in runs.OPERATIONS:
        return runs.requests_of(write, settings)
    kind, channel = kinds.BY_TYPE[write.type], CHANNEL_OF[write.type]
    query = settings.query(campaignType=channel)
    if write.operation is Operation.CREATE:
        call, known = settings.call("create"), write.spec
    elif write.live is None:
        return Impossible("the campaign was not read, so there is nothing to address")
    else:
        call = settings.call(write.operation, write.live.remote_id)
        if write.operation is Operation.DELETE:
            return (call.request(write.operation, query),)
        if write.live.thin:
            return Impossible("only its list row was read; a full reading is needed to replace it")
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
        # As the vendor's v1 sample: an empty id says that no template is meant.
        body["message"] = {"templateId": "", **_object(body["message"])}
    return {key: body[key] for key in sorted(body, key=_ORDER.__getitem__)}


def _created(field: Field, write: Write) -> JsonValue:
    return at(write.spec, field.path) if has(write.spec, field.path) else field.default


def _updated(field: Field, write: Write) -> JsonValue:
    live = write.live.spec if write.live else {}
    if has(write.spec, field.path):
        wanted, read = at(write.spec, field.path), at(live, field.path)
        # What is already right goes back exactly as it came.
        same = read is not None and field.equal(wanted, read)
        return read if same else wanted
    if has(live, field.path):
        return at(live, field.path)
    if has(write.last_applied, field.path):
        return at(write.last_applied, field.path)
    return field.default if field.compare is Compare.NEVER else None


def _encoded(text: JsonValue, write: Write, tag: str, settings: KoreSettings) -> JsonValue:
    """A message as the target takes it, encoded once wherever it comes from.

    One that was read goes back as it came; one of an old record may be encoded already.
    See docs/vendors/kore.md 7.4.
    """
    read = at(write.live.spec, _MESSAGE) if write.live else None
    if not isinstance(text, str) or text == read:
        return text
    usual = "plain" if tag == "v1:simple" else "base64-percent"
    return encodings(readable(text))[_ENCODINGS.index(settings.message_encoding or usual)]


def _advice(field: Field) -> str:
    why = "the vendor shows no name for it" if field.read_as else "no reading shows it"
    return (
        f"{field.path} must be sent, and {why}; declare it in the manifest, so that nothing is "
        "guessed"
    )


def _object(value: JsonValue) -> Tree:
    return value if isinstance(value, dict) else {}
