from datetime import UTC, datetime

import pytest

from reconciler.plan.recurrences import starts
from reconciler.resources.writes import Recurrence


def at_utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def april(every: int, *days: str) -> Recurrence:
    return Recurrence(
        every=every,
        days=days,
        start=datetime.fromisoformat("2027-04-01T09:00-04:00"),
        end=datetime.fromisoformat("2027-04-30T18:00-04:00"),
    )


@pytest.mark.parametrize(
    ("every", "days", "now", "first", "runs"),
    [
        (1, (), "2027-03-01T00:00", "2027-04-01T13:00", 30),
        (2, (), "2027-04-01T13:01", "2027-04-03T13:00", 14),
        (1, ("MO", "WE"), "2027-03-01T00:00", "2027-04-05T13:00", 8),
        (2, ("MO",), "2027-03-01T00:00", "2027-04-12T13:00", 2),
        (1, ("TH",), "2027-04-01T13:00", "2027-04-01T13:00", 5),
    ],
)
def test_a_schedule_starts_on_its_days_from_now_on(
    every: int, days: tuple[str, ...], now: str, first: str, runs: int
) -> None:
    found = list(starts(april(every, *days), at_utc(now)))
    assert (found[0], len(found)) == (at_utc(first), runs)


def test_a_schedule_without_a_day_left_starts_no_more() -> None:
    assert list(starts(april(1, "MO"), at_utc("2027-04-27T00:00"))) == []


def test_a_schedule_of_many_years_begins_at_once() -> None:
    long_ = Recurrence(
        every=1, start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2999, 1, 1, tzinfo=UTC)
    )
    assert next(starts(long_, at_utc("2026-01-02T00:00"))) == at_utc("2026-01-02T00:00")
