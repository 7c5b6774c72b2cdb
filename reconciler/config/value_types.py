"""The values of a project file's keys as pydantic types: what each accepts, and its JSON Schema."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    InstanceOf,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from reconciler.clock import SystemClock
from reconciler.config.hosts import url_problem
from reconciler.config.secrets import HELPER, VARIABLE, SecretRef, parse_id, parse_reference
from reconciler.durations import DURATION, parse_duration
from reconciler.providers.response import is_plain_id
from reconciler.resources.kinds import BUILT_IN

_SHORTEST_LIFE, _LONGEST_LIFE = timedelta(seconds=30), timedelta(hours=1)
"""The longest one is the vendor's; see docs/vendors/kore.md 2."""
_PER = {"second": 1, "minute": 60, "hour": 3600}
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RATE = re.compile(r"([1-9]\d{0,5})/(second|minute|hour)", re.ASCII)


class RateLimit(NamedTuple):
    """At most `requests` in any `seconds`."""

    requests: int
    seconds: int


def _duration(value: object) -> object:
    found = parse_duration(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("duration", "not a duration; write 90s, 5m, 24h or 7d")
    return found


def _lifetime(value: timedelta) -> timedelta:
    if not _SHORTEST_LIFE <= value <= _LONGEST_LIFE:
        raise PydanticCustomError("lifetime", "a token must be valid for 30s to 60m")
    return value


def _project_id(value: str) -> str:
    if not _UUID.fullmatch(value):
        raise PydanticCustomError("uuid", "not a UUID; write {id}", {"id": SystemClock().new_id()})
    return value.lower()


def _rate(value: object) -> RateLimit:
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("rate", "not a rate; write 50/minute, 5/second or 1000/hour")
    return RateLimit(int(match[1]), _PER[match[2]])


def _url(value: str, info: ValidationInfo) -> str:
    context: Mapping[str, Any] = info.context or {}
    own = context["hosts"].get(info.data.get("provider"))
    problem = url_problem(value, context["allowed_hosts"], own)
    if problem is not None:
        raise PydanticCustomError("url", "{problem}", {"problem": problem})
    return value.rstrip("/")


def _plain_id(value: str) -> str:
    if not is_plain_id(value):
        raise PydanticCustomError(
            "id", "not an id: write letters, digits and any of _ @ + = : , . -"
        )
    return value


def _label(value: str) -> str:
    # It is sent in a header.
    if not (value.isascii() and value.isprintable()):
        raise PydanticCustomError("id", "not an id: write printable ASCII")
    return value


_REFERENCE_SCHEMA = {
    "type": "object",
    "description": "Where the value is. Never put the value itself in this file.",
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        "env": {
            "type": "string",
            "pattern": f"^{VARIABLE}$",
            "description": "An environment variable.",
        },
        "file": {"type": "string", "minLength": 1, "description": "The path of a file."},
        "exec": {
            "type": "string",
            "pattern": f"^{HELPER}$",
            "description": "A credential helper; RECONCILER_EXEC_NAME has its command line.",
        },
    },
}
Text = Annotated[str, Field(min_length=1)]
PlainId = Annotated[Text, AfterValidator(_plain_id)]
Label = Annotated[Text, AfterValidator(_label)]
ProjectId = Annotated[
    str, AfterValidator(_project_id), WithJsonSchema({"type": "string", "format": "uuid"})
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{DURATION.pattern}$", "examples": ["90s", "24h"]}
    ),
]
Lifetime = Annotated[Duration, AfterValidator(_lifetime)]
Rate = Annotated[
    RateLimit,
    PlainValidator(_rate),
    WithJsonSchema({"type": "string", "pattern": f"^{_RATE.pattern}$", "examples": ["50/minute"]}),
]
Secret = Annotated[
    InstanceOf[SecretRef], PlainValidator(parse_reference), WithJsonSchema(_REFERENCE_SCHEMA)
]
Id = Annotated[
    InstanceOf[SecretRef],
    PlainValidator(parse_id),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, _REFERENCE_SCHEMA]}),
]
BaseUrl = Annotated[
    str,
    AfterValidator(_url),
    WithJsonSchema({"type": "string", "pattern": "^https?://", "format": "uri"}),
]
Provider = Annotated[
    Text,
    WithJsonSchema(
        {
            "anyOf": [{"enum": [*BUILT_IN]}, {"type": "string", "pattern": "^[a-z][a-z0-9]*$"}],
            "description": "A built-in provider, or the name of an installed plug-in.",
        }
    ),
]
