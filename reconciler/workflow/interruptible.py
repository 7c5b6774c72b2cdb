"""A clock whose sleep ends when the run is interrupted, so that no wait delays a signal for long.

For work that may end half-way: readings, and waits for the lease or the rate limit.
"""

from collections.abc import Callable
from datetime import datetime

from reconciler.clock import Clock
from reconciler.errors import Withheld

_SLICE_SECONDS = 0.5
"""GitHub gives an interrupted step 7.5 s."""


class InterruptibleClock:
    """See `Clock`."""

    def __init__(self, clock: Clock, interrupted: Callable[[], bool]) -> None:
        self._clock = clock
        self._interrupted = interrupted

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self._clock.now()

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`; raises Withheld once the run is interrupted."""
        while seconds > 0:
            if self._interrupted():
                raise Withheld("the run was interrupted while it waited", "Nothing was sent.")
            self._clock.sleep(min(seconds, _SLICE_SECONDS))
            seconds -= _SLICE_SECONDS

    def new_id(self) -> str:
        """See `Clock.new_id`."""
        return self._clock.new_id()

    def random(self) -> float:
        """See `Clock.random`."""
        return self._clock.random()
