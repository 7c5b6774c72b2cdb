"""Values of fields into text for people: quoted, made safe, with calling hours in short form."""

import json
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from itertools import groupby

from pydantic import JsonValue

from reconciler.plan.words import marked, without_marks
from reconciler.resources.windows import DAYS
from reconciler.safe_text import safe_text

KNOWN_LATER = "(known after apply)"
UNREADABLE = "(cannot be read)"
_WHOLE = 100_000
"""Longer than any field that a vendor accepts: a reviewer must see the whole message."""
_CONTEXT = 3
"""Unchanged lines that stay on each side of a changed one."""
_MOST_PAIRS = 1_000_000
"""Pairs of lines to compare; a message has a few lines."""

Body = list[tuple[str, str]]
"""Symbol and text of each line below a value's first line."""


def foreign(text: str) -> str:
    """Foreign text, whole and on one line."""
    return safe_text(text, _WHOLE)


def quoted(text: str) -> str:
    """A string in quotes, with its quotes and backslashes escaped."""
    return f'"{foreign(text.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34)))}"'


def show(value: JsonValue) -> str:
    """Any value on one line."""
    match value:
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(show(one) for one in value)}]"
        case dict():
            return (
                f"{{{', '.join(f'{foreign(key)} = {show(value[key])}' for key in sorted(value))}}}"
            )
        case _:
            return json.dumps(value)


def is_text_block(value: JsonValue) -> bool:
    """Whether a value is a text of several lines."""
    return isinstance(value, str) and "\n" in value


def changed_text(before: str, after: str) -> tuple[str, str]:
    """Two versions of a text in quotes, with their changed words marked."""
    sides = marked(before, after, _piece)
    return (quoted(before), quoted(after)) if sides is None else (f'"{sides[0]}"', f'"{sides[1]}"')


def _piece(text: str) -> str:
    return without_marks(quoted(text)[1:-1])


def items(path: str, value: JsonValue) -> list[str]:
    """A list's elements, one per line; calling hours as ranges of days."""
    if not isinstance(value, list):
        return []
    hours = _hours(value) if path.endswith("callingHours.days") else None
    return [show(one) for one in value] if hours is None else hours


def text_lines(value: JsonValue) -> list[str]:
    """The lines of a text, each with a mark, so that no line looks like part of the plan."""
    return [f"| {foreign(line)}".rstrip() for line in str(value or "").split("\n")]


def changed_items(before: Iterable[str], after: Iterable[str]) -> Body:
    """Changed, removed and added elements; order has no meaning in any list of a campaign.

    A removed and an added element are one that changed if they are much alike, or the only ones.
    """
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    gone = [item for item in old if item not in new]
    come = [item for item in new if item not in old]
    only = len(gone) == len(come) == 1
    lines: Body = []
    for item in tuple(gone):
        alike = come if only else get_close_matches(item, come, n=1)
        if alike:
            lines.append(("~", f"{item} -> {alike[0]},"))
            gone.remove(item)
            come.remove(alike[0])
    lines += [*(("-", f"{item},") for item in gone), *(("+", f"{item},") for item in come)]
    kept = len(old.keys() & new.keys())
    if kept:
        noun = "element" if kept == 1 else "elements"
        lines.append(("", f"# ({kept} unchanged {noun} hidden)"))
    return lines


def changed_lines(before: list[str], after: list[str]) -> Body:
    """The removed, added and unchanged lines of a text, in reading order.

    Texts of very many lines are shown as removed and added as a whole: comparing takes too long.
    """
    if len(before) * len(after) > _MOST_PAIRS:
        return [*(("-", line) for line in before), *(("+", line) for line in after)]
    lines: Body = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        old, new = before[old_from:old_to], after[new_from:new_to]
        if tag == "equal":
            lines += _unchanged(old)
            continue
        if len(old) == len(new):
            pairs = [marked(*pair, without_marks) or pair for pair in zip(old, new, strict=True)]
            old, new = [one for one, _ in pairs], [other for _, other in pairs]
        lines += [*(("-", line) for line in old), *(("+", line) for line in new)]
    return lines


def _unchanged(lines: list[str]) -> Body:
    """Unchanged lines; of many, only those beside a change."""
    hidden = len(lines) - 2 * _CONTEXT
    if hidden <= _CONTEXT:
        return [("", line) for line in lines]
    note = f"# ({hidden} unchanged lines hidden)"
    return [("", line) for line in (*lines[:_CONTEXT], note, *lines[-_CONTEXT:])]


def _hours(value: list[JsonValue]) -> list[str] | None:
    """Windows by weekday as `"MO-FR 9:00 AM to 6:00 PM"`; None for anything else."""
    by_day: dict[str, list[str]] = {}
    for window in value:
        if not isinstance(window, dict) or window.get("day") not in DAYS:
            return None
        span = f"{window.get('start')} to {window.get('end')}"
        by_day.setdefault(str(window["day"]), []).append(span)
    days = [(DAYS.index(day), ", ".join(spans)) for day, spans in by_day.items()]
    # Consecutive days with the same windows share a key, as both count up by one.
    runs = groupby(enumerate(sorted(days)), key=lambda item: (item[1][0] - item[0], item[1][1]))
    return [quoted(_run([day for _, (day, _) in run], spans)) for (_, spans), run in runs]


def _run(days: list[int], spans: str) -> str:
    names = DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
    return f"{names} {spans}"
