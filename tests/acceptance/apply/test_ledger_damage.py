"""A ledger that cannot be trusted, or a full disk: refused before the first POST."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.clock import SystemClock
from reconciler.ledger.base import LockInfo
from reconciler.ledger.lease import Holder, Lease
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

Shift = Callable[[float], None]
STATE = Path(".reconciler/state.db")
IGNORED = "ON entries WHEN new.family = 'intent' BEGIN SELECT RAISE(IGNORE); END"


def damage(statement: str) -> Callable[[], None]:
    def execute() -> None:
        with sqlite3.connect(STATE) as connection:
            connection.execute(statement)
        connection.close()

    return execute


def truncate() -> None:
    settle_files()
    STATE.write_bytes(STATE.read_bytes()[:5000])


def empty() -> None:
    settle_files()
    STATE.write_bytes(b"")


def foreign() -> None:
    settle_files()
    STATE.write_text("not a database at all, but long enough to be looked at twice" * 20)


def settle_files() -> None:
    """Put everything into one file, as after a regular end."""
    with sqlite3.connect(STATE) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{STATE}{suffix}").unlink(missing_ok=True)


@pytest.fixture
def applied(run_line: Line, project: Project, simulator: Simulator) -> Project:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    project.sms("second", contactLists=["Open Bills"])
    simulator.clear_requests()
    return project


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(
    ("harm", "answer"),
    [
        (truncate, (6, "malformed")),
        (empty, (6, "not a ledger")),
        (foreign, (6, "not a database")),
        (damage("PRAGMA user_version = 99"), (6, "format 99")),
        (damage("PRAGMA application_id = 7"), (6, "not a ledger of this program")),
        (
            damage("UPDATE entries SET body = replace(body, 'cd-', 'cx-')"),
            (1, "do not match their seal"),
        ),
        (damage("DELETE FROM entries WHERE family = 'record'"), (1, "do not match their seal")),
        (damage("DROP TABLE entries"), (6, "table entries")),
        (damage(f"CREATE TRIGGER quiet BEFORE INSERT {IGNORED}"), (6, "trigger quiet")),
        (damage("CREATE VIEW seen AS SELECT * FROM entries"), (6, "view seen")),
        (damage("CREATE TABLE notes (text)"), (6, "table notes")),
        (damage("CREATE INDEX bodies ON entries (body)"), (6, "index bodies")),
        (damage("ALTER TABLE receipts ADD COLUMN more DEFAULT 1"), (6, "table receipts")),
    ],
    ids=[
        *("truncated", "empty", "text", "newer", "other", "edited", "emptied", "no-table"),
        *("trigger", "view", "table", "index", "column"),
    ],
)
@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve")])
def test_a_damaged_ledger_is_never_half_read(
    run_line: Line,
    simulator: Simulator,
    harm: Callable[[], None],
    answer: tuple[int, str],
    command: tuple[str, ...],
) -> None:
    harm()
    result = run_line(*command)
    code, said = answer
    assert result.code == code
    assert said in " ".join(result.err.split())
    assert simulator.requests(mutating=True) == []


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve")])
def test_a_cache_that_somebody_extended_is_refused(
    run_line: Line, simulator: Simulator, command: tuple[str, ...]
) -> None:
    assert run_line("plan").code == 0
    cache = STATE.with_name("cache.db")
    with sqlite3.connect(cache) as connection:
        connection.execute("CREATE TRIGGER quiet AFTER INSERT ON reads BEGIN SELECT 1; END")
    connection.close()
    simulator.clear_requests()
    result = run_line(*command)
    assert result.code == 6
    said = " ".join(result.err.split())
    assert "trigger quiet" in said
    assert "delete it" in said
    assert simulator.requests(mutating=True) == []
    cache.unlink()
    assert run_line("plan").code == 0


@pytest.mark.usefixtures("applied")
def test_a_create_is_not_sent_if_its_intent_does_not_read_back(
    run_line: Line, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    acquire = SqliteLedger.acquire

    def meddled(self: SqliteLedger, info: LockInfo, dead: LockInfo | None = None) -> object:
        found = acquire(self, info, dead)
        damage(f"CREATE TRIGGER quiet BEFORE INSERT {IGNORED}")()
        return found

    monkeypatch.setattr(SqliteLedger, "acquire", meddled)
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "did not store" in " ".join((result.out + result.err).split())
    assert simulator.requests(mutating=True) == []


def test_a_state_that_cannot_be_made_is_an_error_before_the_first_post(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    (new_project.folder / ".reconciler").write_text("in the way")
    new_project.sms()
    assert run_line("apply", "--auto-approve").code == 1
    assert simulator.requests(mutating=True) == []


@pytest.mark.usefixtures("applied")
def test_a_read_only_ledger_is_an_error_before_the_first_post(
    run_line: Line, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Set on the connection, because permissions have no effect if root runs the tests.
    connect = sqlite3.connect

    def read_only(database: object, **options: object) -> sqlite3.Connection:
        text = str(database).replace("mode=rw", "mode=ro")
        return connect(text, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", read_only)
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "must be writable by this user" in result.err
    assert simulator.requests(mutating=True) == []


def small_files() -> None:
    """No file can grow beyond 4 KiB, which a program sees as a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


@pytest.mark.parametrize("known", [True, False])
def test_a_full_disk_is_an_error_before_the_first_post(
    run_line: Line, project: Project, simulator: Simulator, known: bool
) -> None:
    project.sms()
    if known:
        run_line("apply", "--auto-approve")
        simulator.clear_requests()
    project.sms("second", contactLists=["Open Bills"])
    done = subprocess.run(
        (sys.executable, "-m", "reconciler", "apply", "--auto-approve"),
        cwd=project.folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=small_files,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "ledger" in done.stderr
    assert simulator.requests(mutating=True) == []


@pytest.mark.parametrize(("hours", "said"), [(25, "expired"), (-1, "in the future")])
def test_a_clock_that_jumped_refuses_a_saved_plan(
    run_line: Line, project: Project, shift: Shift, hours: int, said: str
) -> None:
    project.sms()
    run_line("plan", "--out", "plan.json")
    shift(hours * 3600)
    result = run_line("apply", "plan.json")
    assert result.code == 6
    assert said in result.err


@pytest.mark.parametrize("hours", [-1000, 1000])
def test_a_wall_clock_that_jumped_neither_ends_nor_extends_another_lease(
    run_line: Line, project: Project, shift: Shift, hours: int
) -> None:
    project.sms()
    ledger = SqliteLedger(project.folder / STATE, "staging", SystemClock())
    with Lease(ledger, SystemClock(), holder=Holder(operation="apply", who="ada", host="desk")):
        shift(hours * 3600)
        assert run_line("apply", "--auto-approve").code == 6
    assert run_line("apply", "--auto-approve").code == 0
    ledger.close()
