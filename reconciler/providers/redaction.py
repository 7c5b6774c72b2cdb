"""A vendor's words into text that is safe to print: short, no credential, no telephone number.

All code that prints or stores a vendor's words gets them from here, so that no caller can forget to
clean them. Knows no vendor, and no credential by value except those that are passed in.
"""

import re

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.safe_text import safe_text

_TOKEN = re.compile(r"eyJ[\w-]{5,}(?:\.[\w-]*)*|\bcc_[\w-]{6,}")
_SECRET = re.compile(r"(?i)\b(bearer\s+|api[_-]?key\s*[=:]\s*)\S+")
_PHONE = re.compile(
    r"(?<![A-Za-z0-9-])(?:"
    r"\+?\d{7,13}(\d\d)"
    r"|\+\d[\d ().-]{6,20}?\d(\d\d)(?!\d)"
    r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d\d(\d\d)"
    r")(?![\w-])"
)


def words(response: WireResponse, body: Tree | None, stated: str) -> str:
    """The vendor's `stated` message, or else a description of the body, safe to print."""
    if stated:
        return redacted(stated)
    if body is not None or not response.body:
        return ""
    start = response.body[:200].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "HTML instead of JSON"
    if start.startswith(b"{"):
        type_ = response.headers.get("content-type", "")
        return redacted(f"its content type is {type_}") if type_ else ""
    return redacted(response.body[:400].decode("utf-8", "replace"))


def redacted(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Foreign text on one line of at most 200 characters, without credentials or numbers."""
    for secret in secrets:
        text = text.replace(secret, "***")
    text = _SECRET.sub(r"\1***", _TOKEN.sub("***", text))
    return safe_text(_PHONE.sub(lambda found: f"…{found[found.lastindex or 0]}", text))
