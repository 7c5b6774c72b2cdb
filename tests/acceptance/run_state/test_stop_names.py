"""Which campaigns a stop means, and that it holds these and no others."""

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import ADDRESS, QUICK, applied, id_of, ledger, status_of

SECOND = "kore_sms_campaign.second"


@pytest.fixture
def two(run_line: Line, project: Project, simulator: Simulator) -> tuple[str, str]:
    """Two running campaigns; their ids."""
    project.configure(more=QUICK)
    project.sms("second", contactLists=["Open Bills"])
    first = applied(run_line, project, simulator)
    second = id_of(simulator, "second")
    for remote_id in (first, second):
        simulator.edit(remote_id, {"status": "Active"})
    return first, second


@pytest.mark.parametrize("how", ["renewal", "Campaign renewal", "campaign  RENEWAL", "the id"])
def test_a_campaign_may_be_called_by_any_of_its_names(
    run_line: Line, simulator: Simulator, two: tuple[str, str], how: str
) -> None:
    first, second = two
    result = run_line("stop", first if how == "the id" else how)
    assert result.code == 0, result.err
    assert [status_of(simulator, one) for one in two] == ["Stopped", "Active"]
    assert f"reconciler stop --clear {ADDRESS} --reason TEXT" in result.out
    assert second not in result.out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kore_sms_campaign.renewl", ADDRESS),
        ("kore_sms_campain.renewal", ADDRESS),
        ("secnd", "second"),
        ("Campaign secon", "Campaign second"),
    ],
)
@pytest.mark.usefixtures("two")
def test_a_misspelt_name_stops_and_holds_nothing_and_the_nearest_is_suggested(
    run_line: Line, simulator: Simulator, typed: str, meant: str
) -> None:
    simulator.clear_requests()
    result = run_line("stop", typed)
    assert result.code == 3
    assert f"Did you mean {meant}?" in result.err
    assert "Nothing was stopped." in result.err
    assert "Run it again" not in result.err
    assert ledger().tombstones() == ()
    assert simulator.requests(mutating=True) == []


def test_a_name_of_several_campaigns_stops_none_of_them(
    run_line: Line, project: Project, simulator: Simulator, two: tuple[str, str]
) -> None:
    project.care("renewal")
    result = run_line("stop", "renewal", "second")
    assert result.code == 3
    assert "'renewal' names several campaigns" in result.err
    assert f"carecycle_campaign.renewal, {ADDRESS}" in result.err
    assert [status_of(simulator, one) for one in two] == ["Active", "Stopped"]
    assert [str(stop.address) for stop in ledger().tombstones()] == [SECOND]


@pytest.mark.usefixtures("two")
def test_a_stop_of_one_campaign_holds_only_it(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    assert run_line("stop", SECOND, "--reason", "wrong list").code == 0
    assert f"{SECOND} was STOPPED by" in run_line("status").out
    project.sms("third", contactLists=["Open Bills"])
    assert run_line("start", SECOND, "--auto-approve").code == 6
    gates = ("ran-before", "duplicate-audience", "contacted-lately")
    allowed = [word for gate in gates for word in ("--allow", gate)]
    others = run_line("apply", "--auto-approve", *allowed)
    assert others.code == 0, others.err
    assert len(simulator.campaigns()) == 3
    project.sms("second", contactLists=["Open Bills"], priority=2)
    held = run_line("apply", "--auto-approve", *allowed)
    assert held.code == 6
    assert f"stopped {SECOND} (wrong list)" in held.err
    assert f"reconciler stop --clear {SECOND} --reason TEXT" in " ".join(held.err.split())


@pytest.mark.usefixtures("two")
def test_it_is_lifted_by_its_address(run_line: Line) -> None:
    run_line("stop", SECOND)
    run_line("stop", ADDRESS)
    run_line("stop", "--all", "--reason", "everything")
    first = run_line("stop", "--clear", "--reason", "mended")
    assert first.code == 0
    assert first.out.endswith(
        f"Nothing was started. Still stopped: {ADDRESS}, {SECOND}. To see why:\n"
        "    reconciler status\n"
    )
    assert [str(one.address) for one in ledger().tombstones()] == [SECOND, ADDRESS]
    again = run_line("stop", "--clear", "--reason", "mended")
    assert again.code == 1
    assert f"Stopped are: {ADDRESS}, {SECOND}." in again.err
    assert run_line("stop", "--clear", ADDRESS, "--reason", "mended").code == 0
    assert run_line("stop", "--clear", ADDRESS, "--reason", "mended").code == 1
    assert [str(one.address) for one in ledger().tombstones()] == [SECOND]
    last = run_line("stop", "--clear", "--all", "--reason", "mended")
    assert last.code == 0
    assert last.out.endswith("\napply and start may send for these again. Nothing was started.\n")
    assert ledger().tombstones() == ()
