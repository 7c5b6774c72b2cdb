"""Stores full readings in a file, so that the next plan sends fewer requests.

A cache may be lost at any time: after a failed read it counts as empty, and a failed write is
ignored. Only a database with tables other than ours is refused, because somebody put it there.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from reconciler.errors import LedgerRefused
from reconciler.ledger.base import CacheChange, CachedReads
from reconciler.ledger.codec import decode_reads, encode_reads
from reconciler.ledger.notes_codec import (
    decode_drift_notes,
    decode_page_notes,
    encode_drift_notes,
    encode_page_notes,
)
from reconciler.ledger.schema import difference, distrust
from reconciler.resources.drift_notes import DriftNotes
from reconciler.resources.page_notes import PageNotes

_TABLE = (
    "CREATE TABLE IF NOT EXISTS reads (environment TEXT NOT NULL, target TEXT NOT NULL, "
    "sha256 TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (environment, target))"
)

_PAGES, _DRIFT = "page-notes", "drift-notes"


class Cache(Protocol):
    """Where an environment's readings are kept."""

    def read(self, target: str, /) -> CachedReads:
        """The cached readings of a target."""

    def change(self, target: str, change: CacheChange, /) -> None:
        """Change a target's cached readings, without losing what another run has changed."""

    def notes(self, name: str, /) -> bytes:
        """The notes of a name; b"" if there are none, or none that can be trusted."""

    def keep_notes(self, name: str, body: bytes, /) -> bool:
        """Replace them; False if they cannot be written."""


class WithCache:
    """The part of a ledger that its cache plays; see `reconciler.ledger.base.Ledger`."""

    _cache: Cache

    def cached(self, target: str) -> CachedReads:
        """See `Ledger.cached`."""
        return self._cache.read(target)

    def cache(self, target: str, change: CacheChange) -> None:
        """See `Ledger.cache`; a cache that cannot be written is no failure."""
        self._cache.change(target, change)

    def page_notes(self) -> PageNotes:
        """See `Ledger.page_notes`."""
        return decode_page_notes(self._cache.notes(_PAGES))

    def keep_page_notes(self, notes: PageNotes) -> None:
        """See `Ledger.keep_page_notes`."""
        self._cache.keep_notes(_PAGES, encode_page_notes(notes))

    def drift_notes(self) -> DriftNotes:
        """See `Ledger.drift_notes`."""
        return decode_drift_notes(self._cache.notes(_DRIFT))

    def keep_drift_notes(self, notes: DriftNotes) -> bool:
        """See `Ledger.keep_drift_notes`."""
        return self._cache.keep_notes(_DRIFT, encode_drift_notes(notes))


class NoCache:
    """Keeps nothing: whoever changes the files of a work tree could invent what was read."""

    def read(self, _: str, /) -> CachedReads:
        """See `Cache.read`."""
        return CachedReads()

    def change(self, _: str, __: CacheChange, /) -> None:
        """See `Cache.change`."""

    def notes(self, _: str, /) -> bytes:
        """See `Cache.notes`."""
        return b""

    def keep_notes(self, _: str, __: bytes, /) -> bool:
        """See `Cache.keep_notes`."""
        return False


class ReadCache:
    """The cache file of a ledger; one row per environment and target, and one for the notes."""

    def __init__(self, path: Path, environment: str) -> None:
        self._path = path
        self._environment = environment

    def read(self, target: str) -> CachedReads:
        """The cached readings of a target; empty when there is nothing trustworthy.

        Raises LedgerRefused for a database that is not a cache.
        """
        if not self._path.exists():
            return CachedReads()
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._open()) as connection:
            return decode_reads(self._stored(connection, target))
        return CachedReads()

    def change(self, target: str, change: CacheChange) -> None:
        """Change a target's cached readings if the disk allows it; raises LedgerRefused."""
        with contextlib.suppress(sqlite3.Error, OSError), self._made() as connection:
            connection.execute("BEGIN IMMEDIATE")
            body = encode_reads(change(decode_reads(self._stored(connection, target))))
            self._store(connection, target, body)
            connection.execute("COMMIT")

    def notes(self, name: str) -> bytes:
        """See `Cache.notes`; raises LedgerRefused for a database that is not a cache."""
        if not self._path.exists():
            return b""
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._open()) as connection:
            return self._stored(connection, _row(name))
        return b""

    def keep_notes(self, name: str, body: bytes) -> bool:
        """See `Cache.keep_notes`; raises LedgerRefused."""
        with contextlib.suppress(sqlite3.Error, OSError), self._made() as connection:
            self._store(connection, _row(name), body)
            return True
        return False

    def _stored(self, connection: sqlite3.Connection, name: str) -> bytes:
        """What a row holds; b"" if there is none, or if it is not as it was written."""
        row = connection.execute(
            "SELECT sha256, body FROM reads WHERE environment = ? AND target = ?",
            (self._environment, name),
        ).fetchone()
        intact = row is not None and isinstance(row[1], bytes) and row[0] == _sha256(row[1])
        return row[1] if intact else b""

    def _store(self, connection: sqlite3.Connection, name: str, body: bytes) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO reads VALUES (?, ?, ?, ?)",
            (self._environment, name, _sha256(body), body),
        )

    @contextlib.contextmanager
    def _made(self) -> Iterator[sqlite3.Connection]:
        """The file, made if it is not there, with its table."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with contextlib.closing(self._open()) as connection:
            connection.execute(_TABLE)
            yield connection

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


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _row(notes: str) -> str:
    """What stands in place of a target; none has such a name."""
    return f":{notes}"


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
