"""A vendor's response as facts common to all vendors; other modules decide what they mean."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree

_DEEPEST = 100
_MOST_DIGITS = 18
"""Digits of the longest whole number; it fits into 64 bits."""
_LARGEST = 10.0**_MOST_DIGITS
_HALF = re.compile("[\ud800-\udfff]")
_PLAIN_ID = re.compile(r"(?!\.+$)[!-.0-~]{1,200}")
"""Printable ASCII without a slash, and not only dots, which would change the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorResponse:
    """A response. `body` is None unless it is a JSON object."""

    status: int
    body: Tree | None
    states_error: bool = False
    """Whether it is a 2xx whose body reports anything but success."""
    rate_limited: bool = False
    retry_after: float | None = None
    may_retry: bool = True
    """False if the account's budget for retries is used up."""
    unauthorised: bool = False
    missing: bool = False
    """Whether the vendor says that the record does not exist."""
    message: str = ""
    """The vendor's message, safe to print."""

    @property
    def ok(self) -> bool:
        """Whether it is a 2xx without an error."""
        return 200 <= self.status < 300 and not (self.states_error or self.rate_limited)


@dataclass(frozen=True, slots=True)
class VendorDialect:
    """The parts of `VendorClient` that differ between vendors."""

    headers: Callable[[str], Mapping[str, str]]
    """The headers of every request, from the credential's value."""
    facts: Callable[[WireResponse, datetime], VendorResponse]
    """A response and the time into facts."""


def json_object(response: WireResponse) -> Tree | None:
    """The body as a JSON object; None for anything else.

    None also for an object that is nested too deeply, or that has NaN, an infinity or a number
    beyond 64 bits: it could not be stored or computed with.
    Half a character (a text that was cut inside an emoji) becomes U+FFFD, because it cannot be
    stored.
    """
    try:
        value = _storable(json.loads(response.body, parse_int=_whole, parse_constant=_no_number))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _MOST_DIGITS:
        raise ValueError("too large")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _storable(value: JsonValue, depth: int = 0) -> JsonValue:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, float) and abs(value) >= _LARGEST:
        raise ValueError("too large")
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            key if key.isascii() else _HALF.sub("\ufffd", key): _storable(item, depth + 1)
            for key, item in value.items()
        }
    return value


def is_plain_id(text: str) -> bool:
    """Whether a vendor's text can be an id, which is used in paths, logs and commands to copy."""
    return _PLAIN_ID.fullmatch(text) is not None


def text_of(value: JsonValue) -> str:
    """The value if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def objects(value: JsonValue) -> tuple[Tree, ...]:
    """The JSON objects of a list; empty for anything else."""
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, dict))
