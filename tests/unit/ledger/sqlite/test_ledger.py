import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.address import Address
from reconciler.clock import SystemClock
from reconciler.errors import LedgerFailed
from reconciler.ledger.base import CachedReads, LockInfo
from reconciler.ledger.gone_holder import process_identity
from reconciler.ledger.sqlite.ledger import SqliteLedger
from tests.support.campaigns import desired, record

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LOCK = LockInfo(
    id="mine", operation="apply", who="ada", host="h", created_at=NOW, renewed_at=NOW, process={}
)
RECORD = record(desired())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".reconciler" / "state.db"


def open_at(path: Path) -> SqliteLedger:
    return SqliteLedger(path, "prod", SystemClock())


def fill(path: Path, count: int = 1) -> None:
    with closing(open_at(path)) as ledger:
        ledger.acquire(LOCK)
        for number in range(count):
            address = Address("kore_sms_campaign", f"renewal-{number}")
            ledger.put_record(replace(RECORD, address=address), "mine")
        ledger.release("mine")


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


def test_reading_makes_no_file(path: Path) -> None:
    with closing(open_at(path)) as ledger:
        ledger.view()
        assert (ledger.lock(), ledger.plan_used("p"), ledger.release("x")) == (None, False, False)
        assert (list(ledger.receipts()), list(ledger.tombstones())) == ([], [])
        assert ledger.cached("main") == CachedReads()
    assert not path.parent.exists()


def test_the_file_is_for_its_owner_only(path: Path) -> None:
    with closing(open_at(path)) as ledger:
        ledger.acquire(LOCK)
        ledger.cache("main", lambda _: CachedReads())
        modes = {found.name: found.stat().st_mode & 0o777 for found in path.parent.iterdir()}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert set(modes.values()) == {0o600}
    assert {"state.db", "cache.db"} <= set(modes)


def test_every_commit_reaches_the_disk(path: Path) -> None:
    with closing(open_at(path)) as ledger:
        ledger.acquire(LOCK)
        connection = ledger._file._connection
        assert connection is not None
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_client_that_never_closed_loses_nothing(path: Path) -> None:
    ledger = open_at(path)
    ledger.acquire(LOCK)
    ledger.put_record(RECORD, "mine")
    with closing(open_at(path)) as other:
        assert other.view().records == {RECORD.address: RECORD}
    ledger.close()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("PRAGMA user_version = 3", "format 3"),
        ("PRAGMA application_id = 7", "not a ledger of this program"),
        ("UPDATE entries SET body = replace(body, 'cd-1', 'cd-2')", "do not match their seal"),
        ("DELETE FROM entries", "do not match their seal"),
        ("UPDATE environments SET serial = 0", "do not match their seal"),
        ("INSERT INTO entries VALUES ('prod', 'record', 'a.b', '{}')", "do not match their seal"),
        ("UPDATE environments SET seal = 'x'", "do not match their seal"),
        ("DELETE FROM environments", "do not match their seal"),
    ],
)
def test_a_file_that_is_not_as_we_wrote_it_is_refused(
    path: Path, statement: str, reason: str
) -> None:
    fill(path)
    edit(path, statement)
    with closing(open_at(path)) as ledger, pytest.raises(LedgerFailed, match=reason):
        ledger.view()


def shorten(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def shorten_to_nothing(path: Path) -> None:
    os.truncate(path, 0)


def overwrite(path: Path) -> None:
    path.write_text("apiVersion: reconciler/v1\n" * 100)


def another_program(path: Path) -> None:
    path.unlink()
    edit(path, "CREATE TABLE t (x)")


@pytest.mark.parametrize("damage", [shorten, shorten_to_nothing, overwrite, another_program])
def test_a_damaged_or_foreign_file_is_neither_read_nor_written(
    path: Path, damage: Callable[[Path], None]
) -> None:
    fill(path, 200)
    damage(path)
    before = path.read_bytes()
    with closing(open_at(path)) as ledger:
        with pytest.raises(LedgerFailed):
            ledger.view()
        with pytest.raises(LedgerFailed):
            ledger.acquire(replace(LOCK, id="theirs"))
    assert path.read_bytes() == before


def test_a_ledger_that_was_moved_away_during_the_run_takes_no_write(path: Path) -> None:
    with closing(open_at(path)) as ledger:
        ledger.acquire(LOCK)
        path.rename(path.with_name("elsewhere.db"))
        with pytest.raises(LedgerFailed, match="moved or replaced"):
            ledger.put_record(RECORD, "mine")


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ledger = open_at(tmp_path / "file" / "state.db")
    with pytest.raises(LedgerFailed, match=r"state\.db failed: "):
        ledger.acquire(LOCK)


def test_a_full_disk_fails_before_anything_is_changed(path: Path) -> None:
    fill(path)
    with closing(open_at(path)) as ledger:
        ledger.acquire(LOCK)
        connection = ledger._file._connection
        assert connection is not None
        connection.execute("PRAGMA max_page_count = 1")
        big = replace(RECORD, spec={"name": "x" * 100_000})
        with pytest.raises(LedgerFailed, match="full"):
            ledger.put_record(big, "mine")
        assert ledger.view().serial == 1


def test_the_lease_of_a_process_that_is_gone_is_taken_at_once(path: Path) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    gone = {**process_identity(), "pid": str(child)}
    os.waitpid(child, 0)
    with closing(open_at(path)) as ledger:
        ledger.acquire(replace(LOCK, process=gone))
        assert ledger.acquire(replace(LOCK, id="theirs")) is None


def test_the_lease_of_a_living_process_is_not(path: Path) -> None:
    with closing(open_at(path)) as ledger:
        ledger.acquire(replace(LOCK, process=process_identity()))
        holder = ledger.acquire(replace(LOCK, id="theirs"))
        assert holder is not None
        assert holder.id == "mine"


def test_a_cache_that_was_tampered_with_is_empty(path: Path) -> None:
    with closing(open_at(path)) as ledger:
        ledger.cache("main", lambda _: CachedReads())
        edit(path.with_name("cache.db"), "UPDATE reads SET body = x'7b7d20'")
        assert ledger.cached("main") == CachedReads()
        path.with_name("cache.db").write_text("nonsense" * 1000)
        assert ledger.cached("main") == CachedReads()


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with closing(open_at(tmp_path / "file" / "state.db")) as ledger:
        ledger.cache("main", lambda _: CachedReads())
        assert ledger.cached("main") == CachedReads()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET family = x'72'",
        "UPDATE entries SET body = CAST(x'7b22736563726574ff' AS TEXT)",
        "UPDATE environments SET serial = 9e999",
        "UPDATE environments SET serial = 9223372036854775807",
        "UPDATE environments SET serial = -1",
        "UPDATE environments SET seal = x'00'",
    ],
)
def test_values_that_are_no_texts_are_refused_and_not_quoted(path: Path, statement: str) -> None:
    fill(path)
    edit(path, statement)
    with closing(open_at(path)) as ledger, pytest.raises(LedgerFailed, match="seal") as refused:
        ledger.view()
    assert "secret" not in str(refused.value.diagnostics)


def test_a_file_whose_own_tables_are_damaged_is_refused(path: Path) -> None:
    fill(path)
    edit(path, "PRAGMA journal_mode = DELETE")
    data = path.read_bytes()
    start = data.index(b"CREATE TABLE entries")
    path.write_bytes(data[:start] + b"\x80" + data[start + 1 :])
    with closing(open_at(path)) as ledger, pytest.raises(LedgerFailed, match="schema"):
        ledger.view()
