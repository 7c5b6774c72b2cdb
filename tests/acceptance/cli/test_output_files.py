"""Files that commands write: a place that cannot be written is refused before the first request."""

import errno
import json
import os
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

COMMANDS = (
    ("plan", "--out"),
    ("plan", "--markdown"),
    ("drift", "--metrics"),
    ("drift", "--issue"),
    ("validate", "--output"),
)


@pytest.fixture
def places(project: Project) -> dict[str, str]:
    project.sms()
    (project.folder / "folder").mkdir()
    (project.folder / "file").write_text("in the way")
    os.mkfifo(project.folder / "pipe")
    return {
        "empty": "",
        "missing": "missing/x",
        "below a file": "file/x",
        "too long": "x" * 300,
        "a folder": "folder",
        "a device": "/dev/full",
        "a pipe": "pipe",
    }


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "kind", ["empty", "missing", "below a file", "too long", "a folder", "a device", "a pipe"]
)
def test_a_place_that_cannot_be_written_is_refused_first(
    run_line: Line, places: dict[str, str], simulator: Simulator, command: list[str], kind: str
) -> None:
    before = sorted(Path().rglob("*"))
    result = run_line(*command, places[kind])
    assert result.code == 3
    assert result.err.startswith(("Error: ", "Usage: "))
    assert "Traceback" not in result.err
    assert result.out == ""
    assert simulator.requests() == []
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_output_takes_the_place_of_the_ledger(
    run_line: Line, project: Project, simulator: Simulator, command: list[str]
) -> None:
    project.sms()
    ledger = project.folder / ".reconciler" / "state.db"
    before = ledger.read_bytes()
    result = run_line(*command, ".reconciler/state.db")
    assert (result.code, simulator.requests()) == (3, [])
    assert "it is a SQLite database, perhaps the ledger" in result.err
    assert ledger.read_bytes() == before


@pytest.mark.parametrize("file", ["reconciler.yaml", "campaigns/renewal.json", "indented.json"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_output_takes_the_place_of_a_manifest_or_the_project_file(
    run_line: Line, project: Project, simulator: Simulator, command: list[str], file: str
) -> None:
    path = project.sms()
    indented = json.dumps(json.loads(path.read_text("utf-8")), indent=2)
    (project.folder / "indented.json").write_text(indented, "utf-8")
    before = (project.folder / file).read_bytes()
    result = run_line(*command, file)
    assert (result.code, simulator.requests()) == (3, [])
    assert "it is a project file or a manifest" in result.err
    assert (project.folder / file).read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_is_noticed_before_the_first_request(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
) -> None:
    project.sms()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("reconciler.cli.output_files.os.write", full)
    result = run_line(*command, "x")
    assert (result.code, simulator.requests()) == (3, [])
    assert "cannot be saved to x: No space left on device" in result.err
    assert not list(Path().glob("*x*"))


def full(*_: object) -> Path:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("option", ["--metrics", "--issue", "--markdown"])
def test_a_disk_that_fills_up_costs_the_file_only(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    project.sms()
    monkeypatch.setattr(Path, "replace", full)
    result = run_line("drift", option, "x")
    assert result.code == 1
    assert "cannot be saved to x: No space left on device" in result.err
    assert "No drift." in result.out
    assert not list(Path().glob("*x*"))


@pytest.mark.parametrize("option", ["--out", "--markdown"])
def test_a_plan_is_shown_although_its_file_is_missing(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    project.sms()
    monkeypatch.setattr(Path, "replace", full)
    result = run_line("plan", option, "x")
    assert result.code == 1
    assert "cannot be saved to x: No space left on device" in result.err
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in result.out
    assert "Saved the plan" not in result.out


def test_an_apply_keeps_its_exit_code_and_says_what_is_missing(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    real = Path.replace

    def not_the_markdown(path: Path, target: Path) -> Path:
        return full() if target.name == "x" else real(path, target)

    monkeypatch.setattr(Path, "replace", not_the_markdown)
    result = run_line("apply", "--auto-approve", "--markdown", "x")
    assert result.code == 0
    assert "Apply complete! Resources: 1 added" in result.out
    assert "the Markdown cannot be saved to x: No space left on device" in result.err


def test_two_outputs_do_not_share_a_file(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    result = run_line("drift", "--markdown", "x", "--issue", "./x")
    assert result.code == 3
    assert "the Markdown and the issue cannot both be saved to x" in result.err
    assert simulator.requests() == []


@pytest.mark.parametrize(
    "options",
    [
        ("plan", "--json", "--markdown", "-"),
        ("plan", "--out", "-", "--markdown", "-"),
        ("drift", "--metrics", "-", "--issue", "-"),
        ("drift", "--json", "--metrics", "-"),
    ],
)
def test_standard_output_is_for_one_of_them(
    run_line: Line, project: Project, options: tuple[str, ...]
) -> None:
    project.sms()
    result = run_line(*options)
    assert (result.code, result.out) == (3, "")
    assert "both need standard output" in result.err


def test_a_file_that_exists_is_replaced_whole(run_line: Line, project: Project) -> None:
    project.sms()
    Path("plan.json").write_text("x" * 100_000)
    assert run_line("plan", "--out", "plan.json").code == 0
    assert Path("plan.json").read_text("utf-8").endswith("}\n")
    assert Path("plan.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("arguments", [("schema", "--out", "file/x"), ("init", "file/x")])
def test_a_folder_that_cannot_be_made_is_an_error(
    run_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("in the way")
    result = run_line(*arguments)
    assert (result.code, result.out) == (3, "")
    assert "cannot be" in result.err


def test_a_command_works_in_a_folder_below_the_project(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    (project.folder / "docs" / "deep").mkdir(parents=True)
    monkeypatch.chdir(project.folder / "docs" / "deep")
    assert run_line("validate").code == 0
    result = run_line("plan", "--out", "plan.json")
    assert result.code == 0
    assert (project.folder / "docs" / "deep" / "plan.json").exists()


@pytest.mark.parametrize(
    "command", [("init",), ("schema", "--out"), ("plan", "-c"), ("plan", "-C"), ("apply",)]
)
def test_an_empty_path_is_not_this_folder(run_line: Line, command: tuple[str, ...]) -> None:
    before = sorted(Path().iterdir())
    refused = run_line(*command, "")
    assert refused.code == 3
    assert "the path is empty" in refused.err
    assert sorted(Path().iterdir()) == before
