"""A create that the vendor denies: nothing is created twice, and the address is never stuck."""

import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest

from reconciler.clock import SystemClock
from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from reconciler.simulator.kore.rate_limit import RATE_TEXT
from tests.support.cli import Line, Project, sms
from tests.support.contact_lists import resize
from tests.support.denied_creates import MESSAGE, QUICK, creates, deny
from tests.support.unknown_create import ADDRESS

LAG = 60.0
CARE = """\
apiVersion: reconciler/v1
kind: CareCycleCampaign
metadata: {name: check-up}
spec: {name: Check-up}
"""
Shift = Callable[[float], None]
Pass = Callable[[float], None]

RATE = json.dumps({"message": RATE_TEXT})
ERROR = json.dumps({"status": "error", "message": "Name exists already"})
DENIALS = [
    *((status, MESSAGE) for status in (400, 401, 402, 403, 404, 405, 406, 409, 410)),
    *((status, MESSAGE) for status in (413, 415, 422, 423, 425, 429, 451, 499)),
    *((status, "") for status in (301, 302, 307, 308, 400, 409, 422, 429)),
    *((status, RATE) for status in (400, 403, 429)),
    (200, ERROR),
]


@pytest.fixture
def lagging(project: Project, simulator: Simulator) -> Project:
    lag: Tree = {"list_lag": LAG, "get_lag": LAG}
    simulator.change_switches({"kore": lag, "carecycle": lag})
    project.configure(QUICK)
    path = project.folder / "reconciler.yaml"
    path.write_text(
        path.read_text("utf-8") + "        settle: 90s\n        readBack: 1s\n", "utf-8"
    )
    project.sms()
    return project


def is_rate_limit(status: int, body: str) -> bool:
    return status == 429 or body == RATE


@pytest.mark.usefixtures("lagging", "skip_time")
@pytest.mark.parametrize(("status", "body"), DENIALS)
def test_what_was_created_all_the_same_is_adopted_and_never_created_again(
    run_line: Line, simulator: Simulator, status: int, body: str
) -> None:
    deny(simulator, status, body, acts=True)
    last = run_line("apply", "--auto-approve")
    if not is_rate_limit(status, body):
        assert last.code == (4 if status in (401, 403) else 1), last.err
        assert creates(simulator) == 1
        assert run_line("apply", "--auto-approve", "--no-wait").code == 6
        last = run_line("apply", "--auto-approve")
    assert last.code == 0, last.err
    assert creates(simulator) == 1
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert len(simulator.campaigns()) == 1


@pytest.mark.usefixtures("lagging")
@pytest.mark.parametrize(("status", "body"), DENIALS)
def test_what_was_not_created_is_created_after_one_wait(
    run_line: Line, simulator: Simulator, skip_time: Pass, status: int, body: str
) -> None:
    deny(simulator, status, body, acts=False)
    last = run_line("apply", "--auto-approve")
    if not is_rate_limit(status, body):
        assert last.code in (1, 4)
        skip_time(80)
        assert run_line("apply", "--auto-approve", "--no-wait").code == 6
        assert creates(simulator) == 1
        last = run_line("apply", "--auto-approve")
    assert last.code == 0, last.err
    assert creates(simulator) == 2
    assert len(simulator.campaigns()) == 1


@pytest.mark.usefixtures("lagging", "skip_time")
def test_a_wait_is_announced_and_keeps_to_one_settle(run_line: Line, simulator: Simulator) -> None:
    deny(simulator, 429, MESSAGE, acts=False)
    begun = SystemClock().monotonic()
    result = run_line("apply", "--auto-approve")
    assert result.code == 0
    assert f"{ADDRESS} may be created at " in result.err
    assert 90 <= SystemClock().monotonic() - begun < 180


@pytest.mark.usefixtures("lagging", "skip_time")
def test_two_rate_limits_end_the_run_with_5(run_line: Line, simulator: Simulator) -> None:
    simulator.faults.add(Fault(kind=FaultKind.STATUS, match="kore.create", value=429, times=2))
    result = run_line("apply", "--auto-approve")
    assert result.code == 5, result.err
    assert creates(simulator) == 2
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 1


@pytest.mark.usefixtures("lagging")
def test_a_list_that_grows_while_a_create_waits_keeps_it_from_being_sent(
    run_line: Line, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, skip_time: Pass
) -> None:
    def grow_and_pass(_: SystemClock, seconds: float) -> None:
        resize(simulator, 100_000)
        skip_time(seconds)

    deny(simulator, 429, MESSAGE, acts=False)
    monkeypatch.setattr(SystemClock, "sleep", grow_and_pass)
    result = run_line("apply", "--auto-approve")
    assert result.code == 6, result.err
    assert "reaches 100,000 contacts now; 860 contacts were agreed" in " ".join(result.err.split())
    assert creates(simulator) == 1


@pytest.mark.usefixtures("lagging")
def test_a_plan_that_expires_while_a_create_waits_keeps_it_from_being_sent(
    run_line: Line, lagging: Project, simulator: Simulator, skip_time: Pass
) -> None:
    path = lagging.folder / "reconciler.yaml"
    path.write_text(f"planExpiry: 60s\n{path.read_text('utf-8')}", "utf-8")
    run_line("plan", "--out", "plan.json")
    deny(simulator, 429, MESSAGE, acts=False)
    result = run_line("apply", "plan.json")
    assert result.code == 6, result.err
    assert "not created: the plan expired at" in result.err
    assert creates(simulator) == 1
    skip_time(0)


@pytest.mark.usefixtures("skip_time")
@pytest.mark.parametrize("acts", [True, False])
def test_a_carecycle_create_is_treated_the_same(
    run_line: Line, lagging: Project, simulator: Simulator, acts: bool
) -> None:
    (lagging.folder / "campaigns" / "renewal.json").unlink()
    lagging.write("care.yaml", CARE)
    deny(simulator, 409, MESSAGE, acts=acts, vendor="carecycle")
    assert run_line("apply", "--auto-approve").code == 1
    assert run_line("apply", "--auto-approve", "--no-wait").code == 6
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 1


@pytest.mark.usefixtures("lagging")
def test_the_vendors_words_are_reported_and_the_plan_says_from_when_it_may_be_created(
    run_line: Line, simulator: Simulator
) -> None:
    deny(simulator, 409, MESSAGE, acts=False)
    first = run_line("apply", "--auto-approve")
    assert "Name exists already" in first.err
    assert "A refusal does not prove that nothing was created" in " ".join(first.err.split())
    plan = run_line("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert f"# {ADDRESS} will be created (not before " in plan.out
    assert "was denied" in plan.err
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert change["reconciler"]["not_before"].endswith("Z")
    again = run_line("apply", "--auto-approve", "--no-wait")
    assert again.code == 6
    assert "not created before" in again.err


@pytest.mark.usefixtures("lagging")
def test_a_saved_plan_holds_across_the_wait(
    run_line: Line, simulator: Simulator, skip_time: Pass
) -> None:
    deny(simulator, 409, MESSAGE, acts=False)
    run_line("apply", "--auto-approve")
    run_line("plan", "--out", "plan.json")
    assert "(not before " in run_line("show", "plan.json").out
    skip_time(40)
    assert run_line("apply", "plan.json").code == 0
    assert len(simulator.campaigns()) == 1


def test_a_denied_create_blocks_its_name_under_another_address(
    run_line: Line, lagging: Project, simulator: Simulator, skip_time: Pass
) -> None:
    deny(simulator, 409, MESSAGE, acts=True)
    run_line("apply", "--auto-approve")
    old = lagging.folder / "campaigns" / "renewal.json"
    spec = {**json.loads(old.read_text("utf-8")), "metadata": {"name": "other"}}
    old.unlink()
    lagging.write("other.json", json.dumps(spec))
    assert run_line("apply", "--auto-approve", "--no-wait").code == 6
    assert creates(simulator) == 1
    skip_time(95)
    run_line("apply", "--auto-approve")
    assert creates(simulator) == 1


@pytest.mark.usefixtures("lagging")
def test_other_creates_of_the_run_continue(
    run_line: Line, lagging: Project, simulator: Simulator
) -> None:
    lagging.sms("second")
    simulator.change_switches({"kore": {"list_lag": 0, "get_lag": 0}})
    deny(simulator, 422, MESSAGE, acts=False)
    assert run_line("apply", "--auto-approve", "--allow", "duplicate-audience").code == 1
    assert len(simulator.campaigns()) == 1


@pytest.mark.usefixtures("lagging", "skip_time")
@pytest.mark.parametrize("before", [-7200, 7200])
@pytest.mark.parametrize("after", [-7200, 0, 7200])
def test_whatever_a_clock_shows_a_create_is_held_for_one_settle_at_most(
    run_line: Line, simulator: Simulator, shift: Shift, before: int, after: int
) -> None:
    shift(before)
    deny(simulator, 409, MESSAGE, acts=False)
    assert run_line("apply", "--auto-approve").code == 1
    shift(after)
    begun = SystemClock().monotonic()
    assert run_line("apply", "--auto-approve").code == 0
    assert SystemClock().monotonic() - begun < 180
    assert len(simulator.campaigns()) == 1


@pytest.mark.usefixtures("lagging")
def test_an_answer_with_the_id_of_a_campaign_that_was_there_is_an_unknown_outcome(
    run_line: Line, lagging: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"kore": {"list_lag": 0, "get_lag": 0}})
    lagging.configure(QUICK.replace("90s", "1s"))
    others = simulator.seed_kore({"name": "Somebody else's", "campaignType": "sms"})
    body = json.dumps({"status": "success", "campaign": {"id": others}, "id": others})
    deny(simulator, 200, body, acts=False)
    result = run_line("apply", "--auto-approve", "--allow", "duplicate-audience")
    assert result.code == 7
    assert others in result.err
    (lagging.folder / "campaigns" / "renewal.json").unlink()
    run_line("apply", "--auto-approve", "--prune", "--allow", "delete")
    assert others in {str(one["id"]) for one in simulator.campaigns()}


def test_an_answer_with_the_id_of_another_targets_address_is_an_unknown_outcome(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    """Two targets of one account; the listing does not show yet what the first one created."""
    project.configure(QUICK.replace("90s", "1s"))
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8")
    begin, end = text.index("      retention:"), text.index("      care:")
    second = text[begin:end].replace("retention:", "second:")
    path.write_text(text[:end] + second + text[end:], "utf-8")
    simulator.change_switches({"kore": {"list_lag": LAG, "get_lag": LAG}})
    for name, target in (("first", "retention"), ("other", "second")):
        manifest = sms(name, contactLists=["Recent Visitors" if name == "other" else "Open Bills"])
        manifest["metadata"] = {"name": name, "target": target}
        project.write(f"{name}.json", json.dumps(manifest))
    simulator.faults.add("kore.create:old_id:2")
    assert run_line("apply", "--auto-approve", "--target", "retention").code == 0
    result = run_line("apply", "--auto-approve")
    assert result.code == 7, result.err
    assert "which belongs to another address" in result.err


@pytest.mark.usefixtures("lagging")
def test_resolve_waits_for_at_most_one_settle_whatever_the_vendors_clock_said(
    run_line: Line, simulator: Simulator, skip_time: Pass
) -> None:
    """The vendor's clock runs two minutes ahead of ours at first, and is right later."""
    late = format_datetime(SystemClock().now() + timedelta(seconds=120), usegmt=True)
    fault = Fault(kind=FaultKind.HEADERS, match="kore.list", headers={"date": late}, times=None)
    simulator.faults.add(fault)
    simulator.faults.add("kore.create:reset_before")
    assert run_line("apply", "--auto-approve", "--max-requests", "6").code == 7
    simulator.faults.clear()
    refuse = ("resolve", ADDRESS, "--not-created", "--reason", "sure")
    assert run_line(*refuse, "--no-wait").code == 6
    skip_time(80)
    assert run_line(*refuse, "--no-wait").code == 6
    begun = SystemClock().monotonic()
    resolved = run_line(*refuse)
    assert (resolved.code, "may still appear until" in resolved.err) == (0, True)
    assert SystemClock().monotonic() - begun < 95
    assert simulator.campaigns() == []
