"""What a machine remembers of a ledger, whatever several processes write at once."""

import os
from pathlib import Path

import pytest

from reconciler.ledger.high_water import HighWaterMark, Seen


@pytest.fixture
def mark(tmp_path: Path) -> HighWaterMark:
    return HighWaterMark(tmp_path / "state", "/x/state.db", "prod")


def seen(mark: HighWaterMark) -> tuple[str, int, bool]:
    found = mark.read()
    assert found is not None
    return found.lineage, found.serial, found.is_hidden


def commit(mark: HighWaterMark, lineage: str, old: int, new: int) -> None:
    mark.watch()(lineage, old, new)


def test_it_follows_the_commits(mark: HighWaterMark) -> None:
    assert mark.read() is None
    commit(mark, "l1", 0, 0)
    assert mark.read() is None, "nothing was written"
    commit(mark, "l1", 0, 1)
    commit(mark, "l1", 1, 2)
    assert seen(mark) == ("l1", 2, False)


def test_another_environment_and_another_place_have_marks_of_their_own(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 1)
    for other in (("/x/state.db", "staging"), ("/y/state.db", "prod")):
        assert HighWaterMark(mark.folder, *other).read() is None


def test_an_older_copy_stays_known_however_much_is_written_to_it(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 5)
    for serial in range(3, 5):
        assert seen(mark) == ("l1", 5, False)
        commit(mark, "l1", serial, serial + 1)
    for serial in range(5, 8):
        assert seen(mark) == ("l1", 5, True)
        commit(mark, "l1", serial, serial + 1)


def test_the_newest_ledger_goes_on_after_an_older_copy_was_written_to(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 5)
    commit(mark, "l1", 2, 3)
    commit(mark, "l1", 5, 6)
    assert seen(mark) == ("l1", 6, False)


def test_another_ledger_does_not_move_it(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 5)
    commit(mark, "l2", 8, 9)
    assert seen(mark) == ("l1", 5, False)


def test_to_acknowledge_takes_the_ledger_as_it_is(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 5)
    commit(mark, "l1", 2, 3)
    mark.acknowledge("l1", 3)
    assert seen(mark) == ("l1", 3, False)
    mark.acknowledge("", 0)
    mark.acknowledge("", 0)
    assert mark.read() is None


def test_of_two_processes_that_commit_at_once_the_higher_serial_stays(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 10)
    stop, apply = mark.watch(), mark.watch()
    apply("l1", 11, 12)
    stop("l1", 10, 11)
    assert seen(mark) == ("l1", 12, False)


def test_a_file_that_cannot_be_read_is_no_mark_and_is_said(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 1)
    assert mark.trouble() == ""
    assert mark.path is not None
    mark.path.write_text("{", "utf-8")
    assert mark.read() is None
    assert "cannot be read" in mark.trouble()
    commit(mark, "l1", 1, 2)
    assert seen(mark) == ("l1", 2, False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_its_place_is_not_waited_for(mark: HighWaterMark) -> None:
    assert mark.path is not None
    mark.path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(mark.path)
    assert mark.read() is None
    assert "cannot be read" in mark.trouble()


def test_a_folder_that_cannot_be_written_is_said_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for folder in (None, tmp_path / "file" / "below"):
        mark = HighWaterMark(folder, "/x/state.db", "prod")
        commit(mark, "l1", 0, 1)
        assert mark.read() is None
        assert mark.trouble()


def test_the_file_names_the_ledger_it_is_about(mark: HighWaterMark) -> None:
    commit(mark, "l1", 0, 1)
    assert mark.read() == Seen(location="/x/state.db", environment="prod", lineage="l1", serial=1)
