"""Reads and writes a ledger file in transactions; knows no entry and no environment.

Reading never creates the file. A write is one durable, exclusive transaction.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from reconciler.clock import Clock
from reconciler.errors import LedgerFailed
from reconciler.ledger.sqlite.file import bring_forward, create_file, failures_of, open_file


class Transactions:
    """One connection for all threads of this process; it is opened when first needed."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None

    @contextlib.contextmanager
    def reading(self, *, same_file: bool = False) -> Iterator[sqlite3.Connection | None]:
        """A consistent read transaction; None when there is no ledger.

        With `same_file` it raises LedgerFailed if the file was moved or replaced.
        """
        with self._guard, failures_of(self._path):
            connection = self._connected()
            if connection is None:
                yield None
                return
            if same_file:
                self._require_same_file()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
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
                bring_forward(connection)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _connected(self) -> sqlite3.Connection | None:
        if self._connection is None and self._path.exists():
            self._connection = open_file(self._path)
            self._inode = self._identity()
        return self._connection

    def _identity(self) -> tuple[int, int]:
        stat = self._path.stat()
        return stat.st_dev, stat.st_ino

    def _require_same_file(self) -> None:
        """Raise LedgerFailed if the file was moved: nobody else sees what it says."""
        if not self._path.exists() or self._identity() != self._inode:
            raise LedgerFailed(f"the ledger {self._path} was moved or replaced during the run")
