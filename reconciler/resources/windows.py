"""Calling windows as vendors return them into weekday windows in one form, and into minutes.

Canonical: one window per entry, `{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}`, sorted by
weekday and start (docs/vendors/kore.md 4.2). A window until midnight ends at `12:00 AM`.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pydantic import JsonValue

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = {
    name: day
    for day, names in zip(
        DAYS,
        (
            ("mo", "mon", "monday"),
            ("tu", "tue", "tues", "tuesday"),
            ("we", "wed", "wednesday"),
            ("th", "thu", "thur", "thurs", "thursday"),
            ("fr", "fri", "friday"),
            ("sa", "sat", "saturday"),
            ("su", "sun", "sunday"),
        ),
        strict=True,
    )
    for name in names
}
# `*+` does not backtrack: two adjacent `\s*` would try every split of a run of spaces.
_TIME = re.compile(
    r"\s*+([0-9]{1,2})(?::([0-9]{2})(?::00(?:\.0{1,6})?)?)?\s*+([ap])?\.?(?:m\.?)?\s*+",
    re.IGNORECASE,
)
_END_OF_DAY = re.compile(r"\s*+24:00")
_DAY = 24 * 60
"""The minute at which a day ends."""


class WindowMinutes(NamedTuple):
    """A window: its weekday from Monday 0, and its first and last minute; midnight ends at 1440.

    The end is before the start in a window over midnight.
    """

    weekday: int
    start: int
    end: int


def parse_time(text: str) -> int | None:
    """Minutes since midnight of `9:00 AM`, `09:00`, `9am`, `09:00:00`; None for anything else."""
    match = _TIME.fullmatch(text)
    if match is None or (match[2] is None and match[3] is None):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute


def parse_end(text: str) -> int | None:
    """Like `parse_time` for the end of a window: midnight (also `24:00`) is the end of the day."""
    midnight = _END_OF_DAY.match(text)
    minutes = parse_time(f"00:00{text[midnight.end() :]}" if midnight else text)
    return _DAY if minutes == 0 else minutes


def format_time(minutes: int) -> str:
    """The vendor's form, `h:mm AM/PM` without a leading zero."""
    hour, minute = divmod(minutes % _DAY, 60)
    return f"{hour % 12 or 12}:{minute:02d} {'AM' if hour < 12 else 'PM'}"


def parse_days(text: str) -> tuple[str, ...] | None:
    """The weekdays of `MO`, `monday` or `MO-FR` (may wrap past Sunday); None for anything else."""
    first, dash, last = (part.strip().lower() for part in text.partition("-"))
    if first not in _NAMES or (dash and last not in _NAMES):
        return None
    if not dash:
        return (_NAMES[first],)
    start, end = DAYS.index(_NAMES[first]), DAYS.index(_NAMES[last])
    return tuple(DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1))


def normal_windows(value: JsonValue) -> JsonValue:
    """Windows as a vendor returns them into canonical form; an unreadable value stays unchanged.

    A repeated window counts once, and a day off (a weekday with empty times) is no window.
    """
    found = windows_of(value)
    if found is None:
        return value
    return [
        {
            "day": DAYS[window.weekday],
            "start": format_time(window.start),
            "end": format_time(window.end),
        }
        for window in found
    ]


def windows_of(value: JsonValue) -> tuple[WindowMinutes, ...] | None:
    """Windows in minutes, sorted, in any form that a vendor may return; None if unreadable."""
    if not isinstance(value, list):
        return None
    found: set[WindowMinutes] = set()
    for entry in value:
        if not isinstance(entry, dict):
            return None
        days = parse_days(str(_only(entry.get("day", ""))))
        if days is None or len(days) != 1:
            return None
        if entry.keys() >= {"start", "end"} and not entry["start"] and not entry["end"]:
            continue
        start, end = parse_time(str(entry.get("start"))), parse_end(str(entry.get("end")))
        if start is None or end is None:
            return None
        found.add(WindowMinutes(DAYS.index(days[0]), start, end))
    return tuple(sorted(found))


def _only(value: JsonValue) -> JsonValue:
    """The element of a list that has only one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def unusual_windows(value: JsonValue) -> str:
    """Why windows are not sent: a vendor may refuse them, or read them in more than one way."""
    return next(_unusual(windows_of(value) or ()), "")


def _unusual(windows: tuple[WindowMinutes, ...]) -> Iterator[str]:
    for window in windows:
        if window.end <= window.start:
            after = DAYS[(window.weekday + 1) % 7]
            yield (
                f"the window {_span(window)} on {DAYS[window.weekday]} does not end after it "
                f"starts; if it goes over midnight, write {format_time(window.start)} to 12:00 AM "
                f"on {DAYS[window.weekday]} and 12:00 AM to {format_time(window.end)} on {after}"
            )
    for earlier, later in pairwise(windows):
        if earlier.weekday == later.weekday and later.start < earlier.end:
            yield (
                f"windows overlap on {DAYS[earlier.weekday]}: {_span(earlier)} and {_span(later)}"
            )


def _span(window: WindowMinutes) -> str:
    return f"{format_time(window.start)} to {format_time(window.end)}"


def compact_windows(value: JsonValue) -> JsonValue:
    """Canonical windows as people write them: days with the same window together, as `MO-FR`."""
    spans: dict[tuple[str, str], list[str]] = {}
    if not isinstance(value, list):
        return value
    for window in value:
        if not isinstance(window, dict) or window.keys() != {"day", "start", "end"}:
            return value
        if window["day"] not in DAYS:
            return value
        span = str(window["start"]), str(window["end"])
        spans.setdefault(span, []).append(str(window["day"]))
    return [
        {"day": _together(days), "start": start, "end": end} for (start, end), days in spans.items()
    ]


def _together(days: list[str]) -> JsonValue:
    """Weekdays as a day, a range of at least three days, or a list of both."""
    runs: list[list[str]] = []
    for index in sorted({DAYS.index(day) for day in days}):
        if runs and DAYS.index(runs[-1][-1]) == index - 1:
            runs[-1].append(DAYS[index])
        else:
            runs.append([DAYS[index]])
    words: list[JsonValue] = []
    for run in runs:
        words += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else run
    return words[0] if len(words) == 1 else words
