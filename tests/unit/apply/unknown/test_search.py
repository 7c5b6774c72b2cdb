import pytest

from reconciler.address import Address
from reconciler.apply.events import Waiting
from reconciler.errors import ReadFailed
from reconciler.resources.base import Live, RunState
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.outcome import Answer, Outcome
from reconciler.resources.tree import Tree
from tests.support.apply_world import SMS, ApplyWorld, after_effect, sms_spec

RESET = Answer(sent=True, message="connection reset")


def stranger(world: ApplyWorld, name: str = "renewal", **top: str) -> Live:
    spec: Tree = {**sms_spec(name), **top}
    return world.provider.put(SMS, create_spec(BY_TYPE[SMS], spec))


@pytest.mark.parametrize("shown", ["RENEWAL", "renewal ", "re\u200bnewal"])
def test_a_campaign_whose_name_the_vendor_changed_is_found(world: ApplyWorld, shown: str) -> None:
    world.provider.faults = [RESET]
    made = stranger(world, shown)
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, made.remote_id)


def test_a_campaign_of_another_name_is_not_taken(world: ApplyWorld) -> None:
    world.provider.faults = [RESET]
    stranger(world, "renewals")
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.UNKNOWN


def test_a_search_says_how_long_it_will_last(world: ApplyWorld) -> None:
    world.provider.faults = [RESET]
    world.apply_one(world.create())
    waits = [event.reason for event in world.events if isinstance(event, Waiting)]
    assert waits[0] == "checking what was created, at most 5 min more"
    assert len(set(waits)) > 1


def test_two_candidates_are_never_guessed_between(world: ApplyWorld) -> None:
    world.provider.faults = [after_effect(RESET)]
    stranger(world)
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.UNKNOWN
    assert Address(SMS, "renewal") in world.real_ledger.view().intents


def test_a_campaign_that_was_there_before_is_not_a_candidate(world: ApplyWorld) -> None:
    world.provider.faults = [RESET]
    before = stranger(world)
    outcome = world.apply_one(world.create(seen_ids=(before.remote_id,)))
    assert outcome.outcome is Outcome.UNKNOWN


def test_a_campaign_of_another_address_is_not_a_candidate(world: ApplyWorld) -> None:
    world.apply(world.create("renewal"))
    world.provider.faults = [RESET]
    twin = world.create("twin")
    world.provider.edit("cd-1", {"name": "twin"})
    assert world.apply_one(twin).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("field", ["priority", "description"])
def test_a_campaign_with_other_values_is_not_a_candidate(world: ApplyWorld, field: str) -> None:
    world.provider.faults = [RESET]
    stranger(world, **{field: "1"})
    assert world.apply_one(world.create()).outcome is Outcome.UNKNOWN


def test_an_archived_campaign_is_not_a_candidate(world: ApplyWorld) -> None:
    world.provider.faults = [RESET]
    world.provider.put(SMS, sms_spec("renewal"), state=RunState.ARCHIVED)
    assert world.apply_one(world.create()).outcome is Outcome.UNKNOWN


def test_a_campaign_that_appears_late_is_found_within_the_settling_time(world: ApplyWorld) -> None:
    world.provider.visible_after = 200.0
    world.provider.faults = [after_effect(RESET)]
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cd-1")


def test_a_fault_while_recording_one_campaign_does_not_stop_the_search_for_others(
    world: ApplyWorld,
) -> None:
    def defect() -> None:
        del world.ledger.before["settle"]
        raise RuntimeError("a defect with a secret")

    world.ledger.before["settle"] = defect
    world.provider.faults = [after_effect(RESET), after_effect(RESET)]
    first, second = world.apply(world.create("a"), world.create("b"))
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.APPLIED)
    assert "RuntimeError" in first.message
    assert "secret" not in str(first)
    assert [*world.real_ledger.view().intents] == [first.address]


def test_a_campaign_that_appears_too_late_stays_unknown(world: ApplyWorld) -> None:
    world.provider.visible_after = 1000.0
    world.provider.faults = [after_effect(RESET)]
    assert world.apply_one(world.create()).outcome is Outcome.UNKNOWN
    assert sum(world.clock.sleeps) <= 300


def test_a_listing_that_fails_proves_nothing(world: ApplyWorld) -> None:
    failures = iter([True, True])

    def fail_twice() -> None:
        if next(failures, False):
            raise ReadFailed("a page is missing")

    world.port.before["list"] = fail_twice
    world.provider.faults = [after_effect(RESET)]
    assert world.apply_one(world.create()).outcome is Outcome.APPLIED


def test_the_lease_is_renewed_during_the_search(world: ApplyWorld) -> None:
    world.provider.faults = [RESET]
    world.apply(world.create())
    assert world.log.count("renew") >= 8


def test_an_interrupt_ends_the_search(world: ApplyWorld) -> None:
    world.provider.faults = [after_effect(RESET)]
    world.interrupted = lambda: bool(world.provider.writes)
    assert world.apply_one(world.create()).outcome is Outcome.UNKNOWN
    assert world.provider.reads == []


def test_unknown_creates_share_one_listing_per_search(world: ApplyWorld) -> None:
    world.provider.faults = [after_effect(RESET)] * 5
    outcomes = world.apply(*(world.create(f"c{number}") for number in range(5)))
    assert {outcome.outcome for outcome in outcomes} == {Outcome.APPLIED}
    assert world.provider.reads == ["list sms", "list sms"]
