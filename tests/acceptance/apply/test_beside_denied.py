"""A denied create beside other campaigns: each state has a way out, and nothing else is blocked."""

import json
from collections.abc import Callable

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.denied_creates import MESSAGE, QUICK, creates, deny
from tests.support.unknown_create import ADDRESS, as_sent, seed_as_sent

Pass = Callable[[float], None]
ALLOW = ("--allow", "duplicate-audience")


@pytest.fixture
def denied(run_line: Line, project: Project, simulator: Simulator) -> Project:
    """A project whose only create was denied and had no effect."""
    project.configure(QUICK)
    project.sms()
    deny(simulator, 409, MESSAGE, acts=False)
    assert run_line("apply", "--auto-approve").code == 1
    return project


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_campaign_of_another_name_that_is_like_it_does_not_block_it_for_ever(
    run_line: Line, project: Project, simulator: Simulator, skip_time: Pass, api: str
) -> None:
    project.configure(QUICK, api)
    project.sms()
    simulator.seed_kore({**as_sent(), "name": "Somebody else's"})
    deny(simulator, 409, MESSAGE, acts=False)
    assert run_line("apply", "--auto-approve", *ALLOW).code == 1
    assert run_line("plan", "--detailed-exitcode").code == 2
    assert run_line("apply", "--auto-approve", "--no-wait", *ALLOW).code == 6
    skip_time(95)
    assert run_line("apply", "--auto-approve", *ALLOW).code == 0
    assert len(simulator.campaigns()) == 2


def test_two_denied_creates_that_are_alike_do_not_block_one_another(
    run_line: Line, project: Project, simulator: Simulator, skip_time: Pass
) -> None:
    project.configure(QUICK)
    project.sms("first")
    project.sms("second")
    simulator.faults.add("kore.create:status_after=409")
    simulator.faults.add("kore.create:status=409:2")
    assert run_line("apply", "--auto-approve", *ALLOW).code == 1
    skip_time(95)
    for _ in range(2):
        assert run_line("apply", "--auto-approve", *ALLOW).code == 0
    names = sorted(str(one["name"]) for one in simulator.campaigns())
    assert names == ["Campaign first", "Campaign second"]


@pytest.mark.usefixtures("denied")
def test_a_saved_plan_that_was_applied_too_soon_may_be_applied_later(
    run_line: Line, simulator: Simulator, skip_time: Pass
) -> None:
    run_line("plan", "--out", "plan.json")
    assert run_line("apply", "plan.json", "--no-wait").code == 6
    skip_time(95)
    assert run_line("apply", "plan.json").code == 0
    assert creates(simulator) == 2
    again = run_line("apply", "plan.json")
    assert (again.code, creates(simulator)) == (6, 2)


def test_a_denied_create_without_its_manifest_is_closed_and_never_announced_again(
    run_line: Line, denied: Project, simulator: Simulator, skip_time: Pass
) -> None:
    (denied.folder / "campaigns" / "renewal.json").unlink()
    denied.sms("second", contactLists=["Recent Visitors"])
    assert run_line("apply", "--auto-approve").code == 0
    before = len(json.loads(run_line("history", "--json").out)["receipts"])
    assert run_line("apply", "--auto-approve").code == 0
    skip_time(95)
    plan = run_line("plan")
    assert "was denied" in plan.err
    assert "creates it" not in plan.err
    assert run_line("apply", "--auto-approve").code == 0
    assert "was denied" not in run_line("plan").err
    assert creates(simulator) == 2
    after = json.loads(run_line("history", "--json").out)["receipts"]
    assert len(after) == before


@pytest.mark.usefixtures("denied")
def test_no_command_says_that_the_outcome_of_a_denied_create_is_not_known(run_line: Line) -> None:
    start = run_line("start", ADDRESS, "--auto-approve")
    assert (start.code, "unknown outcome" in start.err) == (6, False)
    assert "is not settled" in start.err
    assert "its create is not settled: plan says what to do" in run_line("status").out


@pytest.mark.usefixtures("denied")
def test_a_stop_is_confirmed_once_the_vendor_must_have_listed_a_denied_create(
    run_line: Line, skip_time: Pass
) -> None:
    assert run_line("stop", "--all", "--reason", "wrong list").code == 7
    skip_time(95)
    assert run_line("stop", "--all", "--reason", "wrong list").code == 0


def is_settled(run_line: Line) -> bool:
    plan = run_line("plan", "--detailed-exitcode")
    return plan.code == 0 and "was denied" not in plan.err


def test_of_two_campaigns_that_fit_a_denied_create_a_person_chooses_one(
    run_line: Line, denied: Project, simulator: Simulator
) -> None:
    first, second = seed_as_sent(simulator), seed_as_sent(simulator)
    planned = run_line("plan")
    assert planned.code == 1
    assert "Set metadata.remoteId to the right one" in " ".join(planned.err.split())
    assert all(one in planned.err for one in (first, second, "was denied"))
    status = run_line("status").out
    assert status.count("its create is not settled: plan says what to do") == 2
    assert run_line("apply", "--auto-approve").code == 1
    assert creates(simulator) == 1
    denied.pin(denied.folder / "campaigns" / "renewal.json", first)
    assert run_line("apply", "--auto-approve").code == 0
    assert is_settled(run_line)
    drift = run_line("drift")
    assert (drift.code, f"Campaign {second} " in drift.err) == (2, True)
    assert creates(simulator) == 1


@pytest.mark.usefixtures("denied")
def test_one_of_two_campaigns_that_fit_a_denied_create_can_be_adopted_with_resolve(
    run_line: Line, simulator: Simulator
) -> None:
    first, _ = seed_as_sent(simulator), seed_as_sent(simulator)
    resolved = run_line("resolve", ADDRESS, "--adopt", first)
    assert resolved.code == 0, resolved.err
    assert is_settled(run_line)


@pytest.mark.usefixtures("denied")
def test_a_campaign_of_the_name_with_other_content_is_taken_over_through_a_gate(
    run_line: Line, simulator: Simulator
) -> None:
    other = seed_as_sent(simulator, description="Somebody else's words.")
    planned = run_line("plan", "--detailed-exitcode")
    assert planned.code == 2
    assert f"It may have made {other} " in planned.err
    refused = run_line("apply", "--auto-approve")
    assert (refused.code, "--allow adopt-change" in refused.err) == (6, True)
    assert run_line("apply", "--auto-approve", "--allow", "adopt-change").code == 0
    assert is_settled(run_line)
    assert len(simulator.campaigns()) == 1


@pytest.mark.parametrize("ours", [True, False])
def test_a_renamed_campaign_that_a_denied_create_may_have_made_is_a_near_twin(
    run_line: Line, denied: Project, simulator: Simulator, skip_time: Pass, ours: bool
) -> None:
    other = seed_as_sent(simulator, name="Renamed by hand")
    skip_time(95)
    planned = run_line("plan", "--detailed-exitcode")
    assert (planned.code, "1 to add" in planned.out) == (2, True)
    said = f'an earlier create may have made "Renamed by hand" ({other}, Ready)'
    assert said in " ".join(planned.out.split())
    refused = run_line("apply", "--auto-approve", *ALLOW)
    assert (refused.code, "--allow near-twin" in refused.err) == (6, True)
    if ours:
        denied.pin(denied.folder / "campaigns" / "renewal.json", other)
        assert run_line("apply", "--auto-approve", "--allow", "adopt-change").code == 0
    else:
        assert run_line("apply", "--auto-approve", *ALLOW, "--allow", "near-twin").code == 0
    assert is_settled(run_line)
    assert len(simulator.campaigns()) == (1 if ours else 2)


def test_a_campaign_that_a_denied_create_made_and_somebody_archived_is_not_created_again_unasked(
    run_line: Line, project: Project, simulator: Simulator, skip_time: Pass
) -> None:
    project.configure(QUICK)
    project.care()
    deny(simulator, 409, MESSAGE, acts=True, vendor="carecycle")
    assert run_line("apply", "--auto-approve").code == 1
    (made,) = (str(one["id"]) for one in simulator.campaigns())
    skip_time(20)
    simulator.edit(made, {"status": "archived"})
    skip_time(95)
    planned = run_line("plan", "--detailed-exitcode")
    said = f'an earlier create may have made "Campaign check-up" ({made}, archived)'
    assert (planned.code, said in " ".join(planned.out.split())) == (2, True), planned.out
    assert run_line("apply", "--auto-approve").code == 6
    assert creates(simulator) == 1
    assert run_line("apply", "--auto-approve", "--allow", "near-twin").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_campaign_that_was_archived_before_the_create_is_accounted_for(
    run_line: Line, project: Project, simulator: Simulator, skip_time: Pass
) -> None:
    """It is listed late, so planning did not see it before the create."""
    project.configure(QUICK)
    project.care()
    deny(simulator, 409, MESSAGE, acts=False, vendor="carecycle")
    assert run_line("apply", "--auto-approve").code == 1
    old = {"createdAt": "2020-01-01T00:00:00Z", "updatedAt": "2021-01-01T00:00:00Z"}
    simulator.seed_carecycle({"name": "Campaign check-up", "status": "archived", **old})
    assert "near-twin" not in run_line("plan").out
    skip_time(95)
    assert run_line("apply", "--auto-approve").code == 0


def test_without_a_manifest_what_a_denied_create_may_have_made_is_adopted_with_resolve(
    run_line: Line, denied: Project, simulator: Simulator
) -> None:
    first, _ = seed_as_sent(simulator), seed_as_sent(simulator)
    manifest = denied.folder / "campaigns" / "renewal.json"
    text = manifest.read_text("utf-8")
    manifest.unlink()
    denied.sms("second", contactLists=["Recent Visitors"])
    planned = run_line("plan")
    assert planned.code == 0
    assert f"reconciler resolve {ADDRESS} --adopt ID" in planned.err
    assert run_line("resolve", ADDRESS, "--adopt", first).code == 0
    manifest.write_text(text, "utf-8")
    assert "was denied" not in run_line("plan").err
