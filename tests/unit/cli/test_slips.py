"""A slip on the command line ends with a message that helps."""

import contextlib
from pathlib import Path

import pytest

from reconciler.cli.approval import ask
from reconciler.cli.main import run
from reconciler.errors import Declined


def refused(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert run(line) == 3
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("plam", "no command 'plam'. Did you mean plan?"),
        ("lock lst", "no command 'lst'. Did you mean list?"),
        ("ledger inti", "no command 'inti'. Did you mean init?"),
        ("help lock lst", "no command 'lst'. Did you mean list?"),
        ("plan --alow delete", "no option --alow. Did you mean --allow?"),
        ("plan --since x", "no option --since.\n"),
        ("history --out x", "no option --out.\n"),
        ("plan --parallelism x", "'x' is not a valid number."),
        ("plan --max-time 1e9d", "'1e9d' is not a duration; write 90s, 5m, 24h or 7d"),
    ],
)
def test_a_slip_gets_a_message(capsys: pytest.CaptureFixture[str], line: str, message: str) -> None:
    assert message in refused(capsys, *line.split())


def test_an_empty_word_can_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no command ''. Known names: apply, " in refused(capsys, "")


@pytest.mark.parametrize("line", [(), ("lock",), ("ledger",)])
def test_without_a_command_the_help_is_shown(
    capsys: pytest.CaptureFixture[str], line: tuple[str, ...]
) -> None:
    shown = refused(capsys, *line)
    assert shown.startswith("Usage: reconciler")
    assert "Error" not in shown


def test_no_time_at_all_is_a_duration(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("0", "0s"):
        assert "no project file" in refused(capsys, "plan", "--max-age", text, "-C", "/proc")


def test_a_path_with_nul_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "a path has no NUL" in refused(capsys, "show", "a\0b")


@pytest.mark.parametrize("line", ["plan", "init", "validate", "schema --out x", "lock list"])
def test_a_folder_that_was_removed_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: str
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    with contextlib.chdir(gone):
        gone.rmdir()
        shown = refused(capsys, *line.split())
    assert "Error: the current folder cannot be found: No such file or directory" in shown
    assert "Change to another folder." in shown


def test_init_leaves_everything_as_it_is_if_it_cannot_read_what_git_ignores(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".gitignore").write_bytes(b"\xff\n")
    assert "cannot be read: it is not UTF-8" in refused(capsys, "init", str(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == [".gitignore"]


def test_without_standard_input_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(Declined, match="there is no terminal to ask on"):
        ask("Go on?", otherwise="Use --auto-approve.")
