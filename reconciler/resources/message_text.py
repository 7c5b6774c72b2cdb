"""A message's text in the three forms that Kore.ai may show it in (docs/vendors/kore.md 7.4)."""

import base64
import binascii
import re
from urllib.parse import quote, unquote


def encodings(text: str) -> tuple[str, str, str]:
    """A message as Kore may show it: plain, base64, base64 percent-encoded.

    See docs/vendors/kore.md 7.4.
    """
    encoded = base64.b64encode(text.encode()).decode("ascii")
    return text, encoded, quote(encoded, safe="")


def decoded(text: str) -> str | None:
    """The printable text that `text` is the base64 of, if it is; None for text people wrote."""
    stripped = unquote(text).strip()
    if len(stripped) < 8 or not re.fullmatch(r"(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/=]{4}", stripped):
        return None
    try:
        plain = base64.b64decode(stripped, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return plain if plain and all(c.isprintable() or c in "\r\n\t" for c in plain) else None
