"""Reads that failed temporarily into further attempts (AWS' standard retry mode, three limits).

Only for reads: a write is sent once, by its caller. Knows nothing of HTTP except the format of
`Retry-After`.
"""

import contextlib
import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import tenacity

from reconciler.clock import Clock

ATTEMPTS = 3
LONGEST_BACKOFF = 20.0
LONGEST_HINT = 120.0
TOKENS = 500
_YEARS = range(1970, 3000)

Result = TypeVar("Result")


class Transient(Exception):
    """A read failed in a way that may pass. `hint` is the wait the vendor asks for, in seconds.

    `throttled` starts the backoff at 1 s instead of 0.1 s; `timed_out` costs more of the budget;
    `limited` is a refusal for the rate limit, which says nothing about the request itself.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: float | None = None,
        throttled: bool = False,
        timed_out: bool = False,
        limited: bool = False,
    ) -> None:
        super().__init__(message)
        self.limited = limited
        self.hint = hint
        self.base = 1.0 if throttled else 0.1
        self.cost = 10 if timed_out else 5


class ReadRetry:
    """Up to three attempts per read with full jitter, and 500 tokens for an account's failures.

    The tokens make a run fail fast while a vendor is down: a failure takes 5, a timeout 10; a
    success returns 1.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens = TOKENS
        self._lock = threading.Lock()

    def may_repeat(self, *, timed_out: bool = False) -> bool:
        """Take the tokens of a failure; False if there are not enough.

        For writes: only their caller repeats them, if they are proven not to have happened.
        """
        return self._take(Transient("a write", timed_out=timed_out).cost)

    def succeeded(self) -> None:
        """Return a token."""
        with self._lock:
            self._tokens = min(self._tokens + 1, TOKENS)

    def call(self, read: Callable[[], Result], *, once: bool = False) -> Result:
        """The result of `read`; raises its last `Transient` when attempts or tokens run out.

        With `once` it is only repeated after refusals for the rate limit.
        """

        def may_repeat(problem: BaseException) -> bool:
            repeats = isinstance(problem, Transient) and (problem.limited or not once)
            return repeats and self._may_repeat(problem)

        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception(may_repeat),
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=self._backoff,
            sleep=self._clock.sleep,
            reraise=True,
        )
        result = attempts(read)
        self.succeeded()
        return result

    def _may_repeat(self, problem: BaseException) -> bool:
        return isinstance(problem, Transient) and self._take(problem.cost)

    def _take(self, cost: int) -> bool:
        with self._lock:
            if self._tokens < cost:
                return False
            self._tokens -= cost
        return True

    def _backoff(self, state: tenacity.RetryCallState) -> float:
        problem = state.outcome.exception() if state.outcome else None
        if not isinstance(problem, Transient):
            return 0.0
        if problem.hint is not None:
            return problem.hint
        longest = min(problem.base * 2.0 ** (state.attempt_number - 1), LONGEST_BACKOFF)
        return self._clock.random() * longest


def wait_hint(value: object, *, date: str = "", now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for, from 0 to 120; None if it is unreadable.

    `value` is a number of seconds or an HTTP date. A date is relative to the response's own `date`,
    or to `now` if it has none (RFC 9110, 10.2.3).
    """
    seconds: float | None = None
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with contextlib.suppress(ValueError, OverflowError):
            seconds = float(value)
    if seconds is None and isinstance(value, str):
        moment, sent = http_date(value), http_date(date) or now
        seconds = (moment - sent).total_seconds() if moment else None
    if seconds is None or math.isnan(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_HINT)


def http_date(text: str) -> datetime | None:
    """The time of an HTTP date header, in UTC; None for anything else.

    None also for extreme years, so that computing with the result cannot overflow.
    """
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
    return moment if moment.year in _YEARS else None
