"""A clock for tests: only `sleep` and `advance` move its time, and its ids count up."""

import threading
from datetime import UTC, datetime, timedelta

_FIRST_SECOND = 1000.0


class ManualClock:
    """See `reconciler.clock.Clock`. Several threads may share one."""

    def __init__(
        self, begin: datetime = datetime(2026, 11, 20, 9, tzinfo=UTC), *, chance: float = 0.5
    ) -> None:
        self.chance = chance
        self.sleeps: list[float] = []
        """Every wait so far, in seconds."""
        self.ids = 0
        """How many ids were asked for."""
        self._begin = begin
        self._seconds = _FIRST_SECOND
        self._guard = threading.Lock()

    @property
    def slept(self) -> float:
        """All waits together, in seconds."""
        return sum(self.sleeps)

    def advance(self, seconds: float) -> None:
        """Let time pass while nobody sleeps; below zero it goes back."""
        with self._guard:
            self._seconds += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back; what `monotonic` measures goes on as before."""
        with self._guard:
            self._begin += timedelta(seconds=seconds)

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self._begin + timedelta(seconds=self._seconds - _FIRST_SECOND)

    def monotonic(self) -> float:
        """See `Clock.monotonic`; 1000 at first, so that no beginning is taken for "never"."""
        return self._seconds

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`; returns at once."""
        with self._guard:
            self.sleeps.append(seconds)
            self._seconds += max(0.0, seconds)

    def new_id(self) -> str:
        """See `Clock.new_id`."""
        with self._guard:
            self.ids += 1
            return f"00000000-0000-4000-8000-{self.ids:012d}"

    def random(self) -> float:
        """See `Clock.random`; `chance`, each time."""
        return self.chance
