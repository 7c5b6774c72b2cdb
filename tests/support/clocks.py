"""Clocks for tests with timed actions, for screens and for accounts that are read side by side."""

import threading
from collections.abc import Callable
from datetime import timedelta

from reconciler.clock import SystemClock
from reconciler.testing.clock import ManualClock


class ScheduledClock(ManualClock):
    """A manual clock that begins an hour ahead of the real one, and does things at set times."""

    def __init__(self) -> None:
        super().__init__(SystemClock().now() + timedelta(hours=1))
        self.later: list[tuple[float, Callable[[], object]]] = []
        """What happens once so many seconds were slept."""
        self._due = threading.Lock()

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        with self._due:
            slept = self.slept
            due = [action for after, action in self.later if after <= slept]
            self.later = [entry for entry in self.later if entry[0] > slept]
        for action in due:
            action()


class DistinctIdClock(ManualClock):
    """Its ids differ in their first digits, which screens show, as those of a machine do."""

    def new_id(self) -> str:
        return f"{super().new_id()[-8:]}-0000-4000-8000-000000000000"


class SharedClock(ManualClock):
    """Time passes only while everybody who works is asleep; then the first one wakes."""

    def __init__(self, working: int) -> None:
        super().__init__()
        self._working = working
        self._wakes: list[float] = []
        self._changed = threading.Condition()

    def sleep(self, seconds: float) -> None:
        with self._changed:
            wake = self.monotonic() + seconds
            self._wakes.append(wake)
            self._pass_time()
            assert self._changed.wait_for(lambda: self.monotonic() >= wake, timeout=60)
            self._wakes.remove(wake)

    def leave(self) -> None:
        """One of those who work has finished."""
        with self._changed:
            self._working -= 1
            self._pass_time()

    def _pass_time(self) -> None:
        asleep = [wake for wake in self._wakes if wake > self.monotonic()]
        if asleep and len(asleep) >= self._working:
            self.advance(min(asleep) - self.monotonic())
            self._changed.notify_all()
