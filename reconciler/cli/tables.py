"""Print rows as aligned columns; text from vendors is made safe to print, and cut if too wide."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from reconciler.safe_text import safe_text

_WIDEST = 40
"""The maximum width of a cell, in terminal columns."""
_WHOLE = frozenset({"CAMPAIGN", "ID", "HOLDER"})
"""Columns that are never cut: people copy their values."""


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two spaces apart; the last one may be any length."""
    cells = [list(header), *([safe_text(cell) for cell in row] for row in rows)]
    for place, title in enumerate(header[:-1]):
        if title not in _WHOLE:
            for row in cells:
                row[place] = _cut(row[place])
    widths = [max(cell_len(row[place]) for row in cells) for place in range(len(header))]
    lines = (
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
    return "".join(f"{line}\n" for line in lines)


def _cut(text: str) -> str:
    if cell_len(text) <= _WIDEST:
        return text
    return f"{set_cell_size(text, _WIDEST - 1).rstrip()}…"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
