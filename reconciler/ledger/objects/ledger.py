"""Implements the ledger in an object store; the package says how its writes are fenced."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from reconciler.address import Address
from reconciler.clock import Clock
from reconciler.errors import LeaseLost
from reconciler.ledger import changes
from reconciler.ledger.base import CachedRead, LockInfo
from reconciler.ledger.objects.folder import ObjectFolder
from reconciler.ledger.objects.layout import Layout, damaged
from reconciler.ledger.objects.lease import ObjectLease
from reconciler.ledger.objects.log import EntryChanges, LogState, ObjectLog
from reconciler.ledger.objects.marks import ObjectMarks
from reconciler.ledger.objects.read_cache import ObjectCache
from reconciler.ledger.objects.stops import ObjectStops
from reconciler.ledger.objects.store import ObjectStore
from reconciler.ledger.objects.used_plans import UsedPlans
from reconciler.ledger.read_cache import Cache
from reconciler.ledger.receipt_codec import decode_receipt, encode_receipt
from reconciler.resources.ledger_records import (
    Binding,
    CreatedNote,
    Intent,
    LedgerView,
    Record,
    SentCount,
    Tombstone,
)
from reconciler.resources.receipt import Receipt
from reconciler.resources.sent_mark import MarkKey, SentMark

_T = TypeVar("_T")
_NOBODY = ""
"""The writer of the step that ends a generation when a lease was released by hand."""


class ObjectLedger:
    """See `Ledger`; safe to use from several threads, a lease through the client that took it."""

    def __init__(
        self, store: ObjectStore, environment: str, clock: Clock, *, cache: Cache | None = None
    ) -> None:
        self._store = store
        self._environment = environment
        self._clock = clock
        self._layout = Layout(environment)
        self._lease = ObjectLease(store, self._layout, clock)
        self._log = ObjectLog(store, self._layout, clock)
        self._guard = threading.Lock()
        self._run: tuple[str, LogState] | None = None
        """The lock that this client writes under, and the log up to its own last step."""
        self._fenced: str | None = None
        """The lock that this client took and whose previous holder certainly cannot write."""
        self._stops = ObjectStops(store, self._layout, clock)
        self._receipts = ObjectFolder(store, self._layout.receipts, clock)
        self._cache = cache or ObjectCache(store, self._layout)
        self._plans = UsedPlans(store, self._layout, clock)
        self._marks = ObjectMarks(store, clock)

    def view(self) -> LedgerView:
        """See `Ledger.view`."""
        with self._guard:
            state = self._whole()
        return LedgerView(
            environment=self._environment,
            lineage=state.lineage,
            serial=state.serial,
            tombstones=tuple(self.tombstones()),
            **changes.read_known(state.rows()),
        )

    def acquire(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """See `Ledger.acquire`; a holder may be on any machine, so only `dead` proves it dead."""
        with self._guard:
            taken = self._lease.take(info, dead)
            if taken.holder is not None:
                return taken.holder
            holder = None if taken.orderly else self._fence_out(info.id)
            self._fenced = info.id if holder is None else None
            return holder

    def renew(self, lock_id: str, now: datetime, waiting: str = "") -> bool:
        """See `Ledger.renew`."""
        return self._lease.renew(lock_id, now, waiting)

    def release(self, lock_id: str) -> bool:
        """See `Ledger.release`; the run's changes become part of the snapshot first."""
        with self._guard:
            holder = self.lock()
            if holder is None or holder.id != lock_id:
                return False
            mine = self._fenced == lock_id
            state = self._state(lock_id) if mine else self._whole()
            if state is not None and (state.changed or not mine):
                if not self._closed(state, lock_id if mine else _NOBODY):
                    return False
                self._log.compact(state)
            self._run, self._fenced = None, None
            return self._lease.free(lock_id, state.generation if state else 1)

    def lock(self) -> LockInfo | None:
        """See `Ledger.lock`."""
        lease = self._lease.read()
        return None if lease is None else lease.holder

    def last_check(self, lock_id: str, intent: Intent | None = None) -> Sequence[Tombstone]:
        """See `Ledger.last_check`; two requests.

        Whoever takes or releases a lease that is not its own puts a step into the log. So the lease
        is ours while nothing follows our last step.
        """
        with self._guard:
            state = self._state(lock_id)
            if state is None:
                self._require_holder(lock_id)
            elif not self._log.ends_with(state):
                raise self._lost()
            if intent is not None:
                changes.require_open(EntryChanges(state or self._whole()), intent)
        return self._stops.look()

    def use_plan(self, plan_id: str, lock_id: str) -> bool:
        """See `Ledger.use_plan`."""
        self._require_holder(lock_id)
        return self._plans.use(plan_id, lock_id)

    def plan_used(self, plan_id: str) -> bool:
        """See `Ledger.plan_used`."""
        return self._plans.used(plan_id)

    def marks(self, keys: Collection[MarkKey]) -> Mapping[MarkKey, SentMark]:
        """See `Ledger.marks`."""
        return self._marks.read(keys)

    def put_intent(
        self, intent: Intent, lock_id: str, *, mark: SentMark, before: SentMark | None
    ) -> bool:
        """See `Ledger.put_intent`; any open intent of the address blocks, of any generation.

        The mark comes first: a run that ends in between leaves a mark without an intent, and a
        mark only makes the next create wait.
        """
        if not self._marks.swap(mark, before):
            return False
        try:
            opened = self._change(lock_id, lambda draft: changes.open_intent(draft, intent))
        except LeaseLost:
            self._marks.take_back(mark, before)
            raise
        if not opened:
            self._marks.take_back(mark, before)
        return opened

    def update_intent(self, intent: Intent, lock_id: str, mark: SentMark) -> None:
        """See `Ledger.update_intent`."""
        self._change(lock_id, lambda draft: changes.write_intent(draft, intent))
        self._marks.put(mark)

    def withdraw(
        self, intent: Intent, lock_id: str, *, mark: SentMark, before: SentMark | None
    ) -> None:
        """See `Ledger.withdraw`."""
        self.settle(intent, None, lock_id)
        self._marks.take_back(mark, before)

    def put_mark(self, mark: SentMark, lock_id: str) -> None:
        """See `Ledger.put_mark`."""
        self._require_holder(lock_id)
        self._marks.put(mark)

    def settle(
        self,
        intent: Intent,
        record: Record | None,
        lock_id: str,
        bindings: Sequence[Binding] = (),
    ) -> None:
        """See `Ledger.settle`."""
        self._change(
            lock_id,
            lambda draft: changes.close_intent(draft, intent, record=record, bindings=bindings),
        )

    def put_record(self, record: Record, lock_id: str, bindings: Sequence[Binding] = ()) -> None:
        """See `Ledger.put_record`."""
        self._change(lock_id, lambda draft: changes.write_record(draft, record, bindings))

    def forget(self, address: Address, lock_id: str) -> None:
        """See `Ledger.forget`."""
        self._change(lock_id, lambda draft: changes.drop_record(draft, address))

    def put_counts(self, target: str, counts: Mapping[str, SentCount], lock_id: str) -> None:
        """See `Ledger.put_counts`."""
        self._change(lock_id, lambda draft: changes.write_counts(draft, target, counts))

    def note_created(self, note: CreatedNote, lock_id: str) -> bool:
        """See `Ledger.note_created`."""
        return self._change(lock_id, lambda draft: changes.write_note(draft, note))

    def tombstones(self) -> Sequence[Tombstone]:
        """See `Ledger.tombstones`."""
        return self._stops.read()

    def add_tombstone(self, tombstone: Tombstone) -> None:
        """See `Ledger.add_tombstone`."""
        self._stops.add(tombstone)

    def clear_tombstones(self, seen: Sequence[Tombstone]) -> None:
        """See `Ledger.clear_tombstones`."""
        self._stops.clear(seen)

    def cached(self, target: str) -> Mapping[str, CachedRead]:
        """See `Ledger.cached`."""
        return self._cache.read(target)

    def cache(self, target: str, reads: Mapping[str, CachedRead]) -> None:
        """See `Ledger.cache`; a cache that cannot be written is no failure."""
        self._cache.write(target, reads)

    def add_receipt(self, receipt: Receipt) -> None:
        """See `Ledger.add_receipt`."""
        self._receipts.add(self._clock.now(), encode_receipt(receipt))

    def receipts(self) -> Sequence[Receipt]:
        """See `Ledger.receipts`."""
        return tuple(decode_receipt(key, body) for key, body in self._receipts.read())

    def close(self) -> None:
        """See `Ledger.close`; an object store needs no closing."""

    def _change(self, lock_id: str, change: Callable[[EntryChanges], _T]) -> _T:
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
        self._require_holder(lock_id)
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
        holder = self.lock()
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

    def _require_holder(self, lock_id: str) -> None:
        holder = self.lock()
        if holder is None or holder.id != lock_id:
            raise changes.lease_lost(self._environment)

    def _whole(self) -> LogState:
        """The current log; raises LedgerFailed when the lease names a later generation."""
        lease = self._lease.read()
        state = self._log.read()
        if lease is not None and state.generation < lease.generation:
            raise damaged(self._layout.snapshot, "is missing, or older than the lease records")
        return state
