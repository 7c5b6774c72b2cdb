"""Foreign text into text that a terminal, a log or a CI runner shows as it is.

Used wherever text is printed; never where text is compared, stored or sent.
"""

import unicodedata

# Control, format, surrogate, private, unassigned, line and paragraph separators: what can move a
# cursor, hide text or reverse its direction (CWE-150).
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LIMIT = 200


def safe_text(text: str, limit: int = _LIMIT) -> str:
    """`text` on one line, unsafe characters as visible escapes, cut to `limit` characters."""
    shown = text[: limit + 1]
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(_escape(character) for character in shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def is_safe(text: str) -> bool:
    """Whether nothing in `text` can move a cursor, hide text or reverse its direction."""
    if text.isascii():
        return text.isprintable()
    return not any(unicodedata.category(character) in _UNSAFE for character in text)


def _escape(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE:
        return character
    return character.encode("unicode_escape").decode("ascii")
