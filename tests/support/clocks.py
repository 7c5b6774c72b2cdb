"""Clocks for tests with timed actions and for screens; all others use `ManualClock`."""

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
