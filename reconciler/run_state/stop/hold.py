"""Writes the stop to the ledger, beside the first stops: a locked ledger must delay none of them.

Until that is done, an earlier request may still take effect, so nothing is confirmed.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future

from reconciler.address import Address
from reconciler.errors import LedgerFailed, ReconcilerError, reportable
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.run_state.stop.in_flight import InFlight
from reconciler.workflow.session import Session
from reconciler.workflow.stops import add_stop

_PATIENCE = 0.5
"""Seconds to wait for the ledger, which takes milliseconds unless somebody else has locked it."""


class Hold:
    """The stop of one command as the ledger gets it; shared by the threads of all targets."""

    def __init__(self, session: Session, on_wait: Callable[[LockInfo], None]) -> None:
        self._session = session
        self._on_wait = on_wait
        self._written: Future[InFlight | ReconcilerError] | None = None
        self.ledger: Ledger | None = None

    def begin(self, pool: Executor, addresses: Iterable[Address] | None, reason: str) -> None:
        """Begin to write it: for some campaigns, or None for the whole environment."""
        self._written = pool.submit(
            self._write, None if addresses is None else tuple(addresses), reason
        )

    def is_over(self, timeout: float) -> bool:
        """Whether no request sent before the stop, of at most `timeout` seconds, can still land."""
        if self._written is None:
            return True
        try:
            found = self._written.result(_PATIENCE)
        except TimeoutError:
            return False
        # Without a tombstone apply and start are not held back, so there is no end to wait for.
        return not isinstance(found, InFlight) or found.is_over(timeout)

    def end(self) -> InFlight | ReconcilerError | None:
        """What may be in flight, or why the stop is not in the ledger; None if nothing is held."""
        return None if self._written is None else self._written.result()

    def _write(
        self, addresses: tuple[Address, ...] | None, reason: str
    ) -> InFlight | ReconcilerError:
        try:
            self.ledger = self._session.open_ledger()
            add_stop(self._session, self.ledger, reason, addresses)
            in_flight = InFlight(self.ledger, self._session.clock)
            if in_flight.holder is not None:
                self._on_wait(in_flight.holder)
        except Exception as problem:  # noqa: BLE001 - an emergency stop goes on
            return reportable(problem)
        return in_flight


def not_held(environment: str) -> LedgerFailed:
    """The error of a stop that is not in the ledger."""
    return LedgerFailed(
        f"the stop of {environment} could not be written to the ledger, so apply and start "
        "are not held back",
        "Make sure that nobody and no pipeline applies. Campaigns that only the ledger "
        "knows are not stopped by this: see --account.",
    )
