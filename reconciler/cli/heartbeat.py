"""A sign of life every ten seconds for changes that take long."""

import threading
from collections.abc import Callable

from reconciler.address import Address
from reconciler.clock import Clock
from reconciler.render.progress import still_working

_SECONDS = 10.0


class Heartbeat:
    """Tells of every change in flight, from `__enter__` to `stop`."""

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._flying: dict[Address, tuple[str, float]] = {}
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop for good; returns when the last line is out."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def took_off(self, address: Address, action: str) -> None:
        """A change began."""
        with self._guard:
            self._flying[address] = (action, self._clock.monotonic())

    def landed(self, address: Address) -> None:
        """A change has its outcome."""
        with self._guard:
            self._flying.pop(address, None)

    def _beat(self) -> None:
        while not self._done.wait(_SECONDS):
            now = self._clock.monotonic()
            with self._guard:
                late = [
                    still_working(address, action, now - since)
                    for address, (action, since) in self._flying.items()
                    if now - since >= _SECONDS
                ]
            for line in late:
                self._tell(line)
