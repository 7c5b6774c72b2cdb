"""Blocks of Markdown into one text that is never too long: parts of its middle are left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from reconciler.render.markdown.inline import fence

_BETWEEN = "\n\n"
_LEAST = 1_000
"""What a shortened block gets at least; a smaller rest would tell nothing."""


class Room(NamedTuple):
    """How long a text may be, in the unit that its reader counts in."""

    limit: int
    measure: Callable[[str], int]


def utf16_units(text: str) -> int:
    """The length of a text as GitHub and JavaScript count it."""
    return len(text.encode("utf-16-le")) // 2


def utf8_bytes(text: str) -> int:
    """The length of a text in a file."""
    return len(text.encode())


COMMENT = Room(60_000, utf16_units)
"""A comment; GitHub accepts 65,536 units, of which a bot's marker and its own words need some."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document: some of its lines may be left out, and never its ends.

    `language` makes the lines a block of code, None a list or a table.
    """

    head: str = ""
    header: tuple[str, ...] = ()
    """The first lines of a table, which always stand."""
    lines: tuple[str, ...] = ()
    tail: str = ""
    language: str | None = None

    @property
    def text(self) -> str:
        """The block without an empty line around it."""
        body = "\n".join((*self.header, *self.lines))
        if self.language is not None and self.lines:
            ticks = fence(self.lines)
            body = f"{ticks}{self.language}\n{body}\n{ticks}"
        return _BETWEEN.join(filter(None, (self.head, body, self.tail)))

    def within(self, room: Room) -> "Block":
        """The block, as short as that, with a line in place of those that were left out."""
        if room.measure(self.text) <= room.limit:
            return self
        longest = max(40, room.limit // 8)
        lines = self.lines
        if self.language is not None:
            lines = tuple(_shortened(line, longest, room) for line in lines)
        frame = replace(self, lines=("", self._note(len(lines))))
        left = room.limit - room.measure(frame.text) - 2 * len(fence(lines))
        sizes = [room.measure(line) + 1 for line in lines]
        first, last = ends_that_fit(sizes, left)
        omitted = len(lines) - first - last
        if not omitted:
            return replace(self, lines=lines)
        note = self._note(omitted)
        return replace(self, lines=(*lines[:first], note, *lines[len(lines) - last :]))

    def _note(self, number: int) -> str:
        what = f"{number:,} more {'line is' if number == 1 else 'lines are'} not shown here"
        if self.language is not None:
            return f"# ({what})"
        return f"| _{what}_ |" if self.header else f"* _{what}._"


def fitted(first: Sequence[Block], rest: Sequence[Block], room: Room) -> str:
    """All blocks in one text: the first ones always, and of the rest as many as fit, from its ends.

    A block that is too long itself is shortened inside.
    """
    heads = [block.text for block in first]
    texts = [block.text for block in rest]
    if _length([*heads, *texts], room) <= room.limit:
        return _BETWEEN.join([*heads, *texts]) + "\n"
    share = Room(room.limit // (len(first) * (2 if rest else 1)) - 2 * len(_BETWEEN), room.measure)
    heads = [block.within(share).text for block in first]
    left = room.limit - room.measure(_BETWEEN.join(heads)) - len(_BETWEEN)
    if _length(texts, room) > left:
        share = Room(max(_LEAST, left // max(1, len(rest))), room.measure)
        texts = [block.within(share).text for block in rest]
    if _length(texts, room) > left:
        left -= room.measure(_left_out(len(texts), len(texts))) + len(_BETWEEN)
        begin, end = ends_that_fit([_length([text], room) for text in texts], left)
        note = _left_out(len(texts) - begin - end, len(texts))
        texts = [*texts[:begin], note, *texts[len(texts) - end :]]
    return _BETWEEN.join([*heads, *texts]) + "\n"


def ends_that_fit(sizes: Sequence[int], room: int) -> tuple[int, int]:
    """How many items from the beginning and from the end fit, taken in turn."""
    begin = end = 0
    while begin + end < len(sizes):
        at = begin if begin == end else len(sizes) - 1 - end
        if sizes[at] > room:
            break
        room -= sizes[at]
        begin, end = (begin + 1, end) if begin == end else (begin, end + 1)
    return begin, end


def _length(texts: Sequence[str], room: Room) -> int:
    return sum(room.measure(text) + len(_BETWEEN) for text in texts)


def _shortened(line: str, longest: int, room: Room) -> str:
    """A line of code without its middle; no character takes more than four units."""
    if room.measure(line) <= longest:
        return line
    half = longest // 8
    return f"{line[:half]} … {line[len(line) - half :]}"


def _left_out(number: int, total: int) -> str:
    return f"_{number:,} of {total:,} parts are not shown here: there is no room for them._"
