"""`marker: description`: real evidence at the vendor, and no difference in any plan."""

import pytest

from reconciler.resources.tree import at
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.unknown_create import QUICK, seed_as_sent


@pytest.mark.parametrize("description", ["Sends a link.", ""])
def test_a_mark_proves_whose_campaign_it_is(
    run_line: Line, project: Project, simulator: Simulator, description: str
) -> None:
    project.configure(f"{QUICK}\n        marker: description")
    project.sms(description=description)
    shown = run_line("plan")
    assert "is sent with the mark [rc-" in shown.out
    simulator.faults.add("kore.create:reset_after")
    simulator.faults.add("kore.list:http_500:2x9")
    assert run_line("apply", "--auto-approve").code == 7
    simulator.faults.clear()
    (campaign,) = simulator.campaigns()
    assert str(campaign["description"]).startswith(f"{description} [rc-".lstrip())
    simulator.edit(str(campaign["id"]), {"priority": "1"})
    seed_as_sent(simulator, description="Theirs. [rc-00000000]")
    assert run_line("apply", "--auto-approve").code == 0
    changes = run_line("plan", "--json").json["resource_changes"]
    assert [at(changes[0], "reconciler.remote_id")] == [campaign["id"]]


def test_a_mark_is_no_difference_and_survives_an_update(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(f"{QUICK}\n        marker: description")
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    marked = str(simulator.campaigns()[0]["description"])
    assert "[rc-" in marked
    assert run_line("plan", "--detailed-exitcode").code == 0
    project.sms(priority=1)
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.campaigns()[0]["description"] == marked
    assert run_line("plan", "--detailed-exitcode").code == 0
