"""The example of a third party's provider: its own tests, and its project through every command."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import invalidate_caches
from pathlib import Path

import pytest

from tests.support.cli import Line
from tests.support.packages import importable, package

EXAMPLE = Path(__file__).parents[3] / "examples/third-party-provider"


@pytest.fixture
def folder(run_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example's project, opened as new, with its package installed as far as Python can see."""
    site = tmp_path / "site"
    site.mkdir()
    shutil.copy(EXAMPLE / "campaign_board.py", site)
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    package(site, project["name"], project["entry-points"]["reconciler.providers"])
    shutil.copytree(EXAMPLE / "project", tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    with importable(site):
        assert run_line("ledger", "init", "--reason", "new", "--auto-approve").code == 0
        yield tmp_path / "project"


def board(folder: Path) -> dict[str, object]:
    made: dict[str, object] = json.loads((folder / "board.json").read_text("utf-8"))["campaigns"]
    return made


def test_its_own_tests_pass() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "pyproject.toml",
        "-p",
        "no:cacheprovider",
    ]
    ran = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert " passed" in ran.stdout


def test_validate_plan_apply_and_an_empty_plan(run_line: Line, folder: Path) -> None:
    assert run_line("validate").out == "Success! 1 campaign is valid.\n"
    plan = run_line("plan", "--out", "plan.json")
    assert "board_campaign.welcome will be created" in plan.out, plan.err
    assert "The notice board creates drafts, which contact nobody." in plan.out
    assert board(folder) == {}
    shown = run_line("show", "plan.json")
    assert "board_campaign.welcome will be created" in shown.out, shown.err
    applied = run_line("apply", "plan.json")
    assert applied.code == 0, applied.err
    spec = {"name": "Welcome", "description": "For new people."}
    assert board(folder) == {"board-1": {**spec, "text": "The desk is on the first floor."}}
    again = run_line("plan", "--detailed-exitcode")
    assert again.code == 0, again.out


def test_a_change_by_hand_is_drift_and_is_put_back(run_line: Line, folder: Path) -> None:
    run_line("apply", "--auto-approve")
    path = folder / "board.json"
    path.write_text(path.read_text("utf-8").replace("first floor", "second floor"), "utf-8")
    assert run_line("drift").code == 2
    assert run_line("apply", "--auto-approve").code == 0
    assert "first floor" in path.read_text("utf-8")


def test_what_is_on_the_board_is_imported_and_the_plan_is_empty(
    run_line: Line, folder: Path
) -> None:
    (folder / "campaigns/welcome.yaml").unlink()
    campaigns = {"board-7": {"name": "Fire drill", "text": "Friday at ten."}}
    (folder / "board.json").write_text(json.dumps({"made": 7, "campaigns": campaigns}), "utf-8")
    imported = run_line("import", "--all")
    assert imported.code == 0, imported.err
    assert "kind: BoardCampaign" in (folder / "campaigns/fire-drill.yaml").read_text("utf-8")
    plan = run_line("plan", "--json").json
    (change,) = plan["resource_changes"]
    assert (change["address"], change["change"]["actions"]) == (
        "board_campaign.fire-drill",
        ["no-op"],
    )
    assert change["change"]["importing"] == {"id": "board-7"}


def test_its_manifests_are_checked_like_any_other(run_line: Line, folder: Path) -> None:
    manifest = folder / "campaigns/welcome.yaml"
    text = manifest.read_text("utf-8") + "  pinned: true\n  colour: red\n"
    manifest.write_text(text, "utf-8")
    told = run_line("validate")
    assert told.code == 3
    assert "the board decides what is pinned" in told.err
    assert "unknown key spec.colour" in told.err


@pytest.mark.usefixtures("folder")
def test_what_the_board_cannot_do_is_reported(run_line: Line) -> None:
    run_line("apply", "--auto-approve")
    refused = run_line("start", "board_campaign.welcome").err
    assert "the vendor's API cannot start board_campaign.welcome" in refused


def test_its_kinds_are_forgotten_with_the_run(run_line: Line, folder: Path) -> None:
    run_line("validate")
    project = folder / "reconciler.yaml"
    text = project.read_text("utf-8").replace("provider: board", "provider: bored")
    project.write_text(text, "utf-8")
    assert "unknown kind BoardCampaign" in run_line("validate").err


@pytest.mark.usefixtures("folder")
def test_it_is_in_the_table_of_providers(run_line: Line) -> None:
    told = run_line("providers")
    assert told.code == 0, told.err
    rows = [re.split(" {2,}", line) for line in told.out.split("\n\n")[0].splitlines()]
    column = rows[0].index("board v1")
    cells = [row[column] for row in rows[1:]]
    assert cells == ["draft", "partial", "yes", "no", "no", "no", "no", "no", "-"]
    assert "board v1 (campaign-board 1.0)" in told.out


def test_a_stop_names_the_campaigns_that_it_could_not_stop_without_a_plugin(
    run_line: Line, folder: Path
) -> None:
    run_line("apply", "--auto-approve")
    shutil.rmtree(folder.parent / "site" / "campaign_board-1.0.dist-info")
    invalidate_caches()
    told = run_line("stop", "--all", "--reason", "wrong list")
    assert told.code == 1
    assert "campaigns of board_campaign, which no installed provider supports" in told.err
    assert "there is no provider board" in told.err
