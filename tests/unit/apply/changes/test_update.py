from dataclasses import replace
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.apply.receipt import exit_code
from reconciler.errors import ExitCode, LeaseLost, ReadFailed
from reconciler.plan.model import Action, Change, Protection
from reconciler.plan.sent_marks import mark_key, not_before
from reconciler.resources.base import Live, RunState
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.outcome import Answer, Outcome
from reconciler.resources.snapshot import TargetSnapshot
from tests.support.apply_world import (
    CARE,
    SMS,
    ApplyWorld,
    after_effect,
    care_spec,
    delete_change,
    failing,
    reply,
    sms_spec,
    update_change,
)

ADDRESS = Address(SMS, "renewal")
RESET = Answer(sent=True, message="connection reset")


@pytest.fixture
def live(world: ApplyWorld) -> Live:
    return world.provider.put(SMS, create_spec(BY_TYPE[SMS], sms_spec("renewal")))


def adopted(live: Live) -> Change:
    return Change(
        address=Address(live.type, live.name),
        target="main",
        action=Action.ADOPT,
        remote_id=live.remote_id,
        name=live.name,
        before=live.spec,
        after=live.spec,
        desired=sms_spec(live.name),
        adopts=True,
    )


def test_an_update_reads_again_writes_and_records(world: ApplyWorld, live: Live) -> None:
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert outcome.outcome is Outcome.APPLIED
    assert world.log[:4] == ["use_plan", "get", "send", "put_record"]
    assert world.provider.all()[0].spec["priority"] == "1"
    record = world.real_ledger.view().records[ADDRESS]
    assert (record.spec["priority"], record.created) == ("1", False)


@pytest.mark.parametrize("moved", [{"priority": "2"}, {"description": "by hand"}])
def test_a_campaign_that_moved_since_the_plan_is_left_alone(
    world: ApplyWorld, live: Live, moved: dict[str, str]
) -> None:
    change = update_change(world.provider, live, {"priority": "1"})
    world.provider.edit(live.remote_id, dict(moved))
    outcome = world.apply_one(change)
    assert outcome.outcome is Outcome.REFUSED
    assert f"changed after the plan was made: {next(iter(moved))}" in outcome.message
    assert world.provider.writes == []


def test_a_campaign_that_became_active_is_left_alone(world: ApplyWorld, live: Live) -> None:
    change = update_change(world.provider, live, {"priority": "1"})
    world.provider.edit(live.remote_id, {}, state=RunState.ACTIVE)
    assert "it is active" in world.apply_one(change).message
    assert world.provider.writes == []


def test_a_campaign_that_is_gone_is_not_updated(world: ApplyWorld, live: Live) -> None:
    change = update_change(world.provider, live, {"priority": "1"})
    world.provider.remove(live.remote_id)
    assert world.apply_one(change).outcome is Outcome.REFUSED
    assert world.provider.writes == []


def test_a_campaign_that_cannot_be_read_is_left_alone(world: ApplyWorld, live: Live) -> None:
    def unreadable() -> None:
        raise ReadFailed("no answer")

    world.port.before["get"] = unreadable
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert (outcome.outcome, outcome.message) == (Outcome.REFUSED, "no answer")
    assert world.provider.writes == []


def test_what_is_proven_not_applied_is_tried_three_times(world: ApplyWorld, live: Live) -> None:
    world.provider.faults = [Answer(sent=False), reply(429)]
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert outcome.outcome is Outcome.APPLIED
    assert len(world.provider.writes) == 3


def test_the_third_attempt_is_the_last(world: ApplyWorld, live: Live) -> None:
    world.provider.faults = [Answer(sent=False)] * 3
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert outcome.outcome is Outcome.REFUSED
    assert len(world.provider.writes) == 3


def test_an_unclear_update_that_reads_as_wanted_is_applied(world: ApplyWorld, live: Live) -> None:
    world.provider.faults = [after_effect(RESET)]
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert outcome.outcome is Outcome.APPLIED
    assert len(world.provider.writes) == 1


def test_an_unclear_update_that_no_reading_shows_stays_unknown(
    world: ApplyWorld, live: Live
) -> None:
    world.provider.faults = [RESET]
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert outcome.outcome is Outcome.UNKNOWN
    assert exit_code([outcome]) is ExitCode.UNKNOWN
    assert len(world.provider.writes) == 1
    assert world.real_ledger.view().records == {}


def test_an_unclear_update_of_a_field_that_no_reading_shows_stays_unknown(
    world: ApplyWorld, live: Live
) -> None:
    world.provider.faults = [after_effect(RESET)]
    change = update_change(world.provider, live, {"experienceFlowName": "Other Flow"})
    assert world.apply_one(change).outcome is Outcome.UNKNOWN


def test_an_update_that_the_server_ignores_is_an_error(world: ApplyWorld, live: Live) -> None:
    world.provider.faults = [reply(200)]
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert outcome.outcome is Outcome.APPLIED
    assert [problem.code for problem in outcome.diagnostics] == ["not-applied-by-server"]
    assert exit_code([outcome]) is ExitCode.ERROR


def test_an_adoption_sends_nothing_and_says_what_it_takes_for_true(
    world: ApplyWorld, live: Live
) -> None:
    outcome = world.apply_one(adopted(live))
    assert outcome.outcome is Outcome.APPLIED
    assert world.provider.requests_sent == 0
    record = world.real_ledger.view().records[ADDRESS]
    assert (record.generation, record.created) == (0, False)
    assert record.assumed == ("experienceFlowName",)


def test_an_update_that_sends_everything_leaves_nothing_assumed(
    world: ApplyWorld, live: Live
) -> None:
    world.apply(adopted(live))
    world.apply(update_change(world.provider, live, {"priority": "1"}))
    assert world.real_ledger.view().records[ADDRESS].assumed == ()


def test_an_update_keeps_who_created_it(world: ApplyWorld) -> None:
    world.apply(world.create())
    (live,) = world.provider.all()
    world.apply(update_change(world.provider, live, {"priority": "1"}))
    record = world.real_ledger.view().records[ADDRESS]
    assert (record.created, record.generation) == (True, 1)


def moved_change(live: Live, **more: Any) -> Change:
    """The campaign of `live` under the new address `moved`."""
    change = replace(adopted(live), action=Action.NO_OP, adopts=False, **more)
    return replace(change, address=Address(SMS, "moved"), moved_from=ADDRESS)


def test_a_move_takes_the_record_over_and_sends_nothing(world: ApplyWorld) -> None:
    world.apply(world.create())
    (live,) = world.provider.all()
    sent = len(world.provider.writes)
    outcome = world.apply_one(moved_change(live))
    assert outcome.outcome is Outcome.APPLIED
    (record,) = world.real_ledger.view().records.values()
    assert (record.address.name, record.remote_id) == ("moved", live.remote_id)
    assert (record.created, record.generation) == (True, 1)
    assert len(world.provider.writes) == sent


def test_an_interrupted_run_moves_nothing(world: ApplyWorld) -> None:
    world.apply(world.create())
    (live,) = world.provider.all()
    world.interrupted = lambda: True
    assert world.apply_one(moved_change(live)).outcome is Outcome.SKIPPED
    assert list(world.real_ledger.view().records) == [ADDRESS]


def test_a_moved_update_is_recorded_at_its_new_address_only(world: ApplyWorld) -> None:
    world.apply(world.create())
    (live,) = world.provider.all()
    change = update_change(world.provider, live, {"priority": "1"})
    world.apply(replace(change, address=Address(SMS, "moved"), moved_from=ADDRESS))
    (record,) = world.real_ledger.view().records.values()
    assert (record.address.name, record.spec["priority"]) == ("moved", "1")
    assert record.created


def test_a_moved_update_that_is_refused_stays_where_it_was(world: ApplyWorld) -> None:
    world.apply(world.create())
    (live,) = world.provider.all()
    change = update_change(world.provider, live, {"priority": "1"})
    world.provider.edit(live.remote_id, {"priority": "2"})
    world.apply(replace(change, address=Address(SMS, "moved"), moved_from=ADDRESS))
    assert list(world.real_ledger.view().records) == [ADDRESS]


def test_what_a_person_must_change_moves_with_what_was_last_applied(world: ApplyWorld) -> None:
    world.apply(world.create())
    (live,) = world.provider.all()
    wanted = sms_spec("renewal", priority="1")
    world.apply(replace(moved_change(live), action=Action.MANUAL, desired=wanted))
    (record,) = world.real_ledger.view().records.values()
    assert (record.address.name, "priority" in record.spec) == ("moved", False)


@pytest.mark.parametrize(
    ("before", "protection"),
    [
        (Protection.UNPROTECT, Protection.PROTECT),
        (Protection.PROTECT, Protection.UNPROTECT),
    ],
)
def test_the_ledger_learns_whether_a_campaign_is_protected(
    world: ApplyWorld, live: Live, before: Protection, protection: Protection
) -> None:
    world.apply(replace(adopted(live), protection=before))
    known = replace(adopted(live), action=Action.NO_OP, adopts=False, protection=protection)
    assert world.apply_one(known).outcome is Outcome.APPLIED
    protected = world.real_ledger.view().records[ADDRESS].protected
    assert protected is (protection is Protection.PROTECT)


def test_an_update_keeps_a_protection(world: ApplyWorld, live: Live) -> None:
    world.apply(replace(adopted(live), protection=Protection.PROTECT))
    world.apply(update_change(world.provider, live, {"priority": "1"}))
    assert world.real_ledger.view().records[ADDRESS].protected


def test_a_created_campaign_can_be_protected_at_once(world: ApplyWorld) -> None:
    world.apply(replace(world.create(), protection=Protection.PROTECT))
    assert world.real_ledger.view().records[ADDRESS].protected


def test_forgetting_sends_nothing(world: ApplyWorld, live: Live) -> None:
    world.apply(adopted(live))
    world.apply(replace(adopted(live), action=Action.FORGET, adopts=False))
    assert world.real_ledger.view().records == {}
    assert world.provider.requests_sent == 0


def test_a_delete_is_forgotten_once_it_is_proven(world: ApplyWorld, live: Live) -> None:
    world.apply(adopted(live))
    outcome = world.apply_one(delete_change(world.provider, live))
    assert outcome.outcome is Outcome.APPLIED
    assert world.provider.all() == ()
    assert world.real_ledger.view().records == {}


def test_after_a_delete_the_next_create_of_its_name_waits(world: ApplyWorld, live: Live) -> None:
    world.apply(delete_change(world.provider, live))
    (mark,) = world.real_ledger.marks([mark_key(live.type, live.name, "")]).values()
    assert (mark.sent.ours, mark.seen_ids) == (world.clock.now(), (live.remote_id,))
    snapshot = TargetSnapshot(target="main")
    assert not_before(mark, snapshot, settle=300, now=world.clock.now()) is not None


@pytest.mark.parametrize("answer", [reply(200), RESET])
def test_a_delete_that_no_reading_shows_is_remembered(
    world: ApplyWorld, live: Live, answer: Answer
) -> None:
    world.apply(adopted(live))
    world.provider.faults = [answer]
    assert world.apply_one(delete_change(world.provider, live)).outcome is Outcome.UNKNOWN
    assert ADDRESS in world.real_ledger.view().records


def test_a_delete_of_what_is_gone_is_done(world: ApplyWorld, live: Live) -> None:
    change = delete_change(world.provider, live)
    world.provider.remove(live.remote_id)
    outcome = world.apply_one(change)
    assert (outcome.outcome, outcome.message) == (Outcome.APPLIED, "it was already gone")
    assert world.provider.writes == []


def test_an_archived_campaign_counts_as_deleted(care: ApplyWorld) -> None:
    live = care.provider.put(CARE, care_spec("care"))
    outcome = care.apply_one(delete_change(care.provider, live))
    assert outcome.outcome is Outcome.APPLIED
    assert care.provider.all()[0].state is RunState.ARCHIVED


def test_a_lost_lease_stops_before_the_next_write(world: ApplyWorld, live: Live) -> None:
    other = world.provider.put(SMS, create_spec(BY_TYPE[SMS], sms_spec("second")))
    world.ledger.before["put_record"] = failing(LeaseLost("taken"))
    outcomes = world.apply(
        update_change(world.provider, live, {"priority": "1"}),
        update_change(world.provider, other, {"priority": "1"}),
    )
    assert [outcome.outcome.value for outcome in outcomes] == ["applied", "skipped"]
    assert len(world.provider.writes) == 1
    assert exit_code(outcomes) is ExitCode.ERROR


def test_creates_go_before_updates(world: ApplyWorld, live: Live) -> None:
    world.apply(update_change(world.provider, live, {"priority": "1"}), world.create("zz"))
    assert [request.method for request in world.provider.writes] == ["POST", "PUT"]


def test_the_second_request_of_a_change_is_not_taken_for_a_move(
    world: ApplyWorld, live: Live
) -> None:
    change = update_change(world.provider, live, {"priority": "1"})
    (first,) = change.requests
    second = replace(first, body={**(first.body or {}), "description": "new"})
    outcome = world.apply_one(replace(change, requests=(first, second)))
    assert outcome.outcome is Outcome.APPLIED
    assert len(world.provider.writes) == 2


def test_an_interrupt_during_the_reading_prevents_the_update(world: ApplyWorld, live: Live) -> None:
    world.interrupted = lambda: "get" in world.log
    outcome = world.apply_one(update_change(world.provider, live, {"priority": "1"}))
    assert outcome.outcome is Outcome.SKIPPED
    assert world.provider.writes == []
