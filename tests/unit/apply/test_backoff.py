from itertools import islice

import pytest

from reconciler.apply.backoff import backoff, retry_delay
from reconciler.resources.outcome import Answer
from reconciler.testing.clock import ManualClock


@pytest.mark.parametrize(
    ("answer", "attempt", "seconds"),
    [
        (Answer(sent=True, status=429, retry_after=7.0), 1, 7.0),
        (Answer(sent=True, status=429, retry_after=-5.0), 1, 0.0),
        (Answer(sent=True, status=429, retry_after=9999.0), 1, 120.0),
        (Answer(sent=True, status=429), 1, 62.5),
        (Answer(sent=True, status=403, rate_limited=True), 1, 62.5),
        (Answer(sent=False), 1, 1.0),
        (Answer(sent=False), 2, 2.0),
        (Answer(sent=False), 9, 10.0),
    ],
)
def test_the_wait_before_another_attempt(
    answer: Answer, attempt: int, seconds: float, clock: ManualClock
) -> None:
    assert retry_delay(answer, attempt, clock) == seconds


def test_searches_become_rarer_up_to_a_limit() -> None:
    assert list(islice(backoff(10), 6)) == [1, 2, 4, 8, 10, 10]
