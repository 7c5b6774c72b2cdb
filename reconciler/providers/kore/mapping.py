"""Kore.ai's records into `Live` campaigns; raw JSON stops here (docs/vendors/kore.md 5, 7a, 12).

A record with an id is always a campaign: fields that are missing, null or of the wrong type stay as
they are, and values that cannot be understood block writes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from pydantic import JsonValue

from reconciler.providers.known_spelling import (
    in_known_keys,
    in_known_words,
    known_keys,
    respelled_keys,
    with_text_name,
)
from reconciler.providers.kore.update_rules import (
    FLAGS,
    SCHEDULES,
    SHAPES,
    STATES,
    TEMPLATE,
    hides_exclusion,
    why_not_updatable,
)
from reconciler.providers.paging import whole
from reconciler.providers.redaction import redacted
from reconciler.providers.response import is_plain_id, text_of
from reconciler.resources import kinds
from reconciler.resources.base import Compare, Kind, Live, RunState
from reconciler.resources.kore import sms_variant
from reconciler.resources.run_evidence import unusual_run
from reconciler.resources.tree import Tree, at, digest, has, overlay, unflatten

# The template of a message without a template name; "" if the vendor returns only its id.
_NO_NAME: Mapping[str, JsonValue] = {"simple": None, "template": ""}
# Statistics and progress of the running campaign: a change of these is not an edit.
_COUNTERS = frozenset({"totalMessagesSent", "campaignInstanceUpdatedAt"})
_KEYS = known_keys(
    kinds.of_provider("kore"),
    (*FLAGS, "totalMessagesSent", "campaignExecutionType", "campaignInstanceId", "createdAt"),
)
_WORDS = {
    **dict(SHAPES.values()),
    "status": tuple(STATES),
}
# Keys that have their own place in `Live`.
_IN_LIVE = frozenset({"_id", "id", "name", "lname", "status", *_COUNTERS})


class Malformed(ValueError):
    """A record that is not a campaign: it has no id, or two ids."""


def record_id(raw: Tree) -> str:
    """The id of a list row or a single record, which is under `id` or `_id`."""
    ids = {value for key in ("id", "_id") if isinstance(value := raw.get(key), str) and value}
    if len(ids) != 1:
        raise Malformed("a campaign has two different ids" if ids else "a campaign has no id")
    id_ = ids.pop()
    if not is_plain_id(id_):
        raise Malformed("a campaign has an id of unusable form")
    return id_


def is_foreign(raw: Tree, kind: Kind) -> bool:
    """Whether a list row is of the other type, in case the listing ignores the requested type.

    A row without a type counts as the requested type.
    """
    raw = spelled(raw)
    own, _ = SHAPES[kind.channel]
    others = (key for channel, (key, _) in SHAPES.items() if channel != kind.channel)
    return raw.get(own) is None and any(isinstance(raw.get(key), str) for key in others)


def row_of(raw: Tree, kind: Kind, api: str) -> Live:
    """A list row: thin, with the marker of its contents. Its name is "" if it has none."""
    shown, raw = raw, spelled(raw)
    live = _live(raw, kind, api, complete=False)
    return replace(
        live,
        marker=_marker(raw),
        remarks=tuple(_remarks(live)),
        respelled=respelled_keys(shown, _KEYS),
    )


def _remarks(live: Live) -> Iterator[str]:
    """The only evidence that a campaign has sent, and how it runs (docs/vendors/kore.md 12)."""
    if live.sent:
        yield f"{live.sent:,} messages sent"
    if unusual_run(live.execution):
        way = redacted(live.execution)
        yield f"runs as {way}, perhaps whatever its schedule and calling hours say"


def full(raw: Tree, kind: Kind, api: str, row: Live | None) -> Live:
    """A single record, with fields that only its list `row` has (a queue, on v1 maybe the message).

    A do-not-call list that only the row has counts, because losing such a list is worse.
    """
    raw = spelled(raw)
    live = _live(raw, kind, api, complete=True)
    if row is None:
        return live
    tag = kind.tag(api, overlay(row.spec, raw))
    known = live.spec if "dncLists" in raw else _without(live.spec, "dncLists")
    only_listed = [
        (field.path, at(row.spec, field.path))
        for field in kind.fields
        if tag in field.writable and has(row.spec, field.path) and not has(known, field.path)
    ]
    return replace(
        live.counted_as(row),
        name=live.name or row.name,
        spec=overlay(live.spec, unflatten(only_listed)),
        references={**row.references, **live.references},
        marker=row.marker,
        run=live.run or row.run,
    )


def answered(raw: JsonValue, kind: Kind, api: str) -> Live | None:
    """The campaign in the response to a write, or None; such records leave fields out."""
    if not isinstance(raw, dict):
        return None
    try:
        live = _live(spelled(raw), kind, api, complete=False)
    except Malformed:
        return None
    return live if live.name else None


def spelled(raw: Tree) -> Tree:
    """The record in the spelling of the vendor's documentation; lists of people by name or id."""
    found = in_known_words(in_known_keys(with_text_name(raw), _KEYS), _WORDS, FLAGS)
    if "dncLists" in found:
        found = {**found, "dncLists": _one_list(found["dncLists"])}
    lists = found.get("contactLists")
    if not isinstance(lists, list) or all(isinstance(item, str) for item in lists):
        return found
    return {**found, "contactLists": [_name_or_id(item) for item in lists]}


def _one_list(value: JsonValue) -> JsonValue:
    """A do-not-call list as an object; the vendor may send a list of one, or only its name."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return {"name": value} if isinstance(value, str) and value else value


def _name_or_id(item: JsonValue) -> JsonValue:
    if not isinstance(item, dict):
        return item
    return next((item[key] for key in ("name", "_id", "id") if item.get(key)), item)


def _live(raw: Tree, kind: Kind, api: str, *, complete: bool) -> Live:
    status = text_of(raw.get("status"))
    return Live(
        type=kind.type,
        remote_id=record_id(raw),
        name=text_of(raw.get("name")),
        state=_state(raw, status),
        status=status,
        run=text_of(raw.get("campaignInstanceId")),
        spec=_spec(raw, kind, api, complete=complete),
        references=kinds.references(kind, raw),
        blocked=tuple(why_not_updatable(raw, kind, api, status)),
        observed=_observed(raw, kind),
        created_at=_moment(raw.get("createdAt")),
        changed_at=_moment(raw.get("updatedAt")),
        sent=whole(raw.get("totalMessagesSent")),
        execution=text_of(raw.get("campaignExecutionType")),
        run_changed_at=_moment(raw.get("campaignInstanceUpdatedAt")),
        thin=not complete,
    )


def _spec(raw: Tree, kind: Kind, api: str, *, complete: bool) -> Tree:
    """The fields of the field table, and two more that follow from an absent key."""
    spec = kinds.read_spec(kind, raw, api, complete=complete)
    if hides_exclusion(raw):
        spec = _without(spec, "dncLists")
    variant = sms_variant(raw)
    named = at(spec, TEMPLATE) is not None
    if kind.channel == "sms" and variant in _NO_NAME and isinstance(raw.get("message"), dict):
        return spec if named else overlay(spec, unflatten([(TEMPLATE, _NO_NAME[variant])]))
    return spec


def _without(spec: Tree, key: str) -> Tree:
    return {name: value for name, value in spec.items() if name != key}


def _state(raw: Tree, status: str) -> RunState:
    """The class of a status; an idle campaign with a schedule counts as scheduled."""
    state = STATES.get(status, RunState.OTHER)
    scheduled = any(at(raw, path) not in (False, None) for path in SCHEDULES)
    idle = state in (RunState.DRAFT, RunState.FINISHED)
    return RunState.SCHEDULED if scheduled and idle else state


def _observed(raw: Tree, kind: Kind) -> Tree:
    """Runtime facts and unknown keys, without counters."""
    managed = _managed_keys(kind.type)
    return {key: value for key, value in raw.items() if key not in managed and key not in _IN_LIVE}


@cache
def _managed_keys(type_: str) -> frozenset[str]:
    return frozenset(
        (field.read_as or field.path).split(".", 1)[0]
        for field in kinds.BY_TYPE[type_].fields
        if field.compare is not Compare.NEVER
    )


def _marker(raw: Tree) -> str:
    """Digest of a row without counters.

    `updatedAt` is included: it may change without an edit, which costs a read, but it may also be
    the only change when somebody edits a field that rows do not have.
    """
    row = {key: value for key, value in raw.items() if key not in _COUNTERS}
    lists = row.get("contactLists")
    if isinstance(lists, list):
        # Their order is not documented and has no meaning.
        row["contactLists"] = sorted(lists, key=str)
    return digest(row)


def _moment(value: JsonValue) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    moment = moment and moment.replace(tzinfo=moment.tzinfo or UTC)
    # No real time is outside these years, and changing the offset of extreme dates would overflow.
    return moment if moment and 1970 <= moment.year < 3000 else None
