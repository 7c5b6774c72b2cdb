"""Campaigns whose manifest was removed: reported, and deleted only on request."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms
from tests.support.live_campaigns import live_twin

NO_CHANGES = "No changes. Your campaigns match the manifests."
CARE = (
    "apiVersion: reconciler/v1\nkind: CareCycleCampaign\n"
    "metadata: {{name: check-up, lifecycle: {lifecycle}}}\nspec: {{name: Check-up}}\n"
)


def write(project: Project, name: str = "renewal", **metadata: object) -> Path:
    """A manifest in `<name>.json`; its own name may be another."""
    document = sms("renewal", contactLists=["Open Bills"])
    document["metadata"] = {"name": name, **metadata}
    return project.write(f"{name}.json", json.dumps(document))


def apply(run_line: Line, *more: str) -> str:
    applied = run_line("apply", "--auto-approve", *more)
    assert applied.code == 0, applied.err
    return applied.out


@pytest.fixture
def orphan(run_line: Line, project: Project, simulator: Simulator) -> str:
    """A campaign that reconciler created and whose manifest is gone; its id."""
    project.sms("other")
    path = write(project)
    apply(run_line)
    path.unlink()
    (campaign,) = (one for one in simulator.campaigns() if one["name"] == "Campaign renewal")
    return str(campaign["id"])


def ids(simulator: Simulator) -> set[str]:
    return {str(one["id"]) for one in simulator.campaigns()}


def sent(simulator: Simulator) -> list[str]:
    return [one.method for one in simulator.requests(mutating=True)]


def test_removal_from_git_is_reported_and_nothing_else(
    run_line: Line, simulator: Simulator, orphan: str
) -> None:
    plan = run_line("plan", "--detailed-exitcode")
    assert plan.code == 0
    assert "not removed without --prune:\n  - kore_sms_campaign.renewal" in plan.out
    assert NO_CHANGES in plan.out
    apply(run_line)
    assert orphan in ids(simulator)


def test_prune_asks_for_the_gate_and_then_removes(
    run_line: Line, simulator: Simulator, orphan: str
) -> None:
    simulator.clear_requests()
    assert run_line("apply", "--auto-approve", "--prune").code == 6
    assert sent(simulator) == []
    assert "0 added, 0 changed, 1 destroyed" in apply(run_line, "--prune", "--allow", "delete")
    assert orphan not in ids(simulator)
    again = run_line("plan", "--prune", "--detailed-exitcode", "--json")
    assert (again.code, again.json["reconciler"]["orphaned"]) == (0, [])


def test_the_last_campaign_can_be_pruned(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = write(project)
    apply(run_line)
    path.unlink()
    path.parent.rmdir()
    advice = "or run:\n    reconciler plan --prune"
    assert advice in run_line("plan").err
    assert advice in run_line("plan", "--estimate").err
    assert run_line("drift").code == 0
    pruned = run_line("plan", "--prune")
    assert (pruned.code, advice in pruned.err) == (0, False)
    assert "0 added, 0 changed, 1 destroyed" in apply(run_line, "--prune", "--allow", "delete")
    assert ids(simulator) == set()


@pytest.mark.parametrize("line", [("plan",), ("plan", "--estimate"), ("apply", "--auto-approve")])
def test_a_project_without_campaigns_is_told_how_to_begin(
    run_line: Line, project: Project, line: tuple[str, ...]
) -> None:
    (project.folder / "campaigns").mkdir(exist_ok=True)
    refused = run_line(*line)
    assert refused.code == 3
    assert "prune" not in refused.err
    assert refused.err.endswith("import the live campaigns:\n    reconciler import --all\n")


def test_what_was_imported_long_after_it_was_made_is_gone_at_once_when_it_is_gone(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    remote_id = live_twin(simulator)
    shift(600)
    path = project.sms()
    apply(run_line)
    simulator.console.remove(remote_id)
    assert "has been deleted" in run_line("drift").out
    path.unlink()
    project.sms("other", contactLists=["Open Bills"])
    plan = run_line("plan", "--prune")
    assert "it is already gone" in plan.out
    assert "0 to destroy" in plan.out
    apply(run_line, "--prune")
    assert run_line("plan", "--json").json["reconciler"]["orphaned"] == []


def test_prune_leaves_what_was_only_imported(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = live_twin(simulator)
    path = project.sms()
    apply(run_line)
    path.unlink()
    project.sms("other", contactLists=["Open Bills"])
    plan = run_line("plan", "--prune", "--allow", "delete")
    assert "1 to add, 0 to change, 0 to destroy" in plan.out
    assert (
        "not created by reconciler or are not selected:\n  - kore_sms_campaign.renewal" in plan.out
    )
    apply(run_line, "--prune", "--allow", "delete")
    assert remote_id in ids(simulator)


@pytest.mark.parametrize("status", ["Active", "Scheduled", "Paused"])
def test_a_campaign_that_runs_is_not_removed_whatever_is_allowed(
    run_line: Line, simulator: Simulator, orphan: str, status: str
) -> None:
    simulator.edit(orphan, {"status": status})
    simulator.clear_requests()
    plan = run_line("plan", "--prune", "--allow", "delete")
    assert "must be changed by hand" in plan.out
    run_line("apply", "--auto-approve", "--prune", "--allow", "delete")
    assert sent(simulator) == []
    assert orphan in ids(simulator)


def test_a_campaign_that_was_started_after_the_plan_is_not_removed(
    run_line: Line, simulator: Simulator, orphan: str
) -> None:
    prune = ("--prune", "--allow", "delete")
    assert run_line("plan", "--out", "plan.json", *prune).code == 0
    simulator.edit(orphan, {"status": "Active"})
    assert run_line("apply", "plan.json").code == 6
    assert orphan in ids(simulator)


def test_a_protected_campaign_outlives_its_manifest(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = write(project, lifecycle="protected")
    apply(run_line)
    path.unlink()
    project.sms("other")
    plan = run_line("plan", "--prune")
    assert plan.code == 1
    assert "kore_sms_campaign.renewal is protected" in plan.err
    assert run_line("apply", "--auto-approve", "--prune", "--allow", "delete").code == 1
    assert len(ids(simulator)) == 1
    assert run_line("plan").code == 0


def test_a_campaign_that_exists_can_be_protected_and_not_any_more(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = write(project)
    apply(run_line)
    simulator.clear_requests()
    write(project, lifecycle="protected")
    assert "kore_sms_campaign.renewal will be protected" in run_line("plan").out
    apply(run_line)
    assert "will be protected" not in run_line("plan").out
    path.unlink()
    project.sms("other")
    assert run_line("plan", "--prune").code == 1
    write(project)
    assert "will no longer be protected" in run_line("plan").out
    apply(run_line)
    path.unlink()
    assert run_line("plan", "--prune").code == 0
    assert sent(simulator) == ["POST"]


def test_a_retired_campaign_is_removed_once(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    write(project)
    apply(run_line)
    write(project, lifecycle="retired")
    assert "(because metadata.lifecycle is retired)" in run_line("plan").out
    assert run_line("apply", "--auto-approve").code == 6
    apply(run_line, "--allow", "delete")
    assert ids(simulator) == set()
    again = run_line("plan", "--detailed-exitcode")
    assert (again.code, NO_CHANGES in again.out) == (0, True)


def test_a_retired_carecycle_campaign_is_archived(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.write("care.yaml", CARE.format(lifecycle="managed"))
    apply(run_line)
    project.write("care.yaml", CARE.format(lifecycle="retired"))
    assert "carecycle_campaign.check-up will be archived" in run_line("plan").out
    assert "1 destroyed" in apply(run_line, "--allow", "delete")
    assert [one["status"] for one in simulator.campaigns()] == ["archived"]
    assert run_line("plan", "--detailed-exitcode").code == 0


@pytest.fixture
def waiting(run_line: Line, project: Project, simulator: Simulator) -> None:
    """A running campaign that should be removed."""
    write(project)
    apply(run_line)
    (running,) = ids(simulator)
    simulator.edit(running, {"status": "Active"})
    write(project, lifecycle="retired")


@pytest.mark.usefixtures("waiting")
def test_a_removal_that_waits_for_a_person_is_reported_last(
    run_line: Line, project: Project
) -> None:
    said = "1 change must be made by hand: see above.\n"
    stopped_first = (
        f"{said}kore_sms_campaign.renewal is contacting people. Wait until it has finished, then "
        "plan again. To go on now, stop it, clear the stop and plan again:\n"
        "    reconciler stop kore_sms_campaign.renewal --reason TEXT\n"
        "    reconciler stop --clear kore_sms_campaign.renewal --reason TEXT\n"
        "    reconciler plan"
    )
    assert apply(run_line).rstrip().endswith(stopped_first)
    project.sms("new")
    assert run_line("plan", "--out", "plan.json").out.count(said) == 1
    applied = apply(run_line)
    assert "1 added, 0 changed, 0 destroyed.\n" in applied
    assert applied.endswith(said)


@pytest.mark.usefixtures("waiting")
def test_a_saved_plan_says_where_to_see_what_is_left_for_a_person(run_line: Line) -> None:
    run_line("plan", "--out", "plan.json")
    assert run_line("apply", "plan.json").out == (
        "Nothing to apply.\n1 change must be made by hand. To see this:\n"
        "    reconciler show plan.json\n"
    )


def test_a_released_campaign_is_forgotten_and_stays(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    write(project)
    apply(run_line)
    simulator.clear_requests()
    write(project, lifecycle="released")
    assert "Only the ledger changes: 1 forgotten." in run_line("plan").out
    apply(run_line)
    assert sent(simulator) == []
    assert len(ids(simulator)) == 1
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_an_orphan_at_a_new_address_is_a_move(
    run_line: Line, project: Project, simulator: Simulator, orphan: str
) -> None:
    simulator.clear_requests()
    write(project, "renamed")
    plan = run_line("plan", "--prune")
    assert "kore_sms_campaign.renewal has moved to kore_sms_campaign.renamed\n" in plan.out
    assert "Only the ledger changes: 1 moved.\n" in plan.out
    apply(run_line)
    assert sent(simulator) == []
    again = run_line("plan", "--prune", "--detailed-exitcode", "--json")
    assert again.code == 0
    document = again.json
    assert document["reconciler"]["orphaned"] == []
    assert document["applyable"] is False
    (moved,) = (one for one in document["resource_changes"] if one["name"] == "renamed")
    assert moved["reconciler"]["remote_id"] == orphan
    assert "previous_address" not in moved


def test_a_moved_campaign_is_still_ours_to_prune(
    run_line: Line, project: Project, simulator: Simulator, orphan: str
) -> None:
    path = write(project, "renamed")
    apply(run_line)
    path.unlink()
    apply(run_line, "--prune", "--allow", "delete")
    assert orphan not in ids(simulator)


def test_a_move_with_a_change_is_one_update(
    run_line: Line, project: Project, simulator: Simulator, orphan: str
) -> None:
    simulator.clear_requests()
    path = write(project, "renamed")
    path.write_text(path.read_text("utf-8").replace("Sends a link.", "Sends two links."), "utf-8")
    apply(run_line)
    assert sent(simulator) == ["PUT"]
    assert orphan in ids(simulator)
    again = run_line("plan", "--prune", "--detailed-exitcode", "--json")
    assert (again.code, again.json["reconciler"]["orphaned"]) == (0, [])


def test_a_moved_campaign_that_runs_moves_in_the_ledger_only(
    run_line: Line, project: Project, simulator: Simulator, orphan: str
) -> None:
    simulator.edit(orphan, {"status": "Active"})
    simulator.clear_requests()
    path = write(project, "renamed")
    path.write_text(path.read_text("utf-8").replace("Sends a link.", "Sends two links."), "utf-8")
    run_line("apply", "--auto-approve")
    assert sent(simulator) == []
    document = run_line("plan", "--json").json
    assert document["reconciler"]["orphaned"] == []
    assert document["reconciler"]["pending"] == ["kore_sms_campaign.renamed"]
