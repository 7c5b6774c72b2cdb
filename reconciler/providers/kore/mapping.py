"""Kore.ai's records into `Live` campaigns; raw JSON stops here (docs/vendors/kore.md 5, 7a, 12).

A record with an id and a name always maps: a field that is missing, null or wrongly typed is what
it is, and what cannot be understood blocks writes.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from pydantic import JsonValue

from reconciler.providers.kore.update_rules import (
    SCHEDULES,
    SHAPES,
    STATES,
    TEMPLATE,
    hides_exclusion,
    why_not_updatable,
)
from reconciler.providers.response import is_plain_id, text_of
from reconciler.resources import kinds
from reconciler.resources.base import Compare, Kind, Live, RunState
from reconciler.resources.kore import sms_variant
from reconciler.resources.tree import Tree, at, digest, has, overlay, unflatten

# What a message says of its template without naming one; "" for one that only an id shows.
_NO_NAME: Mapping[str, JsonValue] = {"simple": None, "template": ""}
# Statistics, and how the running campaign moves on: none of it says that somebody edited it.
_COUNTERS = frozenset({"totalMessagesSent", "campaignInstanceUpdatedAt"})
# Said elsewhere in `Live`.
_SAID = frozenset({"_id", "id", "name", "lname", "status", *_COUNTERS})


class Malformed(ValueError):
    """A record that cannot stand for a campaign: it has no id, two ids, or no name."""


def record_id(raw: Tree) -> str:
    """The id of a list row or a single record, which is under `id` or `_id`."""
    ids = {value for key in ("id", "_id") if isinstance(value := raw.get(key), str) and value}
    if len(ids) != 1:
        raise Malformed("a campaign has two different ids" if ids else "a campaign has no id")
    id_ = ids.pop()
    if not is_plain_id(id_):
        raise Malformed("a campaign has an id that is none")
    return id_


def is_foreign(raw: Tree, kind: Kind) -> bool:
    """Whether a list row is of the other type, for a listing that does not keep to what was asked.

    A row that says nothing of its type is what was asked for.
    """
    own, _ = SHAPES[kind.channel]
    others = (key for channel, (key, _) in SHAPES.items() if channel != kind.channel)
    return raw.get(own) is None and any(isinstance(raw.get(key), str) for key in others)


def row_of(raw: Tree, kind: Kind, api: str) -> Live:
    """A list row: thin, with the marker of its contents."""
    live = _live(raw, kind, api, complete=False)
    return replace(live, marker=_marker(raw))


def full(raw: Tree, kind: Kind, api: str, row: Live | None) -> Live:
    """A single record, with what only its list `row` shows (a queue, on v1 maybe the message).

    A do-not-call list that only the row shows is there: better one too many than one lost.
    """
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
        live,
        spec=overlay(live.spec, unflatten(only_listed)),
        references={**row.references, **live.references},
        marker=row.marker,
        run=live.run or row.run,
    )


def answered(raw: JsonValue, kind: Kind, api: str) -> Live | None:
    """The campaign in a write's answer, None if it shows none; such records leave fields out."""
    if not isinstance(raw, dict):
        return None
    try:
        return _live(raw, kind, api, complete=False)
    except Malformed:
        return None


def _live(raw: Tree, kind: Kind, api: str, *, complete: bool) -> Live:
    name = raw.get("name")
    if not isinstance(name, str) or not name:
        raise Malformed(f"campaign {record_id(raw)} has no name")
    status = raw.get("status")
    status = status if isinstance(status, str) else ""
    return Live(
        type=kind.type,
        remote_id=record_id(raw),
        name=name,
        state=_state(raw, status),
        status=status,
        run=text_of(raw.get("campaignInstanceId")),
        spec=_spec(raw, kind, api, complete=complete),
        references=kinds.references(kind, raw),
        blocked=tuple(why_not_updatable(raw, kind, api, status)),
        observed=_observed(raw, kind),
        created_at=_moment(raw.get("createdAt")),
        thin=not complete,
    )


def _spec(raw: Tree, kind: Kind, api: str, *, complete: bool) -> Tree:
    """What the field table reads, and what two objects say without having the key."""
    spec = kinds.read_spec(kind, raw, api, complete=complete)
    if hides_exclusion(raw):
        spec = _without(spec, "dncLists")
    variant = sms_variant(raw)
    if kind.channel == "sms" and variant in _NO_NAME and isinstance(raw.get("message"), dict):
        spec = overlay(unflatten([(TEMPLATE, _NO_NAME[variant])]), spec)
    return spec


def _without(spec: Tree, key: str) -> Tree:
    return {name: value for name, value in spec.items() if name != key}


def _state(raw: Tree, status: str) -> RunState:
    """The class of a status; an idle campaign with a schedule starts by itself."""
    state = STATES.get(status, RunState.OTHER)
    scheduled = any(at(raw, path) not in (False, None) for path in SCHEDULES)
    idle = state in (RunState.DRAFT, RunState.FINISHED)
    return RunState.SCHEDULED if scheduled and idle else state


def _observed(raw: Tree, kind: Kind) -> Tree:
    """Runtime facts and keys that nobody knows, without counters."""
    managed = _managed_keys(kind.type)
    return {key: value for key, value in raw.items() if key not in managed and key not in _SAID}


@cache
def _managed_keys(type_: str) -> frozenset[str]:
    return frozenset(
        (field.read_as or field.path).split(".", 1)[0]
        for field in kinds.BY_TYPE[type_].fields
        if field.compare is not Compare.NEVER
    )


def _marker(raw: Tree) -> str:
    """Digest of a row without counters.

    `updatedAt` stays in: it may move without an edit, which costs a read, but it may also be all
    that moves when somebody edits what no row shows.
    """
    row = {key: value for key, value in raw.items() if key not in _COUNTERS}
    lists = row.get("contactLists")
    if isinstance(lists, list):
        # Their order is not promised and means nothing.
        row["contactLists"] = sorted(lists, key=str)
    return digest(row)


def _moment(value: JsonValue) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    moment = moment and moment.replace(tzinfo=moment.tzinfo or UTC)
    # Beyond these years no clock is; another offset would lead out of what a date can be.
    return moment if moment and 1970 <= moment.year < 3000 else None
