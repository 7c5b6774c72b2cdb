"""What a vendor makes of what was sent: spelled otherwise, not taken over, shown late."""

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.acceptance.conftest import Line, Project
from tests.acceptance.launching import QUICK, applied_care

SMS = "kore_sms_campaign.renewal"


def puts(simulator: Simulator) -> int:
    return len(simulator.requests(operation="kore.update"))


@pytest.mark.parametrize(
    "switch", [{"contact_list_names": "lower_case"}, {"name_spelling": "title_case"}]
)
def test_names_that_the_vendor_spells_otherwise_are_no_difference(
    run_line: Line, project: Project, simulator: Simulator, switch: Tree
) -> None:
    simulator.change_switches({"kore": switch})
    project.sms("two-words")
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert run_line("drift").code == 0
    project.sms("two-words", priority=2)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert run_line("plan", "--detailed-exitcode").code == 0


def overrule(run_line: Line, project: Project, simulator: Simulator) -> None:
    """Change a priority that the vendor accepts and does not take over."""
    project.configure(QUICK)
    project.sms(priority=3)
    assert run_line("apply", "--auto-approve").code == 0
    simulator.change_switches({"kore": {"update_fields": ["description"]}})
    project.sms(priority=4)
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "shows other values: priority" in " ".join(result.err.split())


def test_what_the_vendor_does_not_take_over_is_sent_once_and_becomes_a_task(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    overrule(run_line, project, simulator)
    assert puts(simulator) == 1
    plan = run_line("plan")
    assert "must be changed by hand" in plan.out
    assert "priority went out as the manifest says" in " ".join(plan.out.split())
    assert "Plan: 0 to add, 0 to change, 0 to destroy." in plan.out
    assert run_line("apply", "--auto-approve").code == 0
    assert puts(simulator) == 1


def test_it_is_drift_until_live_is_as_sent_and_tells_why(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    overrule(run_line, project, simulator)
    result = run_line("drift")
    assert result.code == 2
    assert (
        'priority = "4" -> "3" # contracting; the vendor shows this since it was sent' in result.out
    )
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"priority": "4"})
    assert run_line("drift").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_another_value_is_sent_and_is_pending_until_then(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    overrule(run_line, project, simulator)
    project.sms(priority=5)
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert [one["attribution"] for one in change["reconciler"]["fields"]] == ["pending"]
    assert run_line("drift").code == 0
    simulator.change_switches({"kore": {"update_fields": ["description", "priority"]}})
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_an_update_of_something_else_does_not_complain_about_it_again(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    overrule(run_line, project, simulator)
    project.sms(priority=4, description="Another one.")
    plan = run_line("plan")
    assert "warning: priority went out as the manifest says" in " ".join(plan.out.split())
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert puts(simulator) == 2


def test_a_listing_that_lags_behind_a_patch_is_no_drift(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied_care(run_line, project, simulator)
    simulator.change_switches({"carecycle": {"patch_list_lag": 30}})
    project.write(
        "care.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up, redial: false}\n",
    )
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert run_line("drift").code == 0


def test_a_key_that_a_reading_leaves_out_is_no_difference(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"carecycle": {"unsteady_fields": ["description", "status"]}})
    project.write(
        "check-up.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up, description: Calls.}\n",
    )
    for _ in range(4):
        assert run_line("apply", "--auto-approve").code == 0
        assert run_line("drift").code == 0


def test_the_vendors_own_words_name_the_field(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"carecycle": {"bounds": {"attempts": [0, 1]}}})
    project.write(
        "check-up.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up, redialPatterns: [{days: [0], attempts: 2, intervalMinutes: 9}]}\n",
    )
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "attempts is out of range" in " ".join(result.err.split())
