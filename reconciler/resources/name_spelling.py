"""A name's characters into words: what is wrong with them, and a name shown so that people see all.

A campaign's name may look right and still be another name for the vendor: because of a blank at its
end, a character that nobody sees, or a letter of another alphabet.
"""

import re
import unicodedata

from reconciler.resources.name_key import is_invisible, name_key
from reconciler.safe_text import is_safe

_WORD = re.compile(r"\w+")
_PICTURE_CHOICE = re.compile(r"[\ufe00-\ufe0f]")
"""Variation selectors: they choose between two pictures of one character, mostly of an emoji."""
_ALPHABETS = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE"})
"""Alphabets with letters that look alike, as character names begin with them."""


def quoted(name: str) -> str:
    r"""The name as a double-quoted YAML text: `"Care\x20"`, `"Don\u2019t"`.

    Escapes outer and double blanks and every character that looks like another one or like none, so
    that two names of one key never look the same.
    """
    return '"' + "".join(_shown(name, place) for place in range(len(name))) + '"'


def spelling_fault(name: str) -> str:
    """What a new campaign's name must not have, and where; "" for nothing.

    That are blanks at either end, control characters, and invisible characters.
    """
    if not name:
        return ""
    for place, how in ((0, "begins"), (-1, "ends")):
        if name[place].isspace():
            return f"{how} with {described(name[place])}"
    for place, character in enumerate(name, 1):
        if unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
            return f"has a control character at position {place}: {described(character)}"
        if is_invisible(character) and not _PICTURE_CHOICE.match(character):
            return f"has an invisible character at position {place}: {described(character)}"
    return ""


def mixed_alphabets(name: str) -> str:
    """The first word with letters of several alphabets that look alike, in words; "" for none."""
    for word in _WORD.findall(name):
        first: dict[str, str] = {}
        for letter in word:
            first.setdefault(_alphabet(letter), letter)
        first.pop("", None)
        if len(first) > 1:
            letters = " and ".join(described(letter) for letter in first.values())
            return f"mixes alphabets in the word {quoted(word)}: {letters}"
    return ""


def _shown(name: str, place: int) -> str:
    character = name[place]
    if character in '\\"':
        return f"\\{character}"
    if character == " ":
        inside = 0 < place < len(name) - 1 and not name[place - 1].isspace()
        return " " if inside else r"\x20"
    looks_like_itself = name_key(character) == unicodedata.normalize("NFC", character.lower())
    if character == "`" or (looks_like_itself and is_safe(character)):
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _alphabet(letter: str) -> str:
    script = unicodedata.name(letter, "").partition(" ")[0]
    return script if script in _ALPHABETS else ""


def described(character: str) -> str:
    """`U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
