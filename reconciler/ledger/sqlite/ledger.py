"""Implements the ledger in one SQLite file: durable, fenced by the lease, environments separate.

Reading never creates a file; the first lease or write does. Safe to use from several threads.
"""

import contextlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from reconciler.address import Address
from reconciler.clock import Clock
from reconciler.ledger import changes, codec
from reconciler.ledger.base import LockInfo, Opening
from reconciler.ledger.high_water import Watch, unwatched
from reconciler.ledger.read_cache import Cache, ReadCache, WithCache
from reconciler.ledger.sqlite import lease as leases
from reconciler.ledger.sqlite.entries import Entries, Head, read_all
from reconciler.ledger.sqlite.receipts import add_receipt, read_receipts
from reconciler.ledger.sqlite.stops import STOP, end_stops, read_stops
from reconciler.ledger.sqlite.transactions import Transactions
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
from reconciler.resources.tree import canonical_json

_PLAN = "used-plan"
_ALL = ""
"""In place of an environment: what all of them share."""


class SqliteLedger(WithCache):
    """See `reconciler.ledger.base.Ledger`."""

    def __init__(
        self,
        path: Path,
        environment: str,
        clock: Clock,
        *,
        cache: Cache | None = None,
        watch: Watch = unwatched,
    ) -> None:
        self._path = path
        self._environment = environment
        self._clock = clock
        self._watch = watch
        self._file = Transactions(path, clock)
        self._cache = cache or ReadCache(path.with_name("cache.db"), environment)

    def view(self) -> LedgerView:
        """See `Ledger.view`."""
        with self._file.reading() as connection:
            if connection is None:
                return LedgerView(environment=self._environment, lineage="", serial=0)
            head = Head.read(connection, self._environment)
            entries = list(read_all(connection, head))
            stops = read_stops(connection, self._environment)
        return LedgerView(
            environment=self._environment,
            lineage=head.lineage,
            serial=head.serial,
            tombstones=stops,
            **changes.read_known(entries),
        )

    def acquire(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """See `Ledger.acquire`."""
        with self._file.writing() as connection:
            return leases.take_lease(connection, self._environment, info=info, dead=dead)

    def renew(self, lock_id: str, now: datetime, waiting: str = "") -> bool:
        """See `Ledger.renew`."""
        with self._file.writing() as connection:
            return leases.renew_lease(
                connection, self._environment, lock_id=lock_id, now=now, waiting=waiting
            )

    def release(self, lock_id: str) -> bool:
        """See `Ledger.release`."""
        if not self._path.exists():
            return False
        with self._file.writing() as connection:
            return leases.drop_lease(connection, self._environment, lock_id)

    def lock(self) -> LockInfo | None:
        """See `Ledger.lock`."""
        with self._file.reading() as connection:
            return None if connection is None else leases.read_lease(connection, self._environment)

    def last_check(self, lock_id: str, intent: Intent | None = None) -> Sequence[Tombstone]:
        """See `Ledger.last_check`; raises LedgerFailed if the file was moved or replaced."""
        with self._file.reading(same_file=True) as connection:
            if connection is None:
                raise changes.lease_lost(self._environment)
            leases.require_lease(connection, self._environment, lock_id)
            if intent is not None:
                changes.require_open(Entries(connection, self._environment), intent)
            return read_stops(connection, self._environment)

    def use_plan(self, plan_id: str, lock_id: str) -> bool:
        """See `Ledger.use_plan`."""
        with self._changing(lock_id) as entries:
            if entries.get(_PLAN, plan_id) is not None:
                return False
            entries.put(_PLAN, plan_id, canonical_json(codec.utc_text(self._clock.now())))
            return True

    def plan_used(self, plan_id: str) -> bool:
        """See `Ledger.plan_used`."""
        with self._file.reading() as connection:
            if connection is None:
                return False
            return Entries(connection, self._environment).get(_PLAN, plan_id) is not None

    def marks(self, keys: Collection[MarkKey]) -> Mapping[MarkKey, SentMark]:
        """See `Ledger.marks`."""
        with self._file.reading() as connection:
            if connection is None or not keys:
                return {}
            entries = Entries(connection, _ALL)
            found = ((key, changes.read_mark(entries, key)) for key in keys)
            return {key: mark for key, mark in found if mark is not None}

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
        opening = Opening(intent=intent, mark=mark, before=before, part=part)
        with self._changing_marks(lock_id) as (entries, marks):
            return changes.open_create(entries, marks, opening)

    def update_intent(
        self, intent: Intent, lock_id: str, mark: SentMark, part: Receipt | None = None
    ) -> None:
        """See `Ledger.update_intent`."""
        with self._changing_marks(lock_id) as (entries, marks):
            changes.write_intent(entries, intent)
            changes.write_mark(marks, mark)
            changes.write_part(entries, part)

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
        with self._changing_marks(lock_id) as (entries, marks):
            changes.close_intent(entries, intent, record=None, bindings=())
            changes.take_back_mark(marks, mark, before)
            changes.write_part(entries, part)

    def put_mark(self, mark: SentMark, lock_id: str) -> None:
        """See `Ledger.put_mark`."""
        with self._changing_marks(lock_id) as (_, marks):
            changes.write_mark(marks, mark)

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
        with self._changing_marks(lock_id) as (entries, marks):
            changes.close_intent(entries, intent, record=record, bindings=bindings)
            changes.write_part(entries, part)
            return opening is not None and changes.open_create(entries, marks, opening)

    def put_record(
        self,
        record: Record,
        lock_id: str,
        bindings: Sequence[Binding] = (),
        part: Receipt | None = None,
        opening: Opening | None = None,
    ) -> bool:
        """See `Ledger.put_record`."""
        with self._changing_marks(lock_id) as (entries, marks):
            changes.write_records(entries, (record,), bindings)
            changes.write_part(entries, part)
            return opening is not None and changes.open_create(entries, marks, opening)

    def put_records(
        self, records: Sequence[Record], lock_id: str, bindings: Sequence[Binding] = ()
    ) -> None:
        """See `Ledger.put_records`."""
        with self._changing(lock_id) as entries:
            changes.write_records(entries, records, bindings)

    def forget(self, address: Address, lock_id: str, part: Receipt | None = None) -> None:
        """See `Ledger.forget`."""
        with self._changing(lock_id) as entries:
            changes.drop_record(entries, address)
            changes.write_part(entries, part)

    def put_counts(self, target: str, counts: Mapping[str, SentCount], lock_id: str) -> None:
        """See `Ledger.put_counts`."""
        with self._changing(lock_id) as entries:
            changes.write_counts(entries, target, counts)

    def note_created(self, note: CreatedNote, lock_id: str) -> bool:
        """See `Ledger.note_created`."""
        with self._changing(lock_id) as entries:
            return changes.write_note(entries, note)

    def tombstones(self) -> Sequence[Tombstone]:
        """See `Ledger.tombstones`."""
        with self._file.reading() as connection:
            return () if connection is None else read_stops(connection, self._environment)

    def add_tombstone(self, tombstone: Tombstone) -> None:
        """See `Ledger.add_tombstone`."""
        key = f"{codec.utc_text(tombstone.created_at)} {self._clock.new_id()}"
        with self._transaction() as (_, entries, _):
            entries.put(STOP, key, codec.encode_tombstone(tombstone))

    def clear_tombstones(self, seen: Sequence[Tombstone]) -> None:
        """See `Ledger.clear_tombstones`."""
        with self._transaction() as (connection, entries, _):
            end_stops(connection, self._environment, entries, seen)

    def note_outcome(self, part: Receipt, lock_id: str) -> None:
        """See `Ledger.note_outcome`."""
        with self._changing(lock_id) as entries:
            changes.write_part(entries, part)

    def drop_parts(self, receipts: Sequence[Receipt], lock_id: str) -> None:
        """See `Ledger.drop_parts`."""
        with self._changing(lock_id) as entries:
            changes.drop_parts(entries, receipts)

    def add_receipt(self, receipt: Receipt) -> None:
        """See `Ledger.add_receipt`."""
        with self._file.writing() as connection:
            add_receipt(connection, self._environment, receipt)

    def receipts(self) -> Sequence[Receipt]:
        """See `Ledger.receipts`."""
        with self._file.reading() as connection:
            return () if connection is None else read_receipts(connection, self._environment)

    def close(self) -> None:
        """See `Ledger.close`."""
        self._file.close()

    @contextlib.contextmanager
    def _changing(self, lock_id: str) -> Iterator[Entries]:
        """A change of entries behind the fence."""
        with self._changing_marks(lock_id) as (entries, _):
            yield entries

    @contextlib.contextmanager
    def _changing_marks(self, lock_id: str) -> Iterator[tuple[Entries, Entries]]:
        """The same, together with a change of what all environments share."""
        with self._transaction() as (connection, entries, shared):
            leases.require_lease(connection, self._environment, lock_id)
            yield entries, shared

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[tuple[sqlite3.Connection, Entries, Entries]]:
        """One durable change of this environment's entries, and of those that all share."""
        committed = self._watch()
        with self._file.writing() as connection:
            entries, shared = Entries(connection, self._environment), Entries(connection, _ALL)
            yield connection, entries, shared
            head = entries.close(self._clock.new_id())
            shared.close(self._clock.new_id())
        committed(head.lineage, entries.head.serial, head.serial)
