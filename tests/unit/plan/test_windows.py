from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from reconciler.plan.windows import ApplyWindows, Hours, Opening, hours_of, next_opening, overlap
from reconciler.resources.tree import Tree
from reconciler.resources.windows import DAYS, WindowMinutes


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def opening(
    now: datetime, zone: str = "America/New_York", *windows: tuple[str, str, str]
) -> Opening:
    days: list[JsonValue] = [
        {"day": day, "start": start, "end": end} for day, start, end in windows
    ]
    hours: Tree = {"frequency": "WEEKLY", "timezone": zone, "days": days}
    return next_opening({"dialingStrategy": {"callingHours": hours}}, now)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(11, 23, 13, 59), utc(11, 23, 14, 0)),
        (utc(11, 23, 14, 0), utc(11, 23, 14, 0)),
        (utc(11, 23, 15, 30), utc(11, 23, 15, 30)),
        (utc(11, 23, 23, 0), utc(11, 30, 14, 0)),
    ],
)
def test_the_next_moment_inside_a_window_is_found(now: datetime, expected: datetime) -> None:
    assert opening(now, "America/New_York", ("MO", "9:00 AM", "6:00 PM")).start == expected


def test_local_time_follows_daylight_saving() -> None:
    # Clocks go back on Sunday 1 November 2026 in New York.
    found = opening(utc(10, 31, 0, 0), "America/New_York", ("SU", "9:00 AM", "6:00 PM"))
    assert found.start == utc(11, 1, 14, 0)


def test_the_earlier_of_two_windows_of_a_day_wins() -> None:
    windows = ("MO", "1:00 PM", "2:00 PM"), ("MO", "9:00 AM", "10:00 AM")
    assert opening(utc(11, 23, 0, 0), "UTC", *windows).start == utc(11, 23, 9, 0)


@pytest.mark.parametrize(
    ("zone", "window"),
    [("No/Where", ("MO", "9:00 AM", "6:00 PM")), ("UTC", ("XX", "late", "later"))],
)
def test_hours_that_cannot_be_read_are_no_reason_to_wait(
    zone: str, window: tuple[str, str, str]
) -> None:
    now = utc(11, 23, 3, 0)
    assert opening(now, zone, window) == Opening(now)


def test_a_campaign_without_a_zone_is_no_reason_to_wait() -> None:
    now = utc(11, 23, 3)
    assert next_opening({}, now) == Opening(now)


@pytest.mark.parametrize(
    ("windows", "end"),
    [
        ((("MO", "9:00 AM", "6:00 PM"),), utc(11, 23, 18)),
        ((("MO", "9:00 AM", "1:00 PM"), ("MO", "1:00 PM", "6:00 PM")), utc(11, 23, 18)),
        ((("MO", "9:00 AM", "12:00 AM"), ("TU", "12:00 AM", "2:00 AM")), utc(11, 24, 2)),
        (tuple((day, "12:00 AM", "12:00 AM") for day in DAYS), None),
    ],
)
def test_an_opening_ends_where_no_window_goes_on(
    windows: tuple[tuple[str, str, str], ...], end: datetime | None
) -> None:
    assert opening(utc(11, 23, 10), "UTC", *windows).end == end


def test_one_window_that_cannot_be_read_may_be_open_at_once() -> None:
    now = utc(11, 23, 3, 0)
    windows = ("MO", "9:00 AM", "6:00 PM"), ("TU", "10:00 PM", "6:00 AM")
    assert opening(now, "UTC", *windows) == Opening(now)


@pytest.mark.parametrize(
    ("now", "own_clock"),
    [
        # Monday 09:00 comes first where clocks are 14 hours ahead of UTC.
        (utc(11, 22, 0), utc(11, 22, 19)),
        (utc(11, 22, 20), utc(11, 22, 20)),
        # It is over in Kolkata at 12:30 UTC, and goes on further west.
        (utc(11, 23, 20), utc(11, 23, 20)),
    ],
)
def test_a_contact_with_an_own_clock_may_come_first(now: datetime, own_clock: datetime) -> None:
    window = ("MO", "9:00 AM", "6:00 PM")
    assert opening(now, "Asia/Kolkata", window).own_clock == own_clock


def hours(zone: str, *windows: tuple[str, str, str]) -> Hours | None:
    days: list[JsonValue] = [
        {"day": day, "start": start, "end": end} for day, start, end in windows
    ]
    return hours_of({"dialingStrategy": {"callingHours": {"timezone": zone, "days": days}}})


MORNING, EVENING = ("MO", "9:00 AM", "12:00 PM"), ("MO", "5:00 PM", "8:00 PM")


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (hours("UTC", MORNING), hours("UTC", EVENING), False),
        (hours("UTC", MORNING), hours("UTC", ("MO", "11:59 AM", "1:00 PM")), True),
        # At 17:00 in Kolkata it is 11:30 in UTC.
        (hours("UTC", MORNING), hours("Asia/Kolkata", EVENING), True),
        # Both are Monday morning for a contact with a clock of its own.
        (hours("Asia/Tokyo", MORNING), hours("America/Lima", MORNING), True),
        (hours("UTC", MORNING), None, True),
    ],
)
def test_hours_overlap_in_utc_or_on_the_wall(
    one: Hours | None, other: Hours | None, found: bool
) -> None:
    assert overlap(one, other, utc(11, 20, 12)) is found


OFFICE = Hours(ZoneInfo("UTC"), tuple(WindowMinutes(day, 540, 1020) for day in range(5)))
LUNCH = Hours(ZoneInfo("UTC"), tuple(WindowMinutes(day, 720, 780) for day in range(5)))


@pytest.mark.parametrize(
    ("windows", "now", "opens"),
    [
        (ApplyWindows(), utc(11, 21, 3), utc(11, 21, 3)),
        (ApplyWindows(allow=(OFFICE,)), utc(11, 20, 16, 59), utc(11, 20, 16, 59)),
        (ApplyWindows(allow=(OFFICE,)), utc(11, 20, 17), utc(11, 23, 9)),
        (ApplyWindows(deny=(LUNCH,)), utc(11, 20, 12), utc(11, 20, 13)),
        (ApplyWindows(allow=(OFFICE,), deny=(LUNCH,)), utc(11, 20, 12), utc(11, 20, 13)),
        (ApplyWindows(allow=(LUNCH,), deny=(OFFICE,)), utc(11, 20, 12), None),
    ],
)
def test_apply_windows_open_inside_what_is_allowed_and_outside_what_is_denied(
    windows: ApplyWindows, now: datetime, opens: datetime | None
) -> None:
    assert windows.next_open(now) == opens
    assert windows.open_at(now) is (opens == now)
