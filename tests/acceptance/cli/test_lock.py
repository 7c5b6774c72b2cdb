"""`lock list` and `lock release`: who holds an environment, and how to release a dead holder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.clock import SystemClock
from reconciler.ledger.lease import Holder, Lease
from reconciler.ledger.sqlite.ledger import SqliteLedger
from tests.support.cli import Line, Project


@pytest.fixture
def held(project: Project) -> Iterator[Lease]:
    """Another run's lease."""
    ledger = SqliteLedger(project.folder / ".reconciler" / "state.db", "staging", SystemClock())
    holder = Holder(operation="apply", who="ada", host="desk", run_url="https://ci/1")
    with Lease(ledger, SystemClock(), holder=holder) as lease:
        yield lease
    ledger.close()


def test_listing_locks_makes_no_ledger(run_line: Line, new_project: Project) -> None:
    result = run_line("lock", "list")
    assert (result.code, result.out) == (0, "No lock is held.\n")
    assert not (new_project.folder / ".reconciler").exists()


def test_a_held_lock_is_shown_with_its_holder(run_line: Line, held: Lease) -> None:
    header, row = run_line("lock", "list").out.splitlines()
    assert header.split()[:2] == ["ENVIRONMENT", "ID"]
    assert row.split()[:3] == ["staging", held.id, "apply"]
    assert "ada on desk (https://ci/1)" in row
    assert row.endswith("held")


def test_the_document_has_the_locks_and_their_holders(run_line: Line, held: Lease) -> None:
    (lock,) = run_line("lock", "list", "--json").json["locks"]
    assert (lock["environment"], lock["id"], lock["operation"]) == ("staging", held.id, "apply")
    assert (lock["who"], lock["host"], lock["gone"]) == ("ada", "desk", False)


def test_no_lock_is_an_empty_document(run_line: Line, new_project: Project) -> None:
    assert new_project.folder.exists()
    assert run_line("lock", "list", "--json").json == {"locks": []}


def test_apply_to_a_locked_environment_is_refused_with_the_next_step(
    run_line: Line, project: Project, held: Lease
) -> None:
    project.sms()
    result = run_line("apply", "--auto-approve")
    assert result.code == 6
    assert f"reconciler lock release {held.id}" in " ".join(result.err.split())


@pytest.mark.parametrize("lock_id", ["no-such-id", ""])
def test_only_the_exact_id_releases(run_line: Line, held: Lease, lock_id: str) -> None:
    wrong = lock_id or held.id[:-1]
    result = run_line("lock", "release", wrong, "--auto-approve")
    assert result.code == 1
    assert held.id in result.err
    assert held.id in run_line("lock", "list").out


def test_no_question_is_asked_without_a_terminal(run_line: Line, held: Lease) -> None:
    result = run_line("lock", "release", held.id)
    assert result.code == 1
    assert held.id in run_line("lock", "list").out


def test_a_released_lock_is_gone_and_in_the_history(run_line: Line, held: Lease) -> None:
    result = run_line("lock", "release", held.id, "--auto-approve")
    assert result.code == 0
    assert "nothing leaves that had not passed the last check" in result.out
    assert "may still take effect for 90 s" in result.out
    assert run_line("lock", "list").out == "No lock is held.\n"
    again = run_line("lock", "release", held.id, "--auto-approve")
    assert again.err == f"Error: there is no lock {held.id}\n\nNo lock is held.\n"
    _, receipt = run_line("history", "--json").json["receipts"]
    assert receipt["operation"] == "lock release"
    assert (receipt["lock"]["id"], receipt["lock"]["who"]) == (held.id, "ada")


def test_every_environment_is_listed_unless_one_is_chosen(
    run_line: Line, project: Project, held: Lease
) -> None:
    path = Path("reconciler.yaml")
    text = path.read_text("utf-8")
    more = text[text.index("  staging:") :].replace("staging:", "test:")
    more = more.replace("67777ce93e25326494e90000", "other").replace("CARECYCLE_", "OTHER_")
    path.write_text(f"{text}{more}", "utf-8")
    assert held.id in run_line("lock", "list").out
    assert run_line("lock", "list", "-e", "test").out == "No lock is held.\n"
    assert project.folder.exists()
