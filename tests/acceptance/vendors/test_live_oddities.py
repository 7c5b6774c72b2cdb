"""Odd things that a reading may find: each is reported clearly or accepted; nothing is sent."""

from collections.abc import Callable

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project
from tests.support.live_campaigns import live_twin
from tests.support.vendor_variants import ChangedAnswers, Variant, added, without

ADDRESS = "kore_sms_campaign.renewal"


def care(project: Project, name: str) -> None:
    project.write(
        "care.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        f"spec: {{name: {name}}}\n",
    )


def applied(run_line: Line, project: Project, simulator: Simulator) -> str:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    simulator.clear_requests()
    return str(simulator.campaigns()[0]["id"])


def test_a_campaign_deleted_between_plan_and_apply_is_not_made_again(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    remote_id = applied(run_line, project, simulator)
    shift(600)
    project.sms(description="Sends two links.")
    assert run_line("plan", "--out", "plan.json").code == 0
    simulator.console.remove(remote_id)
    refused = run_line("apply", "plan.json")
    assert refused.code == 6
    assert "the saved plan has update, planning again gives create" in refused.err
    assert simulator.requests(mutating=True) == []


@pytest.mark.parametrize("status", ["Rerun", "Run as Emergency", "\x1b[31mOdd\u202e"])
def test_an_unknown_status_is_tolerated_and_blocks_writes(
    run_line: Line, project: Project, simulator: Simulator, status: str
) -> None:
    remote_id = applied(run_line, project, simulator)
    simulator.edit(remote_id, {"status": status})
    assert run_line("plan", "--detailed-exitcode").code == 0
    drift = run_line("drift")
    assert drift.code == 2, "a word that nobody knows may mean that it contacts people"
    assert "Drift: 1 expanding, 0 contracting." in drift.out
    project.sms(description="Sends two links.")
    plan = run_line("plan")
    assert plan.code == 0
    assert "is not documented by the vendor" in plan.out
    assert "\x1b" not in plan.out
    run_line("apply", "--auto-approve")
    assert simulator.requests(mutating=True) == []


def test_two_live_campaigns_with_the_same_name_stop_drift_too(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    ids = [live_twin(simulator), live_twin(simulator)]
    project.sms()
    drift = run_line("drift")
    assert drift.code == 1
    assert all(remote_id in drift.err for remote_id in ids)
    assert "metadata.remoteId" in drift.err


def test_a_second_campaign_of_a_managed_name_is_unmanaged(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    twin = live_twin(simulator)
    assert run_line("plan", "--detailed-exitcode").code == 0
    drift = run_line("drift", "--fail-on", "unmanaged")
    assert drift.code == 2
    assert f'kore_sms_campaign {twin} on retention: "Campaign renewal"' in drift.out


def test_a_kore_name_in_another_case_is_the_same_campaign(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = live_twin(simulator)
    simulator.edit(remote_id, {"name": "CAMPAIGN RENEWAL"})
    project.sms()
    plan = run_line("plan", "--json").json
    (change,) = plan["resource_changes"]
    assert change["change"]["importing"] == {"id": remote_id}
    assert change["reconciler"]["fields"][0]["path"] == "name"


def test_a_carecycle_name_in_another_case_is_never_a_plain_create(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.seed_carecycle({"name": "CHECK-UP"})
    care(project, "Check-up")
    plan = run_line("plan")
    assert plan.code == 0
    assert "1 to add" in plan.out
    assert "near-twin" in plan.out
    assert '"CHECK-UP"' in plan.out
    assert run_line("apply", "--auto-approve").code == 6


@pytest.mark.parametrize(
    "name", ["Line\nbreak", "\u202egnisrever", "Emoji 🎉", "\x1b[2J", "::stop::"]
)
def test_any_live_name_is_shown_safely(
    run_line: Line, project: Project, simulator: Simulator, name: str
) -> None:
    applied(run_line, project, simulator)
    simulator.seed_kore({"name": name})
    drift = run_line("drift")
    assert drift.code == 0
    assert all(character == "\n" or character.isprintable() for character in drift.out)
    assert not [line for line in drift.out.split("\n") if line.lstrip().startswith("::")]
    assert run_line("drift", "--json").json["reconciler"]["unmanaged"][0]["name"] == name


def test_a_refused_call_for_contact_lists_costs_only_their_sizes(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    body = '{"errors": [{"msg": "no permission for contact lists", "code": 403}]}'
    simulator.faults.add(
        Fault(kind=FaultKind.STATUS, match="kore.contact_lists", times=None, value=403, body=body)
    )
    plan = run_line("plan")
    assert plan.code == 0, plan.err
    assert "1 to add" in plan.out
    assert "The sizes of the contact lists are not known" in plan.err


def test_a_wrong_application_is_not_blamed_on_the_credential(
    run_line: Line, project: Project
) -> None:
    project.sms()
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace("appId: st-1", "appId: st-9"), "utf-8")
    plan = run_line("plan")
    assert plan.code == 4
    assert "the vendor refused the account of this target (HTTP 401: unknown app" in plan.err
    assert "Check appId, pathId and accountId" in plan.err
    assert "credential" not in plan.err


def test_a_campaign_without_a_name_in_the_listing_is_known_by_its_own_record(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote_id = live_twin(simulator)
    nameless = Variant(campaign="", page=rows_without("name"))
    monkeypatch.setattr(simulator, "react", ChangedAnswers(simulator.react, {"": nameless}))
    project.sms()
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert change["change"]["importing"] == {"id": remote_id}


def rows_without(key: str) -> Callable[[Tree], Tree]:
    def changed(page: Tree) -> Tree:
        rows = page["results"]
        assert isinstance(rows, list)
        return {**page, "results": [without(key)(dict(row)) for row in rows]}  # type: ignore[arg-type]

    return changed


def test_messages_that_nobody_started_and_an_unusual_run_are_expanding_drift(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure("sendsOnWrite: never\n        readBack: 1s\n        settle: 1s")
    remote_id = applied(run_line, project, simulator)
    assert run_line("drift").code == 0
    simulator.edit(remote_id, {"totalMessagesSent": 1860, "campaignExecutionType": "EMERGENCY"})
    drift = run_line("drift")
    assert drift.code == 2
    assert "Drift: 1 expanding, 0 contracting." in drift.out
    shown = " ".join(drift.out.split())
    assert "~ messagesSent = 0 -> 1860 # expanding; it was at rest when it was last seen" in shown
    assert (
        'executionType = "NORMAL" -> "EMERGENCY" # expanding; it may run whatever its schedule'
        in shown
    )
    assert run_line("plan", "--detailed-exitcode").code == 0
    accepted = run_line("status", ADDRESS, "--accept", "--auto-approve", "--reason", "A test.")
    assert accepted.code == 0, accepted.err
    assert run_line("drift").code == 0
    simulator.edit(remote_id, {"totalMessagesSent": 1861})
    assert run_line("drift").code == 2


@pytest.mark.parametrize(
    ("sends", "code", "problem"),
    [("possibly", 0, "Warning: it has sent 12 messages"), ("never", 1, "Error: it has sent 12")],
)
def test_apply_says_what_a_campaign_sent_that_nobody_started(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    sends: str,
    code: int,
    problem: str,
) -> None:
    project.configure(f"sendsOnWrite: {sends}\n        readBack: 1s\n        settle: 1s")
    sending = Variant(campaign="", record=added(totalMessagesSent=12))
    monkeypatch.setattr(simulator, "react", ChangedAnswers(simulator.react, {"": sending}))
    project.sms()
    result = run_line("apply", "--auto-approve")
    assert result.code == code
    assert problem in result.err
    assert run_line("drift").code == (2 if code else 0)


def test_status_shows_what_was_sent_and_an_emergency_run(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied(run_line, project, simulator)
    assert "messages sent" not in run_line("status").out
    simulator.edit(remote_id, {"totalMessagesSent": 1860, "campaignExecutionType": "EMERGENCY"})
    (campaign,) = run_line("status", "--json").json["campaigns"]
    assert campaign["note"] == (
        "1,860 messages sent; runs as EMERGENCY, perhaps whatever its schedule and calling hours "
        "say"
    )
