"""Writes the log of an environment under its lease; the package says how that is fenced."""

import threading
from collections.abc import Callable
from typing import TypeVar

from reconciler.clock import Clock
from reconciler.errors import LeaseLost
from reconciler.ledger import changes
from reconciler.ledger.base import LockInfo
from reconciler.ledger.high_water import Watch, unwatched
from reconciler.ledger.objects.layout import Layout, damaged
from reconciler.ledger.objects.lease import ObjectLease
from reconciler.ledger.objects.log import EntryChanges, LogState, ObjectLog
from reconciler.ledger.objects.store import ObjectStore
from reconciler.resources.ledger_records import Intent

_T = TypeVar("_T")
_NOBODY = ""
"""The writer of the step that ends a generation when a lease was released by hand."""


class FencedLog:
    """The lease and the log of one environment. Safe to use from several threads.

    A lease is used through the client that took it.
    """

    def __init__(
        self, store: ObjectStore, environment: str, clock: Clock, watch: Watch = unwatched
    ) -> None:
        self._environment = environment
        self._layout = Layout(environment)
        self.lease = ObjectLease(store, self._layout, clock)
        self._log = ObjectLog(store, self._layout, clock, watch)
        self._guard = threading.Lock()
        self._run: tuple[str, LogState] | None = None
        """The lock that this client writes under, and the log up to its own last step."""
        self._fenced: str | None = None
        """The lock that this client took and whose previous holder certainly cannot write."""

    def whole(self) -> LogState:
        """The log as it is; raises LedgerFailed when the lease names a later generation.

        The lease is asked only where the log gives reason to: without a snapshot, or after the last
        step of a generation. Whoever writes asks always.
        """
        with self._guard:
            state = self._log.read()
            return self._whole() if state.closed or not self._log.begun else state

    def holder(self) -> LockInfo | None:
        """The holder of the lease; None when it is free."""
        lease = self.lease.read()
        return None if lease is None else lease.holder

    def require_holder(self, lock_id: str) -> None:
        """Raise LeaseLost unless this lock is held."""
        holder = self.holder()
        if holder is None or holder.id != lock_id:
            raise changes.lease_lost(self._environment)

    def require_mine(self, lock_id: str, intent: Intent | None) -> None:
        """Raise LeaseLost unless the lease is ours, and `intent`, if given, open as we wrote it.

        Whoever takes or releases a lease that is not its own puts a step into the log. So the lease
        is ours while nothing follows our last step.
        """
        with self._guard:
            state = self._state(lock_id)
            if state is None:
                self.require_holder(lock_id)
            elif not self._log.ends_with(state):
                raise self._lost()
            if intent is not None:
                changes.require_open(EntryChanges(state or self._whole()), intent)

    def acquire(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """Take the lease; returns None when it is now ours, else the holder."""
        with self._guard:
            taken = self.lease.take(info, dead)
            if taken.holder is not None:
                return taken.holder
            holder = None if taken.orderly else self._fence_out(info.id)
            self._fenced = info.id if holder is None else None
            return holder

    def release(self, lock_id: str) -> bool:
        """Make the run's changes part of the snapshot, and free the lease if it is this one."""
        with self._guard:
            holder = self.holder()
            if holder is None or holder.id != lock_id:
                return False
            mine = self._fenced == lock_id
            state = self._state(lock_id) if mine else self._whole()
            if state is not None and (state.changed or not mine):
                if not self._closed(state, lock_id if mine else _NOBODY):
                    return False
                self._log.compact(state)
            self._run, self._fenced = None, None
            return self.lease.free(lock_id, state.generation if state else 1)

    def change(self, lock_id: str, change: Callable[[EntryChanges], _T]) -> _T:
        """Write the changes that `change` makes to the entries as one step, behind the fence."""
        with self._guard:
            state = self._state(lock_id) or self._enter(lock_id)
            while True:
                if state.closed and not self._log.compact(state):
                    raise self._lost()
                draft = EntryChanges(state)
                result = change(draft)
                if not (draft.puts or draft.removes):
                    return result
                if self._log.append(state, lock_id, draft=draft):
                    return result
                # A step is already there: our own, whose answer was lost, or another run's.
                if state.closed or state.lock_id != lock_id:
                    raise self._lost()

    def _state(self, lock_id: str) -> LogState | None:
        return self._run[1] if self._run is not None and self._run[0] == lock_id else None

    def _enter(self, lock_id: str) -> LogState:
        """Begin to write. Reads the log before the lease, so a later holder's fence is found."""
        state = self._whole()
        self.require_holder(lock_id)
        self._run = lock_id, state
        return state

    def _fence_out(self, lock_id: str) -> LockInfo | None:
        """Keep the previous holder from writing; returns the holder if that is not us."""
        state = self._whole()
        while True:
            if state.closed and not self._log.compact(state):
                state = self._whole()
            elif self._log.append(state, lock_id):
                break
        holder = self.holder()
        if holder is not None and holder.id == lock_id:
            self._run = lock_id, state
            return None
        return holder

    def _closed(self, state: LogState, lock_id: str) -> bool:
        """End the generation; False when another run has written in the meantime."""
        while not state.closed and not self._log.close(state, lock_id):
            if lock_id not in (_NOBODY, state.lock_id):
                self._run = None
                return False
        return True

    def _lost(self) -> LeaseLost:
        """The error of a late write; drops this client's outdated state of the log."""
        self._run = None
        return changes.lease_lost(self._environment)

    def _whole(self) -> LogState:
        lease = self.lease.read()
        state = self._log.read()
        if lease is not None and state.generation < lease.generation:
            raise damaged(self._layout.snapshot, "is missing, or older than the lease records")
        return state
