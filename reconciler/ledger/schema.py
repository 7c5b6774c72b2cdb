"""Opens a SQLite database so that it can do no harm, and checks that its tables are ours.

A trigger or a view could undo or invent an entry. Knows no ledger and no cache.
"""

import contextlib
import functools
import sqlite3

from reconciler.safe_text import safe_text

_SHOWN = 5
_LONGEST = 256 * 1024 * 1024
"""Bytes of a value; more cannot be ours."""


def distrust(connection: sqlite3.Connection) -> None:
    """Prepare to read a database that somebody else may have written."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    # Python's own error for a text that is not UTF-8 would quote it.
    connection.text_factory = lambda data: str(data, "utf-8", "replace")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")


def difference(connection: sqlite3.Connection, tables: str) -> str:
    """What a database has in excess of these tables or lacks, in words; "" for an exact match.

    Raises sqlite3.Error for a damaged database.
    """
    try:
        found = _schema(connection)
    except UnicodeDecodeError:  # an error of SQLite that quotes the damaged schema
        raise sqlite3.DatabaseError("its schema is not UTF-8") from None
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
