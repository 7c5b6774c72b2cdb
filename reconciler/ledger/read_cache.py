"""Stores full readings in a file, so that the next plan sends fewer requests.

A cache may be lost at any time: after a failed read it counts as empty, and a failed write is
ignored. Only a database with tables other than ours is refused, because somebody put it there.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from reconciler.errors import LedgerRefused
from reconciler.ledger.base import CachedRead
from reconciler.ledger.codec import decode_reads, encode_reads
from reconciler.ledger.schema import difference, distrust

_TABLE = (
    "CREATE TABLE IF NOT EXISTS reads (environment TEXT NOT NULL, target TEXT NOT NULL, "
    "sha256 TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (environment, target))"
)


class Cache(Protocol):
    """Where an environment's readings are kept."""

    def read(self, target: str, /) -> Mapping[str, CachedRead]:
        """The cached readings of a target."""

    def write(self, target: str, reads: Mapping[str, CachedRead], /) -> None:
        """Replace a target's cached readings."""


class NoCache:
    """Keeps nothing: whoever changes the files of a work tree could invent what was read."""

    def read(self, _: str, /) -> Mapping[str, CachedRead]:
        """See `Cache.read`."""
        return {}

    def write(self, _: str, __: Mapping[str, CachedRead], /) -> None:
        """See `Cache.write`."""


class ReadCache:
    """The cache file of a ledger; one row per environment and target."""

    def __init__(self, path: Path, environment: str) -> None:
        self._path = path
        self._environment = environment

    def read(self, target: str) -> Mapping[str, CachedRead]:
        """The cached readings of a target; empty when there is nothing trustworthy.

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
        """Replace a target's cached readings if the disk allows it; raises LedgerRefused."""
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
            distrust(connection)
            connection.execute("PRAGMA synchronous = OFF")
            # Another thread may make the table at any moment, so an empty file is looked at first.
            wrong = "" if _is_empty(connection) else difference(connection, _TABLE)
            if wrong:
                raise LedgerRefused(
                    f"the cache {self._path} does not have exactly this program's table: {wrong}",
                    "Find out who changed it, then delete it; the next plan reads all again.",
                )
        except BaseException:
            connection.close()
            raise
        return connection


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
