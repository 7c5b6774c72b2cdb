"""When requests may be sent: the rate limit of an account, and the budget of a run.

Waits only by the injected clock. Knows nothing of HTTP.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from reconciler.clock import Clock
from reconciler.errors import BudgetSpent
from reconciler.providers.base import at_once

_SLICE_SECONDS = 1.0
"""The longest wait between two calls of `leave`, which may end the wait."""


def seconds_until(
    requests: int, sent: Sequence[float], *, limit: int, window: float, now: float
) -> float:
    """How long from `now` until the last of so many further requests may be sent.

    `sent` are the times of the requests in the current window, oldest first. At most `limit`
    requests are sent in any `window` seconds, so each has the time of the one `limit` places before
    it, plus the window. The time that the vendor needs for its answers is not counted.
    """
    if requests <= 0:
        return 0.0
    windows, place = divmod(len(sent) + requests - 1, limit)
    first = sent[place] if place < len(sent) else now
    return max(first + windows * window - now, 0.0)


class RateLimiter:
    """At most `limit` requests in any `window` seconds for one account, first come first served.

    No request waits longer than `max_wait` seconds for its turn once it is the first in the queue.
    The vendors' own limit is higher than the default of `limit`: the difference covers requests in
    flight.
    """

    def __init__(
        self, account: str, *, limit: int, max_wait: float, clock: Clock, window: float = 60.0
    ) -> None:
        self.account = account
        self.limit = limit
        self._max_wait = max_wait
        self._clock = clock
        self.window = window
        self._refused_until = float("-inf")
        self._sent: deque[float] = deque()
        self._turnstile = threading.Lock()
        self._state = threading.Lock()

    def acquire(
        self,
        leave: Callable[[], None] = at_once,
        may_wait: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Wait until a request may be sent; raises `BudgetSpent` rather than wait too long.

        `leave` is called while waiting, and `may_wait` with the seconds before each wait; what they
        raise passes through.
        """
        # The first thread sleeps while the others queue behind the turnstile. None of them may send
        # before the first.
        while not self._turnstile.acquire(timeout=_SLICE_SECONDS):
            leave()
        try:
            while (wait := self._take()) > 0:
                if wait > self._max_wait:
                    raise self._spent(wait)
                may_wait(wait)
                self._sleep(wait, leave)
        finally:
            self._turnstile.release()

    def penalise(self, seconds: float) -> None:
        """Hold requests back after a rate-limit refusal; the vendor gave or implied how long."""
        with self._state:
            self._refused_until = max(self._refused_until, self._clock.monotonic() + seconds)

    def seconds_until(self, requests: int) -> float:
        """How long from now until the last of so many further requests may be sent."""
        with self._state:
            now = self._clock.monotonic()
            begin = max(now, self._refused_until)
            sent = tuple(one for one in self._sent if one > begin - self.window)
            wait = seconds_until(requests, sent, limit=self.limit, window=self.window, now=begin)
            return wait + begin - now if requests > 0 else 0.0

    def _take(self) -> float:
        """Take a slot in the window and return 0, or return the seconds until one is free."""
        with self._state:
            now = self._clock.monotonic()
            while self._sent and self._sent[0] <= now - self.window:
                self._sent.popleft()
            wait = self._refused_until - now
            if len(self._sent) >= self.limit:
                wait = max(wait, self._sent[0] + self.window - now)
            if wait <= 0:
                self._sent.append(now)
            return max(wait, 0.0)

    def _sleep(self, seconds: float, leave: Callable[[], None]) -> None:
        """Wait, in slices if there is a `leave` to call."""
        while seconds > 0:
            leave()
            piece = seconds if leave is at_once else min(seconds, _SLICE_SECONDS)
            self._clock.sleep(piece)
            seconds -= piece

    def _spent(self, wait: float) -> BudgetSpent:
        return BudgetSpent(
            f"account {self.account}: the rate limit would make this run wait too long",
            f"The next request may be sent in {wait:.0f} s; maxWait allows {self._max_wait:.0f} s. "
            "What was read is kept. Run again later, or raise maxWait.",
        )


class RunBudget:
    """What a run may use for all its targets: requests, and time from now on; None is no limit."""

    def __init__(
        self, requests: int | None = None, *, seconds: float | None = None, clock: Clock
    ) -> None:
        self._requests = requests
        self._seconds = seconds
        self._clock = clock
        self._began = clock.monotonic()
        self._sent = 0
        self._lock = threading.Lock()

    def spend(self) -> None:
        """Count one request; raises `BudgetSpent` if it exceeds a limit."""
        self.wait(0.0)
        with self._lock:
            if self._requests is not None and self._sent >= self._requests:
                raise _used_up(f"--max-requests {self._requests}")
            self._sent += 1

    def wait(self, seconds: float) -> None:
        """Raise `BudgetSpent` if the run's time ends within a wait."""
        passed = self._clock.monotonic() - self._began
        if self._seconds is not None and passed + seconds >= self._seconds:
            raise _used_up(f"--max-time {self._seconds:.0f}s")


def _used_up(option: str) -> BudgetSpent:
    return BudgetSpent(
        f"{option} is used up",
        "Nothing more was sent. What was read is kept: run this again to go on.",
    )
