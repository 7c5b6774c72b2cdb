"""Holds an environment's lease for the length of a run.

The lease reduces contention between operators; the intent is what prevents a second create. A
write is sent only if the lease is certain to be ours until its answer
(docs/concepts/at-most-one-create.md#the-lease).
"""

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from reconciler.clock import Clock, Stopwatch, timestamp
from reconciler.command_lines import command_lines
from reconciler.errors import ApplyRefused, LeaseLost, LedgerFailed
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.gone_holder import process_identity
from reconciler.resources.ledger_records import Intent, Tombstone

LEASE_SECONDS = 180.0
RENEW_SECONDS = 30.0
MARGIN_SECONDS = 30.0
FRESH_SECONDS = 2.0
"""How old the last check before a write may be."""
_ATTEMPTS = 5
_POLL_SECONDS = 1.0


def _silent(_: LockInfo) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who takes the lease, for which operation, and how long to wait for it (seconds)."""

    operation: str
    who: str
    host: str
    run_url: str = ""
    lock_timeout: float = 0.0
    on_wait: Callable[[LockInfo], None] = _silent
    """Called once for each holder that is waited for."""


class Lease:
    """The lease, ours from `__enter__` to `__exit__` and renewed in the background."""

    def __init__(self, ledger: Ledger, clock: Clock, *, holder: Holder) -> None:
        self._ledger = ledger
        self._clock = clock
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._lost = False
        self._renewed: Stopwatch | None = None
        self._waiting = ""
        self._thread: threading.Thread | None = None
        self.holder = holder
        self.id = clock.new_id()

    def __enter__(self) -> Self:
        self._acquire()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        # A lease that cannot be released runs out by itself.
        with contextlib.suppress(Exception):
            self._ledger.release(self.id)

    def check(self, timeout: float = 0.0) -> None:
        """Renew when renewal is due, or when a request of `timeout` seconds would not fit any more.

        Raises LeaseLost when another run has the lease, or when such a request can never fit.
        """
        with self._guard:
            begun = Stopwatch(self._clock)
            age = self._renewed.seconds if self._renewed is not None else LEASE_SECONDS
            if age >= RENEW_SECONDS or not self.allows(timeout):
                self._renew(begun)
            self._require()
            if not self.allows(timeout):
                raise LeaseLost(
                    "the lease could not be renewed in time for another write",
                    "Nothing more is sent. Plan again; a request's timeout must be at most 150 s.",
                )

    def last_check(self, timeout: float, intent: Intent | None = None) -> Sequence[Tombstone]:
        """Prove right before a write of at most `timeout` seconds is sent that it may be.

        The lease is ours for that long, and `intent`, if given, is open; returns the emergency
        stops in force. Looks again if the machine stood still meanwhile. Raises LedgerFailed.
        """
        for _ in range(_ATTEMPTS):
            begun = Stopwatch(self._clock)
            self.check(timeout)
            stops = self._ledger.last_check(self.id, intent)
            if begun.seconds <= FRESH_SECONDS:
                return stops
        raise LedgerFailed(
            f"the ledger needed more than {FRESH_SECONDS:.0f} s to confirm the lease, "
            f"{_ATTEMPTS} times in a row",
            "Nothing more is sent. Plan again when the ledger answers faster.",
        )

    def note(self, waiting: str) -> None:
        """Show others what this run waits for; "" for nothing. Renews the lease."""
        with self._guard:
            self._waiting = waiting
            self._renew(Stopwatch(self._clock))
            self._require()

    def give_up(self) -> None:
        """Treat the lease as lost, because the ledger refused a write without it."""
        with self._guard:
            self._lost = True

    def allows(self, timeout: float) -> bool:
        """Whether a request that may take `timeout` seconds ends well within the lease."""
        if self._lost or self._renewed is None:
            return False
        return self._renewed.seconds + timeout + MARGIN_SECONDS <= LEASE_SECONDS

    def _renew(self, begun: Stopwatch) -> None:
        if self._lost:
            return
        if self._ledger.renew(self.id, self._clock.now(), self._waiting):
            # Counted from before the renewal, because its answer may have taken long.
            self._renewed = begun
        else:
            self._lost = True

    def _require(self) -> None:
        if self._lost:
            raise LeaseLost(
                "the lease was lost: another run took it, or it was released by hand",
                "Nothing more is sent. Plan again.",
            )

    def _acquire(self) -> None:
        start = self._clock.monotonic()
        seen: LockInfo | None = None
        since = start
        while True:
            begun, asked = Stopwatch(self._clock), self._clock.monotonic()
            dead = seen if asked - since >= LEASE_SECONDS else None
            other = self._ledger.acquire(self._info(), dead)
            if other is None:
                self._renewed = begun
                return
            if other != seen:
                seen, since = other, asked
                self.holder.on_wait(other)
            left = self.holder.lock_timeout - (self._clock.monotonic() - start)
            if left <= 0:
                raise self._taken(other)
            self._clock.sleep(min(_POLL_SECONDS, left))

    def _info(self) -> LockInfo:
        now = self._clock.now()
        return LockInfo(
            id=self.id,
            operation=self.holder.operation,
            who=self.holder.who,
            host=self.holder.host,
            run_url=self.holder.run_url,
            created_at=now,
            renewed_at=now,
            process=process_identity(),
        )

    def _taken(self, other: LockInfo) -> ApplyRefused:
        age = max(0, int((self._clock.now() - other.created_at).total_seconds()))
        run = f", {other.run_url}" if other.run_url else ""
        return ApplyRefused(
            f"the environment is locked by {other.who} on {other.host} ({other.operation}, "
            f"for {age} s{run})" + (f": {other.waiting}" if other.waiting else ""),
            f"Lock {other.id}, taken {timestamp(other.created_at)}, renewed "
            f"{timestamp(other.renewed_at)}. Wait for that run with --lock-timeout; a holder that "
            f"died is replaced after {LEASE_SECONDS:.0f} s of waiting. When you are sure that it "
            f"is gone, run:{command_lines(f'lock release {other.id}')}",
        )

    def _keep(self) -> None:
        while not self._done.wait(RENEW_SECONDS):
            # A failed renewal shows in `allows`, which counts from the last successful one.
            with contextlib.suppress(Exception):
                self.check()
