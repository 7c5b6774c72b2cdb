"""A campaign's name into the forms under which names are compared.

For people that is the name key. Two names with one key look alike: they differ in case at most, in
white space, in characters that nobody sees, in the kind of quotes or dashes, or in how Unicode
encodes them. "ß" is not "ss". For a vendor it is the name as written, in any case or not.
"""

import re
from functools import lru_cache
from unicodedata import category, normalize

from pydantic import JsonValue

# What draws nothing, besides format characters: https://www.unicode.org/reports/tr44/
# (Default_Ignorable_Code_Point), and the blank braille pattern.
_BLANK = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    r"\U000e0100-\U000e01ef]"
)
_ASCII = {
    "'": "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02ca\u02cb\u055a\u2018\u2019\u201a\u201b\u2032\u2035"
    "\u2039\u203a\u275b\u275c\u275f",
    '"': "\u00ab\u00bb\u02ba\u02dd\u02ee\u201c\u201d\u201e\u201f\u2033\u2036\u275d\u275e\u2760"
    "\u2e42\u301d\u301e\u301f",
    "-": "\u2043\u2212",
}
_TO_ASCII = {ord(one): ascii_ for ascii_, others in _ASCII.items() for one in others}


def as_written(name: str) -> str:
    """One form of all encodings of a name; editors and systems choose different ones."""
    return name if name.isascii() else normalize("NFC", name)


def in_any_case(name: str) -> str:
    """One form of a name for a vendor that ignores case."""
    return as_written(as_written(name).lower())


def same_name(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are one name, however it is encoded."""
    return isinstance(one, str) and isinstance(other, str) and as_written(one) == as_written(other)


def name_key(name: str) -> str:
    """The key of a name; the key of a key is itself."""
    if name.isascii():
        return _in_ascii(name)
    key = _folded(name)
    # After a character is removed or replaced, its neighbours may combine.
    while (again := _folded(key)) != key:
        key = again
    return key


def is_invisible(character: str) -> bool:
    """Whether nobody sees it: a format character, or one that draws nothing and is no space."""
    return category(character) == "Cf" or _BLANK.match(character) is not None


def _folded(name: str) -> str:
    # Compatibility forms turn an acute accent, which people type as a quote, into a blank.
    seen = "".join(map(_seen, name))
    return _in_ascii(normalize("NFKC", normalize("NFKC", seen).lower()))


@lru_cache(maxsize=4096)
def _seen(character: str) -> str:
    if is_invisible(character):
        return ""
    return "-" if category(character) == "Pd" else character.translate(_TO_ASCII)


def _in_ascii(name: str) -> str:
    return " ".join(name.lower().replace("`", "'").split())
