from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.apply.receipt import exit_code
from reconciler.diagnostics import Severity
from reconciler.errors import AuthenticationFailed, ExitCode, ReadFailed
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import SeenState
from reconciler.resources.outcome import Answer, Outcome
from reconciler.resources.snapshot import Listing
from reconciler.resources.tree import Tree
from reconciler.resources.writes import PlannedRequest
from tests.support.apply_world import ApplyWorld
from tests.support.campaigns import SMS


def makes_of_it(world: ApplyWorld, changes: Tree, *, state: RunState | None = None) -> None:
    """Let the vendor answer the next create, and then show something else."""

    def alter(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        answer = effect()
        world.provider.edit(str(answer.remote_id), changes, state=state)
        return answer

    world.provider.faults = [alter]


def test_a_created_campaign_that_appears_late_is_waited_for(world: ApplyWorld) -> None:
    world.provider.visible_after = 20.0
    outcome = world.apply_one(world.create())
    assert outcome.diagnostics == ()
    assert 20 <= outcome.elapsed <= 40


def test_a_created_campaign_that_does_not_appear_in_time_is_applied_with_a_warning(
    world: ApplyWorld,
) -> None:
    world.provider.visible_after = 1000.0
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.APPLIED
    (problem,) = outcome.diagnostics
    assert (problem.severity, problem.code) == (Severity.WARNING, "not-yet-visible")
    assert exit_code([outcome]) is ExitCode.OK
    assert len(world.provider.writes) == 1


def test_a_create_that_made_two_campaigns_tells_the_other(world: ApplyWorld) -> None:
    def twice(request: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        world.provider.put(SMS, request.body or {})
        return effect()

    world.provider.faults = [twice]
    outcome = world.apply_one(world.create())
    (problem,) = outcome.diagnostics
    assert (problem.severity, problem.code) == (Severity.WARNING, "twin")
    assert problem.summary.startswith("Campaign cd-1 ")
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cd-2")


def test_a_campaign_that_no_reading_shows_is_looked_for_in_one_listing(world: ApplyWorld) -> None:
    """The answer describes a campaign in full, but what the vendor made has another id."""

    def misnamed(request: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        answer = effect()
        world.provider.remove(str(answer.remote_id))
        world.provider.put(SMS, request.body or {})
        return answer

    world.provider.faults = [misnamed]
    outcome = world.apply_one(world.create())
    assert [one.code for one in outcome.diagnostics] == ["twin", "not-yet-visible"]
    assert "Campaign cd-2 " in outcome.diagnostics[0].summary
    assert world.log.count("list") == 1


def test_a_created_campaign_with_other_values_is_an_error(world: ApplyWorld) -> None:
    change = world.create()
    wanted = replace(change, desired={**(change.desired or {}), "priority": "5"})
    makes_of_it(world, {"priority": "1"})
    outcome = world.apply_one(wanted)
    assert outcome.outcome is Outcome.APPLIED
    (problem,) = outcome.diagnostics
    assert problem.code == "not-applied-by-server"
    assert "priority" in problem.summary
    assert exit_code([outcome]) is ExitCode.ERROR


def test_few_creates_are_read_one_by_one_and_then_seen_in_the_listing(world: ApplyWorld) -> None:
    world.apply(*(world.create(name) for name in "abc"))
    assert world.provider.reads == ["get cd-1", "get cd-2", "get cd-3", "list sms"]


@pytest.mark.parametrize("number", [4, 20])
def test_many_creates_cost_one_listing(world: ApplyWorld, number: int) -> None:
    world.apply(*(world.create(f"c{one}") for one in range(number)))
    assert world.provider.reads == ["list sms"]


@pytest.mark.parametrize("problem", [ReadFailed("no answer"), AuthenticationFailed("expired")])
def test_a_reading_that_fails_does_not_undo_what_was_applied(
    world: ApplyWorld, problem: ReadFailed
) -> None:
    def fail() -> None:
        raise problem

    world.port.before["get"] = fail
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.APPLIED
    assert str(problem) in outcome.diagnostics[0].summary


def test_a_listing_that_fails_once_is_read_again(world: ApplyWorld) -> None:
    failures = iter([True])

    def fail_once() -> None:
        if next(failures, False):
            raise ReadFailed("a page is missing")

    world.port.before["list"] = fail_once
    assert world.apply_one(world.create()).diagnostics == ()


def test_an_interrupt_ends_the_waiting(world: ApplyWorld) -> None:
    world.interrupted = lambda: bool(world.provider.writes)
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.APPLIED
    assert "the run was interrupted" in outcome.diagnostics[0].summary
    assert world.provider.reads == []


def test_the_listing_is_not_asked_before_a_reading_shows_the_campaign(world: ApplyWorld) -> None:
    world.provider.visible_after = 20.0
    world.apply(world.create())
    assert world.provider.reads.count("list sms") == 1
    assert world.provider.reads.count("get cd-1") > 1


def test_what_only_the_listing_shows_is_compared_too(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = world.provider.get

    def without_priority(type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        live = get(type_, remote_id, row)
        return live and replace(live, spec={"name": live.name})

    monkeypatch.setattr(world.provider, "get", without_priority)
    change = world.create()
    wanted = replace(change, desired={**(change.desired or {}), "priority": "1"})
    (problem,) = world.apply_one(wanted).diagnostics
    assert problem.code == "not-applied-by-server"


def seen(world: ApplyWorld) -> SeenState | None:
    (record,) = world.real_ledger.view().records.values()
    return record.seen


def test_the_run_state_of_the_answer_is_recorded(world: ApplyWorld) -> None:
    world.apply_one(world.create())
    assert seen(world) == SeenState(RunState.DRAFT, "Ready")


def test_a_start_that_the_plan_announced_as_possible_is_recorded(world: ApplyWorld) -> None:
    makes_of_it(world, {}, state=RunState.ACTIVE)
    outcome = world.apply_one(world.create(irreversible=True))
    assert outcome.diagnostics == ()
    assert seen(world) == SeenState(RunState.ACTIVE, "Active")


def test_a_start_that_nothing_sent_was_to_make_is_an_error_and_stays_drift(
    world: ApplyWorld,
) -> None:
    makes_of_it(world, {}, state=RunState.ACTIVE)
    outcome = world.apply_one(world.create())
    assert [problem.code for problem in outcome.diagnostics] == ["started-by-itself"]
    assert "reconciler stop kore_sms_campaign.renewal" in outcome.diagnostics[0].detail
    assert exit_code([outcome]) is ExitCode.ERROR
    assert seen(world) == SeenState(RunState.DRAFT, "Ready")


@pytest.mark.parametrize(("announced", "accepted"), [(True, 860), (False, 0)])
def test_what_was_sent_is_accepted_only_if_the_plan_announced_it(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch, announced: bool, accepted: int
) -> None:
    listed = world.provider.list

    def counted(channel: str) -> Listing:
        found = listed(channel)
        rows = (replace(row, sent=860, execution="NORMAL") for row in found.items)
        return replace(found, items=tuple(rows))

    monkeypatch.setattr(world.provider, "list", counted)
    world.apply_one(world.create(irreversible=announced))
    assert seen(world) == SeenState(RunState.DRAFT, "Ready", "", accepted, "NORMAL")


def test_what_the_vendor_made_of_a_value_is_recorded_with_what_was_sent(world: ApplyWorld) -> None:
    change = world.create()
    wanted = replace(change, desired={**(change.desired or {}), "priority": "5"})
    makes_of_it(world, {"priority": "1"})
    world.apply_one(wanted)
    (record,) = world.real_ledger.view().records.values()
    assert (record.spec["priority"], record.overruled) == ("5", {"priority": "1"})


def test_names_that_are_returned_in_another_case_are_recorded_without_an_error(
    world: ApplyWorld,
) -> None:
    makes_of_it(world, {"contactLists": ["may"]})
    outcome = world.apply_one(world.create())
    assert outcome.diagnostics == ()
    (record,) = world.real_ledger.view().records.values()
    assert record.overruled == {"contactLists": ["may"]}
