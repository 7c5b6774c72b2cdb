"""Whether a request that left before a stop was written down may still land: by lease and by time.

Who holds the lease looks for the tombstone right before each request. So what may be on its way
left under the lease that was held when the tombstone was written, and is over once that lease is,
or once no answer of it can be waited for any more. Takes no lease and waits for nothing.
"""

from reconciler.clock import Clock
from reconciler.ledger.base import Ledger, LockInfo

MARGIN_SECONDS = 30.0
"""On top of a write's timeout: for what the vendor does with a request that was given up."""


class InFlight:
    """What may have left before the tombstone, which was written just now; shared by threads."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._since = clock.monotonic()
        self._holder: LockInfo | None = None
        self._over = False
        self._look()

    @property
    def holder(self) -> LockInfo | None:
        """Who was last seen with a lease that may be older than the tombstone."""
        return None if self._over else self._holder

    def is_over(self, timeout: float) -> bool:
        """Whether nothing may land any more of requests that take `timeout` seconds at most."""
        if self._over:
            return True
        if self._clock.monotonic() - self._since > timeout + MARGIN_SECONDS:
            return True
        self._look()
        return self._over

    def _look(self) -> None:
        try:
            found = self._ledger.lock()
        except Exception:  # noqa: BLE001 - then only time shows that nothing may land any more
            return
        known = self._holder
        if found is None or (known is not None and found.id != known.id):
            # Whoever took the lease since then has found the tombstone.
            self._over = True
        else:
            self._holder = found
