from dataclasses import replace

import pytest

from reconciler.address import Address
from reconciler.apply.changes.created import complete_found, record_created, record_found
from reconciler.apply.changes.opening import opening_of
from reconciler.apply.step import Ended, Written
from reconciler.apply.unknown.search import FoundCreate
from reconciler.plan.compare.unknown_creates import Candidate, created_record
from reconciler.plan.model import Protection
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.ledger_records import Binding, SeenState
from reconciler.resources.outcome import Outcome
from tests.support.apply_world import CARE, SMS, START, ApplyWorld, new_change, reply, sms_spec


def test_a_found_campaign_is_recorded_with_what_its_reading_shows(world: ApplyWorld) -> None:
    change = world.create()
    world.provider.faults = [reply(500)]
    world.apply(change)
    live = world.provider.put(SMS, sms_spec("renewal"))
    with world.run(change) as run:
        (intent,) = run.view.intents.values()
        found = FoundCreate(change=change, intent=intent, candidate=Candidate(live, ()))
        step = record_found(found, run)
    assert isinstance(step, Written)
    view = world.real_ledger.view()
    assert view.records[change.address].seen == SeenState.of(live)
    flow = live.references["experienceFlowName"]
    assert view.bindings == (Binding("main", "experienceFlowName", "Support Flow", flow),)


def test_a_found_campaign_is_completed_to_what_its_create_set(world: ApplyWorld) -> None:
    change = world.create()
    with world.run(change) as run:
        intent = opening_of(change, run).intent
        record = created_record(intent, "cd-1", None, written_at=START)
        step = complete_found(replace(change, after=None), intent, record, run)
    assert step == Written(
        change=replace(change, after=create_spec(BY_TYPE[SMS], intent.spec)), record=record
    )


def test_settings_that_an_older_intent_does_not_have_are_named_with_the_campaigns_id(
    care: ApplyWorld,
) -> None:
    change = new_change(care.provider, "care", type_=CARE)
    with care.run(change) as run:
        intent = replace(opening_of(change, run).intent, later=())
        record = created_record(intent, "cc-1", None, written_at=START)
        step = complete_found(change, intent, record, run)
    assert isinstance(step, Ended)
    assert (step.remote_id, step.change.address) == ("cc-1", Address(CARE, "care"))
    assert step.message == "not set: enablePulse (the ledger does not have the request for them)"


def test_a_created_campaign_that_must_not_be_changed_is_reported_with_its_id(
    care: ApplyWorld,
) -> None:
    change = new_change(care.provider, "care", type_=CARE)
    live = care.provider.put(CARE, {"name": "care"})
    blocked = replace(live, blocked=("it is active",))
    with care.run(change) as run:
        opening = opening_of(change, run)
        care.real_ledger.put_intent(opening.intent, run.lock_id, mark=opening.mark, before=None)
        step = record_created(change, opening.intent, run, live=blocked, remote_id=live.remote_id)
    assert isinstance(step, Ended)
    assert step.remote_id == live.remote_id
    assert step.message == "not set: enablePulse (it cannot be changed now: it is active)"


@pytest.mark.parametrize("protection", list(Protection))
def test_a_created_campaign_is_recorded_with_its_protection_and_its_outcome(
    world: ApplyWorld, protection: Protection
) -> None:
    change = world.create(protection=protection)
    with world.run(change) as run:
        opening = opening_of(change, run)
        world.real_ledger.put_intent(opening.intent, run.lock_id, mark=opening.mark, before=None)
        record_created(change, opening.intent, run, live=None, remote_id="cd-1")
    view = world.real_ledger.view()
    assert view.records[change.address].protected is (protection is Protection.PROTECT)
    (part,) = view.unfinished
    assert [(one.outcome, one.remote_id) for one in part.outcomes] == [(Outcome.APPLIED, "cd-1")]


def test_no_create_is_opened_ahead_while_settings_have_yet_to_be_sent(care: ApplyWorld) -> None:
    change, other = (new_change(care.provider, name, type_=CARE) for name in ("care", "next"))
    live = care.provider.put(CARE, {"name": "care"})
    with care.run(change, other) as run:
        opening = opening_of(change, run)
        care.real_ledger.put_intent(opening.intent, run.lock_id, mark=opening.mark, before=None)
        run.following = other
        opened: list[int] = []
        care.port.before["send"] = lambda: opened.append(len(care.real_ledger.view().intents))
        record_created(change, opening.intent, run, live=live, remote_id=live.remote_id)
    assert opened == [0]
