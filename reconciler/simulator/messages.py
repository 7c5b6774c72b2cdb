"""JSON bodies into trees and back, and the helpers for trees that every part needs.

Vendors and the store are not known here.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from pydantic import JsonValue

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.strict_json import parse_json

JSON_TYPE = {"content-type": "application/json; charset=utf-8"}


class Refused(Exception):
    """The vendor refuses a request; the vendor's module turns `kind` into a status."""

    def __init__(self, kind: str, message: str, *, details: list[JsonValue] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.details = details or []


class NoAnswer(Exception):
    """The vendor never answers a request; nothing was changed."""


def respond(status: int, body: JsonValue, headers: Mapping[str, str] | None = None) -> WireResponse:
    """A JSON answer."""
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return WireResponse(status, {**JSON_TYPE, **(headers or {})}, encoded)


def read_json(request: WireRequest) -> JsonValue:
    """The body as JSON, None for an empty one; refuses what is not JSON as `invalid`."""
    if not request.body.strip():
        return None
    try:
        value = parse_json(request.body)
        if b"\\ud" in request.body.lower():
            # Half a surrogate pair is valid JSON, but cannot be stored as text.
            json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        raise Refused("invalid", "the body is not JSON") from None
    return value


def read_object(request: WireRequest) -> Tree:
    """The body as a JSON object, empty for an empty body; refuses anything else as `invalid`."""
    value = read_json(request)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("invalid", "the body must be a JSON object")
    return value


def branch(tree: Mapping[str, JsonValue], key: str) -> Tree:
    """The object under `key`, empty if there is none."""
    value = tree.get(key)
    return value if isinstance(value, dict) else {}


def text(tree: Mapping[str, JsonValue], key: str) -> str:
    """The string under `key`, "" if there is none."""
    value = tree.get(key)
    return value if isinstance(value, str) else ""


def texts(value: JsonValue) -> list[str]:
    """The strings of a list; empty for anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def iso(milliseconds: int) -> str:
    """Milliseconds since 1970 as both vendors print times: `2026-03-02T14:00:00.100Z`."""
    return f"{_to_seconds(milliseconds // 1000)}.{milliseconds % 1000:03d}Z"


@lru_cache(maxsize=4096)
def _to_seconds(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def milliseconds(moment: datetime) -> int:
    """A time as milliseconds since 1970."""
    return round(moment.timestamp() * 1000)
