"""Campaigns, requests and other objects into one SQLite file, or into `:memory:`, and back.

There is one connection and one lock. `transaction` may be nested and commits at the outermost end.
Knows no rules of the vendors.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import SCHEMA as CAMPAIGN_SCHEMA
from reconciler.simulator.campaigns import Campaigns
from reconciler.simulator.request_log import SCHEMA as REQUEST_SCHEMA
from reconciler.simulator.request_log import RequestLog

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  kind TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
  document TEXT NOT NULL, PRIMARY KEY (kind, account, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS objects_by_name ON objects (kind, account, name);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


class Store:
    """Campaigns, the request log, and `objects`: everything else that an account has."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._lock = threading.RLock()
        self._depth = 0
        if str(path) != ":memory:":
            # Campaigns name people's lists: the file, and what SQLite puts beside it, is private.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = sqlite3.connect(
            str(path), check_same_thread=False, isolation_level=None, cached_statements=256
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA + CAMPAIGN_SCHEMA + REQUEST_SCHEMA)
        self.campaigns = Campaigns(self._connection)
        self.requests = RequestLog(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store must not be used afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Lock the store, and commit at the end; an exception undoes the outermost transaction."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def count(self, name: str) -> int:
        """The next number of a counter, from 1; the counter survives a restart."""
        with self.transaction():
            row = self._connection.execute(
                "INSERT INTO counters VALUES (?, 1) "
                "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (name,),
            ).fetchone()
            return int(row[0])

    def put(self, kind: str, account: str, document: Mapping[str, JsonValue]) -> None:
        """Store an object under its `id` and `name`, or replace the one with the same id."""
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)",
                (kind, account, document["id"], document.get("name", ""), json.dumps(document)),
            )

    def object(self, kind: str, account: str, object_id: str) -> Tree | None:
        """The object with this id."""
        return self._object("kind = ? AND account = ? AND id = ?", (kind, account, object_id))

    def named(self, kind: str, account: str, name: str) -> Tree | None:
        """The object with exactly this name."""
        return self._object("kind = ? AND account = ? AND name = ?", (kind, account, name))

    def owner(self, kind: str, object_id: str) -> tuple[str, Tree] | None:
        """The account that has an object with this id, and the object."""
        with self._lock:
            row = self._connection.execute(
                "SELECT account, document FROM objects WHERE kind = ? AND id = ?",
                (kind, object_id),
            ).fetchone()
        return None if row is None else (str(row[0]), json.loads(row[1]))

    def objects(self, kind: str, account: str) -> list[Tree]:
        """Every object of a kind, by id."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT document FROM objects WHERE kind = ? AND account = ? ORDER BY id",
                (kind, account),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def _object(self, where: str, values: tuple[str, ...]) -> Tree | None:
        with self._lock:
            row = self._connection.execute(
                f"SELECT document FROM objects WHERE {where}",  # noqa: S608 - our own words
                values,
            ).fetchone()
        return None if row is None else json.loads(row[0])
