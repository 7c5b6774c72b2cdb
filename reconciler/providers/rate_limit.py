"""When requests may be sent: the rate limit of an account, and the request budget of a run.

Waits only by the injected clock. Knows nothing of HTTP.
"""

import threading
from collections import deque
from collections.abc import Callable

from reconciler.clock import Clock
from reconciler.errors import BudgetSpent
from reconciler.providers.base import at_once

_SLICE_SECONDS = 1.0
"""The longest wait between two calls of `leave`, which may end the wait."""


class RateLimiter:
    """At most `limit` requests in any `window` seconds for one target, first come first served.

    The total wait of a run is at most `max_wait` seconds. The vendors' own limit is higher than the
    default of `limit`: the difference covers requests in flight.
    """

    def __init__(
        self, target: str, *, limit: int, max_wait: float, clock: Clock, window: float = 60.0
    ) -> None:
        self._target = target
        self._limit = limit
        self._max_wait = max_wait
        self._clock = clock
        self._window = window
        self._waited = 0.0
        self._refused_until = float("-inf")
        self._sent: deque[float] = deque()
        self._turnstile = threading.Lock()
        self._state = threading.Lock()

    def acquire(self, leave: Callable[[], None] = at_once) -> None:
        """Wait until a request may be sent; raises `BudgetSpent` rather than wait too long.

        `leave` is called while waiting; what it raises passes through.
        """
        # The first thread sleeps while the others queue behind the turnstile. None of them may send
        # before the first, so their common wait is counted once.
        while not self._turnstile.acquire(timeout=_SLICE_SECONDS):
            leave()
        try:
            while (wait := self._take()) > 0:
                if self._waited + wait > self._max_wait:
                    raise self._spent(wait)
                self._sleep(wait, leave)
        finally:
            self._turnstile.release()

    def penalise(self, seconds: float) -> None:
        """Hold requests back after a rate-limit refusal; the vendor gave or implied how long."""
        with self._state:
            self._refused_until = max(self._refused_until, self._clock.monotonic() + seconds)

    def _take(self) -> float:
        """Take a slot in the window and return 0, or return the seconds until one is free."""
        with self._state:
            now = self._clock.monotonic()
            while self._sent and self._sent[0] <= now - self._window:
                self._sent.popleft()
            wait = self._refused_until - now
            if len(self._sent) >= self._limit:
                wait = max(wait, self._sent[0] + self._window - now)
            if wait <= 0:
                self._sent.append(now)
            return max(wait, 0.0)

    def _sleep(self, seconds: float, leave: Callable[[], None]) -> None:
        """Wait, in slices if there is a `leave` to call."""
        while seconds > 0:
            leave()
            piece = seconds if leave is at_once else min(seconds, _SLICE_SECONDS)
            self._waited += piece
            self._clock.sleep(piece)
            seconds -= piece

    def _spent(self, wait: float) -> BudgetSpent:
        return BudgetSpent(
            f"target {self._target}: the rate limit would make this run wait too long",
            f"The next request may be sent in {wait:.0f} s, and this run has already waited "
            f"{self._waited:.0f} s of at most {self._max_wait:.0f} s. Raise maxWait, select fewer "
            "campaigns, or run again later.",
        )


class RequestBudget:
    """The number of requests that a run may send to all its targets; None is no limit."""

    def __init__(self, maximum: int | None = None) -> None:
        self._maximum = maximum
        self._spent = 0
        self._lock = threading.Lock()

    def spend(self) -> None:
        """Count one request; raises `BudgetSpent` if it exceeds the maximum."""
        with self._lock:
            if self._maximum is not None and self._spent >= self._maximum:
                raise BudgetSpent(
                    f"--max-requests {self._maximum} is used up",
                    "Nothing more was sent. Allow more requests, or select fewer campaigns.",
                )
            self._spent += 1
