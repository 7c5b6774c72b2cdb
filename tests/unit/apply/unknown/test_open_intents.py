"""Open intents of earlier runs, settled from what planning read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.address import Address
from reconciler.apply.context import ApplyContext
from reconciler.apply.executor import apply_plan
from reconciler.apply.receipt import exit_code
from reconciler.errors import ExitCode, LedgerFailed, ReadFailed
from reconciler.ledger.lease import Lease
from reconciler.plan.model import Change
from reconciler.plan.sent_marks import intent_key
from reconciler.resources.base import Live, RunState
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.outcome import Answer, ChangeOutcome, Outcome
from reconciler.resources.snapshot import Listing, TargetSnapshot
from reconciler.resources.tree import Tree
from tests.support.apply_world import CARE, SMS, START, ApplyWorld, failing, new_change, sms_spec

ADDRESS = Address(SMS, "renewal")
RESET = Answer(sent=True, message="connection reset")


def made(world: ApplyWorld, name: str = "renewal") -> Live:
    return world.provider.put(SMS, create_spec(BY_TYPE[SMS], sms_spec(name)))


def later(world: ApplyWorld, *changes: Change, thin: bool = False) -> tuple[ChangeOutcome, ...]:
    """Apply in a later run, with a fresh listing that planning read."""
    with world.lease() as lease:
        return apply_plan(world.plan(*changes), context=read(world, lease, thin=thin))


def read(world: ApplyWorld, lease: Lease, *, thin: bool) -> ApplyContext:
    kinds = {BY_TYPE[live.type].channel: live.type for live in world.provider.all()}
    listings = {}
    for channel in {*kinds, "sms"}:
        rows = tuple(replace(row, thin=thin) for row in world.provider.list(channel).items)
        listings[channel] = Listing(channel, rows, as_of=world.clock.now())
    world.log.clear()
    tick = world.clock.monotonic()
    snapshot = TargetSnapshot(target="main", listings=listings, begun_tick=tick, ended_tick=tick)
    return replace(world.context(lease), snapshots={"main": snapshot})


@pytest.fixture
def unsettled(world: ApplyWorld) -> ApplyWorld:
    world.provider.faults = [RESET]
    assert world.apply_one(world.create()).outcome is Outcome.UNKNOWN
    world.provider.writes.clear()
    return world


def test_the_one_candidate_is_adopted_and_nothing_is_sent(unsettled: ApplyWorld) -> None:
    live = made(unsettled)
    (outcome,) = later(unsettled)
    assert (outcome.outcome, outcome.action, outcome.remote_id) == (
        Outcome.APPLIED,
        "adopt",
        live.remote_id,
    )
    record = unsettled.real_ledger.view().records[ADDRESS]
    assert (record.created, record.spec) == (True, sms_spec("renewal"))
    assert unsettled.provider.writes == []
    assert {"send", "list", "get", "use_plan"}.isdisjoint(unsettled.log)


def test_a_thin_row_is_completed_by_one_reading(unsettled: ApplyWorld) -> None:
    made(unsettled)
    (outcome,) = later(unsettled, thin=True)
    assert outcome.outcome is Outcome.APPLIED
    assert unsettled.log.count("get") == 1


def test_what_was_not_found_stays_open_and_ends_with_7(unsettled: ApplyWorld) -> None:
    (outcome,) = later(unsettled)
    assert exit_code([outcome]) is ExitCode.UNKNOWN
    assert "no campaign with its name has appeared since" in outcome.message
    assert ADDRESS in unsettled.real_ledger.view().intents


def test_two_candidates_are_named_and_left_alone(unsettled: ApplyWorld) -> None:
    first, second = made(unsettled), made(unsettled)
    (outcome,) = later(unsettled)
    assert f"several campaigns fit: {first.remote_id}, {second.remote_id}" in outcome.message


def test_a_reading_that_fails_settles_nothing(unsettled: ApplyWorld) -> None:
    made(unsettled)
    unsettled.port.before["get"] = lambda: (_ for _ in ()).throw(ReadFailed("no answer"))
    (outcome,) = later(unsettled, thin=True)
    assert outcome.outcome is Outcome.UNKNOWN
    assert "no answer" in outcome.message


def test_a_target_that_was_not_read_is_left_out(unsettled: ApplyWorld) -> None:
    made(unsettled)
    with unsettled.lease() as lease:
        assert apply_plan(unsettled.plan(), context=unsettled.context(lease)) == ()


def test_absent_after_closes_only_once_it_has_passed(unsettled: ApplyWorld) -> None:
    unsettled.settings = replace(unsettled.settings, absent_after=3600.0)
    assert later(unsettled)[0].outcome is Outcome.UNKNOWN
    unsettled.clock.advance(3600)
    (outcome,) = later(unsettled)
    assert (outcome.outcome, exit_code([outcome])) == (Outcome.REFUSED, ExitCode.ERROR)
    assert unsettled.real_ledger.view().intents == {}


def test_without_absent_after_no_time_is_long_enough(unsettled: ApplyWorld) -> None:
    unsettled.clock.advance(10_000_000)
    assert later(unsettled)[0].outcome is Outcome.UNKNOWN


def test_a_wall_clock_that_went_back_proves_nothing(unsettled: ApplyWorld) -> None:
    unsettled.settings = replace(unsettled.settings, absent_after=60.0)
    unsettled.clock.advance(-900)
    assert later(unsettled)[0].outcome is Outcome.UNKNOWN


def test_other_changes_continue(unsettled: ApplyWorld) -> None:
    outcomes = later(unsettled, unsettled.create("other"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.UNKNOWN]
    assert len(unsettled.provider.writes) == 1


def test_an_interrupted_run_searches_for_nothing(unsettled: ApplyWorld) -> None:
    made(unsettled)
    unsettled.interrupted = lambda: True
    (outcome,) = later(unsettled)
    assert "was not looked for" in outcome.message


def test_the_receipt_has_what_was_settled(unsettled: ApplyWorld) -> None:
    live = made(unsettled)
    later(unsettled)
    (entry,) = unsettled.real_ledger.receipts()[-1].outcomes
    assert (entry.action, entry.remote_id) == ("adopt", live.remote_id)


@pytest.fixture
def draft(care: ApplyWorld) -> Live:
    """The draft of a create whose answer was lost; its second request was never sent."""
    care.provider.faults = [RESET]
    change = new_change(care.provider, "care", type_=CARE)
    assert care.apply_one(change).outcome is Outcome.UNKNOWN
    return care.provider.put(CARE, {"name": "care", "description": "d"})


def spec_of(world: ApplyWorld) -> Tree:
    return world.real_ledger.view().records[Address(CARE, "care")].spec


@pytest.mark.usefixtures("draft")
def test_a_found_draft_gets_the_settings_that_were_never_sent(care: ApplyWorld) -> None:
    (outcome,) = later(care)
    assert (outcome.outcome, outcome.diagnostics) == (Outcome.APPLIED, ())
    assert spec_of(care) == {"name": "care", "description": "d", "enablePulse": True}
    assert care.provider.all()[0].spec["enablePulse"] is True


def test_settings_that_a_found_campaign_has_are_not_sent_again(
    care: ApplyWorld, draft: Live
) -> None:
    care.provider.edit(draft.remote_id, {"enablePulse": True})
    sent = len(care.provider.writes)
    (outcome,) = later(care)
    assert (outcome.outcome, outcome.diagnostics) == (Outcome.APPLIED, ())
    assert len(care.provider.writes) == sent
    assert spec_of(care) == {"name": "care", "description": "d", "enablePulse": True}


def test_a_found_campaign_that_is_no_draft_any_more_gets_no_settings(
    care: ApplyWorld, draft: Live
) -> None:
    care.provider.edit(draft.remote_id, {}, state=RunState.PAUSED)
    sent = len(care.provider.writes)
    (outcome,) = later(care)
    assert [problem.code for problem in outcome.diagnostics] == ["settings-not-sent"]
    assert "it is not a draft any more" in outcome.diagnostics[0].summary
    assert exit_code([outcome]) is ExitCode.ERROR
    assert len(care.provider.writes) == sent
    assert spec_of(care) == {"name": "care", "description": "d"}


@pytest.mark.usefixtures("draft")
def test_an_intent_of_an_older_version_does_not_have_the_settings(care: ApplyWorld) -> None:
    with care.lease() as lease:
        (intent,) = care.real_ledger.view().intents.values()
        mark = care.marks()[intent_key(intent, "")]
        care.real_ledger.update_intent(replace(intent, later=()), lease.id, mark)
    (outcome,) = later(care)
    assert [problem.code for problem in outcome.diagnostics] == ["settings-not-sent"]
    assert spec_of(care) == {"name": "care", "description": "d"}


def test_a_ledger_that_fails_leaves_a_file_with_the_command(unsettled: ApplyWorld) -> None:
    live = made(unsettled)
    unsettled.ledger.before["settle"] = failing(LedgerFailed("disk full"))
    (outcome,) = later(unsettled)
    assert exit_code([outcome]) is ExitCode.ERROR
    (path,) = unsettled.folder.glob("recovery-*.json")
    assert f"resolve {ADDRESS} --adopt {live.remote_id} -e test" in path.read_text()
    unsettled.ledger.before.clear()
    later(unsettled)
    assert not path.exists()


def test_the_intent_stays_open_if_the_campaign_was_renamed(unsettled: ApplyWorld) -> None:
    live = made(unsettled)
    unsettled.provider.edit(live.remote_id, {"name": "renamed"})
    unsettled.settings = replace(unsettled.settings, absent_after=60.0)
    unsettled.clock.advance(3600)
    (outcome,) = later(unsettled)
    assert outcome.outcome is Outcome.UNKNOWN
    assert f"{live.remote_id} may be it" in outcome.message


@pytest.fixture
def denied(world: ApplyWorld) -> ApplyWorld:
    world.provider.faults = [Answer(sent=True, status=409, is_object=True, message="exists")]
    assert later(world, world.create())[0].outcome is Outcome.REFUSED
    world.provider.writes.clear()
    return world


def test_a_denied_create_that_has_appeared_is_adopted(denied: ApplyWorld) -> None:
    live = made(denied)
    (outcome,) = later(denied)
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, live.remote_id)
    assert denied.real_ledger.view().intents == {}


def test_a_denied_create_is_closed_once_the_vendor_must_have_listed_it(denied: ApplyWorld) -> None:
    denied.clock.advance(299)
    assert later(denied) == ()
    assert ADDRESS in denied.real_ledger.view().intents
    denied.clock.advance(1)
    (outcome,) = later(denied, denied.create())
    assert outcome.outcome is Outcome.APPLIED
    assert denied.live_names() == ["renewal"]


def test_after_a_clock_went_back_a_denied_create_waits_for_one_settling_time(
    denied: ApplyWorld,
) -> None:
    denied.clock.jump(-7200)
    assert later(denied) == ()
    assert ADDRESS in denied.real_ledger.view().intents
    begun = denied.clock.monotonic()
    waits = replace(denied.create(), not_before=START + timedelta(hours=2))
    (outcome,) = later(denied, waits)
    assert outcome.outcome is Outcome.APPLIED
    assert 300 <= denied.clock.monotonic() - begun < 360


def test_a_denied_create_stays_open_if_a_campaign_with_its_name_does_not_match(
    denied: ApplyWorld,
) -> None:
    live = made(denied)
    denied.provider.edit(live.remote_id, {"description": "edited"})
    denied.clock.advance(3600)
    assert later(denied) == ()
    assert ADDRESS in denied.real_ledger.view().intents


def test_a_denied_create_is_closed_where_the_plan_agrees_to_create_beside_what_may_be_it(
    denied: ApplyWorld,
) -> None:
    live = made(denied)
    denied.provider.edit(live.remote_id, {"name": "renamed"})
    denied.clock.advance(3600)
    (outcome,) = later(denied, replace(denied.create(), seen_ids=(live.remote_id,)))
    assert outcome.outcome is Outcome.APPLIED
    assert denied.live_names() == ["renamed", "renewal"]
