"""Openings against a clock that is read minute by minute, around every clock change of two years.

`make fuzz` compares 10,000 random windows, the everyday run fewer.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.plan.windows import Hours, Opening, next_opening
from reconciler.resources.tree import Tree
from reconciler.resources.windows import DAYS, WindowMinutes, format_time

EXAMPLES = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "default" else 200
MINUTE = timedelta(minutes=1)
# Among them: half an hour (Lord Howe), two hours (Troll), a change at midnight (Havana, Beirut,
# Santiago), one that begins with Ramadan (Casablanca), and a summer that is the standard time
# (Dublin).
ZONES = (
    *("America/New_York", "America/Los_Angeles", "America/Anchorage", "America/St_Johns"),
    *("America/Havana", "America/Santiago", "Pacific/Easter", "America/Nuuk"),
    *("Atlantic/Azores", "Europe/London", "Europe/Dublin", "Europe/Berlin"),
    *("Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "Asia/Jerusalem"),
    *("Antarctica/Troll", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland"),
)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The first minute of each new offset in 2026 and 2027."""
    step, moment = timedelta(minutes=30), datetime(2026, 1, 1, tzinfo=UTC)
    found, offset = [], moment.astimezone(ZoneInfo(zone)).utcoffset()
    while moment.year < 2028:
        moment += step
        if (now := moment.astimezone(ZoneInfo(zone)).utcoffset()) != offset:
            found.append(moment)
            offset = now
    return tuple(found)


def oracle(
    now: datetime, zone: ZoneInfo, windows: tuple[WindowMinutes, ...]
) -> tuple[datetime, datetime]:
    """The first minute inside a window, and the first after it that is in none."""
    minutes = {(w.weekday, minute) for w in windows for minute in range(w.start, w.end)}

    def inside(moment: datetime) -> bool:
        wall = moment.astimezone(zone)
        return (wall.weekday(), wall.hour * 60 + wall.minute) in minutes

    whole = now.replace(second=0, microsecond=0)
    each = (whole + n * MINUTE for n in count())
    start = next(minute for minute in each if inside(minute))
    return max(start, now), next(minute for minute in each if not inside(minute))


@st.composite
def cases(draw: st.DrawFn) -> tuple[datetime, str, tuple[WindowMinutes, ...]]:
    """A moment near a clock change, and windows near it on the wall or anywhere."""
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(changes(zone)))
    now = change + timedelta(seconds=draw(st.integers(-3 * 86_400, 86_400)))
    near = change.astimezone(ZoneInfo(zone))
    windows = []
    for _ in range(draw(st.integers(1, 3))):
        weekday = draw(st.sampled_from((near.weekday(), near.weekday(), *range(7))))
        middle = near.hour * 60 + near.minute
        start = draw(st.integers(max(0, middle - 130), min(1438, middle + 130)))
        end = draw(st.integers(start + 1, 1440))
        windows.append(WindowMinutes(weekday, start, end))
    return now, zone, tuple(windows)


def spec(zone: str, windows: Iterable[WindowMinutes]) -> Tree:
    days: list[JsonValue] = [
        {"day": DAYS[w.weekday], "start": format_time(w.start), "end": format_time(w.end % 1440)}
        for w in windows
    ]
    return {"dialingStrategy": {"callingHours": {"timezone": zone, "days": days}}}


@pytest.mark.timeout(1800)
@given(cases(), st.sampled_from((*ZONES, "Pacific/Kiritimati", "Etc/GMT+12")))
@settings(max_examples=EXAMPLES, deadline=None)
def test_no_opening_is_later_than_the_first_minute_inside_a_window(
    case: tuple[datetime, str, tuple[WindowMinutes, ...]], contacts: str
) -> None:
    now, zone, windows = case
    found: Opening = next_opening(spec(zone, windows), now)
    assert (found.start, found.end) == oracle(now, ZoneInfo(zone), windows)
    assert found.own_clock is not None
    # A contact elsewhere is contacted when a clock there is inside a window.
    elsewhere, _ = oracle(now, ZoneInfo(contacts), windows)
    assert found.own_clock <= min(found.start, elsewhere)


def test_every_zone_changes_its_clocks_in_both_years() -> None:
    assert all(len(changes(zone)) >= 4 for zone in ZONES)


def test_a_window_that_a_clock_change_skips_waits_for_the_next_week() -> None:
    # On 14 March 2027 New York's clocks go from 02:00 to 03:00.
    hours = Hours(ZoneInfo("America/New_York"), (WindowMinutes(6, 120, 180),))
    begin = datetime(2027, 3, 12, tzinfo=UTC)
    found = next(hours.open_between(begin, begin + timedelta(days=15)))
    assert found.start == datetime(2027, 3, 21, 6, tzinfo=UTC)
