"""Implements the ledger in one SQLite file: durable, fenced by the lease, environments separate.

Reading never creates a file; the first lease or write does. Safe to use from several threads.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from reconciler.address import Address
from reconciler.clock import Clock
from reconciler.errors import LedgerFailed
from reconciler.ledger import changes, codec
from reconciler.ledger.base import CachedRead, LockInfo
from reconciler.ledger.read_cache import Cache, ReadCache
from reconciler.ledger.receipt_codec import decode_receipt, encode_receipt
from reconciler.ledger.sqlite.entries import Entries, Head, read_all
from reconciler.ledger.sqlite.file import create_file, failures_of, open_file
from reconciler.ledger.sqlite.lease import (
    drop_lease,
    read_lease,
    renew_lease,
    require_lease,
    take_lease,
)
from reconciler.resources.ledger_records import Binding, Intent, LedgerView, Record, Tombstone
from reconciler.resources.receipt import Receipt
from reconciler.resources.tree import canonical_json

_PLAN, _TOMBSTONE = "used-plan", "tombstone"


class SqliteLedger:
    """See `reconciler.ledger.base.Ledger`. `found` in its view: the file existed at the start."""

    def __init__(
        self, path: Path, environment: str, clock: Clock, *, cache: Cache | None = None
    ) -> None:
        self._path = path
        self._environment = environment
        self._clock = clock
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None
        with failures_of(path):
            self._found = path.exists()
        self._cache = cache or ReadCache(path.with_name("cache.db"), environment)

    def view(self) -> LedgerView:
        """See `Ledger.view`."""
        with self._reading() as connection:
            if connection is None:
                return LedgerView(environment=self._environment, lineage="", serial=0, found=False)
            head = Head.read(connection, self._environment)
            entries = list(read_all(connection, head))
        stops = [(key, body) for family, key, body in entries if family == _TOMBSTONE]
        return LedgerView(
            environment=self._environment,
            lineage=head.lineage,
            serial=head.serial,
            tombstones=tuple(codec.decode_tombstone(*stop) for stop in stops),
            found=self._found,
            **changes.read_known(entries),
        )

    def acquire(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """See `Ledger.acquire`."""
        with self._writing() as connection:
            return take_lease(connection, self._environment, info=info, dead=dead)

    def renew(self, lock_id: str, now: datetime) -> bool:
        """See `Ledger.renew`."""
        with self._writing() as connection:
            return renew_lease(connection, self._environment, lock_id=lock_id, now=now)

    def release(self, lock_id: str) -> bool:
        """See `Ledger.release`."""
        if not self._path.exists():
            return False
        with self._writing() as connection:
            return drop_lease(connection, self._environment, lock_id)

    def lock(self) -> LockInfo | None:
        """See `Ledger.lock`."""
        with self._reading() as connection:
            return None if connection is None else read_lease(connection, self._environment)

    def use_plan(self, plan_id: str, lock_id: str) -> bool:
        """See `Ledger.use_plan`."""
        with self._changing(lock_id) as entries:
            if entries.get(_PLAN, plan_id) is not None:
                return False
            entries.put(_PLAN, plan_id, canonical_json(codec.utc_text(self._clock.now())))
            return True

    def plan_used(self, plan_id: str) -> bool:
        """See `Ledger.plan_used`."""
        with self._reading() as connection:
            if connection is None:
                return False
            return Entries(connection, self._environment).get(_PLAN, plan_id) is not None

    def put_intent(self, intent: Intent, lock_id: str) -> bool:
        """See `Ledger.put_intent`; any open intent of the address blocks, of any generation."""
        with self._changing(lock_id) as entries:
            return changes.open_intent(entries, intent)

    def update_intent(self, intent: Intent, lock_id: str) -> None:
        """See `Ledger.update_intent`."""
        with self._changing(lock_id) as entries:
            changes.write_intent(entries, intent)

    def settle(
        self,
        intent: Intent,
        record: Record | None,
        lock_id: str,
        bindings: Sequence[Binding] = (),
    ) -> None:
        """See `Ledger.settle`."""
        with self._changing(lock_id) as entries:
            changes.close_intent(entries, intent, record=record, bindings=bindings)

    def put_record(self, record: Record, lock_id: str, bindings: Sequence[Binding] = ()) -> None:
        """See `Ledger.put_record`."""
        with self._changing(lock_id) as entries:
            changes.write_record(entries, record, bindings)

    def forget(self, address: Address, lock_id: str) -> None:
        """See `Ledger.forget`."""
        with self._changing(lock_id) as entries:
            changes.drop_record(entries, address)

    def tombstones(self) -> Sequence[Tombstone]:
        """See `Ledger.tombstones`."""
        with self._reading() as connection:
            rows = [] if connection is None else self._stops(connection)
        return tuple(codec.decode_tombstone(key, body) for key, body in rows)

    def add_tombstone(self, tombstone: Tombstone) -> None:
        """See `Ledger.add_tombstone`."""
        key = f"{codec.utc_text(tombstone.created_at)} {self._clock.new_id()}"
        with self._writing() as connection:
            entries = Entries(connection, self._environment)
            entries.put(_TOMBSTONE, key, codec.encode_tombstone(tombstone))
            entries.close(self._clock.new_id())

    def clear_tombstones(self, seen: Sequence[Tombstone]) -> None:
        """See `Ledger.clear_tombstones`."""
        with self._writing() as connection:
            entries = Entries(connection, self._environment)
            for key, body in self._stops(connection):
                if codec.decode_tombstone(key, body) in seen:
                    entries.remove(_TOMBSTONE, key)
            entries.close(self._clock.new_id())

    def _stops(self, connection: sqlite3.Connection) -> list[tuple[str, str]]:
        return connection.execute(
            "SELECT key, body FROM entries WHERE environment = ? AND family = ? ORDER BY key",
            (self._environment, _TOMBSTONE),
        ).fetchall()

    def cached(self, target: str) -> Mapping[str, CachedRead]:
        """See `Ledger.cached`."""
        return self._cache.read(target)

    def cache(self, target: str, reads: Mapping[str, CachedRead]) -> None:
        """See `Ledger.cache`; a cache that cannot be written is no failure."""
        self._cache.write(target, reads)

    def add_receipt(self, receipt: Receipt) -> None:
        """See `Ledger.add_receipt`."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO receipts (environment, body) VALUES (?, ?)",
                (self._environment, encode_receipt(receipt)),
            )

    def receipts(self) -> Sequence[Receipt]:
        """See `Ledger.receipts`."""
        with self._reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                "SELECT number, body FROM receipts WHERE environment = ? ORDER BY number",
                (self._environment,),
            ).fetchall()
        return tuple(decode_receipt(f"receipt {number}", body) for number, body in rows)

    def close(self) -> None:
        """See `Ledger.close`."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A consistent read transaction; None when there is no ledger."""
        with self._guard, failures_of(self._path):
            connection = self._connected()
            if connection is None:
                yield None
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One durable, exclusive transaction; any exception rolls it back."""
        with self._guard, failures_of(self._path):
            connection = self._connected()
            if connection is None:
                create_file(self._path, self._clock.new_id())
                connection = self._connected()
            if connection is None:
                raise LedgerFailed(
                    f"the ledger {self._path} disappeared while it was being created"
                )
            self._require_same_file()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _changing(self, lock_id: str) -> Iterator[Entries]:
        """A change of entries behind the fence."""
        with self._writing() as connection:
            require_lease(connection, self._environment, lock_id)
            entries = Entries(connection, self._environment)
            yield entries
            entries.close(self._clock.new_id())

    def _connected(self) -> sqlite3.Connection | None:
        if self._connection is None and self._path.exists():
            self._connection = open_file(self._path)
            self._inode = self._identity()
        return self._connection

    def _identity(self) -> tuple[int, int]:
        stat = self._path.stat()
        return stat.st_dev, stat.st_ino

    def _require_same_file(self) -> None:
        """Raise LedgerFailed if the file was moved: writes to it would be lost."""
        if not self._path.exists() or self._identity() != self._inode:
            raise LedgerFailed(f"the ledger {self._path} was moved or replaced during the run")
