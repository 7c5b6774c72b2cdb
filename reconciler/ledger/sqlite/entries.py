"""Stores an environment's entries in SQLite: keyed texts with a seal and a serial.

The seal is the exclusive or of the hashes of all entries. Its cost does not depend on the number of
entries, and it still reveals an entry that was changed, added or removed by hand.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from reconciler.errors import LedgerFailed

_NO_SERIAL = 2**53
"""More changes than any ledger has had; SQLite could not store many more."""


@dataclass(frozen=True, slots=True)
class Head:
    """An environment's identity: the lineage from its first write, the serial counts changes."""

    environment: str
    lineage: str = ""
    serial: int = 0
    seal: int = 0

    @classmethod
    def read(cls, connection: sqlite3.Connection, environment: str) -> Self:
        """The stored head; its lineage is "" for an environment that was never written to."""
        row = connection.execute(
            "SELECT lineage, serial, seal FROM environments WHERE name = ?", (environment,)
        ).fetchone()
        if row is None:
            return cls(environment)
        lineage, serial, seal = row
        try:
            head = cls(environment, str(lineage), int(serial), int(seal, 16))
        except (ArithmeticError, TypeError, ValueError):
            raise _broken(environment) from None
        if not 0 <= head.serial < _NO_SERIAL:
            raise _broken(environment)
        return head

    def write(self, connection: sqlite3.Connection) -> None:
        """Store it."""
        connection.execute(
            "INSERT INTO environments VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "lineage = excluded.lineage, serial = excluded.serial, seal = excluded.seal",
            (self.environment, self.lineage, self.serial, f"{self.seal:064x}"),
        )

    def mark(self) -> int:
        """The head's own part of the seal."""
        return _mark("head", self.lineage, str(self.serial))


class Entries:
    """One change of an environment, inside the transaction that the caller holds."""

    def __init__(self, connection: sqlite3.Connection, environment: str) -> None:
        self._connection = connection
        self._environment = environment
        self.head = Head.read(connection, environment)
        """As it was before."""
        self._change = 0

    def get(self, family: str, key: str) -> str | None:
        """An entry's body."""
        row = self._connection.execute(
            "SELECT body FROM entries WHERE environment = ? AND family = ? AND key = ?",
            (self._environment, family, key),
        ).fetchone()
        return None if row is None else str(row[0])

    def put(self, family: str, key: str, body: str) -> None:
        """Write an entry, or replace it."""
        self._drop_mark(family, key)
        self._change ^= _mark(family, key, body)
        self._connection.execute(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)",
            (self._environment, family, key, body),
        )

    def remove(self, family: str, key: str) -> None:
        """Delete an entry if it is there."""
        self._drop_mark(family, key)
        self._connection.execute(
            "DELETE FROM entries WHERE environment = ? AND family = ? AND key = ?",
            (self._environment, family, key),
        )

    def close(self, new_lineage: str) -> Head:
        """Seal the change under the next serial, the new head's; without a change it stays."""
        old = self.head
        if not self._change:
            return old
        new = replace(old, lineage=old.lineage or new_lineage, serial=old.serial + 1)
        opened = old.seal ^ (old.mark() if old.lineage else 0)
        sealed = replace(new, seal=opened ^ self._change ^ new.mark())
        sealed.write(self._connection)
        return sealed

    def _drop_mark(self, family: str, key: str) -> None:
        body = self.get(family, key)
        if body is not None:
            self._change ^= _mark(family, key, body)


def read_all(connection: sqlite3.Connection, head: Head) -> Iterator[tuple[str, str, str]]:
    """(family, key, body) of every entry; raises LedgerFailed at the end if the seal is broken."""
    seal = head.mark() if head.lineage else 0
    rows = connection.execute(
        "SELECT family, key, body FROM entries WHERE environment = ? ORDER BY family, key",
        (head.environment,),
    )
    for row in rows:
        if not all(isinstance(part, str) for part in row):  # SQLite stores any type in any column
            raise _broken(head.environment)
        seal ^= _mark(*row)
        yield row
    if seal != head.seal:
        raise _broken(head.environment)


def read_family(
    connection: sqlite3.Connection, environment: str, family: str
) -> list[tuple[str, str]]:
    """(key, body) of a family's entries, by key; the seal is not checked."""
    return connection.execute(
        "SELECT key, body FROM entries WHERE environment = ? AND family = ? ORDER BY key",
        (environment, family),
    ).fetchall()


def _broken(environment: str) -> LedgerFailed:
    return LedgerFailed(
        f"the ledger's entries of environment {environment} do not match their seal",
        "The ledger was damaged or edited by hand, so nothing in it can be trusted. Restore it "
        "from a backup. Without a backup, move it away: campaigns are adopted again, but open "
        "intents are lost.",
    )


def _mark(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest(), "big")
