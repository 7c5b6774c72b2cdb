"""How often apply tries again, and how long it waits before that.

See docs/concepts/at-most-one-create.md#what-is-sent-again.
"""

from collections.abc import Iterator

from reconciler.clock import Clock
from reconciler.resources.outcome import Answer

ATTEMPTS = 3
_LONGEST_WAIT = 120.0
_LONGEST_BACKOFF = 20.0
_RATE_WINDOW = 60.0


def retry_delay(answer: Answer, attempt: int, clock: Clock) -> float:
    """Seconds to wait before the next attempt; `attempt` is the number of attempts made so far.

    The vendor's own delay if it gives one, after a rate limit a window of 60 s
    (docs/vendors/kore.md 10), otherwise full jitter.
    """
    if answer.retry_after is not None:
        return max(0.0, min(answer.retry_after, _LONGEST_WAIT))
    if answer.rate_limited or answer.status == 429:
        return _RATE_WINDOW + 5 * clock.random()
    return clock.random() * min(float(2**attempt), _LONGEST_BACKOFF)


def backoff(longest: float) -> Iterator[float]:
    """Seconds between readings: 1, 2, 4, ... up to `longest`."""
    pause = 1.0
    while True:
        yield min(pause, longest)
        pause = min(pause * 2, longest)
