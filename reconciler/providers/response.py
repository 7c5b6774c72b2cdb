"""A vendor's response as facts common to all vendors; other modules decide what they mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.strict_json import parse_json

_HALF = re.compile("[\ud800-\udfff]")
_JSON_TYPE = re.compile(r"application/(?:[\w.-]{1,64}\+)?json\s*(?:;|\Z)", re.ASCII | re.IGNORECASE)
_PLAIN_ID = re.compile(r"(?!\.+$|-)[\w@+=:,.-]{1,200}", re.ASCII)
"""What no shell, URL or option reads as anything else: people copy commands that contain ids."""


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
    wrong_account: bool = False
    """Whether the refusal is about the account's ids in the request, not about the credential."""
    missing: bool = False
    """Whether the vendor says that the record does not exist."""
    message: str = ""
    """The vendor's message; `VendorClient` makes it safe to print."""

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
    account_keys: str = ""
    """The keys of a target that name the account, for people."""


def json_object(response: WireResponse) -> Tree | None:
    """The body as a JSON object; None for anything else that `parse_json` refuses.

    None also for a response that states another content type: it is a page, or from another
    server. Half a character (a text that was cut inside an emoji) becomes U+FFFD, because it cannot
    be stored.
    """
    stated = response.headers.get("content-type", "")
    if stated and not _JSON_TYPE.match(stated):
        return None
    try:
        value = parse_json(response.body)
    except ValueError:
        return None
    return _whole_object(value) if isinstance(value, dict) else None


def _whole_object(value: Tree) -> Tree:
    return {
        key if key.isascii() else _HALF.sub("\ufffd", key): _whole(item)
        for key, item in value.items()
    }


def _whole(value: JsonValue) -> JsonValue:
    """A value without half characters."""
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return _whole_object(value)
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
