"""A ledger that is lost, or restored from an older copy: nothing is created from what it says."""

import json
import shutil
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, Result
from tests.support.terminal import answer

AUTO = ("apply", "--auto-approve")
ALLOWED = (*AUTO, "--allow", "ledger-behind")
CREATED = ("Open Bills", "Plan Holders", "Recent Visitors")


def gates(planned: Result) -> list[str]:
    return [gate["code"] for gate in planned.json["reconciler"]["gates"]]


@pytest.fixture
def ledger(run_line: Line, project: Project, simulator: Simulator) -> Path:
    """The ledger's folder after two applies; `older` beside it is a copy from between them.

    The vendor lists the second campaign late, so no listing protects from a second one.
    """
    project.configure(more="sendsOnWrite: possibly\n        readBack: 1s")
    project.sms("first")
    assert run_line(*AUTO).code == 0
    folder = project.folder / ".reconciler"
    shutil.copytree(folder, project.folder / "older")
    project.sms("second", contactLists=[CREATED[0]])
    simulator.change_switches({"kore": {"list_lag": 4000.0, "get_lag": 4000.0}})
    assert run_line(*AUTO).code == 0
    assert len(simulator.campaigns()) == 2
    return folder


def restore(ledger: Path) -> None:
    shutil.rmtree(ledger)
    shutil.copytree(ledger.with_name("older"), ledger)


def behind(applied: Result) -> bool:
    """Whether apply stopped at the gate, and said how the ledger went back."""
    return applied.code == 6 and "this machine has seen the ledger" in applied.err


def test_an_older_copy_creates_nothing(run_line: Line, ledger: Path, simulator: Simulator) -> None:
    restore(ledger)
    planned = run_line("plan", "--json")
    assert planned.code == 0
    assert gates(planned) == ["ledger-behind"]
    assert behind(run_line(*AUTO))
    assert len(simulator.campaigns()) == 2


def test_a_lost_ledger_creates_nothing(run_line: Line, ledger: Path, simulator: Simulator) -> None:
    shutil.rmtree(ledger)
    refused = run_line(*AUTO)
    assert behind(refused)
    assert "there is none now" in refused.err
    assert len(simulator.campaigns()) == 2


def test_another_ledger_in_its_place_creates_nothing(
    run_line: Line, ledger: Path, project: Project, simulator: Simulator
) -> None:
    shutil.rmtree(ledger)
    project.open_new()
    refused = run_line(*AUTO)
    assert behind(refused)
    assert "another ledger is there now" in refused.err
    assert len(simulator.campaigns()) == 2


def test_the_newer_ledger_may_go_on(run_line: Line, ledger: Path, project: Project) -> None:
    shutil.copytree(ledger, project.folder / "newest")
    restore(ledger)
    assert behind(run_line(*AUTO))
    shutil.rmtree(ledger)
    (project.folder / "newest").rename(ledger)
    project.sms("third", contactLists=[CREATED[1]])
    assert run_line(*AUTO).code == 0


def test_to_acknowledge_it_sets_the_mark(
    run_line: Line, ledger: Path, project: Project, simulator: Simulator
) -> None:
    restore(ledger)
    simulator.change_switches({"kore": {"list_lag": 0.0, "get_lag": 0.0}})
    (project.folder / "campaigns" / "second.json").unlink()
    project.sms("third", contactLists=[CREATED[1]])
    assert behind(run_line(*AUTO))
    assert run_line(*ALLOWED).code == 0
    project.sms("fourth", contactLists=[CREATED[2]])
    assert run_line(*AUTO).code == 0


@pytest.mark.parametrize("other", [False, True])
def test_an_apply_that_only_adopts_does_not_acknowledge_it(
    run_line: Line, ledger: Path, project: Project, simulator: Simulator, other: bool
) -> None:
    """It sends nothing and meets no gate, so the gate is still there for what is sent later."""
    shutil.rmtree(ledger)
    if other:
        project.open_new()
    adopted = run_line(*AUTO, "--select", "kore_sms_campaign.first")
    assert adopted.code == 0
    assert "1 imported" in adopted.out
    assert behind(run_line(*AUTO))
    assert len(simulator.campaigns()) == 2


def test_a_start_does_not_overlook_that_a_stop_may_be_lost(
    run_line: Line, ledger: Path, simulator: Simulator
) -> None:
    start = ("start", "kore_sms_campaign.first", "--auto-approve")
    assert run_line("stop", "kore_sms_campaign.first", "--reason", "complaints").code == 0
    restore(ledger)
    simulator.clear_requests()
    assert behind(run_line(*start))
    assert simulator.requests(mutating=True) == []
    assert run_line(*start, "--allow", "ledger-behind").code == 0
    assert behind(run_line(*AUTO))


def test_a_used_plan_is_not_used_again_by_a_restored_ledger(
    run_line: Line, ledger: Path, project: Project, simulator: Simulator
) -> None:
    project.sms("third", contactLists=[CREATED[1]])
    third = ("--select", "kore_sms_campaign.third")
    shutil.rmtree(ledger.with_name("older"))
    shutil.copytree(ledger, ledger.with_name("older"))
    assert run_line("plan", *third, "--out", "plan.json").code == 0
    assert run_line("apply", "plan.json").code == 0
    restore(ledger)
    assert behind(run_line("apply", "plan.json"))
    assert len(simulator.campaigns()) == 3


def test_what_is_written_to_an_older_ledger_does_not_hide_that_it_is_older(
    run_line: Line, ledger: Path, simulator: Simulator
) -> None:
    restore(ledger)
    for _ in range(6):
        assert run_line("stop", "--all", "--reason", "drill").code == 0
        assert run_line("stop", "--clear", "--reason", "over").code == 0
    refused = run_line(*AUTO)
    assert refused.code == 6
    assert "went back, and was written to since" in refused.err
    assert len(simulator.campaigns()) == 2


def test_a_person_opens_an_environment_whose_ledger_is_lost(
    run_line: Line, ledger: Path, project: Project
) -> None:
    shutil.rmtree(ledger)
    init = ("ledger", "init", "--reason", "the disk broke")
    refused = run_line(*init, "--auto-approve")
    assert refused.code == 6
    assert "this machine has seen the ledger" in refused.err
    assert not (ledger / "state.db").exists()
    assert answer(project, "yes", *init) == 0
    (project.folder / "campaigns" / "second.json").unlink()
    assert run_line(*AUTO).code == 0


def test_each_environment_and_each_place_has_a_mark_of_its_own(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project.folder / "marks"
    monkeypatch.setenv("RECONCILER_STATE_DIR", str(folder))
    project.sms()
    assert run_line(*AUTO).code == 0
    (mark,) = (json.loads(path.read_text("utf-8")) for path in (folder / "ledgers").iterdir())
    assert mark["location"] == str(project.folder / ".reconciler" / "state.db")
    assert mark["environment"] == "staging"


def test_a_mark_that_cannot_be_kept_is_a_warning(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    (project.folder / "file").write_text("", "utf-8")
    monkeypatch.setenv("RECONCILER_STATE_DIR", str(project.folder / "file"))
    assert "would not be noticed on this machine" in run_line("plan").err
    assert run_line(*AUTO).code == 0
