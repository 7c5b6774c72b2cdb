"""Fields that no reading shows as they were written: remembered, compared, reported once."""

import pytest

from reconciler.simulator import seed
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.live_campaigns import live_twin
from tests.support.written_campaigns import FLOW, UNREAD, agentless, quiet, settled, template, voice

SALES = "SMS Support Flow"


@pytest.fixture
def ready_at_once(simulator: Simulator) -> None:
    simulator.change_switches({"kore": {"preparing_seconds": 0}})


def test_the_flow_learnt_at_create_shows_a_console_edit(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    settled(run_line)
    simulator.edit(str(simulator.campaigns()[0]["id"]), {FLOW: SALES})
    drift = run_line("drift")
    assert drift.code == 2
    flow_id = seed.KORE_FLOWS[SALES]
    assert f'{FLOW} = "Renewal Assistant Flow" -> "flow {flow_id}" # expanding' in drift.out
    settled(run_line)
    assert simulator.campaigns()[0]["experienceFlow"] == seed.KORE_FLOWS["Renewal Assistant Flow"]


def test_another_campaigns_flow_is_called_by_its_name(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    project.sms("other", contactLists=["Open Bills"], experienceFlowName=SALES)
    settled(run_line)
    (one,) = (row for row in simulator.campaigns() if row["name"] == "Campaign renewal")
    simulator.edit(str(one["id"]), {FLOW: SALES})
    assert f'"Renewal Assistant Flow" -> "{SALES}"' in run_line("drift").out


def test_a_flow_that_is_renamed_at_the_vendor_is_no_difference(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    settled(run_line)
    simulator.console.rename_flow("Renewal Assistant Flow", "Another name")
    quiet(run_line)


def test_an_adopted_flow_is_taken_as_declared_and_watched_from_then_on(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = live_twin(simulator)
    project.sms()
    plan = run_line("plan")
    assert plan.out.count(f"{FLOW} cannot be verified") == 1
    assert FLOW not in [
        field["path"]
        for change in run_line("plan", "--json").json["resource_changes"]
        for field in change["reconciler"]["fields"]
    ]
    settled(run_line)
    assert FLOW not in run_line("plan").out
    simulator.edit(remote_id, {FLOW: SALES})
    assert run_line("drift").code == 2
    settled(run_line)


def test_a_manifests_new_flow_after_an_adoption_is_a_change(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    live_twin(simulator)
    project.sms()
    settled(run_line)
    project.sms(experienceFlowName=SALES)
    assert f'{FLOW} = {UNREAD} -> "{SALES}"' in run_line("plan").out
    settled(run_line)
    assert simulator.campaigns()[0]["experienceFlow"] == seed.KORE_FLOWS[SALES]


@pytest.mark.usefixtures("ready_at_once")
def test_machine_detection_of_v2_is_remembered(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    agentless(project, "no")
    settled(run_line)
    agentless(project, "detect")
    plan = run_line("plan")
    assert f'enableMachineDetect = {UNREAD} -> "detect"' in plan.out
    assert run_line("drift").code == 0
    settled(run_line)
    assert simulator.campaigns()[0]["enableMachineDetect"] == "detect"


def test_the_text_of_a_template_is_the_vendors_and_ours_is_remembered(
    run_line: Line, project: Project
) -> None:
    template(project, "Your plan renews soon.")
    settled(run_line)
    template(project, "Your plan renews in May.")
    assert f'message = {UNREAD} -> "Your plan renews in May."' in run_line("plan").out
    settled(run_line)


@pytest.mark.usefixtures("ready_at_once")
def test_a_queue_is_read_from_its_list_row(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    store = simulator.world.store
    with store.transaction():
        store.put("kore_queue", seed.KORE_ACCOUNT, {"id": "qu-2", "name": "Sales Queue"})
    voice(project, dialingMode="Progressive", queue_name="Billing Queue")
    settled(run_line)
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"queue_name": "Sales Queue"})
    assert 'queue_name = "Billing Queue" -> "Sales Queue" # expanding' in run_line("drift").out
    settled(run_line)
    voice(project, dialingMode="Progressive", queue_name="Sales Queue")
    assert '"Billing Queue" -> "Sales Queue"' in run_line("plan").out
    settled(run_line)
    assert simulator.campaigns()[0]["queue_name"] == "Sales Queue"
