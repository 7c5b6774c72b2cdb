"""A second campaign of a managed name is told by every command that lists, until it is accepted."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project
from tests.support.live_campaigns import live_twin

OLD = "2020-01-01T00:00:00.000Z"
KORE, CARE = "kore_sms_campaign.renewal", "carecycle_campaign.check-up"


@pytest.fixture(params=["kore", "carecycle"])
def address(request: pytest.FixtureRequest, run_line: Line, project: Project) -> str:
    """A managed campaign."""
    if request.param == "kore":
        project.sms()
    else:
        project.care()
    applied = run_line("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    return KORE if request.param == "kore" else CARE


def twin_of(simulator: Simulator, address: str, name: str = "", **more: str) -> str:
    if address == KORE:
        return simulator.seed_kore({"name": name or "CAMPAIGN renewal", **more})
    return simulator.seed_carecycle({"name": name or "Campaign check-up", **more})


def test_a_twin_is_told_until_it_is_accepted(
    run_line: Line, simulator: Simulator, address: str
) -> None:
    twin = twin_of(simulator, address)
    said = f"looks like {address}"
    planned = run_line("plan")
    assert planned.code == 0
    assert "Warning: " in planned.err
    assert twin in planned.err
    assert said in planned.err
    drift = run_line("drift")
    assert (drift.code, "Error: " in drift.err, said in drift.err) == (2, True, True)
    assert "1 live campaign looks like a managed campaign" in drift.out
    status = run_line("status")
    assert (status.code, said in status.err) == (0, True)
    simulator.clear_requests()
    accepted = run_line(
        *("status", address, "--accept-twin", twin, "--reason", "two offices", "--auto-approve")
    )
    assert accepted.code == 0, accepted.err
    assert simulator.requests(mutating=True) == []
    for command in ("plan", "status", "drift"):
        after = run_line(command)
        assert (after.code, said in after.err) == (0, False), command
    history = run_line("history", "--json").out
    assert all(word in history for word in ("status --accept-twin", "two offices", twin))
    other = twin_of(simulator, address)
    drift = run_line("drift")
    assert (drift.code, other in drift.err, twin in drift.err) == (2, True, False)


def test_an_accepted_twin_stays_accepted_when_the_campaign_is_changed(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    twin = twin_of(simulator, KORE)
    run_line("status", KORE, "--accept-twin", twin, "--reason", "fine", "--auto-approve")
    project.sms(priority=4)
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("drift").code == 0


def test_an_older_campaign_is_a_note_in_the_plan_and_nothing_in_drift(
    run_line: Line, simulator: Simulator, address: str
) -> None:
    twin = twin_of(simulator, address, createdAt=OLD)
    planned = run_line("plan")
    assert "Note: older campaigns look like managed ones:" in planned.out
    assert twin in planned.out
    assert "looks like" not in planned.err
    drift = run_line("drift")
    assert (drift.code, "look" in drift.out + drift.err) == (0, False)


def test_documents_and_metrics_carry_twins(
    run_line: Line, simulator: Simulator, address: str, tmp_path: Path
) -> None:
    twin = twin_of(simulator, address)
    (told,) = run_line("plan", "--json").json["reconciler"]["twins"]
    assert (told["address"], told["remote_id"], told["newer"]) == (address, twin, True)
    drift = run_line("drift", "--json", "--metrics", str(tmp_path / "m.prom"))
    (found,) = drift.json["reconciler"]["diagnostics"]
    assert (found["severity"], found["code"]) == ("error", "twin")
    assert 'reconciler_twin_campaigns{environment="staging"} 1' in (
        (tmp_path / "m.prom").read_text("utf-8")
    )
    (listed,) = run_line("status", "--json").json["twins"]
    assert (listed["address"], listed["remote_id"]) == (address, twin)


def test_only_a_twin_can_be_accepted(run_line: Line, simulator: Simulator, address: str) -> None:
    twin = twin_of(simulator, address)
    other = twin_of(simulator, address, name="Another name")
    arguments = ("status", address, "--reason", "fine", "--auto-approve")
    refused = run_line(*arguments, "--accept-twin", other)
    assert (refused.code, f"Its twins are: {twin}." in refused.err) == (1, True)
    assert run_line("status", address, "--accept-twin", twin, "--auto-approve").code == 3
    assert run_line("status", "--accept-twin", twin, "--reason", "fine").code == 3


def test_a_saved_plan_that_is_applied_tells_the_twins(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    twin = twin_of(simulator, KORE)
    project.sms(priority=4)
    assert run_line("plan", "--out", "plan.json").code == 0
    applied = run_line("apply", "plan.json")
    assert (applied.code, twin in applied.err) == (0, True)


def test_a_plan_that_fails_still_tells_the_twins_that_it_saw(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    project.care()
    run_line("apply", "--auto-approve")
    twin = twin_of(simulator, KORE)
    simulator.faults.add(
        Fault(kind=FaultKind.STATUS, match="carecycle.list", value=403, times=None)
    )
    for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
        failed = run_line(*command)
        assert (failed.code != 0, twin in failed.err) == (True, True), command


def test_a_twin_that_appears_while_a_campaign_is_created_is_told_at_once(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    twin = twin_of(simulator, KORE)
    with simulator.world.store.transaction():
        campaigns = simulator.world.store.campaigns
        hidden = campaigns.get(twin)
        assert hidden is not None
        campaigns.put(replace(hidden, hidden_lists=1))
    project.sms()
    applied = run_line("apply", "--auto-approve")
    assert (applied.code, len(simulator.campaigns())) == (0, 2)
    assert f"Campaign {twin} " in applied.err
    assert f"looks like {KORE}" in applied.err


def test_a_twin_of_an_adopted_campaign_counts_from_its_adoption(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    live_twin(simulator, createdAt=OLD)
    assert "1 to import" in run_line("plan").out
    assert run_line("apply", "--auto-approve").code == 0
    twin_of(simulator, KORE, createdAt="2024-01-01T00:00:00.000Z")
    assert run_line("drift").code == 0
    project.sms(priority=4)
    twin_of(simulator, KORE)
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("drift").code == 2


def test_a_campaign_that_was_accepted_at_the_gate_is_a_note_only(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    accepted = simulator.seed_carecycle({"name": "CAMPAIGN check-up"})
    project.care()
    assert run_line("apply", "--auto-approve", "--allow", "near-twin").code == 0
    assert accepted in run_line("plan").out
    assert run_line("drift").code == 0
    (listed,) = run_line("status", "--json").json["twins"]
    assert (listed["remote_id"], listed["newer"]) == (accepted, False)
    later = simulator.seed_carecycle({"name": "campaign check-up"})
    drift = run_line("drift")
    assert (drift.code, later in drift.err, accepted in drift.err) == (2, True, False)
