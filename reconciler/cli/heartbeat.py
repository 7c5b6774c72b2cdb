"""Report every ten seconds that a slow change is still in progress."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.clock import Clock
from reconciler.render.progress import still_working

_SECONDS = 10.0


@dataclass(slots=True)
class _Flight:
    action: str
    since: float
    reported: float = 0.0
    """Seconds from `since` to the last report."""


class Heartbeat:
    """Reports every change in flight, from `start` to `stop`."""

    def __init__(self, clock: Clock, report: Callable[[str], None]) -> None:
        self._clock = clock
        self._report = report
        self._flying: dict[Address, _Flight] = {}
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to report."""
        self._thread.start()

    def stop(self) -> None:
        """Stop for good; returns when the last line is printed."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def took_off(self, address: Address, action: str) -> None:
        """A change began."""
        with self._guard:
            self._flying[address] = _Flight(action, self._clock.monotonic())

    def landed(self, address: Address) -> None:
        """A change has its outcome."""
        with self._guard:
            self._flying.pop(address, None)

    def _beat(self) -> None:
        while not self._done.wait(1.0):
            for line in self._late(self._clock.monotonic()):
                self._report(line)

    def _late(self, now: float) -> list[str]:
        lines = []
        with self._guard:
            for address, flight in self._flying.items():
                elapsed = now - flight.since
                if elapsed >= flight.reported + _SECONDS:
                    flight.reported += _SECONDS
                    lines.append(still_working(address, flight.action, elapsed))
        return lines
