"""Blocks of Markdown into one text that is never too long: parts of its middle are left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from reconciler.render.markdown.inline import fence

_BETWEEN = "\n\n"
_LEAST = 1_000
"""The least that a shortened block gets; with less it would say nothing."""


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
    """The first lines of a table, which are always kept."""
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
        """The block if it fits into the room; else some of its lines, and one that says so."""
        if room.measure(self.text) <= room.limit:
            return self
        longest = max(40, room.limit // 8)
        lines = self.lines
        if self.language is not None:
            lines = tuple(_shortened(line, longest, room) for line in lines)
        frame = replace(self, lines=("", self._note(len(lines))))
        left = room.limit - room.measure(frame.text) - 2 * len(fence(lines))
        first, last = ends_that_fit(len(lines), lambda at: room.measure(lines[at]) + 1, left)
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


Make = Callable[[], Block]
"""Makes a block when it is needed: of thousands, a comment shows a few."""


def ready(blocks: Iterable[Block]) -> list[Make]:
    """Blocks that are made already."""
    return [partial(_itself, block) for block in blocks]


def _itself(block: Block) -> Block:
    return block


def fitted(first: Sequence[Block], rest: Sequence[Make], room: Room) -> str:
    """All blocks in one text: the first ones always, and of the rest as many as fit, from its ends.

    A block that is too long itself is shortened inside.
    """
    heads = [block.text for block in first]
    if (texts := _whole(rest, room, used=_length(heads, room))) is None:
        share = room.limit // (len(first) * (2 if rest else 1)) - 2 * len(_BETWEEN)
        heads = [block.within(room._replace(limit=share)).text for block in first]
        texts = _ends(rest, room._replace(limit=room.limit - _length(heads, room)))
    return _BETWEEN.join([*heads, *texts]) + "\n"


def _whole(rest: Sequence[Make], room: Room, *, used: int) -> list[str] | None:
    """All texts if they fit; None as soon as one does not."""
    texts = []
    for make in rest:
        texts.append(make().text)
        used += _length(texts[-1:], room)
        if used > room.limit:
            return None
    return texts if used <= room.limit else None


def _ends(rest: Sequence[Make], room: Room) -> list[str]:
    """The texts from both ends that fit, perhaps shortened, and what is left out between them."""
    if not rest:
        return []
    share = room._replace(limit=max(_LEAST, room.limit // len(rest) - len(_BETWEEN)))
    left = room.limit - _length([_left_out(len(rest), len(rest))], room)
    made: dict[int, str] = {}

    def size(at: int) -> int:
        made[at] = rest[at]().within(share).text
        return _length([made[at]], room)

    begin, end = ends_that_fit(len(rest), size, left)
    texts = [made[at] for at in range(begin)]
    if omitted := len(rest) - begin - end:
        texts.append(_left_out(omitted, len(rest)))
    return [*texts, *(made[at] for at in range(len(rest) - end, len(rest)))]


def ends_that_fit(number: int, size: Callable[[int], int], room: int) -> tuple[int, int]:
    """How many of so many items fit from the beginning and from the end, taken in turn."""
    begin = end = 0
    while begin + end < number:
        at = begin if begin == end else number - 1 - end
        if (needed := size(at)) > room:
            break
        room -= needed
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
