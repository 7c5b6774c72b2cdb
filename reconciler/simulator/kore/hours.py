"""Kore.ai's calling hours as the server checks and keeps them (api/kore.md 4.2, 14.20, 14.21)."""

import re
from itertools import pairwise
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator.messages import Refused, text
from reconciler.simulator.switches import KoreSwitches

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TIME = re.compile(r"(0?[1-9]|1[0-2]):([0-5]\d) ?([AaPp])[Mm]")


def check_hours(hours: Tree, switches: KoreSwitches) -> None:
    """Refuse calling hours that the vendor does not take."""
    if text(hours, "frequency") not in switches.frequencies:
        raise _invalid("callingHours.frequency is not supported")
    _check_zone(text(hours, "timezone"))
    entries = hours.get("days")
    if not isinstance(entries, list):
        raise _invalid("callingHours.days must be a list")
    windows = sorted(_window(entry) for entry in entries)
    if switches.windows == "any":
        return
    if any(end <= start for _, start, end in windows):
        raise _invalid("a window of callingHours.days ends before it starts")
    for (day, _, end), (next_day, start, _) in pairwise(windows):
        if day == next_day and start < end:
            raise _invalid("windows of callingHours.days overlap")


def kept_hours(hours: Tree, switches: KoreSwitches) -> Tree:
    """Checked calling hours as they are kept: known keys, times as sent or normalised."""
    entries = hours.get("days")
    days: list[JsonValue] = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            kept: Tree = {"day": entry.get("day")}
            for key in ("start", "end"):
                said = text(entry, key)
                kept[key] = _normalised(said) if switches.normalise_times else said
            days.append(kept)
    return {"frequency": hours.get("frequency"), "timezone": hours.get("timezone"), "days": days}


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise _invalid("callingHours.timezone is unknown") from None


def _window(entry: JsonValue) -> tuple[int, int, int]:
    if not isinstance(entry, dict) or entry.get("day") not in _DAYS:
        raise _invalid("callingHours.days has an unknown day")
    return (
        _DAYS.index(text(entry, "day")),
        _minutes(text(entry, "start")),
        _minutes(text(entry, "end")),
    )


def _minutes(said: str) -> int:
    found = _TIME.fullmatch(said.strip())
    if found is None:
        raise _invalid("callingHours.days has a time that is not h:mm AM/PM")
    return int(found[1]) % 12 * 60 + int(found[2]) + (720 if found[3] in "Pp" else 0)


def _normalised(said: str) -> str:
    hour, minute = divmod(_minutes(said), 60)
    return f"{hour % 12 or 12}:{minute:02d} {'AM' if hour < 12 else 'PM'}"


def _invalid(message: str) -> Refused:
    return Refused("invalid", message)
