"""A vendor's words into text that is safe to print: short, no credential, no telephone number.

`VendorClient` cleans every message here before anybody sees it, so that no caller can forget to.
Knows no vendor, and no credential by value except those that it is given to mask.
"""

import re

from reconciler.providers.masking import MASK, NOTHING_TO_MASK, Masking
from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.safe_text import safe_text

_READ = 4_000
"""Characters of a message that are read; 200 are shown."""
_TOKEN = re.compile(r"eyJ[\w-]{5,}(?:\.[\w-]*)*|\bcc_[\w-]{6,}")
_SECRET = re.compile(r"(?i)\b(bearer\s+|api[_-]?key\s*[=:]\s*)\S+")
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9-])(?:%2B)?(?:\+|\(\+?)?\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){6,14}(?![\w-])"
)
"""Digits with what people put between those of a telephone number."""
_NO_PHONE = re.compile(r"\d{4}-\d\d-\d\d(?:\s\d\d)?|\d{1,3}(?:\.\d{1,3}){3}|\d{7,8}")
"""A date, an address of a machine, a number that somebody counted."""


def words(response: WireResponse, body: Tree | None, stated: str) -> str:
    """The vendor's `stated` message, or else a description of the body; not safe to print yet."""
    if stated:
        return stated
    if body is not None or not response.body:
        return ""
    start = response.body[:200].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "HTML instead of JSON"
    if start.startswith(b"{"):
        type_ = response.headers.get("content-type", "")
        return f"its content type is {type_}" if type_ else ""
    return response.body.decode("utf-8", "replace")


def redacted(text: str, masking: Masking = NOTHING_TO_MASK) -> str:
    """Foreign text on one line of at most 200 characters, without credentials or numbers.

    Masks before it cuts: a part of a credential is a credential.
    """
    if not text:
        return ""
    read = _READ + masking.longest
    whole = len(text) <= read
    text = masking.text(text[:read])
    if not whole:
        text = text[: len(text) - masking.longest]  # its end may be a part of a credential
    text = _SECRET.sub(rf"\1{MASK}", _TOKEN.sub(MASK, text))
    return safe_text(_NUMBER.sub(_without_number, text))


def _without_number(found: re.Match[str]) -> str:
    text = found[0]
    return text if _NO_PHONE.fullmatch(text) else f"…{text[-2:]}"
