"""Text into lines that fit a terminal, broken between words.

Commands are never broken: people copy them. Neither is a word that is wider than the terminal.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size

NARROWEST = 40
"""A narrower terminal breaks the lines itself."""
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_LEAD = re.compile(r"((?:\x1b\[[\d;]*m)*│(?:\x1b\[[\d;]*m)* )?( *)([#+~!.|-] |)")
"""The bar of a message's box, the indentation, and the mark of a comment, a list or a change."""
_COMMAND = re.compile(r" {2,}reconciler ")
_GAP = re.compile(r"(?<=\S)(?= {2,}[^\s=])")
"""Before the blanks between two columns."""
_WORD = re.compile(r"(?<! ) *\S+")
_DEEPER = "  "
_SHORT_WORD = 9
"""Columns of a last word that should not be alone on its line."""
_ENOUGH = 3
"""Words of a line that can spare one."""


def columns(text: str) -> int:
    """The columns of a terminal that a text takes; colours take none."""
    return cell_len(_COLOUR.sub("", text) if "\x1b" in text else text)


def cut(text: str, width: int) -> str:
    """A text of at most so many columns; one that is cut ends with an ellipsis."""
    return text if columns(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def fitted(text: str, width: int) -> str:
    """The same text with every line that is too wide broken.

    The rest of an indented line is indented more, and so is that of a line that stands alone.
    """
    room = max(width, NARROWEST)
    lines = text.split("\n")
    indent = _DEEPER if len(lines) == 1 else ""
    return "\n".join(piece for line in lines for piece in _broken(line, room, indent))


def wrapped(text: str, width: int, *, whole: bool = False) -> list[str]:
    """A cell's lines; a word that is too wide is cut unless everything must stay `whole`."""
    words = (word if whole else cut(word, width) for word in text.split())
    return list(_filled("", list(words), "", width))


def _broken(line: str, width: int, indent: str) -> Iterator[str]:
    if columns(line) <= width:
        yield line
        return
    if not line.strip("─"):
        yield line[:width]
        return
    found = _LEAD.match(line)
    bar, blanks, mark = (found[1] or "", found[2], found[3]) if found else ("", "", "")
    if _COMMAND.match(line.removeprefix(bar)):
        yield line
        return
    lead = f"{bar}{blanks}{mark}"
    further = _DEEPER if blanks or mark else indent
    deeper = f"{blanks[: width // 2]}{mark if mark == '# ' else ''}{further}"
    room = width - columns(f"{bar}{deeper}")
    pieces = [
        piece
        for column in _GAP.split(line[len(lead) :])
        for piece in ([column] if columns(column.strip()) <= room else _WORD.findall(column))
    ]
    yield from _filled(lead, pieces, f"{bar}{deeper}", width)


def _filled(lead: str, pieces: list[str], deeper: str, width: int) -> Iterator[str]:
    """Lines that begin with `lead`, then with `deeper`, each with as many pieces as fit."""
    lines: list[list[str]] = [[]]
    current = lead
    for piece in pieces:
        more = f"{_blank(piece)}{piece}" if lines[-1] else piece
        if lines[-1] and columns(current + more) > width:
            lines.append([])
            current, more = deeper, piece.lstrip()
        lines[-1].append(piece)
        current += more
    if _ends_lonely(lines, deeper, width):
        lines[-1].insert(0, lines[-2].pop())
    yield _joined(lead, lines[0])
    for line in lines[1:]:
        yield _joined(deeper, [line[0].lstrip(), *line[1:]])


def _ends_lonely(lines: list[list[str]], deeper: str, width: int) -> bool:
    """Whether the last line is one short word that the word before can join."""
    if len(lines) == 1 or len(lines[-1]) > 1 or len(lines[-2]) < _ENOUGH:
        return False
    (word,) = lines[-1]
    both = _joined(deeper, [lines[-2][-1].lstrip(), word])
    return columns(word.lstrip()) <= _SHORT_WORD and columns(both) <= width


def _joined(lead: str, pieces: list[str]) -> str:
    return lead + "".join(pieces[:1]) + "".join(f"{_blank(one)}{one}" for one in pieces[1:])


def _blank(piece: str) -> str:
    """The blank before a piece inside a line; a column has its own blanks."""
    return "" if piece[:1] == " " else " "
