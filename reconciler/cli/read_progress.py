"""Say every 30 seconds how far a long read has come, and how long it may still take."""

import threading
from collections.abc import Callable

from reconciler.clock import Clock

_SECONDS = 30.0


class ReadProgress:
    """Called for each campaign that was read; `report` prints a line. Safe for threads."""

    def __init__(self, clock: Clock, report: Callable[[str], None]) -> None:
        self._clock = clock
        self._report = report
        self._began: dict[str, float] = {}
        self._reported: dict[str, float] = {}
        self._guard = threading.Lock()

    def __call__(self, target: str, done: int, total: int) -> None:
        """`done` of `total` campaigns of a target have been read in full."""
        now = self._clock.monotonic()
        with self._guard:
            began = self._began.setdefault(target, now)
            if done >= total or now - self._reported.setdefault(target, began) < _SECONDS:
                return
            self._reported[target] = now
        left = (now - began) / done * (total - done)
        self._report(
            f"Target {target}: {done:,} of {total:,} campaigns read, about {_in_words(left)} left."
        )


def _in_words(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
