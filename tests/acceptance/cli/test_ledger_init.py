"""A new environment is opened for automation by a person, and by `ledger init` alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.plan.document.file import dump_plan, load_plan
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project, Result
from tests.support.live_campaigns import live_twin
from tests.support.terminal import answer

INIT = ("ledger", "init", "--reason", "first campaigns")
AUTO = (*INIT, "--auto-approve")


def gates(planned: Result) -> list[str]:
    return [gate["code"] for gate in planned.json["reconciler"]["gates"]]


def closed(applied: Result) -> bool:
    """Whether apply stopped at the gate, and said what to do."""
    advice = "reconciler ledger init -e staging --reason TEXT"
    return applied.code == 6 and advice in applied.err and "Nothing was sent." in applied.err


def test_an_automated_apply_creates_nothing_in_a_new_environment(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    planned = run_line("plan", "--out", "plan.json")
    assert planned.code == 0
    assert "new-ledger" in planned.out
    assert closed(run_line("apply", "--auto-approve"))
    assert closed(run_line("apply", "plan.json"))
    assert simulator.requests(mutating=True) == []


def test_ledger_init_opens_it_for_a_plan_that_was_saved_before(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    saved = run_line("plan", "--out", "plan.json").out
    assert "\n    reconciler ledger init -e staging --reason TEXT\n" in saved
    assert run_line(*AUTO).code == 0
    assert simulator.requests(mutating=True) == []
    assert gates(run_line("plan", "--json")) == []
    assert run_line("apply", "plan.json").code == 0
    assert len(simulator.campaigns()) == 1


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_allow_does_not_open_it(
    run_line: Line, new_project: Project, simulator: Simulator, command: str
) -> None:
    new_project.sms()
    refused = run_line(command, "--allow", "new-ledger")
    assert refused.code == 3
    assert "--allow does not open gate new-ledger" in refused.err
    assert "reconciler ledger init --reason TEXT" in refused.err
    assert simulator.requests() == []


def test_the_account_is_shown_before_anything_is_written(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    live_twin(simulator)
    live_twin(simulator, "other")
    new_project.sms()
    new_project.sms("second")
    lines = [line.split() for line in run_line(*AUTO).out.splitlines()]
    assert ["retention", "2", "2", "1"] in lines
    assert ["care", "0", "0", "0"] in lines


def test_without_a_terminal_and_approval_nothing_is_opened(
    run_line: Line, new_project: Project
) -> None:
    new_project.sms()
    assert run_line(*INIT).code == 1
    assert closed(run_line("apply", "--auto-approve"))


@pytest.mark.parametrize(("typed", "code"), [("yes", 0), ("y", 1)])
def test_at_a_terminal_it_asks(run_line: Line, new_project: Project, typed: str, code: int) -> None:
    new_project.sms()
    assert answer(new_project, typed, *INIT) == code
    assert closed(run_line("apply", "--auto-approve")) is (code != 0)


def test_yes_at_a_terminal_opens_the_gate_and_makes_history(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    assert answer(new_project, "yes") == 0
    new_project.sms("second", contactLists=["Plan Holders"])
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 2


def test_no_at_a_terminal_opens_nothing(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    assert answer(new_project, "no") == 1
    assert closed(run_line("apply", "--auto-approve"))
    assert simulator.campaigns() == []


def test_an_adoption_meets_no_gate_and_makes_history(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    live_twin(simulator)
    new_project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    new_project.sms("second", contactLists=["Plan Holders"])
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 2


def test_a_stop_makes_no_history(run_line: Line, new_project: Project) -> None:
    new_project.sms()
    assert run_line("stop", "--all", "--reason", "drill").code == 0
    assert run_line("stop", "--clear", "--reason", "over").code == 0
    assert closed(run_line("apply", "--auto-approve"))


def test_an_apply_that_made_nothing_makes_no_history(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    simulator.faults.add(Fault(kind=FaultKind.STATUS, match="kore.create", value=400, times=1))
    assert answer(new_project, "yes") == 1
    new_project.sms("second", contactLists=["Plan Holders"])
    assert closed(run_line("apply", "--auto-approve"))


@pytest.mark.usefixtures("project")
def test_where_there_is_history_nothing_changes(run_line: Line, simulator: Simulator) -> None:
    before = len(run_line("history", "--json").json["receipts"])
    again = run_line(*INIT)
    assert again.code == 0
    assert "has a history already" in again.out
    assert simulator.requests() == []
    assert len(run_line("history", "--json").json["receipts"]) == before


@pytest.mark.usefixtures("new_project")
def test_the_history_shows_who_opened_it_and_why(run_line: Line) -> None:
    run_line(*AUTO)
    (receipt,) = run_line("history", "--json").json["receipts"]
    assert (receipt["operation"], receipt["reason"]) == ("ledger init", "first campaigns")
    assert receipt["who"]
    assert '"first campaigns"' in run_line("history").out
    assert run_line("history", "kore_sms_campaign.renewal").out.startswith("Nothing is recorded")


def test_each_environment_is_opened_by_itself(run_line: Line, new_project: Project) -> None:
    path = new_project.folder / "reconciler.yaml"
    new_project.configure("sendsOnWrite: possibly\n        shared: true")
    head, staging = path.read_text("utf-8").split("  staging:\n")
    staging = staging[: staging.index("      care:")]
    path.write_text(f"{head}  staging:\n{staging}  production:\n{staging}", "utf-8")
    new_project.sms()
    assert run_line(*AUTO, "-e", "production").code == 0
    assert closed(run_line("apply", "--auto-approve", "-e", "staging"))


def test_an_account_that_cannot_be_read_opens_nothing(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    simulator.faults.add(Fault(kind=FaultKind.STATUS, match="kore.list", value=401))
    failed = run_line(*AUTO)
    assert failed.code == 4
    assert "Nothing was changed." in failed.err
    simulator.faults.clear()
    assert closed(run_line("apply", "--auto-approve"))


@pytest.mark.usefixtures("new_project")
@pytest.mark.parametrize("reason", [(), ("--reason", " ")])
def test_a_reason_is_needed(run_line: Line, reason: tuple[str, ...]) -> None:
    assert run_line("ledger", "init", "--auto-approve", *reason).code == 3


@pytest.mark.parametrize("value", ["true", "1", "yes", "drone"])
def test_a_ledger_file_in_a_clone_is_no_ledger_for_ci(
    run_line: Line, new_project: Project, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    (new_project.folder / ".git").mkdir()
    monkeypatch.setenv("CI", value)
    refused = run_line(*AUTO)
    assert refused.code == 6
    assert "inside a git work tree" in refused.err
    assert "s3://BUCKET/PREFIX" in refused.err
    assert not (new_project.folder / ".reconciler" / "state.db").exists()
    new_project.sms()
    warned = run_line("apply", "--auto-approve")
    assert warned.err.count("inside a git work tree") == 1
    assert "Warning: CI is set" in warned.err
    monkeypatch.setenv("RECONCILER_STATE_DIR", str(new_project.folder / "disk"))
    assert run_line(*AUTO).code == 0
    assert "inside a git work tree" not in run_line("apply", "--auto-approve").err


@pytest.mark.parametrize("value", ["", "0", "false", "No", "FALSE"])
def test_a_ci_that_is_off_is_no_ci(
    run_line: Line, new_project: Project, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    (new_project.folder / ".git").mkdir()
    monkeypatch.setenv("CI", value)
    assert run_line(*AUTO).code == 0


def test_a_ledger_file_outside_of_the_clone_is_one_for_ci(
    run_line: Line,
    new_project: Project,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    (new_project.folder / ".git").write_text("gitdir: elsewhere", "utf-8")
    disk: Path = tmp_path_factory.mktemp("disk")
    path = new_project.folder / "reconciler.yaml"
    path.write_text(f"{path.read_text('utf-8')}state: {disk}/state.db\n", "utf-8")
    monkeypatch.setenv("RECONCILER_ALLOWED_STATE", str(disk))
    monkeypatch.setenv("CI", "true")
    assert run_line(*AUTO).code == 0
    new_project.sms()
    assert run_line("apply", "--auto-approve").code == 0


def test_a_plan_made_without_a_ledger_is_refused_by_a_ledger_in_use(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    run_line("plan", "--out", "plan.json")
    new_project.sms("second", contactLists=["Plan Holders"])
    second = ("--select", "kore_sms_campaign.second")
    run_line(*AUTO)
    assert run_line("apply", "--auto-approve", *second).code == 0
    (new_project.folder / "campaigns" / "second.json").unlink()
    refused = run_line("apply", "plan.json")
    assert refused.code == 6
    assert "it was made with an empty ledger" in refused.err
    assert len(simulator.campaigns()) == 1


def test_an_acknowledgement_that_a_plan_file_invents_opens_nothing(
    run_line: Line, new_project: Project, simulator: Simulator
) -> None:
    new_project.sms()
    path = new_project.folder / "plan.json"
    run_line("plan", "--out", "plan.json")
    invented = replace(load_plan(path.read_bytes()).plan, allow=("new-ledger",))
    path.write_text(dump_plan(invented), "ascii")
    assert closed(run_line("apply", "plan.json"))
    assert simulator.requests(mutating=True) == []
