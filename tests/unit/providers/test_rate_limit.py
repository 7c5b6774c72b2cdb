import threading
import time
from itertools import pairwise

import pytest

from reconciler.clock import SystemClock
from reconciler.errors import BudgetSpent, ExitCode, Withheld
from reconciler.providers.rate_limit import RateLimiter, RunBudget, seconds_until
from reconciler.testing.clock import ManualClock


def limiter(clock: ManualClock, *, limit: int = 50, max_wait: float = 900.0) -> RateLimiter:
    return RateLimiter("retention", limit=limit, max_wait=max_wait, clock=clock)


def test_the_first_requests_of_a_minute_do_not_wait() -> None:
    clock = ManualClock()
    limits = limiter(clock)
    for _ in range(50):
        limits.acquire()
    assert clock.sleeps == []


@pytest.mark.parametrize("pause", [0.0, 0.3, 1.7, 13.0])
def test_no_window_of_a_minute_holds_more_than_the_limit(pause: float) -> None:
    clock = ManualClock()
    limits, sent = limiter(clock, limit=5), []
    for _ in range(60):
        limits.acquire()
        sent.append(clock.monotonic())
        clock.advance(pause)
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[5:], strict=False))


def test_a_request_that_would_wait_too_long_ends_the_run_before_it_waits() -> None:
    clock = ManualClock()
    limits = limiter(clock, limit=1, max_wait=100.0)
    limits.penalise(101.0)
    with pytest.raises(BudgetSpent, match="account retention") as spent:
        limits.acquire()
    assert clock.sleeps == []
    assert "in 101 s; maxWait allows 100 s" in spent.value.diagnostics[0].detail
    assert spent.value.exit_code is ExitCode.BUDGET


def test_the_even_pace_of_the_limit_never_ends_a_run() -> None:
    clock = ManualClock()
    limits = limiter(clock, limit=1, max_wait=60.0)
    for _ in range(50):
        limits.acquire()
    assert sum(clock.sleeps) == 49 * 60


def test_the_time_of_a_run_ends_before_a_wait_that_it_does_not_cover() -> None:
    clock = ManualClock()
    budget, limits = RunBudget(seconds=90.0, clock=clock), limiter(clock, limit=1)
    for _ in range(2):
        budget.spend()
        limits.acquire(may_wait=budget.wait)
    budget.spend()
    with pytest.raises(BudgetSpent, match="--max-time 90s is used up"):
        limits.acquire(may_wait=budget.wait)
    assert clock.sleeps == [60.0]
    clock.advance(30.0)
    with pytest.raises(BudgetSpent):
        budget.spend()


def test_a_rate_limit_refusal_delays_the_next_requests() -> None:
    clock = ManualClock()
    limits = limiter(clock)
    limits.penalise(30.0)
    limits.penalise(10.0)
    limits.acquire()
    assert clock.sleeps == [30.0]


def test_requests_that_a_refusal_delayed_still_keep_the_limit() -> None:
    clock = ManualClock()
    limits, sent = limiter(clock, limit=2), []
    for number in range(8):
        limits.acquire()
        sent.append(clock.monotonic())
        if number == 3:
            limits.penalise(65.0)
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[2:], strict=False))
    assert sent[4] - sent[3] == 65.0


def test_a_waiting_request_can_be_stopped_every_second() -> None:
    clock, asked = ManualClock(), []
    limits = limiter(clock, limit=1)
    limits.acquire(lambda: asked.append(clock.monotonic()))
    assert asked == []
    limits.acquire(lambda: asked.append(clock.monotonic()))
    assert asked == [1000.0 + second for second in range(60)]
    assert max(clock.sleeps) == 1.0


def test_a_waiting_request_that_is_stopped_lets_the_next_one_through() -> None:
    def kept_back() -> None:
        raise KeyError("withheld")

    clock = ManualClock()
    limits = limiter(clock, limit=1)
    limits.acquire()
    with pytest.raises(KeyError):
        limits.acquire(kept_back)
    assert clock.sleeps == []
    limits.acquire()
    assert clock.sleeps == [60.0]


def test_a_request_that_waits_behind_another_can_be_stopped_too() -> None:
    class Stopped(ManualClock):
        def sleep(self, seconds: float) -> None:
            inside.set()
            released.wait(10)
            super().sleep(seconds)

    def kept_back() -> None:
        raise KeyError("withheld")

    inside, released = threading.Event(), threading.Event()
    limits = limiter(Stopped(), limit=1)
    limits.acquire()
    first = threading.Thread(target=limits.acquire)
    first.start()
    inside.wait(10)
    with pytest.raises(KeyError):
        limits.acquire(kept_back)
    released.set()
    first.join()


def test_a_very_high_limit_costs_microseconds() -> None:
    limits = RateLimiter("retention", limit=1_000_000, max_wait=1.0, clock=SystemClock())
    start = time.perf_counter()
    for _ in range(10_000):
        limits.acquire()
    assert time.perf_counter() - start < 1.0


def test_threads_share_one_limit() -> None:
    clock, sent, lock = SystemClock(), [], threading.Lock()
    limits = RateLimiter("retention", limit=4, max_wait=60.0, clock=clock, window=0.05)

    def work() -> None:
        for _ in range(4):
            limits.acquire()
            with lock:
                sent.append(clock.monotonic())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 24
    assert max(sent) - min(sent) >= 5 * 0.05 * 0.9
    assert all(later >= earlier for earlier, later in pairwise(sorted(sent)))


def test_the_budget_of_requests_is_refused_when_it_is_used_up() -> None:
    budget = RunBudget(2, clock=ManualClock())
    budget.spend()
    budget.spend()
    with pytest.raises(BudgetSpent, match="--max-requests 2"):
        budget.spend()


def test_without_a_maximum_the_budget_never_ends() -> None:
    budget = RunBudget(clock=ManualClock())
    for _ in range(1000):
        budget.spend()


def test_a_wait_that_is_not_wanted_any_more_ends_at_once() -> None:
    clock = ManualClock()
    limits = limiter(clock, limit=1)
    limits.acquire()

    def stop_after_five() -> None:
        if clock.slept >= 5:
            raise Withheld("stopped")

    with pytest.raises(Withheld):
        limits.acquire(stop_after_five)
    assert clock.slept == 5


@pytest.mark.parametrize(
    ("requests", "sent", "seconds"),
    [
        (0, [], 0),
        (3, [], 0),
        (4, [], 60),
        (9, [], 120),
        (10, [], 180),
        (1, [70.0, 80.0], 0),
        (2, [70.0, 80.0], 30),
        (3, [70.0, 80.0], 40),
        (4, [70.0, 80.0], 60),
    ],
)
def test_what_is_left_takes_the_time_that_the_limit_imposes(
    requests: int, sent: list[float], seconds: float
) -> None:
    assert seconds_until(requests, sent, limit=3, window=60, now=100) == seconds


def test_the_announced_wait_is_the_wait() -> None:
    clock = ManualClock()
    limits = limiter(clock, limit=3)
    limits.acquire()
    clock.advance(20)
    limits.penalise(5)
    announced = limits.seconds_until(7)
    for _ in range(7):
        limits.acquire()
    assert clock.slept == announced == 125
