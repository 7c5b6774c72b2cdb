"""Foreign text into Markdown in which it is nothing but text: a code span, a cell, HTML, a fence.

In code GitHub looks for no mention, issue, link or HTML. A code span ends only at a run of
backticks as long as its first one, and a fence only at a line with one at least as long.
"""

import html
import re
from collections.abc import Iterable

from reconciler.render.values import foreign

_TICKS = re.compile("`+")
_LONG_TICKS = re.compile("`{3,}")
_OURS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.:()%']|(?<=\w)-(?=\w))*")
"""What our sentences and numbers are made of; nothing in it is Markdown."""
_LINKED = re.compile(r"(?i)://|www\.|\bgh-\d|\b[0-9a-f]{7,}\b|:\w+:|^\d+[.)]")
"""What a code host links or replaces all the same, or takes for a numbered list."""
_LONGEST = 600
"""Characters of a code span; whole texts stand in fences."""


def code(text: str) -> str:
    """A code span, on one line and cut if it is very long."""
    shown = foreign(text)
    if len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST]}…"
    ticks = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    # Blanks separate a backtick at an end; Markdown takes one away on each side.
    space = " " if not shown.strip() or "`" in (shown[0], shown[-1]) else ""
    return f"{ticks}{space}{shown or 'empty'}{space}{ticks}"


def prose(text: str) -> str:
    """A sentence of ours as it is; a code span if any part of it may be somebody else's."""
    return text if _is_plain(text) else code(text)


def prose_cell(text: str) -> str:
    """The same for a table."""
    return text if _is_plain(text) else cell(text)


def _is_plain(text: str) -> bool:
    return bool(_OURS.fullmatch(text)) and not _LINKED.search(text)


def cell(text: str) -> str:
    """A code span for a table, where a vertical bar would end the cell, whatever is around it."""
    return code(text.replace("|", "\\x7c"))


def html_code(text: str) -> str:
    """A `code` element, where only HTML is read."""
    return f"<code>{html.escape(foreign(text))}</code>"


def fence(lines: Iterable[str]) -> str:
    """The line that opens and closes a block of code around these lines."""
    runs = (len(run) for line in lines for run in _LONG_TICKS.findall(line))
    return "`" * (max(runs, default=2) + 1)
