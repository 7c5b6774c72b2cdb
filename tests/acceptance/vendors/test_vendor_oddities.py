"""What a vendor does with what was sent: other spelling, not applied, visible late."""

import json
from collections.abc import Callable

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project, sms
from tests.support.run_state_helpers import QUICK, applied_care

pytestmark = pytest.mark.usefixtures("skip_time")

SMS = "kore_sms_campaign.renewal"


def puts(simulator: Simulator) -> int:
    return len(simulator.requests(operation="kore.update"))


@pytest.mark.parametrize(
    "switch", [{"contact_list_names": "lower_case"}, {"name_spelling": "title_case"}]
)
def test_names_that_the_vendor_spells_differently_are_no_difference(
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
    """Change a priority; the vendor accepts it but does not apply it."""
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
    words = " ".join(plan.out.split())
    assert "priority was sent as in the manifest and the vendor accepted it" in words
    assert "but no reading since 20" in words
    assert "Nothing to apply." in plan.out
    assert run_line("apply", "--auto-approve").code == 0
    assert puts(simulator) == 1


def test_it_is_drift_until_live_is_as_sent_and_the_reason_is_reported(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    overrule(run_line, project, simulator)
    result = run_line("drift")
    assert result.code == 2
    assert (
        'priority = "4" -> "3" # contracting; already sent, but the vendor shows another value'
        in result.out
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
    assert 'priority    = "3" -> "4" # already sent, but the vendor shows another value' in plan.out
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert puts(simulator) == 2


def test_a_contact_list_that_was_not_taken_over_meets_its_gate_again_when_it_is_sent_again(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(QUICK)
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    simulator.change_switches({"kore": {"update_fields": ["description"]}})
    lists = ["Spring Renewals 2026", "Open Bills"]
    project.sms(contactLists=lists)
    gate = ("--allow", "audience-changed")
    assert run_line("apply", "--auto-approve", *gate).code == 1
    project.sms(contactLists=lists, description="Another one.")
    before = puts(simulator)
    assert run_line("apply", "--auto-approve").code == 6
    assert puts(simulator) == before
    assert '+ "Open Bills",' in run_line("plan").out


def test_a_queue_that_only_the_listing_shows_is_read_back_there(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(QUICK)
    base = sms("calls")["spec"]
    assert isinstance(base, dict)
    numbers = {"maxAttemptsPerRecord": 3, "defaultRetryPeriod": 10, "maxRingTime": 30}
    voice = {
        "dialingMode": "Progressive",
        "dialingStrategy": {**base["dialingStrategy"], **numbers, "dialingOrder": "FIFO"},
        "dncLists": {"name": "Do Not Contact"},
    }

    def queued(queue: str) -> None:
        spec = {**base, **voice, "queue_name": queue}
        del spec["experienceFlowName"]
        manifest = {**sms("calls"), "kind": "KoreVoiceCampaign", "spec": spec}
        project.write("calls.json", json.dumps(manifest))

    simulator.change_switches({"kore": {"preparing_seconds": 0, "references": "accepted"}})
    queued("Billing Queue")
    assert run_line("apply", "--auto-approve").code == 0
    simulator.change_switches({"kore": {"update_fields": ["description"]}})
    queued("Support Queue")
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "shows other values: queue_name" in " ".join(result.err.split())
    assert "must be changed by hand" in run_line("plan").out


def test_one_reading_that_finds_nothing_does_not_make_the_ledger_forget(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    path = project.sms()
    project.sms("other", contactLists=["Open Bills"])
    assert run_line("apply", "--auto-approve").code == 0
    path.unlink()
    shift(600)
    assert run_line("plan", "--prune").code == 0
    lost = '{"errors": [{"msg": "Campaign not found", "code": 404}]}'
    simulator.faults.add(Fault(kind=FaultKind.STATUS, match="kore.get", value=404, body=lost))
    result = run_line("apply", "--auto-approve", "--prune", "--allow", "delete")
    assert result.code == 1
    assert "the campaign disappeared after the plan was made" in " ".join(result.err.split())
    assert len(simulator.campaigns()) == 2
    assert run_line("apply", "--auto-approve", "--prune", "--allow", "delete").code == 0
    assert len(simulator.campaigns()) == 1


def test_an_update_of_what_ran_before_says_what_a_new_start_would_mean(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"status": "Completed"})
    project.sms(priority=2)
    assert "it ran before and is Completed" in " ".join(run_line("plan").out.split())


def test_a_listing_that_lags_behind_a_patch_is_no_drift(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied_care(run_line, project, simulator)
    simulator.change_switches({"carecycle": {"patch_list_lag": 2}})
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
