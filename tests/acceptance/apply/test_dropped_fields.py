"""A field that a manifest no longer sets stays as it is; the plan says so until it is recorded."""

from collections.abc import Callable

import pytest

from reconciler.resources.tree import at
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.written_campaigns import QUICK, settled

DNC = {"name": "Do Not Contact"}
NOTE = (
    "note: dncLists.name is no longer in the manifest: the do-not-call list stays as it is and is "
    "no longer managed"
)


@pytest.fixture
def dropped(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> str:
    """A campaign whose do-not-call list was applied and whose manifest no longer names it."""
    project.configure(QUICK)
    project.sms(dncLists=DNC)
    settled(run_line)
    shift(600)
    project.sms()
    simulator.clear_requests()
    return str(simulator.campaigns()[0]["id"])


def test_a_do_not_call_line_that_is_deleted_is_said_once_and_changes_nothing(
    run_line: Line, simulator: Simulator, dropped: str
) -> None:
    plan = run_line("plan", "--detailed-exitcode")
    assert plan.code == 0
    assert NOTE in plan.out
    assert "Only the ledger changes: 1 managed in fewer fields." in plan.out
    assert run_line("drift").code == 0
    assert run_line("apply", "--auto-approve").code == 0
    assert "no longer" not in run_line("plan").out
    assert simulator.requests(mutating=True) == []
    simulator.edit(dropped, {"dncLists": None})
    assert run_line("drift").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0


@pytest.mark.usefixtures("dropped")
def test_a_saved_plan_says_it_and_is_applied(run_line: Line, simulator: Simulator) -> None:
    assert run_line("plan", "--out", "plan.json").code == 0
    assert NOTE in run_line("show", "plan.json").out
    assert run_line("apply", "plan.json").code == 0
    assert "no longer" not in run_line("plan").out
    assert simulator.requests(mutating=True) == []


@pytest.mark.usefixtures("dropped")
def test_a_later_update_keeps_the_list(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms(description="Sends two links.")
    plan = run_line("plan")
    assert NOTE in plan.out
    assert run_line("apply", "--auto-approve").code == 0
    assert at(simulator.campaigns()[0], "dncLists.name") == DNC["name"]
