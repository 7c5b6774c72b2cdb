"""Time, sleep, ids and randomness as one injected value.

No other module may ask the machine for them, so that tests control the passage of time.
"""

import random  # noqa: TID251
import sys
import time
import uuid
from datetime import UTC, datetime
from typing import Protocol

if sys.platform == "linux":
    _SINCE_BOOT = time.CLOCK_BOOTTIME
elif sys.platform != "win32":
    # On macOS this clock counts sleep too; `time.monotonic` does not.
    _SINCE_BOOT = time.CLOCK_MONOTONIC


class Clock(Protocol):
    """The time and randomness that a run may use."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back and go on while the machine sleeps; only differences count."""

    def sleep(self, seconds: float) -> None:
        """Wait; return at once for zero or less."""

    def new_id(self) -> str:
        """A random UUID, as text."""

    def random(self) -> float:
        """A number in [0, 1)."""


class SystemClock:
    """The machine's own time and randomness."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)  # noqa: TID251 - the only place that may

    def monotonic(self) -> float:
        """See `Clock.monotonic`: Linux's boot-time clock, and its like elsewhere."""
        if sys.platform == "win32":
            return time.monotonic()  # noqa: TID251
        return time.clock_gettime(_SINCE_BOOT)

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        if seconds > 0:
            time.sleep(seconds)  # noqa: TID251

    def new_id(self) -> str:
        """See `Clock.new_id`."""
        return str(uuid.uuid4())  # noqa: TID251

    def random(self) -> float:
        """See `Clock.random`."""
        return random.random()  # noqa: S311 - jitter, not a secret


class Stopwatch:
    """The time since it was made, by the clock since boot or by the wall clock: the larger counts.

    The clock since boot stands still while a virtual machine is paused.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tick, self._moment = clock.monotonic(), clock.now()

    @property
    def seconds(self) -> float:
        """Seconds so far; never negative, however the wall clock was set."""
        ticks = self._clock.monotonic() - self._tick
        return max(ticks, (self._clock.now() - self._moment).total_seconds())


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with seconds: `2026-11-20T09:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_and_time(moment: datetime) -> str:
    """A moment, for people: `2026-11-20 10:05:20 UTC`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def time_of_day(moment: datetime) -> str:
    """The time of day, for people: `10:05:20 UTC`."""
    return moment.astimezone(UTC).strftime("%H:%M:%S UTC")
