"""CareCycle's records into `Live` campaigns; raw JSON stops here.

See docs/vendors/carecycle.md 4, 9, 13.

Three generations of the API return different keys: all but the id may be missing. Of
transfer and appointment configurations, which contain personal data, only the id is kept.
"""

from datetime import UTC, datetime

from pydantic import JsonValue

from reconciler.providers.carecycle.api import API
from reconciler.providers.carecycle.update_rules import why_not_updatable
from reconciler.providers.known_spelling import (
    in_known_keys,
    in_known_words,
    known_keys,
    respelled_keys,
    with_text_name,
)
from reconciler.providers.response import text_of
from reconciler.resources.base import Live, RunState
from reconciler.resources.carecycle import CARECYCLE
from reconciler.resources.carecycle_specs import is_uuid
from reconciler.resources.kinds import read_spec
from reconciler.resources.tree import Tree, digest

_STATES = {
    "draft": RunState.DRAFT,
    "active": RunState.ACTIVE,
    "paused": RunState.PAUSED,
    "archived": RunState.ARCHIVED,
}
_STATUSES = (*_STATES, "completed", "inactive", "cancelled", "testing")
_KEYS = known_keys((CARECYCLE,), ("createdAt", "customerStats", "redialTracking"))
_COUNTERS = ("customerStats", "redialTracking")
_CONFIGS = ("transferConfig", "appointmentConfig")
_NOT_OBSERVED = frozenset(
    {"id", "name", "status", *_COUNTERS, *_CONFIGS}
    | {(field.read_as or field.path).split(".", 1)[0] for field in CARECYCLE.fields}
)


class Malformed(ValueError):
    """A record that is not a campaign: it has no UUID."""


def record_id(raw: Tree) -> str:
    """The id in lower case."""
    id_ = raw.get("id")
    if not isinstance(id_, str) or not is_uuid(id_):
        raise Malformed("a campaign has no UUID as its id")
    return id_.lower()


def live_of(raw: Tree) -> Live:
    """The campaign of a record of a list, a get or a write; all have the same shape.

    Its name is "" if it has none.
    """
    respelled = respelled_keys(raw, _KEYS)
    raw = in_known_words(in_known_keys(with_text_name(raw), _KEYS), {"status": _STATUSES}, ())
    raw = {key: _as_object(value) if key in _CONFIGS else value for key, value in raw.items()}
    status = text_of(raw.get("status"))
    return Live(
        type=CARECYCLE.type,
        remote_id=record_id(raw),
        name=text_of(raw.get("name")),
        state=_STATES.get(status, RunState.OTHER),
        status=status,
        spec=read_spec(CARECYCLE, raw, API),
        blocked=tuple(why_not_updatable(status)),
        observed={key: value for key, value in raw.items() if key not in _NOT_OBSERVED},
        created_at=_moment(raw.get("createdAt")),
        changed_at=_moment(raw.get("updatedAt")),
        marker=_marker(raw),
        respelled=respelled,
    )


def _as_object(value: JsonValue) -> JsonValue:
    """A configuration that is only shown by its id as an object."""
    return {"id": value} if isinstance(value, str) and value else value


def answered(raw: JsonValue) -> Live | None:
    """The campaign in the response to a write, or None."""
    try:
        live = live_of(raw) if isinstance(raw, dict) else None
    except Malformed:
        return None
    return live if live is not None and live.name else None


def _marker(raw: Tree) -> str:
    """Digest of a record without counters and without personal data in its configurations."""
    row = {key: value for key, value in raw.items() if key not in _COUNTERS}
    for key in _CONFIGS:
        config = row.get(key)
        if isinstance(config, dict):
            row[key] = config.get("id")
    return digest(row)


def _moment(value: JsonValue) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    moment = moment and moment.replace(tzinfo=moment.tzinfo or UTC)
    # No real time is outside these years, and changing the offset of extreme dates would overflow.
    return moment if moment and 1970 <= moment.year < 3000 else None
