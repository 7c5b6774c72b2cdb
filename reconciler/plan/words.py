"""Two versions of a text into the same texts with the changed words marked, and long parts folded.

`{-word-}` was removed and `{+word+}` was added, much as in `git diff --word-diff`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from unicodedata import category

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
# Scripts that are written without blanks: each character counts as a word.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai and Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana and Katakana
    (0x3400, 0x9FFF),  # Chinese characters
    (0x20000, 0x3FFFF),
)
_CONTEXT = 8
"""Unchanged words that stay on each side of a change."""
_FOLDED = 2 * _CONTEXT + 16
"""Length of the shortest unchanged part, in words and what is between them, that is folded."""

_SHORTEST = 12
"""Words, blanks and other characters of a text in which a change is not seen at once."""
_MOST_PAIRS = 200_000
"""More pairs of words than in two long texts are not compared: it would take too long."""

_MARK = re.compile(r"\{[-+]|[-+]\}")
Write = Callable[[str], str]
Step = tuple[str, int, int, int, int]


def words(text: str) -> list[str]:
    """A text cut into words, single blanks and single other characters; joined they are the text.

    A character never loses its accents, its vowel signs or the parts of an emoji.
    """
    found: list[str] = []
    in_word = False
    for character in text:
        if found and (_joins(character) or found[-1][-1] == _JOINER):
            found[-1] += character
            continue
        is_letter = character.isalnum() or character == "_"
        if is_letter and in_word and not _is_unspaced(character):
            found[-1] += character
        else:
            found.append(character)
        in_word = is_letter and not _is_unspaced(character)
    return found


def marked(before: str, after: str, write: Write) -> tuple[str, str] | None:
    """Both texts with their changed words marked; None if short or without a common word.

    An id or an address is one word, whatever signs are in it. `write` makes a piece safe to print.
    """
    old, new = words(before), words(after)
    if max(len(old), len(new)) < _SHORTEST or not (_has_words(old) and _has_words(new)):
        return None
    steps = _steps(old, new)
    kept = (word for tag, start, end, *_ in steps if tag == "equal" for word in old[start:end])
    if not any(character.isalnum() for word in kept for character in word):
        return None
    return (
        "".join(_side(old, ((tag, i1, i2) for tag, i1, i2, _, _ in steps), "{--}", write)),
        "".join(_side(new, ((tag, j1, j2) for tag, _, _, j1, j2 in steps), "{++}", write)),
    )


def without_marks(text: str) -> str:
    """Text in which nothing looks like one of our marks."""
    return _MARK.sub(lambda found: f"\\x{ord(found[0][0]):02x}{found[0][1]}", text)


def _has_words(pieces: Sequence[str]) -> bool:
    return any(piece.isspace() or _is_unspaced(piece[0]) for piece in pieces)


def _steps(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """How to turn `old` into `new`: a `difflib` opcode with the places in both for each part."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    most = shorter - head
    tail = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    ends = len(old) - tail, len(new) - tail
    inner = old[head : ends[0]], new[head : ends[1]]
    changed: Iterable[Step] = [("replace", 0, len(inner[0]), 0, len(inner[1]))]
    if len(inner[0]) * len(inner[1]) <= _MOST_PAIRS:
        changed = SequenceMatcher(None, *inner, autojunk=False).get_opcodes()
    middle = [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in changed]
    return [("equal", 0, head, 0, head), *middle, ("equal", ends[0], len(old), ends[1], len(new))]


def _side(
    all_: Sequence[str], steps: Iterable[tuple[str, int, int]], marks: str, write: Write
) -> Iterator[str]:
    for tag, start, end in steps:
        piece = all_[start:end]
        if not piece:
            continue
        if tag != "equal":
            yield f"{marks[:2]}{write(''.join(piece))}{marks[2:]}"
        elif len(piece) < _FOLDED:
            yield write("".join(piece))
        else:
            yield _folded(piece, write, first=start == 0, last=end == len(all_))


def _folded(piece: Sequence[str], write: Write, *, first: bool, last: bool) -> str:
    """An unchanged part without its middle; at the ends of the text it has one neighbour only."""
    head = "" if first else write("".join(piece[:_CONTEXT]))
    tail = "" if last else write("".join(piece[-_CONTEXT:]))
    return f"{head}…{tail}"


def _joins(character: str) -> bool:
    return (
        category(character) in {"Mn", "Mc", "Me"}
        or character == _JOINER
        or ord(character) in _SKIN_TONES
    )


def _is_unspaced(character: str) -> bool:
    if character.isascii():
        return False
    return any(first <= ord(character) <= last for first, last in _UNSPACED)
