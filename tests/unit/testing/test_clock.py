"""The published clock for tests."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from reconciler.testing.clock import ManualClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_sleeping_moves_both_times_and_is_counted() -> None:
    clock = ManualClock(NOON)
    clock.sleep(1.5)
    clock.sleep(-3)
    assert clock.now() == NOON + timedelta(seconds=1.5)
    assert clock.monotonic() == 1001.5
    assert clock.sleeps == [1.5, -3]


def test_advancing_moves_both_times_and_is_no_sleep() -> None:
    clock = ManualClock(NOON)
    clock.advance(90)
    clock.advance(-30)
    assert (clock.now(), clock.monotonic()) == (NOON + timedelta(minutes=1), 1060.0)
    assert (clock.sleeps, clock.slept) == ([], 0)


def test_chance_is_what_was_set_and_ids_count() -> None:
    clock = ManualClock(chance=0.25)
    assert (clock.random(), clock.random()) == (0.25, 0.25)
    assert clock.new_id() != clock.new_id()
    assert clock.ids == 2


def test_threads_that_share_a_clock_lose_no_sleep() -> None:
    clock = ManualClock(NOON)

    def work(_: int) -> str:
        clock.sleep(1)
        return clock.new_id()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(200)))) == 200
    assert (clock.monotonic(), clock.slept, clock.ids) == (1200.0, 200, 200)
