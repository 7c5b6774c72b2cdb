"""Which cached readings a run may use."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reconciler.ledger.base import CachedRead, CachedReads
from reconciler.workflow.freshness import Freshness, lifetime
from tests.support.campaigns import NOW, live

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PLAN = Freshness(max_age=DAY)
SURVEY = Freshness(max_age=DAY, survey=True)
FULL = Freshness(max_age=DAY, full=True)
ROWS = [replace(live(f"cd-{number}"), marker="m") for number in range(200)]


def read(read_at: datetime, marker: str = "m") -> CachedRead:
    return CachedRead(marker, live("cd-0"), read_at)


def stands(rule: Freshness, cached: CachedReads, written: datetime | None = None) -> bool:
    own = {"cd-0": written} if written else {}
    return "cd-0" in rule.standing(cached, ROWS[:1], written=own, now=NOW)


def kept(read_at: datetime, marker: str = "m", since: datetime | None = None) -> CachedReads:
    return CachedReads({"cd-0": read(read_at, marker)}, since)


def test_a_young_reading_of_an_unchanged_row_stands() -> None:
    assert stands(PLAN, kept(NOW - HOUR))
    assert stands(PLAN, kept(NOW - HOUR), written=NOW - HOUR)


@pytest.mark.parametrize(
    ("rule", "cached"),
    [
        (PLAN, CachedReads()),
        (PLAN, kept(NOW - HOUR, marker="another")),
        (PLAN, kept(NOW - DAY - HOUR)),
        (PLAN, kept(NOW + HOUR)),
        (Freshness(max_age=timedelta(0)), kept(NOW)),
        (FULL, kept(NOW - HOUR)),
        (FULL, kept(NOW - 2 * HOUR, since=NOW - HOUR)),
        (FULL, kept(NOW - HOUR, since=NOW + HOUR)),
        (FULL, kept(NOW - HOUR, since=NOW - 2 * DAY)),
        (replace(FULL, max_age=timedelta(0)), kept(NOW, since=NOW - HOUR)),
    ],
)
def test_any_other_reading_does_not_stand(rule: Freshness, cached: CachedReads) -> None:
    assert not stands(rule, cached)


def test_no_reading_stands_that_is_older_than_our_own_write() -> None:
    assert not stands(PLAN, kept(NOW - HOUR), written=NOW - timedelta(minutes=59))


def test_a_full_reading_goes_on_where_it_was_interrupted() -> None:
    assert stands(FULL, kept(NOW - HOUR, since=NOW - 2 * HOUR))
    # Not even its lifetime ends it early: nothing is read twice.
    assert stands(FULL, kept(NOW - DAY, since=NOW - DAY))
    assert FULL.full_since(kept(NOW, since=NOW - HOUR), NOW) == NOW - HOUR
    assert FULL.full_since(kept(NOW, since=NOW - 2 * DAY), NOW) == NOW
    assert PLAN.full_since(kept(NOW, since=NOW - HOUR), NOW) is None


def test_what_was_read_together_is_read_again_at_different_times() -> None:
    ends = [lifetime(row.remote_id, DAY) / DAY for row in ROWS]
    assert all(0.5 < one <= 1 for one in ends)
    for tenth in range(10):
        low = 0.5 + tenth / 20
        assert 8 <= sum(low <= one < low + 0.05 for one in ends) <= 35
    assert ends == [lifetime(row.remote_id, DAY) / DAY for row in ROWS]


def test_surveys_read_everything_within_the_age_in_equal_shares() -> None:
    now, reads = NOW, {row.remote_id: read(NOW) for row in ROWS}
    numbers = []
    for _ in range(24 * 4):
        now += HOUR
        due = _due(SURVEY, reads, now)
        numbers.append(len(due))
        reads.update({one: read(now) for one in due})
        assert all(now - one.read_at <= DAY for one in reads.values())
    assert max(numbers) <= 2 * len(ROWS) / 24
    assert sum(numbers) >= 4 * len(ROWS) - len(ROWS) / 24


def test_a_survey_reads_the_oldest_first_and_all_after_a_day_without_one() -> None:
    ages = {f"cd-{number}": read(NOW - HOUR - timedelta(minutes=number)) for number in range(100)}
    assert _due(SURVEY, ages, NOW, rows=100) == {f"cd-{number}" for number in range(95, 100)}
    assert _due(SURVEY, dict.fromkeys(ages, read(NOW - DAY)), NOW, rows=100) == {*ages}


def _due(
    rule: Freshness, reads: Mapping[str, CachedRead], now: datetime, rows: int = len(ROWS)
) -> set[str]:
    found = rule.standing(CachedReads(reads), ROWS[:rows], written={}, now=now)
    return {row.remote_id for row in ROWS[:rows]} - {*found}
