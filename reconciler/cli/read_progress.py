"""Say every 30 seconds how far a long read has come, and how long it may still take."""

import threading
from collections.abc import Callable

from reconciler.clock import Clock
from reconciler.durations import in_words
from reconciler.workflow.read_work import ReadWork

_SECONDS = 30.0


class ReadProgress:
    """Called for each page and each campaign read; `report` prints a line. Safe for threads."""

    def __init__(self, clock: Clock, report: Callable[[str], None]) -> None:
        self._clock = clock
        self._report = report
        self._reported: dict[str, float] = {}
        self._guard = threading.Lock()

    def __call__(self, work: ReadWork) -> None:
        """Report how far the read of a target is, if the last line about it is long ago."""
        now = self._clock.monotonic()
        with self._guard:
            last = self._reported.setdefault(work.target, now)
            reading = work.listed or work.done < work.total
            if not reading or work.finished or now - last < _SECONDS:
                return
            self._reported[work.target] = now
        left = f"about {in_words(work.seconds_left)} left."
        if work.listed:
            self._report(f"Reading the campaigns of {work.target}: {work.listed:,} so far, {left}")
        else:
            done = f"{work.done:,} of {work.total:,} requests done"
            self._report(f"Target {work.target}: {done}, {left}")
