"""Values that a vendor may spell in several ways into one spelling, and which of them are equal.

Equal values lead to no update. Therefore two values are equal only if no person who is contacted
could notice the difference.
"""

import html
import re
from collections.abc import Iterable
from typing import TypeGuard

from pydantic import JsonValue
from pydantic_core import PydanticCustomError

from reconciler.resources.name_key import as_written, name_key

_LINE_BREAK = re.compile(r"\r\n?")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#0?39|#x0?27|#34|#x22);", re.IGNORECASE)
_FLAGS: dict[JsonValue, bool] = {
    **dict.fromkeys(("true", "yes", "1", "on"), True),
    **dict.fromkeys(("false", "no", "0", "off", ""), False),
}


def trimmed(value: JsonValue) -> JsonValue:
    """A text without white space at its end, which is never sent."""
    return value.rstrip() if isinstance(value, str) else value


def with_words(text: str) -> str:
    """The text; raises PydanticCustomError for one of white space only, which would be empty."""
    if not text.strip():
        raise PydanticCustomError("blank", "has no text, only white space")
    return text


def same_words(wanted: JsonValue, shown: JsonValue) -> bool:
    """Whether the vendor's `shown` is the text `wanted`.

    They may differ in Unicode's composed and decomposed characters, in kinds of line breaks and in
    white space at the end. The vendor may also show the text escaped for HTML.
    """
    if not isinstance(wanted, str) or not isinstance(shown, str):
        return wanted == shown
    return plain_words(wanted) in (plain_words(shown), plain_words(_unescaped(shown)))


def same_label(wanted: JsonValue, shown: JsonValue) -> bool:
    """Whether the vendor's `shown` is the name `wanted`, in which every blank counts."""
    if not isinstance(wanted, str) or not isinstance(shown, str):
        return wanted == shown
    return as_written(wanted) in (as_written(shown), label(shown))


def label(name: str) -> str:
    """One form of all spellings of a name that a vendor may show, to look for it."""
    return as_written(_unescaped(name))


def label_key(name: str) -> str:
    """The key of a name that a vendor may also escape: equal for names that look alike."""
    return name_key(label(name))


def plain_words(text: str) -> str:
    """A text in the form in which texts are compared."""
    return as_written(_LINE_BREAK.sub("\n", text)).rstrip()


def _unescaped(text: str) -> str:
    """The characters that every HTML library escapes; other entities may be what people wrote."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda found: html.unescape(found[0].lower()), text)


def same_names(wanted: JsonValue, shown: JsonValue) -> bool:
    """Whether two sets of names are equal, name by name as in `same_label`."""
    if not _are_names(wanted) or not _are_names(shown):
        return wanted == shown
    names = {as_written(name) for name in wanted}
    matches = [names & {as_written(name), label(name)} for name in shown]
    return all(matches) and names == set().union(*matches)


def _are_names(value: JsonValue) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def flag(value: JsonValue) -> JsonValue:
    """True or false, even if the vendor writes it as text or as 0 or 1; else unchanged."""
    if isinstance(value, bool):
        return value
    key = value.strip().casefold() if isinstance(value, str) else value
    if isinstance(key, int):
        key = str(key)
    return _FLAGS.get(key, value) if isinstance(key, str) else value


def one_of(words: Iterable[str], value: JsonValue) -> JsonValue:
    """The word that `value` is in another case; else unchanged."""
    folded = value.strip().casefold() if isinstance(value, str) else None
    return next((word for word in words if word.casefold() == folded), value)
