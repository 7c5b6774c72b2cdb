"""Creates and opens the SQLite file of a ledger, and refuses every other file.

A trigger or a view could undo or invent an entry, so the schema must be exactly ours.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from reconciler.errors import LedgerFailed, LedgerRefused
from reconciler.ledger.schema import difference, distrust

APPLICATION_ID = 0x52434C31
"""`RCL1`, which distinguishes our file from any other SQLite file."""
VERSION = 2
"""Version 1, of the first release, has no sent marks; its tables are the same."""
_READABLE = (1, VERSION)
BUSY_SECONDS = 10.0

_TABLES = """
CREATE TABLE environments (
  name TEXT PRIMARY KEY, lineage TEXT NOT NULL, serial INTEGER NOT NULL, seal TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE entries (
  environment TEXT NOT NULL, family TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (environment, family, key)
);
CREATE TABLE leases (environment TEXT PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE receipts (
  number INTEGER PRIMARY KEY AUTOINCREMENT, environment TEXT NOT NULL, body TEXT NOT NULL
);
"""


@contextlib.contextmanager
def failures_of(path: Path) -> Iterator[None]:
    """Turn errors of SQLite or the disk into LedgerFailed with the reason."""
    try:
        yield
    except sqlite3.Error as problem:
        raise LedgerFailed(f"the ledger {path} failed: {problem}", _advice(problem)) from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise LedgerFailed(f"the ledger {path} failed: {reason}") from problem


def open_file(path: Path) -> sqlite3.Connection:
    """Open an existing ledger; raises LedgerRefused unless it has the format of this version."""
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.absolute()))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        distrust(connection)
        _check(connection, path)
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def create_file(path: Path, suffix: str) -> None:
    """Create an empty ledger at `path` unless something is there; never a partial file.

    Only the owner can read the file and the folders that are created for it.
    """
    _make_folders(path.parent)
    fresh = path.with_name(f".{path.name}.{suffix}")
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            connection.executescript(
                f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
                f"{_TABLES}"
            )
            connection.execute("PRAGMA journal_mode = WAL")
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


def bring_forward(connection: sqlite3.Connection) -> None:
    """Give the file this version, inside the transaction of the first write to it.

    An older program then refuses it: it would create campaigns without sent marks.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _make_folders(folder: Path) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):
            raise
        raise LedgerRefused(f"{path} is not a ledger: {problem}", _FOREIGN) from problem
    if application != APPLICATION_ID:
        raise LedgerRefused(f"{path} is not a ledger of this program", _FOREIGN)
    if version not in _READABLE:
        raise LedgerRefused(
            f"the ledger {path} has format {version}, and this version reads format {VERSION}",
            "Use the version of reconciler that wrote it, or a newer one.",
        )
    wrong = difference(connection, _TABLES)
    if wrong:
        raise LedgerRefused(
            f"the ledger {path} does not have exactly the tables of this program: {wrong}", _FOREIGN
        )


_FOREIGN = (
    "Nothing was written to it. Check `state` in the project file, or restore the ledger from a "
    "backup."
)


def _advice(problem: sqlite3.Error) -> str:
    if "readonly" in str(problem) or "unable to open" in str(problem):
        return "The file and its folder must be writable by this user."
    if "locked" in str(problem):
        return "Another process is writing to it; try again."
    return "Nothing more is sent while the ledger cannot be written."
