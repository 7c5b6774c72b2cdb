from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from reconciler.plan.windows import first_start, next_opening
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Recurrence


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def opening(
    now: datetime, zone: str = "America/New_York", *windows: tuple[str, str, str]
) -> datetime:
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
    assert opening(now, "America/New_York", ("MO", "9:00 AM", "6:00 PM")) == expected


def test_local_time_follows_daylight_saving() -> None:
    # Clocks go back on Sunday 1 November 2026 in New York.
    found = opening(utc(10, 31, 0, 0), "America/New_York", ("SU", "9:00 AM", "6:00 PM"))
    assert found == utc(11, 1, 14, 0)


def test_the_earlier_of_two_windows_of_a_day_wins() -> None:
    windows = ("MO", "1:00 PM", "2:00 PM"), ("MO", "9:00 AM", "10:00 AM")
    assert opening(utc(11, 23, 0, 0), "UTC", *windows) == utc(11, 23, 9, 0)


@pytest.mark.parametrize(
    ("zone", "window"),
    [("No/Where", ("MO", "9:00 AM", "6:00 PM")), ("UTC", ("XX", "late", "later"))],
)
def test_hours_that_cannot_be_read_are_no_reason_to_wait(
    zone: str, window: tuple[str, str, str]
) -> None:
    now = utc(11, 23, 3, 0)
    assert opening(now, zone, window) == now


def test_a_campaign_without_a_zone_is_no_reason_to_wait() -> None:
    now = utc(11, 23, 3)
    assert next_opening({}, now) == now


def at_utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("every", "days", "now", "first"),
    [
        (1, (), "2027-03-01T00:00", "2027-04-01T13:00"),
        (2, (), "2027-04-01T13:01", "2027-04-03T13:00"),
        (1, ("MO", "WE"), "2027-03-01T00:00", "2027-04-05T13:00"),
        (2, ("MO",), "2027-03-01T00:00", "2027-04-12T13:00"),
        (1, ("TH",), "2027-04-01T13:00", "2027-04-01T13:00"),
        (1, ("MO",), "2027-04-27T00:00", "2027-04-30T22:00"),
    ],
)
def test_a_schedule_first_starts_on_its_first_day_from_now_on(
    every: int, days: tuple[str, ...], now: str, first: str
) -> None:
    recurrence = Recurrence(
        every=every,
        days=days,
        start=datetime.fromisoformat("2027-04-01T09:00-04:00"),
        end=datetime.fromisoformat("2027-04-30T18:00-04:00"),
    )
    assert first_start(recurrence, at_utc(now)) == at_utc(first)
