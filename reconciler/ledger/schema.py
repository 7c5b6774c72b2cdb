"""Checks that a SQLite database has exactly the given tables, and no trigger and no view.

A trigger or a view could undo or invent an entry. Knows no ledger and no cache.
"""

import contextlib
import functools
import sqlite3

from reconciler.safe_text import safe_text

_SHOWN = 5


def difference(connection: sqlite3.Connection, tables: str) -> str:
    """What a database has in excess of these tables or lacks, in words; "" for an exact match."""
    found = _schema(connection)
    wanted = _schema_of(tables)
    wrong = sorted({(kind, name) for kind, name, *_ in found ^ wanted})
    return ", ".join(f"{kind} {safe_text(name, 40)}" for kind, name in wrong[:_SHOWN])


def _schema(connection: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    rows = connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return frozenset(tuple(map(str, row)) for row in rows)


@functools.lru_cache
def _schema_of(tables: str) -> frozenset[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(tables)
        return _schema(connection)
