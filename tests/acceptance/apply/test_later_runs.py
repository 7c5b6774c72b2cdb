"""Creates of unknown outcome in later runs: what plan reports, and what apply settles."""

import json
from collections.abc import Callable

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms
from tests.support.unknown_create import ADDRESS, QUICK, apply_without_answer, seed_as_sent, writes


@pytest.fixture
def unsettled(run_line: Line, project: Project, simulator: Simulator) -> Project:
    return apply_without_answer(run_line, project, simulator)


@pytest.mark.usefixtures("unsettled")
def test_plan_reports_it_writes_nothing_and_says_how_to_settle_it(
    run_line: Line, simulator: Simulator
) -> None:
    result = run_line("plan")
    assert result.code == 7
    settling = (
        f"    reconciler resolve {ADDRESS} --adopt ID\n"
        f"    reconciler resolve {ADDRESS} --not-created --reason TEXT\n"
    )
    assert settling in result.err
    assert result.out.endswith(settling)
    assert f"It is not known whether {ADDRESS} was created." in result.out
    assert "No changes" not in result.out
    assert writes(simulator) == 0


@pytest.mark.usefixtures("unsettled")
def test_apply_never_sends_it_again(run_line: Line, simulator: Simulator) -> None:
    result = run_line("apply", "--auto-approve")
    assert result.code == 7
    assert "no campaign with its name has appeared since" in result.out
    assert result.err.count("Error:") == 1
    assert result.err.lower().count("not known whether") == 1
    assert writes(simulator) == 0


def test_an_unsettled_address_does_not_block_others(
    run_line: Line, unsettled: Project, simulator: Simulator
) -> None:
    unsettled.sms("other")
    result = run_line("apply", "--auto-approve")
    assert result.code == 7
    assert [row["name"] for row in simulator.campaigns()] == ["Campaign other"]


@pytest.mark.usefixtures("unsettled")
def test_a_candidate_that_appears_later_is_announced_by_plan_and_adopted_by_apply(
    run_line: Line, simulator: Simulator
) -> None:
    found = seed_as_sent(simulator)
    planned = run_line("plan", "--out", "plan.json")
    assert planned.code == 7
    assert f"{found} has appeared since" in " ".join(planned.err.split())
    assert f"{ADDRESS} will be imported" in planned.out
    assert f"(because its create was unclear, {found} has appeared since)" in planned.out
    assert "Plan: 1 to import, 0 to add" in planned.out
    assert "will be imported" in run_line("show", "plan.json").out
    applied = run_line("apply")
    assert applied.code == 0
    assert "Apply complete! Resources: 1 imported, 0 added" in applied.out
    line = f"{ADDRESS}: imported: its create was unclear, {found} has appeared since"
    assert line in applied.err
    for result in (planned, applied):
        texts = result.out + result.err
        assert "Error:" not in texts
        assert "not known whether" not in texts.lower()
        assert "by hand" not in texts
    assert writes(simulator) == 0
    assert run_line("plan", "--detailed-exitcode").code == 0


@pytest.mark.usefixtures("unsettled")
def test_settling_costs_no_request_beyond_those_of_planning(
    run_line: Line, simulator: Simulator
) -> None:
    seed_as_sent(simulator)
    simulator.clear_requests()
    run_line("plan", "--no-cache")
    planning = len(simulator.requests())
    simulator.clear_requests()
    assert run_line("apply", "--auto-approve", "--no-cache").code == 0
    assert len(simulator.requests()) == planning


@pytest.mark.usefixtures("unsettled")
def test_a_saved_plan_may_settle_it(run_line: Line, simulator: Simulator) -> None:
    run_line("plan", "--out", "plan.json")
    seed_as_sent(simulator)
    run_line("plan", "--out", "plan.json")
    assert run_line("apply", "plan.json").code == 0


def test_a_renamed_manifest_does_not_create_it_a_second_time(
    run_line: Line, unsettled: Project, simulator: Simulator
) -> None:
    (unsettled.folder / "campaigns" / "renewal.json").unlink()
    document = sms("renewal")
    document["metadata"] = {"name": "renamed"}
    unsettled.write("renamed.json", json.dumps(document))
    result = run_line("apply", "--auto-approve")
    assert result.code == 7
    assert writes(simulator) == 0


def test_absent_after_lets_the_operator_decide_in_advance(
    run_line: Line, unsettled: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    unsettled.configure(f"{QUICK}\n        absentAfter: 1h")
    assert run_line("apply", "--auto-approve").code == 7
    shift(-7200)
    assert run_line("apply", "--auto-approve").code == 7
    # One second more than requested, because the vendor's clock has whole seconds only.
    shift(3601)
    closed = run_line("apply", "--auto-approve")
    assert closed.code == 1
    assert "closed as not created" in closed.out
    assert writes(simulator) == 0
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 1


def test_absent_after_closes_nothing_while_a_campaign_with_the_same_name_exists(
    run_line: Line, unsettled: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    seed_as_sent(simulator, description="Somebody else's.")
    unsettled.configure(f"{QUICK}\n        absentAfter: 1h")
    shift(3600)
    result = run_line("apply", "--auto-approve")
    assert result.code == 7
    assert "may be it, but its name or settings differ from what was sent" in result.out
