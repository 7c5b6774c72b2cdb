"""Calling hours: what people write into the vendor's weekday windows, and windows into minutes.

Canonical: one window per entry, `{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}`, sorted by
weekday and start (docs/vendors/kore.md 4.2). Only this module knows the shorthands.
"""

import re
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    JsonValue,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from reconciler.resources.base import Spec

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
_TIME = re.compile(r"\s*+(\d{1,2})(?::(\d{2}))?\s*+([ap])?\.?(?:m\.?)?\s*+", re.IGNORECASE)
# A zone's key is never a path: no dots, no leading slash.
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
_NOT_ZONES = frozenset({"localtime", "posixrules"})


def parse_time(text: str) -> int | None:
    """Minutes since midnight of `9:00 AM`, `09:00`, `9am`; None for anything else."""
    match = _TIME.fullmatch(text)
    if match is None or (match[2] is None and match[3] is None):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute


def format_time(minutes: int) -> str:
    """The vendor's form, `h:mm AM/PM` without a leading zero."""
    hour, minute = divmod(minutes, 60)
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


def _time(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("time", 'write a time as "9:00 AM", "09:00" or 9am')
    minutes = parse_time(value)
    if minutes is None:
        raise PydanticCustomError(
            "time", 'not a time; write "9:00 AM", "09:00" or 9am', {"value": value}
        )
    return format_time(minutes)


def _days(value: object) -> object:
    found: list[str] = []
    for text in value if isinstance(value, list) else [value]:
        days = parse_days(text) if isinstance(text, str) else None
        if days is None:
            raise PydanticCustomError(
                "day", "not a weekday; write MO, Mon, monday, MO-FR or [MO, TU]"
            )
        found.extend(days)
    if not found:
        raise PydanticCustomError("day", "name at least one weekday")
    return tuple(dict.fromkeys(found))


Time = Annotated[
    str,
    BeforeValidator(_time),
    WithJsonSchema(
        {
            "type": "string",
            "description": 'A local time: "9:00 AM", "09:00" or 9am.',
            "examples": ["9:00 AM", "18:00"],
        }
    ),
]
_DAY_SCHEMA = {"type": "string", "examples": [*DAYS, "MO-FR", "Mon", "monday"]}
DaySet = Annotated[
    tuple[str, ...],
    BeforeValidator(_days),
    WithJsonSchema(
        {
            "description": "A weekday, a range, or a list of either.",
            "anyOf": [_DAY_SCHEMA, {"type": "array", "items": _DAY_SCHEMA, "minItems": 1}],
        }
    ),
]


class WindowEntry(Spec):
    """An entry of `days` as people write it; it may cover several weekdays."""

    day: DaySet
    start: Time
    end: Time

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if _minutes(self.end) <= _minutes(self.start):
            raise PydanticCustomError(
                "window",
                "the window {start} to {end} ends before it starts; split it at midnight",
                {"start": self.start, "end": self.end},
            )
        return self


class _Windows:
    """Reads a list of `WindowEntry`, gives canonical windows; positions are those of entries."""

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        entries = handler.generate_schema(Annotated[list[WindowEntry], Field(min_length=1)])
        return core_schema.no_info_after_validator_function(
            _expand, entries, serialization=core_schema.plain_serializer_function_ser_schema(list)
        )


Window = dict[str, str]


def _expand(entries: list[WindowEntry]) -> list[Window]:
    windows: list[tuple[Window, int]] = [
        ({"day": day, "start": entry.start, "end": entry.end}, index)
        for index, entry in enumerate(entries)
        for day in entry.day
    ]
    windows.sort(key=lambda placed: _order(placed[0]))
    for (earlier, one), (later, other) in pairwise(windows):
        if earlier["day"] == later["day"] and _minutes(later["start"]) < _minutes(earlier["end"]):
            raise PydanticCustomError(
                "overlap",
                "windows overlap on {day}: {first} and {second}",
                {
                    "day": earlier["day"],
                    "first": _span(earlier),
                    "second": _span(later),
                    "key": max(one, other),
                },
            )
    return [window for window, _ in windows]


def _minutes(text: str) -> int:
    minutes = parse_time(text)
    return -1 if minutes is None else minutes


def _order(window: Window) -> tuple[int, int]:
    return DAYS.index(window["day"]), _minutes(window["start"])


def _span(window: Window) -> str:
    return f"{window['start']} to {window['end']}"


def normal_windows(value: JsonValue) -> JsonValue:
    """Windows as a vendor returns them into canonical form; an unreadable value stays unchanged."""
    if not isinstance(value, list):
        return value
    found: dict[tuple[int, int, int], JsonValue] = {}
    for entry in value:
        if not isinstance(entry, dict):
            return value
        days = parse_days(str(entry.get("day", "")))
        start, end = (parse_time(str(entry.get(key, ""))) for key in ("start", "end"))
        if days is None or len(days) != 1 or start is None or end is None:
            return value
        window: JsonValue = {"day": days[0], "start": format_time(start), "end": format_time(end)}
        # A repeated window counts once.
        found[DAYS.index(days[0]), start, end] = window
    return [found[key] for key in sorted(found)]


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


@lru_cache
def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone; opens that zone, because listing all zones is slow."""
    if not _ZONE.fullmatch(name) or name in _NOT_ZONES:
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _zone(value: str) -> str:
    if not is_zone(value):
        near = get_close_matches(value, available_timezones(), n=1)
        hint = f"did you mean {near[0]}?" if near else "write it like Asia/Kolkata"
        raise PydanticCustomError("zone", "not an IANA time zone; {hint}", {"hint": hint})
    return value


TimeZone = Annotated[str, AfterValidator(_zone)]


class CallingHours(Spec):
    """When the vendor may contact people; local to `timezone`."""

    frequency: Annotated[Literal["WEEKLY"], Field(description="The only supported value.")]
    timezone: Annotated[
        TimeZone, Field(description="The windows' time zone, an IANA name such as Europe/London.")
    ]
    days: Annotated[list[Window], _Windows(), Field(description="Windows by weekday.")]
