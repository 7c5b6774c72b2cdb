"""The gates that stop apply; nothing is sent then."""

import json
from collections.abc import Callable

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms
from tests.support.live_campaigns import live_twin


def refused(run_line: Line, simulator: Simulator, code: str, *more: str) -> None:
    before = len(simulator.requests(mutating=True))
    planned = run_line("plan", *more)
    assert planned.code == 0
    assert code in planned.out
    applied = run_line("apply", "--auto-approve", *more)
    assert applied.code == 6
    assert f"--allow {code}" in applied.err
    assert len(simulator.requests(mutating=True)) == before
    assert run_line("apply", "--auto-approve", "--allow", code, *more).code == 0


def test_a_create_that_may_send_is_gated(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more="")
    project.sms()
    refused(run_line, simulator, "immediate-start")


def test_many_creates_are_gated(run_line: Line, project: Project, simulator: Simulator) -> None:
    for number in range(11):
        project.sms(f"campaign-{number}", contactLists=["Spring Renewals 2026"])
    planned = run_line("plan")
    codes = [gate["code"] for gate in run_line("plan", "--json").json["reconciler"]["gates"]]
    assert "creates-over-limit" in codes, planned.out
    applied = run_line("apply", "--auto-approve")
    assert applied.code == 6
    assert simulator.requests(mutating=True) == []


def test_a_same_named_campaign_is_adopted_not_created(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = live_twin(simulator)
    project.sms()
    plan = run_line("plan")
    assert "will be imported" in plan.out
    assert "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy." in plan.out
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.requests(mutating=True) == []
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert remote_id in json.dumps(run_line("plan", "--json").json)


def test_an_adoption_that_changes_is_gated(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    live_twin(simulator, priority="2")
    project.sms()
    project.sms(priority=4)
    refused(run_line, simulator, "adopt-change")


def test_a_vanished_campaign_is_not_simply_created_again(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    simulator.console.remove(str(simulator.campaigns()[0]["id"]))
    early = run_line("plan")
    assert "is not listed yet" in early.out
    assert "Nothing to apply." in early.out
    shift(600)
    refused(run_line, simulator, "recreate")


@pytest.mark.parametrize(
    ("code", "advice"),
    [("deletes", "Did you mean delete?"), ("everything", "Known names: adopt-change, ")],
)
def test_an_unknown_gate_is_a_usage_error(
    run_line: Line, project: Project, code: str, advice: str
) -> None:
    project.sms()
    refused = run_line("plan", "--allow", code)
    assert refused.code == 3
    assert f"unknown gate '{code}'" in refused.err
    assert advice in refused.err


def test_two_live_campaigns_with_the_same_name_are_an_error(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    ids = [live_twin(simulator), live_twin(simulator)]
    project.sms()
    plan = run_line("plan")
    assert plan.code == 1
    assert all(remote_id in plan.err for remote_id in ids)
    assert run_line("apply", "--auto-approve").code == 1
    assert simulator.requests(mutating=True) == []


def test_an_update_through_v1_of_what_is_not_ours_is_gated_as_it_may_drop_an_unseen_list(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(api="v1")
    live_twin(simulator)
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    project.sms(priority=4)
    refused(run_line, simulator, "dnc-removed")


def test_a_voice_create_through_v1_says_that_the_vendor_may_refuse_it(
    run_line: Line, project: Project
) -> None:
    project.configure(api="v1")
    spec = sms("calls")["spec"]
    assert isinstance(spec, dict)
    dialing = {
        "dialingOrder": "FIFO",
        "maxAttemptsPerRecord": 3,
        "defaultRetryPeriod": 10,
        "maxRingTime": 30,
        **spec["dialingStrategy"],
    }
    voice = {"dialingMode": "Agentless", "enableMachineDetect": False, "dialingStrategy": dialing}
    manifest = {**sms("calls", **voice), "kind": "KoreVoiceCampaign"}
    project.write("calls.json", json.dumps(manifest))
    plan = run_line("plan")
    assert plan.code == 0, plan.err
    assert "# warning: api v1 may refuse voice campaigns" in plan.out
