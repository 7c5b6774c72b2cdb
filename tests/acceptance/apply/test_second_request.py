"""CareCycle's create is two requests: whoever adopts the first sends the second."""

from collections.abc import Callable

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault
from tests.support.cli import Line, Project

ADDRESS = "carecycle_campaign.check-up"
AUTO = ("apply", "--auto-approve")
SETTINGS = {"redial": True, "smsContent": {"redial": "We tried to call you."}}


@pytest.fixture
def draft(
    run_line: Line, project: Project, simulator: Simulator, skip_time: Callable[[float], None]
) -> str:
    """The id of a draft whose create was not answered, in a run that did not find it."""
    project.care(**SETTINGS)
    simulator.change_switches({"carecycle": {"list_lag": 200.0, "get_lag": 0.0}})
    simulator.faults.add(Fault.parse("carecycle.create:reset_after"))
    assert run_line(*AUTO).code == 7
    skip_time(300)
    (campaign,) = simulator.campaigns()
    assert not campaign.get("redial")
    return str(campaign["id"])


def settings_of(simulator: Simulator) -> dict[str, object]:
    (campaign,) = simulator.campaigns()
    return {key: campaign.get(key) for key in SETTINGS}


def is_complete(run_line: Line, simulator: Simulator) -> bool:
    content = settings_of(simulator)["smsContent"]
    assert isinstance(content, dict)
    told = content.get("redial") == "We tried to call you."
    return told and run_line("plan", "--detailed-exitcode").code == 0


@pytest.mark.usefixtures("draft")
def test_a_later_apply_that_adopts_the_draft_sends_its_settings(
    run_line: Line, simulator: Simulator
) -> None:
    assert run_line(*AUTO).code == 0
    assert is_complete(run_line, simulator)


def test_resolve_sends_them_too(run_line: Line, simulator: Simulator, draft: str) -> None:
    assert run_line("resolve", ADDRESS, "--adopt", draft).code == 0
    assert is_complete(run_line, simulator)


@pytest.mark.parametrize("command", [AUTO, ("resolve", ADDRESS, "--adopt")])
def test_a_campaign_that_is_no_draft_any_more_is_left_to_a_plan(
    run_line: Line, simulator: Simulator, draft: str, command: tuple[str, ...]
) -> None:
    simulator.edit(draft, {"status": "paused"})
    simulator.clear_requests()
    arguments = (*command, draft) if command[0] == "resolve" else command
    adopted = run_line(*arguments)
    assert adopted.code == 1
    assert "it is not a draft any more" in " ".join(adopted.err.split())
    assert simulator.requests(mutating=True) == []
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert change["change"]["actions"] == ["update"]


@pytest.mark.usefixtures("draft")
def test_a_stop_holds_the_settings_back(run_line: Line, simulator: Simulator, draft: str) -> None:
    assert run_line("stop", "--all", "--reason", "wrong text").code in (0, 7)
    simulator.clear_requests()
    held = run_line("resolve", ADDRESS, "--adopt", draft)
    assert held.code == 6
    assert "wrong text" in held.err
    assert simulator.requests(mutating=True) == []
