"""Clocks for tests: time that only sleeping moves."""

import threading
from collections.abc import Callable
from datetime import timedelta

from reconciler.clock import SystemClock
from reconciler.testing.clock import ManualClock


class BusyClock(ManualClock):
    """Time that only sleeping moves, for threads side by side; an hour ahead of the real one."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = SystemClock().now() + timedelta(hours=1)
        self.guard = threading.Lock()
        self.later: list[tuple[float, Callable[[], object]]] = []
        """What happens once so many seconds have passed."""

    def sleep(self, seconds: float) -> None:
        with self.guard:
            super().sleep(seconds)
            due = [deed for after, deed in self.later if after <= self.slept]
            self.later = [one for one in self.later if one[0] > self.slept]
        for deed in due:
            deed()
