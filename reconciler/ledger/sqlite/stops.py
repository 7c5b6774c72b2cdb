"""The emergency stops of an environment, as entries."""

import sqlite3
from collections.abc import Collection

from reconciler.ledger.codec import decode_tombstone
from reconciler.ledger.sqlite.entries import Entries, read_family
from reconciler.resources.ledger_records import Tombstone

STOP = "tombstone"
"""Their family."""


def read_stops(connection: sqlite3.Connection, environment: str) -> tuple[Tombstone, ...]:
    """The stops in force."""
    rows = read_family(connection, environment, STOP)
    return tuple(decode_tombstone(*row) for row in rows)


def end_stops(
    connection: sqlite3.Connection, environment: str, entries: Entries, seen: Collection[Tombstone]
) -> None:
    """Remove exactly these stops."""
    for key, body in read_family(connection, environment, STOP):
        if decode_tombstone(key, body) in seen:
            entries.remove(STOP, key)
