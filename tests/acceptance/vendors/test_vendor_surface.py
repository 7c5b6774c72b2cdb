"""Corners of both vendors' APIs: do-not-call lists, deletes, every writable field, old reads."""

import json

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import (
    CARECYCLE_APPOINTMENT_CONFIG_ID,
    CARECYCLE_PULSE_WORKFLOW_ID,
    CARECYCLE_TRANSFER_CONFIG_ID,
)
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import sent

DNC: Tree = {"name": "Do Not Contact"}
VOICE: dict[str, object] = {
    "name": "Visit Feedback",
    "description": "Short survey.",
    "contactLists": ["Recent Visitors"],
    "dncLists": DNC,
    "dialingMode": "Progressive",
    "queue_name": "Billing Queue",
    "dialingStrategy": {
        "callerId": {"phoneNumber": "+12025550199"},
        "callingHours": {
            "frequency": "WEEKLY",
            "timezone": "America/New_York",
            "days": [{"day": "TU", "start": "10:00 AM", "end": "4:30 PM"}],
        },
        "dialingOrder": "FIFO",
        "maxAttemptsPerRecord": 3,
        "defaultRetryPeriod": 10,
        "maxRingTime": 30,
    },
}
KEYS = (
    *("redial", "newInquiry", "postWelcome", "firstContact", "missedInquiry"),
    *("appointmentBooked", "missedAppointment", "missedFirstContact", "appointmentReminder"),
    "informationalFollowup",
)
CARE: dict[str, object] = {
    "name": "Check-up",
    "description": "Calls about the check-up.",
    "enablePulse": True,
    "pulseWorkflowId": CARECYCLE_PULSE_WORKFLOW_ID,
    "features": {"transfers": True, "appointments": False, "inquiries": True, "checkPlan": False},
    "redial": True,
    "redialPatterns": [{"days": [0, 1], "attempts": 2, "intervalMinutes": 90}],
    "smsTypes": dict.fromkeys(KEYS, True),
    "smsContent": {key: f"Text of {key}." for key in KEYS},
    "smsCompanyName": "Example Clinic West",
    "transferConfigId": CARECYCLE_TRANSFER_CONFIG_ID,
    "transferConfigIds": [CARECYCLE_TRANSFER_CONFIG_ID],
    "appointmentConfigId": CARECYCLE_APPOINTMENT_CONFIG_ID,
}


def voice(project: Project, lifecycle: str = "managed", **spec: object) -> None:
    metadata = {"name": "feedback", "lifecycle": lifecycle}
    manifest(project, "KoreVoiceCampaign", metadata, {**VOICE, **spec})


def care(project: Project, address: str = "check-up", /, **spec: object) -> None:
    manifest(project, "CareCycleCampaign", {"name": address}, {**CARE, **spec})


def manifest(
    project: Project, kind: str, metadata: dict[str, str], spec: dict[str, object]
) -> None:
    document = {
        "apiVersion": "reconciler/v1",
        "kind": kind,
        "metadata": metadata,
        "spec": {key: value for key, value in spec.items() if value is not None},
    }
    project.write(f"{metadata['name']}.json", json.dumps(document))


def fine(run_line: Line, *arguments: str) -> str:
    result = run_line(*arguments)
    assert result.code == 0, result.err + result.out
    return result.out


def kept_list(simulator: Simulator) -> object:
    (campaign,) = simulator.campaigns()
    kept = campaign.get("dncLists")
    return kept["name"] if isinstance(kept, dict) else None


def test_an_update_keeps_a_do_not_call_list_that_nobody_declared(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    fine(run_line, "apply", "--auto-approve")
    (campaign,) = simulator.campaigns()
    simulator.edit(str(campaign["id"]), {"dncLists": DNC})
    project.sms(priority=2)
    fine(run_line, "apply", "--auto-approve")
    (put,) = sent(simulator, "kore.update")
    assert json.loads(put.body)["dncLists"] == DNC
    assert kept_list(simulator) == "Do Not Contact"


def test_a_server_that_ignores_the_list_in_a_put_is_caught(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more="sendsOnWrite: possibly\n        readBack: 1s")
    project.sms(dncLists=DNC)
    fine(run_line, "apply", "--auto-approve")
    simulator.change_switches({"kore": {"sms_update_dnc": "ignored"}})
    project.sms(dncLists=DNC, priority=2)
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "dncLists.name" in result.err


def test_a_server_that_refuses_the_list_in_a_put_changes_nothing(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms(dncLists=DNC)
    fine(run_line, "apply", "--auto-approve")
    simulator.change_switches({"kore": {"sms_update_dnc": "refused"}})
    project.sms(dncLists=DNC, priority=2)
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "dncLists is not allowed" in result.err
    assert kept_list(simulator) == "Do Not Contact"


def test_v1_leaves_a_campaign_alone_that_shows_a_do_not_call_list(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(api="v1")
    project.sms()
    fine(run_line, "apply", "--auto-approve")
    (campaign,) = simulator.campaigns()
    simulator.edit(str(campaign["id"]), {"dncLists": DNC})
    simulator.change_switches({"kore": {"v1_shows_dnc": True}})
    project.sms(priority=2)
    shown = fine(run_line, "plan")
    assert "must be changed by hand" in shown
    assert "do-not-call list, which api v1 would drop" in shown
    fine(run_line, "apply", "--auto-approve")
    assert sent(simulator, "kore.update") == []
    assert kept_list(simulator) == "Do Not Contact"


@pytest.mark.parametrize("merging", ["merge", "replace"])
def test_a_voice_update_is_whole_whether_the_server_merges_or_replaces(
    run_line: Line, project: Project, simulator: Simulator, merging: str
) -> None:
    simulator.change_switches({"kore": {"voice_update": merging, "preparing_seconds": 0}})
    voice(project)
    fine(run_line, "apply", "--auto-approve")
    voice(project, description="A shorter survey.")
    fine(run_line, "apply", "--auto-approve")
    assert kept_list(simulator) == "Do Not Contact"
    assert "No changes." in fine(run_line, "plan")


def test_a_voice_campaign_is_deleted_under_its_own_type(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"kore": {"preparing_seconds": 0}})
    voice(project)
    fine(run_line, "apply", "--auto-approve")
    voice(project, lifecycle="retired")
    fine(run_line, "apply", "--auto-approve", "--allow", "delete")
    (request,) = sent(simulator, "kore.delete")
    assert request.query["campaignType"] == "voice"
    assert simulator.campaigns() == []


@pytest.mark.parametrize("nested", ["replace", "merge"])
def test_every_carecycle_field_is_written_and_read_back(
    run_line: Line, project: Project, simulator: Simulator, nested: str
) -> None:
    simulator.change_switches({"carecycle": {"nested_patch": nested}})
    care(project)
    fine(run_line, "apply", "--auto-approve")
    assert "No changes." in fine(run_line, "plan", "--refresh", "full")


CHANGES: dict[str, object] = {
    "name": "Check-up II",
    "description": "Second round.",
    "enablePulse": False,
    "pulseWorkflowId": "66666666-6666-4777-8888-999999999999",
    "features": {"checkPlan": True},
    "redial": False,
    "redialPatterns": [{"days": [2], "attempts": 1, "intervalMinutes": 30}],
    "smsTypes": {"redial": False},
    "smsContent": {"redial": "Another text."},
    "smsCompanyName": "Example Clinic",
    "transferConfigIds": [],
}


@pytest.mark.parametrize("key", CHANGES)
def test_each_carecycle_field_is_patched_alone(
    run_line: Line, project: Project, simulator: Simulator, key: str
) -> None:
    care(project)
    fine(run_line, "apply", "--auto-approve")
    simulator.clear_requests()
    care(project, **{key: CHANGES[key]})
    fine(run_line, "apply", "--auto-approve")
    (request,) = simulator.requests(mutating=True)
    assert (request.method, set(json.loads(request.body))) == ("PATCH", {key})
    assert "No changes." in fine(run_line, "plan")


def test_a_group_is_written_whole_with_what_was_read(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    care(project)
    fine(run_line, "apply", "--auto-approve")
    simulator.clear_requests()
    care(project, features={"checkPlan": True})
    fine(run_line, "apply", "--auto-approve")
    (request,) = simulator.requests(mutating=True)
    wanted = {"transfers": True, "appointments": False, "inquiries": True, "checkPlan": True}
    assert json.loads(request.body) == {"features": wanted}


NEWEST: Tree = {"carecycle": {"response_generation": "C", "absent_values": "missing"}}


def test_what_the_newest_generation_hides_is_one_note_and_no_difference(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    care(project)
    care(project, "second", name="Second")
    fine(run_line, "apply", "--auto-approve")
    simulator.change_switches(NEWEST)
    result = run_line("plan", "--detailed-exitcode", "--refresh", "full")
    assert result.code == 0, result.out
    assert "No changes." in result.out
    assert result.err.count("target care does not show") == 1
    assert run_line("drift").code == 0


def test_what_is_hidden_is_written_only_when_the_manifest_changed_it(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    care(project)
    fine(run_line, "apply", "--auto-approve")
    simulator.change_switches(NEWEST)
    simulator.clear_requests()
    care(project, redial=False)
    plan = fine(run_line, "plan")
    assert "~ redial = (cannot be read) -> false" in plan
    assert plan.count("cannot be verified") == 1
    fine(run_line, "apply", "--auto-approve")
    (request,) = simulator.requests(mutating=True)
    assert json.loads(request.body) == {"redial": False}
    assert "No changes." in fine(run_line, "plan")


def test_a_trigger_path_that_is_not_there_is_an_error_and_no_other_is_tried(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    fine(run_line, "apply", "--auto-approve")
    simulator.change_switches({"kore": {"aliases": ["trigger_plain"]}})
    simulator.clear_requests()
    assert run_line("start", "kore_sms_campaign.renewal", "--auto-approve").code == 1
    tried = [request.path for request in simulator.requests() if "trigger" in request.query]
    assert len(tried) == 1
