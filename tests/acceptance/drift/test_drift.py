"""`drift`: what changed behind git's back, apart from what git has and live does not."""

import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from reconciler.cli.main import COMMANDS
from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import CARECYCLE_READ_ONLY_KEY
from tests.support.cli import READERS, Line, Project
from tests.support.marked_campaigns import lose_ledger

CARE = (
    "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
    "spec: {name: Check-up, redial: false}\n"
)
WEEK = ("MO", "TU", "WE", "TH", "FR")


@pytest.fixture
def applied(run_line: Line, project: Project, simulator: Simulator) -> str:
    """One managed campaign, as it was applied; its id."""
    project.sms(priority=3)
    assert run_line("apply", "--auto-approve").code == 0
    return str(simulator.campaigns()[0]["id"])


def hours(start: str, end: str) -> Tree:
    days: list[JsonValue] = [{"day": day, "start": start, "end": end} for day in WEEK]
    caller: Tree = {"phoneNumber": "+12025550123"}
    zone: Tree = {"frequency": "WEEKLY", "timezone": "America/New_York", "days": days}
    return {"dialingStrategy": {"callerId": caller, "callingHours": zone}}


def movements(run_line: Line) -> dict[str, str]:
    (change,) = run_line("drift", "--json").json["resource_drift"]
    return {one["path"]: one["movement"] for one in change["reconciler"]["fields"]}


def test_no_drift_is_0(run_line: Line, applied: str) -> None:
    result = run_line("drift")
    assert applied
    assert (result.code, result.err) == (0, "")
    assert re.search(
        r"\n\nIn git: 1 of 1 live campaign\.\n"
        r"The live campaigns were read just now\.\n"
        r"No drift\. Managed fields are as they were last applied\.\n$",
        result.out,
    )


def test_drift_is_2_and_shows_old_and_new(
    run_line: Line, simulator: Simulator, applied: str
) -> None:
    simulator.edit(applied, {"priority": "5"})
    result = run_line("drift")
    assert result.code == 2
    assert '~ priority = "3" -> "5" # expanding' in result.out
    assert "Drift: 1 expanding, 0 contracting." in result.out


@pytest.mark.parametrize(
    ("edit", "moved"),
    [
        ({"contactLists": ["Spring Renewals 2026", "Open Bills"]}, {"contactLists": "expanding"}),
        ({"contactLists": ["Open Bills"]}, {"contactLists": "expanding"}),
        (hours("8:00 AM", "6:00 PM"), {"dialingStrategy.callingHours.days": "expanding"}),
        (hours("10:00 AM", "4:00 PM"), {"dialingStrategy.callingHours.days": "contracting"}),
        ({"experienceFlowName": "SMS Support Flow"}, {"experienceFlowName": "expanding"}),
        ({"priority": "1"}, {"priority": "contracting"}),
        ({"description": "Another one."}, {"description": "contracting"}),
    ],
)
def test_each_field_moves_one_way(
    run_line: Line,
    simulator: Simulator,
    applied: str,
    edit: Tree,
    moved: dict[str, str],
) -> None:
    simulator.edit(applied, edit)
    assert movements(run_line) == moved


def test_a_lost_do_not_call_list_is_expanding(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms(dncLists={"name": "Do Not Contact"})
    assert run_line("apply", "--auto-approve").code == 0
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"dncLists": None})
    assert movements(run_line) == {"dncLists.name": "expanding"}


def test_expanding_comes_first(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    for name in ("a", "b", "c"):
        project.sms(name, priority=3)
    assert run_line("apply", "--auto-approve", "--allow", "duplicate-audience").code == 0
    ids = {str(one["name"]): str(one["id"]) for one in simulator.campaigns()}
    simulator.edit(ids["Campaign a"], {"priority": "1"})
    simulator.console.remove(ids["Campaign b"])
    simulator.edit(ids["Campaign c"], {"priority": "5"})
    shift(600)
    result = run_line("drift")
    told = [result.out.index(f"kore_sms_campaign.{name} has") for name in ("c", "a", "b")]
    assert told == sorted(told)
    assert "kore_sms_campaign.b has been deleted" in result.out
    assert "In git: 2 of 2 live campaigns." in result.out
    plan = run_line("plan", "--json").json
    assert [one["name"] for one in plan["resource_drift"]] == ["c", "a", "b"]


def test_a_campaign_that_somebody_starts_is_expanding_until_somebody_answers_for_it(
    run_line: Line, simulator: Simulator, applied: str
) -> None:
    simulator.edit(applied, {"status": "Active"})
    result = run_line("drift")
    assert result.code == 2
    assert '~ status = "Ready" -> "Active" # expanding' in result.out
    assert run_line("plan", "--detailed-exitcode").code == 0
    simulator.edit(applied, {"status": "Completed"})
    assert '~ status = "Ready" -> "Completed" # expanding' in run_line("drift").out
    accept = ("--accept", "--reason", "agreed", "--auto-approve")
    assert run_line("status", "kore_sms_campaign.renewal", *accept).code == 0
    assert run_line("drift").code == 0


def test_a_campaign_that_is_activated_again_after_a_stop_is_expanding(
    run_line: Line, simulator: Simulator, applied: str
) -> None:
    address = "kore_sms_campaign.renewal"
    assert run_line("start", address, "--auto-approve").code == 0
    assert run_line("drift").code == 0
    assert run_line("stop", address).code == 0
    assert run_line("drift").code == 0
    simulator.edit(applied, {"status": "Active"})
    result = run_line("drift")
    assert result.code == 2
    assert '~ status = "Stopped" -> "Active" # expanding' in result.out


def test_another_run_of_what_was_started_is_expanding(
    run_line: Line, simulator: Simulator, applied: str
) -> None:
    address = "kore_sms_campaign.renewal"
    assert run_line("start", address, "--auto-approve").code == 0
    simulator.edit(applied, {"status": "Completed"})
    assert run_line("drift").code == 0
    simulator.edit(applied, {"status": "Active", "campaignInstanceId": "cid-another"})
    result = run_line("drift")
    assert result.code == 2
    assert "expanding; it began another run after it was last seen" in result.out


def test_an_orphan_that_somebody_changes_or_starts_is_drift_too(
    run_line: Line, project: Project, simulator: Simulator, applied: str
) -> None:
    (project.folder / "campaigns" / "renewal.json").unlink()
    project.sms("other", contactLists=["Open Bills"])
    assert run_line("drift").code == 0
    simulator.edit(applied, {"status": "Active", "contactLists": ["Plan Holders"]})
    (change,) = run_line("drift", "--json").json["resource_drift"]
    assert change["address"] == "kore_sms_campaign.renewal"
    assert {one["path"]: one["movement"] for one in change["reconciler"]["fields"]} == {
        "contactLists": "expanding",
        "status": "expanding",
    }
    assert run_line("drift").code == 2


def test_a_run_that_ends_is_no_drift_and_a_pause_is_contracting(
    run_line: Line, simulator: Simulator, applied: str
) -> None:
    assert run_line("start", "kore_sms_campaign.renewal", "--auto-approve").code == 0
    simulator.edit(applied, {"status": "Paused"})
    result = run_line("drift")
    assert '~ status = "Active" -> "Paused" # contracting' in result.out
    simulator.edit(applied, {"status": "Completed"})
    assert run_line("drift").code == 0


def test_a_start_by_the_vendor_on_create_is_no_drift_if_the_plan_said_so(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"kore": {"sends_on_create": True}})
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.campaigns()[0]["status"] == "Active"
    assert run_line("drift").code == 0


def test_a_vendor_that_starts_what_git_says_it_never_does_is_an_error_at_once(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"kore": {"sends_on_create": True}})
    project.configure("sendsOnWrite: never")
    project.sms()
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "it is Active now, although no request was meant to start it" in result.err


def test_a_manifest_that_moved_is_pending_and_not_drift(
    run_line: Line, project: Project, applied: str
) -> None:
    project.sms(priority=4)
    project.sms("second", contactLists=["Open Bills"])
    result = run_line("drift")
    assert applied
    assert result.code == 0
    assert "  - kore_sms_campaign.renewal: priority\n" in result.out
    assert "  - kore_sms_campaign.second: not created yet\n" in result.out
    assert run_line("drift", "--fail-on", "pending").code == 2
    assert run_line("drift", "--fail-on", "unmanaged").code == 0


def test_unmanaged_campaigns_of_every_channel_are_listed(
    run_line: Line, applied: str, simulator: Simulator
) -> None:
    queue: Tree = {"dialingMode": "Preview", "queue_name": "Billing Queue", "maxSkips": 1}
    simulator.seed_kore({"name": "By hand", **queue})
    simulator.seed_carecycle({"name": "Dashboard"})
    result = run_line("drift")
    assert applied
    assert result.code == 0
    assert 'on retention: "By hand"' in result.out
    assert 'on care: "Dashboard"' in result.out
    assert "In git: 1 of 3 live campaigns." in result.out
    counted = run_line("drift", "--fail-on", "pending,unmanaged")
    assert counted.code == 2
    assert (
        "\nNo drift. Managed fields are as they were last applied.\n"
        "--fail-on counts as well: 2 unmanaged.\n" in counted.out
    )
    assert "--fail-on" not in result.out


def test_an_orphan_is_reported_and_is_not_in_git(
    run_line: Line, project: Project, applied: str
) -> None:
    (project.folder / "campaigns/renewal.json").unlink()
    project.sms("other", contactLists=["Open Bills"])
    result = run_line("drift")
    assert applied
    assert "Orphaned: in the ledger, but in no manifest:" in result.out
    assert "In git: 0 of 1 live campaign." in result.out


def test_the_document_is_the_plans(run_line: Line, applied: str, simulator: Simulator) -> None:
    simulator.edit(applied, {"priority": "5"})
    result = run_line("drift", "--json")
    assert result.code == 2
    document = result.json
    assert document["resource_drift"][0]["reconciler"]["movement"] == "expanding"
    assert document["reconciler"]["coverage"] == {"managed": 1, "live": 1}
    assert document["reconciler"]["pending"] == []
    assert document["reconciler"]["unmanaged"] == []


def test_an_edit_that_no_list_row_shows_is_found(
    run_line: Line, applied: str, simulator: Simulator
) -> None:
    row_before = simulator.campaigns()[0]["updatedAt"]
    simulator.edit(applied, {**hours("8:00 AM", "9:00 PM"), "updatedAt": row_before})
    simulator.clear_requests()
    assert run_line("drift", "--refresh", "full").code == 2
    assert len(simulator.requests(operation="kore.get")) == 1


def test_a_read_only_key_is_enough(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("care.yaml", CARE)
    assert run_line("apply", "--auto-approve").code == 0
    monkeypatch.setenv("CARECYCLE_API_KEY", CARECYCLE_READ_ONLY_KEY)
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"redial": True})
    assert movements(run_line) == {"redial": "expanding"}


def test_drift_keeps_nothing_but_the_cache(
    run_line: Line, applied: str, simulator: Simulator
) -> None:
    simulator.edit(applied, {"priority": "5"})
    serial = run_line("drift", "--json").json["reconciler"]["ledger"]["serial"]
    first, second = (re.sub(r"is \d+\w old", "", run_line("drift").out) for _ in range(2))
    assert first == second
    assert run_line("drift", "--json").json["reconciler"]["ledger"]["serial"] == serial
    assert run_line("lock", "list").code == 0


@pytest.mark.parametrize("more", [(), ("--prune", "--allow", "delete"), ("--refresh", "full")])
def test_drift_asks_no_vendor_for_a_change(
    run_line: Line,
    project: Project,
    applied: str,
    simulator: Simulator,
    more: tuple[str, ...],
) -> None:
    simulator.edit(applied, {"priority": "5"})
    project.sms("new", contactLists=["Open Bills"])
    project.write("care.yaml", CARE)
    (project.folder / "campaigns/renewal.json").unlink()
    before = len(simulator.requests(mutating=True))
    run_line("drift", *more)
    assert len(simulator.requests(mutating=True)) == before


def test_metrics_are_written_whole(
    run_line: Line, applied: str, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.edit(applied, {"priority": "5"})
    path = tmp_path / "reconciler.prom"
    assert run_line("drift", "--metrics", str(path)).code == 2
    lines = path.read_text("utf-8").splitlines()
    labels = 'environment="staging",movement="expanding"'
    assert f"reconciler_drift_campaigns{{{labels}}} 1" in lines
    assert 'reconciler_drift_complete{environment="staging"} 1' in lines
    assert list(tmp_path.glob(".*.prom.*")) == []


def test_a_dash_prints_the_metrics_and_moves_the_report(run_line: Line, applied: str) -> None:
    assert applied
    result = run_line("drift", "--metrics", "-")
    assert result.code == 0
    assert 'reconciler_drift_complete{environment="staging"} 1\n' in result.out
    assert "No drift." not in result.out
    assert "No drift." in result.err
    assert run_line("drift", "--metrics", "-", "--json").code == 3
    assert not Path("-").exists()


def test_a_lost_metrics_file_leaves_one_document(
    run_line: Line, applied: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.edit(applied, {"priority": "5"})

    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    result = run_line("drift", "--json", "--metrics", "such.prom")
    assert result.code == 1
    assert "the metrics file cannot be saved" in result.err
    assert len(result.json["resource_drift"]) == 1


def test_a_failed_run_counts_nothing_and_so_ends_no_alert(
    run_line: Line, applied: str, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.edit(applied, {"priority": "5"})
    simulator.faults.add("kore.list:http_500:*")
    path = tmp_path / "reconciler.prom"
    assert run_line("drift", "--metrics", str(path)).code == 1
    text = path.read_text("utf-8")
    assert 'reconciler_drift_complete{environment="staging"} 0\n' in text
    assert "campaigns" not in text


def forgotten(project: Project) -> None:
    """The ledger is lost, as on a runner without a persistent disk, and nobody noticed."""
    lose_ledger(project)
    project.open_new()


UNJUDGED = "drift cannot be judged"
COMPLETE = 'reconciler_drift_complete{environment="staging"} '


@pytest.mark.parametrize("edit", [{}, {"priority": "5"}])
def test_a_ledger_that_knows_nothing_cannot_judge_what_matches(
    run_line: Line, project: Project, applied: str, simulator: Simulator, edit: Tree
) -> None:
    simulator.edit(applied, edit)
    forgotten(project)
    result = run_line("drift", "--metrics", "drift.prom")
    assert result.code == 1
    assert UNJUDGED in result.err
    assert "Whether there is drift is not known" in result.out
    assert "No drift." not in result.out
    text = (project.folder / "drift.prom").read_text("utf-8")
    assert f"{COMPLETE}0\n" in text
    assert "reconciler_drift_campaigns" not in text
    document = run_line("drift", "--json").json
    assert (document["errored"], document["complete"]) == (True, False)
    assert run_line("drift", "-q").code == 1
    assert run_line("drift", "--fail-on", "pending").code == 1


def test_a_ledger_file_without_a_record_knows_nothing_either(
    run_line: Line, project: Project, applied: str
) -> None:
    assert applied
    forgotten(project)
    project.sms("second", contactLists=["Open Bills"])
    second = ("--select", "kore_sms_campaign.second", "--allow", "ledger-behind")
    assert run_line("apply", "--auto-approve", *second).code == 0
    (project.folder / "campaigns" / "second.json").unlink()
    assert run_line("drift").code == 0  # the ledger knows one, so the other is pending
    forgotten(project)
    assert run_line("stop", "kore_sms_campaign.renewal").code == 0
    result = run_line("drift")
    assert (result.code, UNJUDGED in result.err) == (1, True)


def test_the_first_apply_makes_drift_known(run_line: Line, project: Project, applied: str) -> None:
    assert applied
    forgotten(project)
    assert run_line("drift").code == 1
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("drift").code == 0


def test_a_campaign_that_was_not_applied_yet_is_pending_beside_one_that_was(
    run_line: Line, project: Project, applied: str, simulator: Simulator
) -> None:
    assert applied
    simulator.seed_kore({"name": "Campaign second", "experienceFlowName": "Support"})
    project.sms("second", contactLists=["Open Bills"])
    result = run_line("drift")
    assert (result.code, UNJUDGED in result.err) == (0, False)
    assert "kore_sms_campaign.second: not imported yet" in result.out


def test_nothing_that_matches_is_no_reason_to_doubt(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    simulator.seed_kore({"name": "Another"})
    result = run_line("drift", "--metrics", "drift.prom")
    assert (result.code, result.err) == (0, "")
    assert f"{COMPLETE}1\n" in (project.folder / "drift.prom").read_text("utf-8")


@pytest.mark.parametrize("folder", ["absent", "empty", "remarks"])
def test_an_empty_project_on_an_empty_account_has_no_drift(
    run_line: Line, project: Project, folder: str
) -> None:
    if folder != "absent":
        path = project.write("none.yaml", "# nothing yet\n")
        if folder == "empty":
            path.unlink()
    result = run_line("drift", "--metrics", "drift.prom")
    assert result.code == 0, result.err
    assert "Warning: " in result.err
    assert f"{COMPLETE}1\n" in (project.folder / "drift.prom").read_text("utf-8")
    assert run_line("plan").code == 3


def test_what_an_empty_project_left_behind_is_still_watched(
    run_line: Line, project: Project, applied: str, simulator: Simulator
) -> None:
    shutil.rmtree(project.folder / "campaigns")
    result = run_line("drift")
    assert result.code == 0
    assert "Orphaned: in the ledger, but in no manifest:" in result.out
    simulator.edit(applied, {"priority": "5"})
    assert run_line("drift").code == 2


def test_manifests_that_are_named_and_not_there_are_an_error(
    run_line: Line, project: Project, applied: str
) -> None:
    assert applied
    assert run_line("drift", "--manifests", "campaing").code == 3
    project.write("broken.yaml", "kind: [")
    (project.folder / "campaigns" / "renewal.json").unlink()
    assert run_line("drift").code == 3


def test_quiet_is_silent_while_all_is_well(
    run_line: Line, applied: str, simulator: Simulator
) -> None:
    result = run_line("drift", "-q")
    assert (result.code, result.out, result.err) == (0, "", "")
    simulator.edit(applied, {"priority": "5"})
    result = run_line("drift", "-q")
    assert result.code == 2
    assert "Drift: 1 expanding, 0 contracting." in result.out


def test_an_unreadable_target_is_an_error_and_not_drift(
    run_line: Line, applied: str, simulator: Simulator
) -> None:
    assert applied
    simulator.faults.add("kore.list:http_500:*")
    result = run_line("drift")
    assert result.code == 1
    assert "is not known" in result.out


@pytest.mark.usefixtures("project")
def test_a_slip_in_fail_on_is_not_taken_for_drift(run_line: Line) -> None:
    assert run_line("drift", "--fail-on", "pendign").code == 3


def test_what_only_reads_is_guarded_throughout_this_suite() -> None:
    """See `run_line`: a command that is named there must not send a write."""
    assert set(COMMANDS) >= READERS >= {"drift", "plan", "validate", "show"}


def test_the_commands_that_a_report_prints_are_for_the_same_project(
    run_line: Line, project: Project
) -> None:
    project.sms()
    out = run_line("-C", str(project.folder), "drift").out
    assert out.endswith(f"\nTo see what is pending:\n    reconciler plan -C {project.folder}\n")
