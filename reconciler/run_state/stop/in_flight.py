"""Whether a request sent before the tombstone was written may still take effect, by lease and time.

The holder of the lease looks for the tombstone right before each request. So a request in flight
was sent under the lease that was held when the tombstone was written. It is over once that lease is
over, or once its timeout has passed. Takes no lease and does not wait.
"""

from reconciler.clock import Clock
from reconciler.ledger.base import Ledger, LockInfo

MARGIN_SECONDS = 30.0
"""Added to a write's timeout: the vendor may still process a request that timed out."""


class InFlight:
    """What may have been sent before the tombstone, written just now; shared by threads."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._since = clock.monotonic()
        self._holder: LockInfo | None = None
        self._over = False
        self._look()

    @property
    def holder(self) -> LockInfo | None:
        """The last known holder of a lease that may be older than the tombstone, or None."""
        return None if self._over else self._holder

    def is_over(self, timeout: float) -> bool:
        """Whether no earlier request, of at most `timeout` seconds, can still take effect."""
        if self._over:
            return True
        if self._clock.monotonic() - self._since > timeout + MARGIN_SECONDS:
            return True
        self._look()
        return self._over

    def _look(self) -> None:
        try:
            found = self._ledger.lock()
        except Exception:  # noqa: BLE001 - then only time shows that requests are over
            return
        known = self._holder
        if found is None or (known is not None and found.id != known.id):
            # Whoever has taken the lease since has found the tombstone.
            self._over = True
        else:
            self._holder = found
