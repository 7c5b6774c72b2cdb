"""A clock for tests: time that only `sleep` moves, ids that count."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """See `reconciler.clock.Clock`."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
        self.slept = 0.0
        self.ids = 0

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.moment

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`; returns at once."""
        self.slept += seconds
        self.moment += timedelta(seconds=seconds)

    def new_id(self) -> str:
        """See `Clock.new_id`."""
        self.ids += 1
        return f"00000000-0000-4000-8000-{self.ids:012d}"

    def random(self) -> float:
        """See `Clock.random`."""
        return 0.5
