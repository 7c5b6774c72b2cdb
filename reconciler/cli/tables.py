"""Print rows as aligned columns; text from vendors is made safe to print, and cut if too wide.

On a terminal that is too narrow for its columns, a table gets narrower step by step: empty columns
go, ids get a line of their own, cells are broken between words, the last columns get lines of
their own, and at last each row becomes a list of its cells.
"""

from collections.abc import Iterator, Sequence

from reconciler.cli.layout import NARROWEST, columns, cut, fitted, wrapped
from reconciler.safe_text import safe_text

_WIDEST = 40
"""The maximum width of a cell, in terminal columns."""
_WHOLE = frozenset({"CAMPAIGN", "CAMPAIGNS", "LOOKS LIKE", "ID", "HOLDER"})
"""Columns that are never cut: people copy their values."""
_LONGEST_WORD = 24
"""A column is not narrower than its longest word; a word that is longer than this is cut."""
_MOST_LINES = 2
"""A row that has more is hard to read."""
_MOST_BELOW = 2
"""Columns without ids that may stand below the row."""
_GAP = "  "
Cells = Sequence[str]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, width: int | None = None) -> str:
    """Columns as wide as their widest cell, two spaces apart; the last one may be any length.

    With `width`, no line is wider unless a single word is.
    """
    cells = [[safe_text(cell) for cell in row] for row in (header, *rows)]
    for place, title in enumerate(header[:-1]):
        if title not in _WHOLE:
            for row in cells:
                row[place] = cut(row[place], _WIDEST)
    natural = _widths(cells)
    if width is None or _total(natural) <= width:
        return "".join(_aligned(row, natural) for row in cells)
    return _narrow(cells, max(width, NARROWEST))


def _narrow(cells: Sequence[Cells], width: int) -> str:
    header = cells[0]
    filled = [
        place for place in range(len(header)) if place == 0 or any(row[place] for row in cells[1:])
    ]
    ids = [place for place in filled if place and header[place] in _WHOLE]
    for last in range(min(_MOST_BELOW + 1, len(filled) - 1)):
        below = sorted({*ids, *filled[len(filled) - last :]})
        kept = [
            [cell for place, cell in enumerate(row) if place in filled and place not in below]
            for row in cells
        ]
        widths = _shrunk(kept, width)
        if widths is not None and _is_low(kept, widths):
            return fitted(_stacked(cells, kept, below, widths), width)
    return "\n".join(_listed(header, row, filled, width) for row in cells[1:])


def _is_low(cells: Sequence[Cells], widths: Sequence[int]) -> bool:
    """Whether no row has many lines."""
    pairs = (pair for row in cells for pair in zip(row, widths, strict=True))
    return all(len(wrapped(cell, width)) <= _MOST_LINES for cell, width in pairs)


def _stacked(
    cells: Sequence[Cells], kept: Sequence[Cells], below: Sequence[int], widths: Sequence[int]
) -> str:
    """Rows of the columns that are kept, each with the cells of the other ones below it."""
    header = cells[0]
    lines = [_aligned(kept[0], widths)]
    for row, shown in zip(cells[1:], kept[1:], strict=True):
        lines.append(_aligned(shown, widths))
        lines += [f"  {header[place]} {row[place]}\n" for place in below if row[place]]
    return "".join(lines)


def _shrunk(cells: Sequence[Cells], width: int) -> list[int] | None:
    """The widths at which everything fits, the widest columns made narrower; None for none."""
    widths = _widths(cells)
    least = [
        widths[0]
        if place == 0 and title in _WHOLE
        else min(max(_longest_word(row[place]) for row in cells), _LONGEST_WORD)
        for place, title in enumerate(cells[0])
    ]
    while _total(widths) > width:
        loose = [place for place, one in enumerate(widths) if one > least[place]]
        if not loose:
            return None
        widths[max(loose, key=widths.__getitem__)] -= 1
    return widths


def _listed(header: Cells, row: Cells, places: Sequence[int], width: int) -> str:
    """A row as one line for each cell, with the column's title."""
    indent = max(columns(header[place]) for place in places)
    widths = (indent, width - indent - len(_GAP))
    pairs = ((header[place], row[place]) for place in places if row[place])
    return "".join(_aligned(pair, widths, whole=True) for pair in pairs)


def _aligned(row: Cells, widths: Sequence[int], *, whole: bool = False) -> str:
    """The lines of a row; there are several if a cell is wider than its column."""
    parts = [
        [cell] if columns(cell) <= width else wrapped(cell, width, whole=whole)
        for cell, width in zip(row, widths, strict=True)
    ]
    return "".join(f"{line}\n" for line in _side_by_side(parts, widths))


def _side_by_side(parts: Sequence[Cells], widths: Sequence[int]) -> Iterator[str]:
    for number in range(max(map(len, parts))):
        cells = [part[number] if number < len(part) else "" for part in parts]
        padded = (_padded(cell, width) for cell, width in zip(cells, widths, strict=True))
        yield _GAP.join(padded).rstrip()


def _widths(cells: Sequence[Cells]) -> list[int]:
    return [max(columns(row[place]) for row in cells) for place in range(len(cells[0]))]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _longest_word(text: str) -> int:
    return max(map(columns, text.split()), default=0)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))
