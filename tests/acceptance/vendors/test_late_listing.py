"""A listing that shows a campaign later than a reading by its id holds that campaign only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

LATE = 1_000_000.0
QUICK = "sendsOnWrite: possibly\n        readBack: 1s"
Shift = Callable[[float], None]


def lag(simulator: Simulator, seconds: float) -> None:
    simulator.change_switches({"kore": {"list_lag": seconds}})


def names(simulator: Simulator) -> list[str]:
    return sorted(str(one["name"]) for one in simulator.campaigns())


def test_a_campaign_that_is_listed_later_than_settle_holds_its_address_only(
    run_line: Line, project: Project, simulator: Simulator, shift: Shift
) -> None:
    project.configure(QUICK)
    lag(simulator, LATE)
    project.sms()
    run_line("apply", "--auto-approve")
    (made,) = (str(one["id"]) for one in simulator.campaigns())
    lag(simulator, 0)
    shift(3600)
    project.sms("other", contactLists=["Open Bills"])
    project.sms(priority=4)
    planned = run_line("plan")
    assert planned.code == 0, planned.err
    assert f"{made} exists, but the vendor's listing does not show it" in planned.out
    assert "Somebody is changing this account" not in planned.out + planned.err
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in planned.out
    assert run_line("apply", "--auto-approve").code == 0
    assert names(simulator) == ["Campaign other", "Campaign renewal"]
    shift(2 * LATE)
    assert "Plan: 0 to add, 1 to change" in run_line("plan").out


def test_a_pinned_campaign_that_is_not_listed_yet_holds_its_address_only(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(QUICK)
    lag(simulator, LATE)
    manifest = project.sms()
    run_line("apply", "--auto-approve")
    Path(".reconciler/state.db").unlink()
    remote_id = str(simulator.campaigns()[0]["id"])
    project.pin(manifest, remote_id)
    project.sms("other", contactLists=["Open Bills"])
    planned = run_line("plan")
    assert planned.code == 0, planned.err
    assert f"{remote_id} exists, but the vendor's listing does not show it" in planned.out
    assert "Plan: 1 to add" in planned.out


@pytest.mark.parametrize("command", ["retired", "pruned"])
def test_a_campaign_that_is_not_listed_is_neither_forgotten_nor_deleted(
    run_line: Line, project: Project, simulator: Simulator, shift: Shift, command: str
) -> None:
    project.configure(QUICK)
    lag(simulator, LATE)
    path = project.sms()
    run_line("apply", "--auto-approve")
    shift(3600)
    project.sms("other", contactLists=["Open Bills"])
    if command == "pruned":
        path.unlink()
    else:
        path.write_text(
            path.read_text("utf-8").replace('"renewal"', '"renewal", "lifecycle": "retired"', 1)
        )
    applied = run_line("apply", "--auto-approve", "--prune", "--allow", "delete")
    assert applied.code == 0, applied.err
    assert names(simulator) == ["Campaign other", "Campaign renewal"]
    assert "kore_sms_campaign.renewal" in run_line("status").out
