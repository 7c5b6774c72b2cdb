"""Holds an environment's lease for the length of a run.

The lease reduces contention between operators; the intent is what prevents a second create. A
write is sent only if the lease is certain to be ours until its answer
(docs/concepts/at-most-one-create.md#the-lease).
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from reconciler.clock import Clock, timestamp
from reconciler.errors import ApplyRefused, LeaseLost
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.gone_holder import process_identity

LEASE_SECONDS = 180.0
RENEW_SECONDS = 30.0
MARGIN_SECONDS = 30.0
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
        self._renewed = 0.0
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

        Raises LeaseLost when another run has the lease.
        """
        with self._guard:
            now = self._clock.monotonic()
            due = now - self._renewed >= RENEW_SECONDS or not self.allows(timeout)
            if due:
                self._renew(now)
            self._require()

    def confirm(self, timeout: float) -> None:
        """Make sure that the lease is ours now and for a request of `timeout` seconds.

        Raises LeaseLost; costs a write of the ledger each time, so it is for what must not happen
        twice.
        """
        with self._guard:
            self._renew(self._clock.monotonic())
            self._require()
            if not self.allows(timeout):
                raise LeaseLost("the lease could not be renewed in time", "Nothing was sent.")

    def note(self, waiting: str) -> None:
        """Show others what this run waits for; "" for nothing. Renews the lease."""
        with self._guard:
            self._waiting = waiting
            self._renew(self._clock.monotonic())
            self._require()

    def give_up(self) -> None:
        """Treat the lease as lost, because the ledger refused a write without it."""
        with self._guard:
            self._lost = True

    def allows(self, timeout: float) -> bool:
        """Whether a request that may take `timeout` seconds ends well within the lease."""
        age = self._clock.monotonic() - self._renewed
        return not self._lost and age + timeout + MARGIN_SECONDS <= LEASE_SECONDS

    def _renew(self, now: float) -> None:
        if self._lost:
            return
        if self._ledger.renew(self.id, self._clock.now(), self._waiting):
            # Counted from before the renewal, because its answer may have taken long.
            self._renewed = now
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
            asked = self._clock.monotonic()
            dead = seen if asked - since >= LEASE_SECONDS else None
            other = self._ledger.acquire(self._info(), dead)
            if other is None:
                self._renewed = asked
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
            f"is gone: reconciler lock release {other.id}",
        )

    def _keep(self) -> None:
        while not self._done.wait(RENEW_SECONDS):
            # A failed renewal shows in `allows`, which counts from the last successful one.
            with contextlib.suppress(Exception):
                self.check()
