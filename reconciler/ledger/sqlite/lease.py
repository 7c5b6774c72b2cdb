"""The lease of an environment as one row, moved by compare-and-swap inside a transaction."""

import sqlite3
from dataclasses import replace
from datetime import datetime

from reconciler.ledger.base import LockInfo
from reconciler.ledger.changes import lease_lost
from reconciler.ledger.codec import decode_lock, encode_lock
from reconciler.ledger.gone_holder import is_gone


def read_lease(connection: sqlite3.Connection, environment: str) -> LockInfo | None:
    """The holder of the lease; None when it is free."""
    row = connection.execute(
        "SELECT body FROM leases WHERE environment = ?", (environment,)
    ).fetchone()
    return None if row is None else decode_lock(row[0])


def take_lease(
    connection: sqlite3.Connection, environment: str, *, info: LockInfo, dead: LockInfo | None
) -> LockInfo | None:
    """Take the lease; returns None when it is now ours, else its holder.

    It is taken over from a process that is provably gone, and when it still equals `dead`.
    """
    holder = read_lease(connection, environment)
    taken = holder is not None and holder.id != info.id and holder != dead
    if holder is not None and taken and not is_gone(holder.process):
        return holder
    _write(connection, environment, info)
    return None


def renew_lease(
    connection: sqlite3.Connection,
    environment: str,
    *,
    lock_id: str,
    now: datetime,
    waiting: str,
) -> bool:
    """Record that the holder is alive, and what it waits for; False when the lease is not ours."""
    holder = read_lease(connection, environment)
    if holder is None or holder.id != lock_id:
        return False
    alive = replace(holder, renewed_at=now, renewals=holder.renewals + 1, waiting=waiting)
    _write(connection, environment, alive)
    return True


def drop_lease(connection: sqlite3.Connection, environment: str, lock_id: str) -> bool:
    """Release the lease; False when another lease is in place."""
    cursor = connection.execute(
        "DELETE FROM leases WHERE environment = ? AND id = ?", (environment, lock_id)
    )
    return cursor.rowcount == 1


def require_lease(connection: sqlite3.Connection, environment: str, lock_id: str) -> None:
    """Raise LeaseLost when the lease is not ours: the fence before every write."""
    row = connection.execute(
        "SELECT id FROM leases WHERE environment = ?", (environment,)
    ).fetchone()
    if row is None or row[0] != lock_id:
        raise lease_lost(environment)


def _write(connection: sqlite3.Connection, environment: str, info: LockInfo) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", (environment, info.id, encode_lock(info))
    )
