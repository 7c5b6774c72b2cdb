"""A message's text into the forms that Kore.ai may return, and back (docs/vendors/kore.md 7.4).

Knows no campaign. Manifest checks, `import`, compare, display and send all decide here whether a
text is encoded.
"""

import base64
import re
from typing import NamedTuple
from unicodedata import category
from urllib.parse import quote, unquote

from reconciler.resources.spellings import plain_words, same_words

_BASE64 = re.compile(r"([A-Za-z0-9+/]+)(={0,2})")
_URL_SAFE = str.maketrans("-_", "+/")
_PERCENT_LAYERS = 4
# Shorter texts without padding, or with white space, are words that people write.
_SHORTEST, _SHORTEST_WRAPPED = 8, 16
# In bytes: what four letters hold that need no padding.
_SHORTEST_TEXT = 3
# In bytes. Almost any bytes are valid Latin-1, and many are UTF-8: from this length on, chance is
# unlikely.
_SHORTEST_LATIN, _SHORTEST_WITH_CONTROLS = 12, 24
_CONTROLS_IN_TEXT = "\t\n\r"
_CONTROLS, _WITHOUT_MEANING = frozenset({"Cc"}), frozenset({"Cn", "Co"})
_LATIN = re.compile(
    r"[\w .,;:!?'\"()&%/+@#*=$\u20ac\xa3\u2013\u2014\u2026\u2018-\u201d\xab\xbb\xb0\xa0\xad\r\n-]+"
)


class _Payload(NamedTuple):
    """The bytes of a base64 text, and whether its length or padding rules out plain words."""

    data: bytes
    evident: bool


def encodings(text: str) -> tuple[str, str, str]:
    """A message as Kore may return it: plain, base64, base64 percent-encoded.

    See docs/vendors/kore.md 7.4.
    """
    encoded = base64.b64encode(text.encode()).decode("ascii")
    return text, encoded, quote(encoded, safe="")


def decoded(text: str) -> str | None:
    """The text inside base64; None for text that people wrote.

    Accepts base64 that was percent-encoded (several times, too), wrapped, or stripped of its
    padding, in both alphabets. Reads the bytes as UTF-8, or as UTF-16 or Latin-1 if nothing else
    fits.
    """
    found = _payload(text)
    if found is None:
        return None
    data = found.data
    if not found.evident:
        # Four letters that decode to three readable bytes; hardly any word does.
        return _short_utf8(data) if len(data) == _SHORTEST_TEXT else None
    return _utf8(data) or _utf16(data) or _latin(data) or _utf8_with_controls(data)


def readable(text: str) -> str:
    """A text as people read it, encoded or not."""
    return decoded(text) or text


def same_text(text: str, shown: str) -> bool:
    """Whether the vendor's `shown` is `text` in any form."""
    if same_words(text, shown) or same_words(text, decoded(shown)):
        return True
    found = _payload(shown)
    inside = _decode(found.data, "utf-8") if found is not None else None
    return inside is not None and plain_words(text) == plain_words(inside)


def _payload(text: str) -> _Payload | None:
    for _ in range(_PERCENT_LAYERS):
        text = unquote(text)
    pieces = text.split()
    found = _BASE64.fullmatch("".join(pieces).translate(_URL_SAFE))
    if found is None or len(found[1]) % 4 == 1:
        return None
    body, padding = found.groups()
    data = base64.b64decode(body + "=" * (-len(body) % 4))
    if base64.b64encode(data).rstrip(b"=") != body.encode():
        return None  # has bits set that no encoder sets
    padded = bool(padding) and (len(body) + len(padding)) % 4 == 0
    shortest = _SHORTEST if len(pieces) == 1 else _SHORTEST_WRAPPED
    return _Payload(data, padded or len(body) >= shortest)


def _short_utf8(data: bytes) -> str | None:
    text = _utf8(data) or ""
    strange = any(category(char) in _WITHOUT_MEANING for char in text)
    return None if strange else text or None


def _utf8(data: bytes) -> str | None:
    return _text(data, "utf-8")


def _utf16(data: bytes) -> str | None:
    """UTF-16 with a byte order mark, or with the upper bytes of a text in a single script."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _text(data, "utf-16")
    for codec, upper in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        in_latin = 2 * upper.count(0) >= len(upper) > 0
        in_one_script = len(upper) >= _SHORTEST and len(set(upper)) <= 3
        if (in_latin or in_one_script) and (text := _text(data, codec)):
            return text
    return None


def _latin(data: bytes) -> str | None:
    """Windows' Latin-1, if it looks like words: few letters with accents, and spaces."""
    text = _text(data, "cp1252") or ""
    plain = sum(character.isascii() for character in text)
    words = len(text) >= _SHORTEST_LATIN and " " in text and 4 * plain >= 3 * len(text)
    return text if words and _LATIN.fullmatch(text) else None


def _utf8_with_controls(data: bytes) -> str | None:
    """Any UTF-8 that is too long to be valid by chance."""
    return _decode(data, "utf-8") if len(data) >= _SHORTEST_WITH_CONTROLS else None


def _text(data: bytes, codec: str) -> str | None:
    """Decoded bytes, unless they are not text or have characters that no text has."""
    text = _decode(data, codec) or ""
    strange = _CONTROLS if codec == "utf-8" else _CONTROLS | _WITHOUT_MEANING
    odd = (char for char in text if category(char) in strange)
    return text if text and all(char in _CONTROLS_IN_TEXT for char in odd) else None


def _decode(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None
