"""Implements the ledger in an object store; the package says how its writes are fenced."""

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from reconciler.address import Address
from reconciler.clock import Clock
from reconciler.errors import LeaseLost, LedgerFailed
from reconciler.ledger import changes
from reconciler.ledger.base import LockInfo, Opening
from reconciler.ledger.high_water import Watch, unwatched
from reconciler.ledger.objects.fenced_log import FencedLog
from reconciler.ledger.objects.folder import ObjectFolder
from reconciler.ledger.objects.layout import Layout
from reconciler.ledger.objects.log import EntryChanges
from reconciler.ledger.objects.marks import ObjectMarks
from reconciler.ledger.objects.read_cache import ObjectCache
from reconciler.ledger.objects.stops import ObjectStops
from reconciler.ledger.objects.store import ObjectStore
from reconciler.ledger.objects.used_plans import UsedPlans
from reconciler.ledger.read_cache import Cache, WithCache
from reconciler.ledger.receipt_codec import decode_receipt, encode_receipt
from reconciler.ledger.receipt_parts import with_unfinished
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


class ObjectLedger(WithCache):
    """See `Ledger`; safe to use from several threads, a lease through the client that took it."""

    def __init__(
        self,
        store: ObjectStore,
        environment: str,
        clock: Clock,
        *,
        cache: Cache | None = None,
        watch: Watch = unwatched,
    ) -> None:
        self._store = store
        self._environment = environment
        self._clock = clock
        self._layout = Layout(environment)
        self._log = FencedLog(store, environment, clock, watch)
        self._stops = ObjectStops(store, self._layout, clock)
        self._receipts = ObjectFolder(store, self._layout.receipts, clock)
        self._cache = cache or ObjectCache(store, self._layout)
        self._plans = UsedPlans(store, self._layout, clock)
        self._marks = ObjectMarks(store, clock)

    def view(self) -> LedgerView:
        """See `Ledger.view`."""
        state = self._log.whole()
        return LedgerView(
            environment=self._environment,
            lineage=state.lineage,
            serial=state.serial,
            tombstones=tuple(self.tombstones()),
            **changes.read_known(state.rows()),
        )

    def acquire(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """See `Ledger.acquire`; a holder may be on any machine, so only `dead` proves it dead."""
        holder = self._log.acquire(info, dead)
        if holder is None:
            with contextlib.suppress(LedgerFailed):  # only later reads are dearer without it
                self._stops.begin()
        return holder

    def renew(self, lock_id: str, now: datetime, waiting: str = "") -> bool:
        """See `Ledger.renew`."""
        return self._log.lease.renew(lock_id, now, waiting)

    def release(self, lock_id: str) -> bool:
        """See `Ledger.release`; the run's changes become part of the snapshot first."""
        return self._log.release(lock_id)

    def lock(self) -> LockInfo | None:
        """See `Ledger.lock`."""
        return self._log.holder()

    def last_check(self, lock_id: str, intent: Intent | None = None) -> Sequence[Tombstone]:
        """See `Ledger.last_check`; two requests."""
        self._log.require_mine(lock_id, intent)
        return self._stops.look()

    def use_plan(self, plan_id: str, lock_id: str) -> bool:
        """See `Ledger.use_plan`."""
        self._log.require_holder(lock_id)
        return self._plans.use(plan_id, lock_id)

    def plan_used(self, plan_id: str) -> bool:
        """See `Ledger.plan_used`."""
        return self._plans.used(plan_id)

    def marks(self, keys: Collection[MarkKey]) -> Mapping[MarkKey, SentMark]:
        """See `Ledger.marks`."""
        return self._marks.read(keys)

    def put_intent(
        self,
        intent: Intent,
        lock_id: str,
        *,
        mark: SentMark,
        before: SentMark | None,
        part: Receipt | None = None,
    ) -> bool:
        """See `Ledger.put_intent`; any open intent of the address blocks, of any generation."""
        if not self._marks.swap(mark, before):
            return False
        opening = Opening(intent=intent, mark=mark, before=before, part=part)
        return self._change_with(None, lock_id, lambda _: None, opening)

    def update_intent(
        self, intent: Intent, lock_id: str, mark: SentMark, part: Receipt | None = None
    ) -> None:
        """See `Ledger.update_intent`."""
        self._change_with(part, lock_id, lambda draft: changes.write_intent(draft, intent))
        self._marks.put(mark)

    def withdraw(
        self,
        intent: Intent,
        lock_id: str,
        *,
        mark: SentMark,
        before: SentMark | None,
        part: Receipt | None = None,
    ) -> None:
        """See `Ledger.withdraw`."""
        self.settle(intent, None, lock_id, part=part)
        self._marks.take_back(mark, before)

    def put_mark(self, mark: SentMark, lock_id: str) -> None:
        """See `Ledger.put_mark`."""
        self._log.require_holder(lock_id)
        self._marks.put(mark)

    def settle(
        self,
        intent: Intent,
        record: Record | None,
        lock_id: str,
        bindings: Sequence[Binding] = (),
        part: Receipt | None = None,
        opening: Opening | None = None,
    ) -> bool:
        """See `Ledger.settle`."""

        def close(draft: EntryChanges) -> None:
            changes.close_intent(draft, intent, record=record, bindings=bindings)

        return self._change_with(part, lock_id, close, self._marked(opening))

    def put_record(
        self,
        record: Record,
        lock_id: str,
        bindings: Sequence[Binding] = (),
        part: Receipt | None = None,
        opening: Opening | None = None,
    ) -> bool:
        """See `Ledger.put_record`."""

        def write(draft: EntryChanges) -> None:
            changes.write_records(draft, (record,), bindings)

        return self._change_with(part, lock_id, write, self._marked(opening))

    def put_records(
        self, records: Sequence[Record], lock_id: str, bindings: Sequence[Binding] = ()
    ) -> None:
        """See `Ledger.put_records`."""
        self._log.change(lock_id, lambda draft: changes.write_records(draft, records, bindings))

    def forget(self, address: Address, lock_id: str, part: Receipt | None = None) -> None:
        """See `Ledger.forget`."""
        self._change_with(part, lock_id, lambda draft: changes.drop_record(draft, address))

    def put_counts(self, target: str, counts: Mapping[str, SentCount], lock_id: str) -> None:
        """See `Ledger.put_counts`."""
        self._log.change(lock_id, lambda draft: changes.write_counts(draft, target, counts))

    def note_created(self, note: CreatedNote, lock_id: str) -> bool:
        """See `Ledger.note_created`."""
        return self._log.change(lock_id, lambda draft: changes.write_note(draft, note))

    def tombstones(self) -> Sequence[Tombstone]:
        """See `Ledger.tombstones`."""
        return self._stops.read()

    def add_tombstone(self, tombstone: Tombstone) -> None:
        """See `Ledger.add_tombstone`."""
        self._stops.add(tombstone)

    def clear_tombstones(self, seen: Sequence[Tombstone]) -> None:
        """See `Ledger.clear_tombstones`."""
        self._stops.clear(seen)

    def note_outcome(self, part: Receipt, lock_id: str) -> None:
        """See `Ledger.note_outcome`."""
        self._log.change(lock_id, lambda draft: changes.write_part(draft, part))

    def drop_parts(self, receipts: Sequence[Receipt], lock_id: str) -> None:
        """See `Ledger.drop_parts`."""
        self._log.change(lock_id, lambda draft: changes.drop_parts(draft, receipts))

    def add_receipt(self, receipt: Receipt) -> None:
        """See `Ledger.add_receipt`."""
        self._receipts.add(self._clock.now(), encode_receipt(receipt))

    def receipts(self) -> Sequence[Receipt]:
        """See `Ledger.receipts`."""
        rows = self._log.whole().rows()
        parts = [(key, body) for family, key, body in rows if family == changes.PART]
        kept = [decode_receipt(key, body) for key, body in self._receipts.read()]
        return with_unfinished(kept, parts)

    def close(self) -> None:
        """See `Ledger.close`; an object store needs no closing."""

    def _change_with(
        self,
        part: Receipt | None,
        lock_id: str,
        change: Callable[[EntryChanges], object],
        marked: Opening | None = None,
    ) -> bool:
        """Write a change with its receipt, and open the next create, which is `marked`, with it.

        Its mark came first: a run that ends in between leaves a mark without an intent, and a mark
        only makes the next create wait. Returns whether it was opened.
        """

        def all_(draft: EntryChanges) -> bool:
            change(draft)
            changes.write_part(draft, part)
            if marked is None or not changes.open_intent(draft, marked.intent):
                return False
            changes.write_part(draft, marked.part)
            return True

        try:
            opened = self._log.change(lock_id, all_)
        except LeaseLost:
            if marked is not None:
                self._marks.take_back(marked.mark, marked.before)
            raise
        if marked is not None and not opened:
            self._marks.take_back(marked.mark, marked.before)
        return opened

    def _marked(self, opening: Opening | None) -> Opening | None:
        """The next create, once its mark is written; None if there is none or that fails."""
        if opening is None:
            return None
        with contextlib.suppress(LedgerFailed):
            return opening if self._marks.swap(opening.mark, opening.before) else None
        return None
