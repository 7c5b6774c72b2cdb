"""Only an approved plan is applied: altered, stale, used and foreign ones are refused."""

import json
import shlex
import shutil

import pytest

from reconciler.clock import SystemClock
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.ledgers import open_new
from tests.support.live_campaigns import live_twin


def save(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("plan", "--out", "plan.json").code == 0


def test_a_saved_plan_is_applied_without_asking(run_line: Line, project: Project) -> None:
    save(run_line, project)
    assert run_line("show", "plan.json").code == 0
    assert run_line("apply", "plan.json").code == 0


def test_a_plan_is_applied_once(run_line: Line, project: Project, simulator: Simulator) -> None:
    save(run_line, project)
    run_line("apply", "plan.json")
    again = run_line("apply", "plan.json")
    assert again.code == 6
    assert "the plan is refused: it was applied before; plan again" in again.err
    assert len(simulator.campaigns()) == 1


def test_an_altered_plan_is_refused(run_line: Line, project: Project, simulator: Simulator) -> None:
    save(run_line, project)
    path = project.folder / "plan.json"
    path.write_text(path.read_text("ascii").replace("Sends a link.", "Sends a lint."), "ascii")
    assert run_line("apply", "plan.json").code == 6
    assert simulator.campaigns() == []


def test_a_plan_behind_the_manifests_is_refused(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    save(run_line, project)
    project.sms(priority=2)
    stale = run_line("apply", "plan.json")
    assert stale.code == 6
    assert "kore_sms_campaign.renewal" in stale.err
    assert simulator.campaigns() == []


def test_a_plan_for_another_environment_is_refused(run_line: Line, project: Project) -> None:
    save(run_line, project)
    assert run_line("-e", "prod", "apply", "plan.json").code == 6


def test_what_is_not_a_plan_is_refused(run_line: Line, project: Project) -> None:
    for text in ("", "{}", "[]", "not json", json.dumps({"format_version": "9"})):
        (project.folder / "plan.json").write_text(text, "utf-8")
        assert run_line("apply", "plan.json").code == 6, text
    missing = run_line("apply", "missing.json")
    assert missing.code == 6
    assert missing.err.startswith("Error: there is no plan file missing.json\n")
    assert "\n    reconciler plan --out FILE\n" in missing.err


def test_equal_inputs_give_equal_documents(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SystemClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda _: now)
    project.sms()
    first, second = (run_line("plan", "--json").json for _ in range(2))
    for document in (first, second):
        for key in ("id", "seal", "targets"):
            document["reconciler"].pop(key)
    assert first == second


def test_the_command_that_is_advised_is_the_one_that_works(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure("")
    project.sms()
    advised = run_line("plan", "--out", "my plan.json").out.splitlines()[-1]
    assert advised == "    reconciler apply 'my plan.json' --allow immediate-start"
    assert run_line(*shlex.split(advised)[1:]).code == 0
    assert len(simulator.campaigns()) == 1


def test_gates_that_are_acknowledged_need_no_second_word(run_line: Line, project: Project) -> None:
    project.configure("")
    project.sms()
    out = run_line("plan", "--out", "plan.json", "--allow", "immediate-start").out
    assert out.endswith("    reconciler apply plan.json\n")


def test_a_gate_that_vanished_since_the_plan_is_no_reason_to_refuse(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = live_twin(simulator, "other")
    project.sms()
    run_line("plan", "--out", "plan.json", "--allow", "duplicate-audience")
    simulator.console.remove(remote_id)
    assert run_line("apply", "plan.json").code == 0
    assert len(simulator.campaigns()) == 1


def test_a_gate_that_concerns_further_campaigns_than_the_plan_said_is_refused(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    live_twin(simulator, "other", status="Active")
    project.sms()
    project.sms("second", contactLists=["Plan Holders"])
    run_line("plan", "--out", "plan.json", "--allow", "duplicate-audience")
    live_twin(simulator, "another", status="Active", contactLists=["Plan Holders"])
    refused = run_line("apply", "plan.json", "--allow", "duplicate-audience")
    assert refused.code == 6
    assert (
        f"gate duplicate-audience concerns further campaigns than in the saved plan: {SECOND}"
        in (refused.err)
    )
    assert simulator.requests(mutating=True) == []


def test_paths_are_below_the_folder_that_is_worked_in(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    elsewhere = project.folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    here = ("-C", "..")
    out = run_line(*here, "plan", "--out", "p.json").out
    assert out.endswith("    reconciler -C .. apply p.json\n")
    assert "Saved the plan to: ../p.json\n" in out
    assert run_line(*here, "drift", "--metrics", "drift.prom").code == 0
    assert run_line(*here, "schema", "--out", "schemas").code == 0
    assert run_line(*here, "show", "p.json").code == 0
    assert list(elsewhere.iterdir()) == []
    assert {"p.json", "drift.prom", "schemas"} <= {one.name for one in project.folder.iterdir()}


SECOND = "kore_sms_campaign.second"
LEDGER = ".reconciler"


def save_second(run_line: Line, project: Project) -> None:
    """A saved plan of one create, made with a ledger that knows another campaign."""
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    shutil.copytree(project.folder / LEDGER, project.folder / "older")
    project.sms("third", contactLists=["Plan Holders"])
    third = ("--select", "kore_sms_campaign.third")
    assert run_line("apply", "--auto-approve", *third).code == 0
    project.sms("second", contactLists=["Open Bills"])
    assert run_line("plan", "--select", SECOND, "--out", "plan.json").code == 0


def ledger_becomes(project: Project, name: str) -> None:
    shutil.rmtree(project.folder / LEDGER)
    if name:
        shutil.move(project.folder / name, project.folder / LEDGER)


@pytest.mark.parametrize(
    ("then", "said"),
    [("", "there is none now"), ("older", "its serial is"), ("theirs", "another ledger is there")],
)
def test_a_plan_that_names_its_ledger_meets_a_gate_where_that_went_back(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    then: str,
    said: str,
) -> None:
    save_second(run_line, project)
    open_new(project.folder / "theirs" / "state.db")
    ledger_becomes(project, then)
    # A machine that has never seen the ledger: only the plan knows.
    monkeypatch.setenv("RECONCILER_STATE_DIR", str(project.folder / "elsewhere"))
    refused = run_line("apply", "plan.json")
    assert refused.code == 6
    assert "the plan was made with serial" in refused.err
    assert said in refused.err
    assert "--allow ledger-behind" in refused.err
    assert len(simulator.campaigns()) == 2


def test_whoever_acknowledges_that_the_ledger_went_back_may_apply_the_plan(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    save_second(run_line, project)
    older = project.folder / "older"
    ledger_becomes(project, "older")
    assert not older.exists()
    assert run_line("apply", "plan.json").code == 6
    # The older ledger does not know the third campaign, so the plan is not the same any more.
    (project.folder / "campaigns" / "third.json").unlink()
    assert run_line("plan", "--select", SECOND, "--out", "plan.json").code == 0
    assert run_line("apply", "plan.json", "--allow", "ledger-behind").code == 0
    assert len(simulator.campaigns()) == 3
    assert run_line("apply", "--auto-approve").code == 0


def test_a_plan_is_applied_by_its_ledger_after_other_changes(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    save_second(run_line, project)
    project.sms("fourth", contactLists=["Recent Visitors"])
    fourth = ("--select", "kore_sms_campaign.fourth")
    assert run_line("apply", "--auto-approve", *fourth).code == 0
    assert run_line("apply", "plan.json").code == 0
    assert len(simulator.campaigns()) == 4


def test_a_dash_prints_the_plan_that_can_be_applied(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    printed = run_line("plan", "--out", "-")
    assert printed.code == 0
    assert not (project.folder / "-").exists()
    (project.folder / "plan.json").write_text(printed.out, "utf-8")
    assert run_line("apply", "plan.json").code == 0
    assert len(simulator.campaigns()) == 1
