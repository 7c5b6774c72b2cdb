"""Foreign text into text that is safe to print on a terminal, in a log or in a CI runner.

Used wherever text is printed; never where text is compared, stored or sent.
"""

import unicodedata

# Control, format, surrogate, private, unassigned, line and paragraph separators: what can move a
# cursor, hide text or reverse its direction (CWE-150).
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LIMIT = 200


def safe_text(text: str, limit: int = _LIMIT) -> str:
    """`text` on one line, with unsafe characters as visible escapes, cut to `limit` characters."""
    safe = text[: limit + 1]
    if not safe.isascii() or not safe.isprintable():
        safe = "".join(_escape(character) for character in safe)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def safe_json(text: str) -> str:
    """A JSON document in which no runner finds a command; it means the same."""
    return text.replace("##", "#\\u0023")


def is_safe(text: str) -> bool:
    """Whether no character of `text` can move a cursor, hide text or reverse its direction."""
    if text.isascii():
        return text.isprintable()
    return not any(unicodedata.category(character) in _UNSAFE for character in text)


def _escape(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE:
        return character
    return character.encode("unicode_escape").decode("ascii")
