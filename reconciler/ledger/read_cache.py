"""Full readings kept beside the ledger, so that the next plan asks the vendor for less.

A cache may vanish at any time: whatever goes wrong with it reads as empty and is written to nobody.
Only a database that holds anything but our table is refused: somebody put it there.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import LedgerRefused
from reconciler.ledger.base import CachedRead
from reconciler.ledger.codec import decode_reads, encode_reads
from reconciler.ledger.schema import difference

_TABLE = (
    "CREATE TABLE IF NOT EXISTS reads (environment TEXT NOT NULL, target TEXT NOT NULL, "
    "sha256 TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (environment, target))"
)


class ReadCache:
    """The cache file of a state location; one row per environment and target."""

    def __init__(self, path: Path, environment: str) -> None:
        self._path = path
        self._environment = environment

    def read(self, target: str) -> Mapping[str, CachedRead]:
        """What is cached of a target; empty when there is nothing that can be trusted.

        Raises LedgerRefused for a database that is not a cache.
        """
        if not self._path.exists():
            return {}
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._open()) as connection:
            row = connection.execute(
                "SELECT sha256, body FROM reads WHERE environment = ? AND target = ?",
                (self._environment, target),
            ).fetchone()
            if row is not None and row[0] == hashlib.sha256(row[1]).hexdigest():
                return decode_reads(row[1])
        return {}

    def write(self, target: str, reads: Mapping[str, CachedRead]) -> None:
        """Replace what is cached of a target, as far as the disk lets us; raises LedgerRefused."""
        body = encode_reads(reads)
        with contextlib.suppress(sqlite3.Error, OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            with contextlib.closing(self._open()) as connection:
                connection.execute(_TABLE)
                connection.execute(
                    "INSERT OR REPLACE INTO reads VALUES (?, ?, ?, ?)",
                    (self._environment, target, hashlib.sha256(body).hexdigest(), body),
                )

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA trusted_schema = OFF")
            found = difference(connection, _TABLE)
            if found and not _is_empty(connection):
                raise LedgerRefused(
                    f"the cache {self._path} does not have exactly this program's table: {found}",
                    "Find out who changed it, then delete it; the next plan reads all again.",
                )
        except BaseException:
            connection.close()
            raise
        return connection


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
