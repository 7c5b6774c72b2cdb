"""`metadata.ignore` is one definition for plan, drift and apply: the field is left as it is."""

import json

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms

FLOW = "experienceFlowName"


def write(project: Project, path: str, until: str = "2999-01-01", **spec: object) -> None:
    document = sms("renewal", **{"priority": 5, **spec})
    ignore = {"path": path, "reason": "the dialer team tunes it", "until": until}
    document["metadata"] = {"name": "renewal", "ignore": [ignore]}
    project.write("renewal.json", json.dumps(document))


@pytest.fixture
def remote_id(run_line: Line, project: Project, simulator: Simulator) -> str:
    project.sms(priority=5)
    assert run_line("apply", "--auto-approve").code == 0
    return str(simulator.campaigns()[0]["id"])


def put(simulator: Simulator) -> dict[str, object]:
    body = simulator.requests(operation="kore.update")[-1].body
    found: dict[str, object] = json.loads(body)
    return found


def test_an_ignored_field_is_no_difference_and_no_drift(
    run_line: Line, project: Project, simulator: Simulator, remote_id: str
) -> None:
    simulator.edit(remote_id, {"priority": "1"})
    assert run_line("drift").code == 2
    write(project, "priority")
    assert run_line("drift").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_an_update_sends_an_ignored_field_as_read(
    run_line: Line, project: Project, simulator: Simulator, remote_id: str
) -> None:
    simulator.edit(remote_id, {"priority": "1"})
    write(project, "priority", description="Sends two links.")
    applied = run_line("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    assert put(simulator)["priority"] == "1"
    assert put(simulator)["description"] == "Sends two links."
    assert simulator.campaigns()[0]["priority"] == "1"
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert run_line("drift").code == 0


def test_what_lies_below_an_ignored_path_is_ignored_too(
    run_line: Line, project: Project, simulator: Simulator, remote_id: str
) -> None:
    strategy = simulator.campaigns()[0]["dialingStrategy"]
    assert isinstance(strategy, dict)
    simulator.edit(
        remote_id, {"dialingStrategy": {**strategy, "callerId": {"phoneNumber": "+12025550199"}}}
    )
    write(project, "dialingStrategy.callerId", description="Sends two links.")
    assert run_line("apply", "--auto-approve").code == 0
    sent = json.dumps(put(simulator))
    assert "+12025550199" in sent
    assert "+12025550123" not in sent


def test_an_adoption_keeps_an_ignored_field(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    body = {**sms("renewal"), "metadata": None}["spec"]
    assert isinstance(body, dict)
    strategy = json.loads(json.dumps(body["dialingStrategy"]).replace("MO-FR", "MO"))
    simulator.seed_kore({**body, "priority": "2", "dialingStrategy": strategy})
    write(project, "priority", dialingStrategy=strategy)
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.requests(mutating=True) == []
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_an_ignored_flow_is_sent_by_the_name_of_what_is_there(
    run_line: Line, project: Project, simulator: Simulator, remote_id: str
) -> None:
    project.sms("other", contactLists=["Open Bills"], experienceFlowName="SMS Support Flow")
    assert run_line("apply", "--auto-approve").code == 0
    simulator.edit(remote_id, {FLOW: "SMS Support Flow"})
    write(project, FLOW, description="Sends two links.")
    assert run_line("apply", "--auto-approve").code == 0
    assert put(simulator)[FLOW] == "SMS Support Flow"
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_an_ignored_flow_of_unknown_name_prevents_the_update(
    run_line: Line, project: Project, simulator: Simulator, remote_id: str
) -> None:
    simulator.edit(remote_id, {FLOW: "Visit Survey Flow"})
    write(project, FLOW, description="Sends two links.")
    plan = run_line("plan")
    assert f"{FLOW} is ignored, so an update must send its present value" in plan.out
    run_line("apply", "--auto-approve")
    assert simulator.requests(operation="kore.update") == []


def test_what_was_ignored_is_a_difference_once_it_is_not(
    run_line: Line, project: Project, simulator: Simulator, remote_id: str
) -> None:
    simulator.edit(remote_id, {"priority": "1"})
    write(project, "priority", description="Sends two links.")
    assert run_line("apply", "--auto-approve").code == 0
    project.sms(priority=5, description="Sends two links.")
    plan = run_line("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert '"1" -> "5"' in plan.out


def test_an_expired_entry_is_an_error(run_line: Line, project: Project, remote_id: str) -> None:
    write(project, "priority", until="2020-01-01")
    for command in ("validate", "plan", "drift"):
        result = run_line(command)
        assert result.code == 3, remote_id
        assert "2020-01-01" in result.err
