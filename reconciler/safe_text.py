"""Foreign text into text that is safe to print on a terminal, in a log or in a CI runner.

Foreign is what somebody else wrote: a vendor, a manifest, a file's name, a ledger. All of it is
printed through `safe_text` or, in a JSON document, through `safe_json`. Neither is used where text
is compared, stored or sent.
"""

import re
import unicodedata
from collections.abc import Iterator

# Control, format, surrogate, private, unassigned, line and paragraph separators: what can move a
# cursor, hide text or reverse its direction (CWE-150).
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that draw nothing. Emoji need the variation selectors below U+FE10."""
_COMMAND = re.compile(r"(?<=#)#(?=\w*\[)|\A(\s*):(?=:)")
"""What runners obey: `##[name]` and `##vso[name]` in a line, and `::name` where it begins."""
_WORD = re.compile(r"[^\W\d_]+")
_ALPHABETS = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LISU"})
"""Alphabets with letters that look like Latin ones, as character names begin with them."""
_DOUBLES = frozenset(
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u04cf\u0501\u051b\u051d"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
    "\u03bd\u03c5\u03f2\u0405\u054d\u054f\u0555\u057d\u0585\u0578\u0581"
)
"""Letters of other alphabets that most fonts draw like a Latin letter."""
_LATIN_DOUBLES = frozenset("\u0251\u0261\u0269")
_LIMIT = 200


def safe_text(text: str, limit: int = _LIMIT) -> str:
    """`text` on one line, cut to `limit` characters, with visible escapes for all that misleads.

    That are characters that nobody sees or that move others, letters that look like those of
    another alphabet, and commands to CI runners.
    """
    safe = text[: limit + 1]
    if not (safe.isascii() and safe.isprintable()):
        marked = set(_look_alikes(safe))
        safe = "".join(
            _escaped(character) if place in marked or not is_safe(character) else character
            for place, character in enumerate(safe)
        )
    if "##" in safe or "::" in safe:
        safe = _COMMAND.sub(_broken, safe)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def safe_lines(text: str, limit: int = _LIMIT) -> str:
    """As `safe_text`, for a text of several lines that are our own."""
    return "\n".join(safe_text(line, limit) for line in text.split("\n"))


def safe_json(document: str) -> str:
    """A JSON document in which no runner finds a command; it means the same."""
    return document.replace("##", "#\\u0023")


def is_safe(text: str) -> bool:
    """Whether everybody sees each character of `text`, and none moves or hides others."""
    if text.isascii():
        return text.isprintable()
    return _BLANK.search(text) is None and not any(
        unicodedata.category(character) in _UNSAFE for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _broken(found: re.Match[str]) -> str:
    """The first character of a command as an escape; blanks before it stay."""
    return "\\x23" if found[0] == "#" else f"{found[1]}\\x3a"


def _look_alikes(text: str) -> Iterator[int]:
    """The places of letters that people take for others."""
    for place, letter in enumerate(text):
        if not letter.isascii() and (letter in _LATIN_DOUBLES or _is_styled(letter)):
            yield place
    written_in = {_alphabet(letter) for letter in text if letter not in _DOUBLES}
    for word in _WORD.finditer(text):
        alphabets = [_alphabet(letter) for letter in word[0]]
        others = _ALPHABETS.intersection(alphabets)
        imitates = _DOUBLES.issuperset(word[0]) and written_in.isdisjoint(others)
        if others and ("LATIN" in alphabets or imitates):
            yield from (
                word.start() + place for place, one in enumerate(alphabets) if one in _ALPHABETS
            )


def _is_styled(letter: str) -> bool:
    """Whether it is another form of an ASCII letter, such as the Kelvin sign or a bold K."""
    plain = unicodedata.normalize("NFKC", letter)
    wide = unicodedata.east_asian_width(letter) == "F"
    return (
        letter > "\u00ff" and not wide and plain.isascii() and plain.isalpha() and len(plain) == 1
    )


def _alphabet(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]
