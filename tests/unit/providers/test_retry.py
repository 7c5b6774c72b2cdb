from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.providers.retry import LONGEST_HINT, ReadRetry, Transient, http_date, wait_hint
from reconciler.testing.clock import ManualClock

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def failing(*problems: Transient) -> Callable[[], str]:
    left = list(problems)

    def read() -> str:
        if left:
            raise left.pop(0)
        return "read"

    return read


def always(problem: Callable[[], Transient]) -> tuple[Callable[[], str], list[int]]:
    calls: list[int] = []

    def read() -> str:
        calls.append(1)
        raise problem()

    return read, calls


def test_a_read_that_works_waits_for_nothing() -> None:
    clock = ManualClock()
    assert ReadRetry(clock).call(failing()) == "read"
    assert clock.sleeps == []


@pytest.mark.parametrize(("throttled", "waits"), [(False, [0.05, 0.1]), (True, [0.5, 1.0])])
def test_backoff_is_full_jitter_over_a_doubling_base(throttled: bool, waits: list[float]) -> None:
    clock = ManualClock()
    problems = [Transient("down", throttled=throttled) for _ in range(2)]
    assert ReadRetry(clock).call(failing(*problems)) == "read"
    assert clock.sleeps == waits


def test_the_third_failure_is_the_last() -> None:
    clock = ManualClock()
    read, calls = always(lambda: Transient("still down"))
    with pytest.raises(Transient, match="still down"):
        ReadRetry(clock).call(read)
    assert len(calls) == 3
    assert len(clock.sleeps) == 2


def test_a_hint_of_the_vendor_is_the_wait() -> None:
    clock = ManualClock()
    assert ReadRetry(clock).call(failing(Transient("wait", hint=7.0))) == "read"
    assert clock.sleeps == [7.0]


def test_other_errors_are_not_repeated() -> None:
    calls: list[int] = []

    def read() -> str:
        calls.append(1)
        raise KeyError("defect")

    with pytest.raises(KeyError):
        ReadRetry(ManualClock()).call(read)
    assert len(calls) == 1


@pytest.mark.parametrize(("timed_out", "failures"), [(False, 100), (True, 50)])
def test_an_outage_uses_up_the_account_and_then_fails_at_once(
    timed_out: bool, failures: int
) -> None:
    retry, attempts = ReadRetry(ManualClock()), 0
    for _ in range(200):
        read, calls = always(lambda: Transient("down", timed_out=timed_out))
        with pytest.raises(Transient):
            retry.call(read)
        attempts += len(calls)
    # 500 tokens pay for this many failures; every other read is tried once.
    assert attempts == 200 + failures - failures // 3
    read, calls = always(lambda: Transient("down", timed_out=timed_out))
    with pytest.raises(Transient):
        retry.call(read)
    assert len(calls) == 1


def test_successes_earn_further_attempts() -> None:
    retry = ReadRetry(ManualClock())
    for _ in range(200):
        read, _calls = always(lambda: Transient("down"))
        with pytest.raises(Transient):
            retry.call(read)
    for _ in range(5):
        retry.call(lambda: "read")
    assert retry.call(failing(Transient("once"))) == "read"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (5, 5.0),
        ("7", 7.0),
        ("-3", 0.0),
        ("100000", 120.0),
        (60.5, 60.5),
        ("Fri, 20 Nov 2026 09:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 08:00:00 GMT", 0.0),
        ("nan", None),
        ("soon", None),
        ("", None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_hint_is_seconds_or_a_date_within_two_minutes(
    value: object, seconds: float | None
) -> None:
    assert wait_hint(value, now=NOW) == seconds


def test_a_date_is_read_against_the_vendors_own_clock() -> None:
    date = "Fri, 20 Nov 2026 12:00:00 GMT"
    assert wait_hint("Fri, 20 Nov 2026 12:00:20 GMT", date=date, now=NOW) == 20.0


DATES = st.lists(
    st.one_of(
        st.sampled_from(("Mon,", "Jan", "01", "2026", "0000", "9999", "10:00:00", "24:60:60", ":")),
        st.sampled_from(("GMT", "EST", "-0000", "+2359", "+99999999999", "-9", "(", "Mon-Jan-1")),
        st.integers().map(str),
        st.text(max_size=5),
    ),
    max_size=8,
).map(" ".join)


@given(DATES)
def test_any_text_is_a_moment_that_can_be_reckoned_with_or_none(text: str) -> None:
    moment = http_date(text)
    assert moment is None or abs(moment - NOW).days < 365 * 1000


@given(st.one_of(DATES, st.integers(), st.floats(), st.just(10**400), st.just("9" * 5000)), DATES)
def test_any_hint_is_a_wait_in_its_limits_or_none(value: object, date: str) -> None:
    hint = wait_hint(value, date=date, now=NOW)
    assert hint is None or 0 <= hint <= LONGEST_HINT
