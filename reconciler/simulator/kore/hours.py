"""Calling hours of a request into those that Kore.ai stores, or a refusal.

See docs/vendors/kore.md 4.2, 14.20, 14.21.
"""

import re
from itertools import pairwise

from pydantic import JsonValue

from reconciler.resources.time_zones import is_zone
from reconciler.resources.tree import Tree
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import Refused, text

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TIME = re.compile(r"(0?[1-9]|1[0-2]):([0-5]\d) ?([AaPp])[Mm]")


def check_hours(hours: Tree, switches: KoreSwitches) -> None:
    """Raise Refused for calling hours that the vendor does not accept."""
    if text(hours, "frequency") not in switches.frequencies:
        raise _invalid("callingHours.frequency is not supported")
    _check_zone(text(hours, "timezone"))
    shape = _shape(hours, switches)
    if shape == "free":
        return
    entries = hours.get("days")
    if not isinstance(entries, list) or not entries:
        raise _invalid("callingHours.days must be a list of windows")
    _check_windows(sorted(_window(entry, shape) for entry in entries), switches)


def _shape(hours: Tree, switches: KoreSwitches) -> str:
    return "like_weekly" if text(hours, "frequency") == "WEEKLY" else switches.other_hours


def _check_windows(windows: list[tuple[int, int, int]], switches: KoreSwitches) -> None:
    across = any(end <= start for _, start, end in windows)
    if across and switches.windows_across_midnight == "refused":
        raise _invalid("a window of callingHours.days ends before it starts")
    for (day, _, end), (next_day, start, _) in pairwise(windows):
        if day != next_day:
            continue
        if switches.several_windows == "refused":
            raise _invalid("callingHours.days has several windows for one day")
        if switches.overlapping_windows == "refused" and start < end:
            raise _invalid("windows of callingHours.days overlap")


def kept_hours(hours: Tree, switches: KoreSwitches) -> Tree:
    """Checked calling hours as they are stored: known keys, times as sent or normalised."""
    shape = _shape(hours, switches)
    if shape == "free":
        return hours
    entries = hours.get("days")
    days: list[JsonValue] = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            kept: Tree = {"day": entry.get("day")} if shape == "like_weekly" else {}
            for key in ("start", "end"):
                said = text(entry, key)
                kept[key] = _normalised(said) if switches.normalise_times else said
            days.append(kept)
    return {"frequency": hours.get("frequency"), "timezone": hours.get("timezone"), "days": days}


def _check_zone(name: str) -> None:
    if not is_zone(name):
        raise _invalid("callingHours.timezone is unknown")


def _window(entry: JsonValue, shape: str) -> tuple[int, int, int]:
    dayless = shape == "rows_without_day"
    if not isinstance(entry, dict) or (not dayless and entry.get("day") not in _DAYS):
        raise _invalid("callingHours.days has an unknown day")
    return (
        0 if dayless else _DAYS.index(text(entry, "day")),
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
