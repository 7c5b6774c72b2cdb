"""An update with an answer that proves nothing: only a reading shows that it was applied."""

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.live_campaigns import GENERATION_C, answer, patches
from tests.support.written_campaigns import QUICK, UNREAD, agentless, care, settled


@pytest.mark.parametrize("body", ["{}", '{"error": "boom"}', '{"status": "success"}'])
def test_machine_detection_is_not_recorded_from_an_answer_without_an_id(
    run_line: Line, project: Project, simulator: Simulator, body: str
) -> None:
    simulator.change_switches({"kore": {"preparing_seconds": 0}})
    project.configure(QUICK)
    agentless(project, "detect")
    settled(run_line)
    agentless(project, "disconnect")
    answer(simulator, "kore.update", body, times=1)
    assert run_line("apply", "--auto-approve").code == 7
    assert f'enableMachineDetect = {UNREAD} -> "disconnect"' in run_line("plan").out
    settled(run_line)
    assert simulator.campaigns()[0]["enableMachineDetect"] == "disconnect"


@pytest.mark.parametrize(
    "body", ["{}", '{"campaign": null}', '{"message": "Quota", "code": "QUOTA_EXCEEDED"}']
)
def test_what_the_newest_generation_hides_is_not_recorded_from_such_an_answer(
    run_line: Line, project: Project, simulator: Simulator, body: str
) -> None:
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8") + "        readBack: 1s\n", "utf-8")
    simulator.change_switches(GENERATION_C)
    care(project)
    settled(run_line)
    care(project, redial=True)
    answer(simulator, "carecycle.update", body, times=1)
    assert run_line("apply", "--auto-approve").code == 7
    assert f"redial = {UNREAD} -> true" in run_line("plan").out
    settled(run_line)
    assert patches(simulator)[-1] == {"redial": True}
    assert simulator.campaigns()[0]["redial"] is True
