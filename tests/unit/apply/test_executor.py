import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.apply.events import Event, Finished, Started
from reconciler.apply.executor import apply_plan
from reconciler.apply.receipt import exit_code
from reconciler.errors import ApplyRefused, ExitCode, LedgerFailed
from reconciler.ledger.receipt_codec import encode_receipt
from reconciler.plan.model import Action
from reconciler.plan.people import CampaignReach, ReachedList
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.ledger_records import Tombstone
from reconciler.resources.outcome import Answer, Outcome
from reconciler.resources.writes import PlannedRequest
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import (
    SMS,
    START,
    ApplyWorld,
    failing,
    reply,
    sms_spec,
    update_change,
)

STOP = Tombstone("wrong list", "eve", START)


def test_nothing_to_do_leaves_no_trace(world: ApplyWorld) -> None:
    assert world.apply(replace(world.create(), action=Action.NO_OP)) == ()
    assert world.log == []


def test_creates_are_sent_one_after_another_in_plan_order(world: ApplyWorld) -> None:
    world.apply(*(world.create(name) for name in ("c", "a", "b")))
    names = [(request.body or {})["name"] for request in world.provider.writes]
    assert names == ["a", "b", "c"]
    sends = [call for call in world.log if call in {"put_intent", "send", "settle"}]
    # Each settlement but the last records the next intent too.
    assert sends == ["put_intent", *["send", "settle"] * 3]


def test_targets_do_not_wait_for_each_other(world: ApplyWorld) -> None:
    world.others["second"] = MemoryProvider(world.clock)
    meeting = threading.Barrier(2, timeout=10)

    def meet(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        meeting.wait()
        return effect()

    world.provider.faults = [meet]
    world.others["second"].faults = [meet]
    outcomes = world.apply(world.create("a"), world.create("b", target="second"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.APPLIED]
    assert [outcome.target for outcome in outcomes] == ["main", "second"]


def test_a_ledger_that_fails_for_one_target_stops_the_other(world: ApplyWorld) -> None:
    world.others["second"] = MemoryProvider(world.clock)
    world.ledger.before["put_intent"] = failing(LedgerFailed("disk full"))
    outcomes = world.apply(world.create("a"), world.create("b", target="second"))
    assert {outcome.outcome for outcome in outcomes} == {Outcome.SKIPPED}


def test_a_failing_progress_display_decides_nothing(world: ApplyWorld) -> None:
    def broken(_: Event) -> None:
        raise BrokenPipeError

    with world.lease() as lease:
        context = replace(world.context(lease), events=broken)
        plan = world.plan(world.create("a"), world.create("b"))
        outcomes = apply_plan(plan, context=context)
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.APPLIED]


def test_an_unexpected_fault_is_an_unknown_outcome_and_other_changes_continue(
    world: ApplyWorld,
) -> None:
    def defect(_: PlannedRequest, __: Callable[[], Answer]) -> Answer:
        raise RuntimeError("a defect with a secret")

    world.provider.faults = [defect]
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.UNKNOWN, Outcome.APPLIED]
    assert "RuntimeError" in outcomes[0].message
    assert "secret" not in str(outcomes)
    assert exit_code(outcomes) is ExitCode.UNKNOWN
    (receipt,) = world.real_ledger.receipts()
    assert len(receipt.outcomes) == 2


def test_a_run_that_breaks_off_leaves_a_receipt_of_what_it_did(world: ApplyWorld) -> None:
    class Killed(BaseException):
        pass

    def killed(_: PlannedRequest, __: Callable[[], Answer]) -> Answer:
        raise Killed

    world.provider.faults = [killed]
    world.others["second"] = MemoryProvider(world.clock)
    with pytest.raises(Killed):
        world.apply(world.create("a"), world.create("b", target="second"))
    (receipt,) = world.real_ledger.receipts()
    assert {(entry.address.name, entry.outcome) for entry in receipt.outcomes} == {
        ("a", Outcome.UNKNOWN),
        ("b", Outcome.APPLIED),
    }


def test_what_a_killed_run_noted_becomes_its_receipt_in_the_next_run(world: ApplyWorld) -> None:
    world.provider.faults = [None, reply(400)]
    world.ledger.before["add_receipt"] = failing(LedgerFailed("killed"))
    world.apply(world.create("a"), world.create("b"))
    (left,) = world.real_ledger.view().unfinished
    assert [entry.outcome for entry in left.outcomes] == [Outcome.APPLIED, Outcome.REFUSED]
    world.ledger.before.clear()
    world.apply(world.create("c"))
    assert world.real_ledger.view().unfinished == ()
    killed, last = world.real_ledger.receipts()
    assert killed == left
    assert [entry.address.name for entry in last.outcomes] == ["c"]


def test_an_update_that_changed_no_record_is_noted_at_once(world: ApplyWorld) -> None:
    live = world.provider.put(SMS, create_spec(BY_TYPE[SMS], sms_spec("a")))
    world.provider.faults = [reply(400)]
    world.ledger.before["add_receipt"] = failing(LedgerFailed("killed"))
    world.apply(update_change(world.provider, live, {"priority": "1"}))
    (left,) = world.real_ledger.view().unfinished
    assert [(one.action, one.outcome) for one in left.outcomes] == [("update", Outcome.REFUSED)]


def test_a_write_that_may_send_names_lists_records_and_channel(world: ApplyWorld) -> None:
    lists = (ReachedList("May", 1200), ReachedList("June", 30))
    world.apply(world.create("a", reach=CampaignReach(channel="SMS", lists=lists)))
    world.apply(world.create("b"))
    first, second = (receipt.outcomes[0] for receipt in world.real_ledger.receipts())
    assert (first.channel, first.lists, first.records) == ("SMS", ("May", "June"), 1230)
    assert (second.channel, second.lists, second.records) == (None, None, None)


def test_an_interrupt_finishes_the_request_in_flight_and_sends_no_other(world: ApplyWorld) -> None:
    world.interrupted = lambda: bool(world.provider.writes)
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.SKIPPED]
    assert len(world.real_ledger.view().records) == 1
    assert exit_code(outcomes) is ExitCode.ERROR
    assert world.real_ledger.lock() is None


def test_a_stop_before_the_run_refuses_it(world: ApplyWorld) -> None:
    world.real_ledger.add_tombstone(STOP)
    with pytest.raises(ApplyRefused, match="eve stopped this environment: wrong list"):
        world.apply(world.create())
    assert world.provider.writes == []


def test_a_stop_during_the_run_is_seen_before_the_next_write(world: ApplyWorld) -> None:
    def stop(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        world.real_ledger.add_tombstone(STOP)
        return effect()

    world.provider.faults = [stop]
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.SKIPPED]
    assert exit_code(outcomes) is ExitCode.REFUSED


def test_a_plan_is_applied_once(world: ApplyWorld) -> None:
    plan = world.plan(world.create())
    with world.lease() as lease:
        apply_plan(plan, context=world.context(lease))
        with pytest.raises(ApplyRefused, match="applied before"):
            apply_plan(plan, context=world.context(lease))
    assert len(world.provider.writes) == 1


def test_a_plan_with_errors_is_not_applied(world: ApplyWorld) -> None:
    with world.lease() as lease, pytest.raises(ApplyRefused):
        apply_plan(replace(world.plan(world.create()), errored=True), context=world.context(lease))
    assert world.log == []


def test_nothing_is_sent_while_the_lease_is_uncertain(world: ApplyWorld) -> None:
    world.settings = replace(world.settings, create_timeout=151)
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.SKIPPED
    assert world.provider.writes == []


def test_every_change_is_reported_from_start_to_finish(world: ApplyWorld) -> None:
    world.apply(world.create("a"), world.create("b"))
    told = [
        (type(event).__name__, str(getattr(event, "address", "")))
        for event in world.events
        if isinstance(event, Started | Finished)
    ]
    assert told[0] == ("Started", "kore_sms_campaign.a")
    assert [name for name, _ in told] == ["Started", "Started", "Finished", "Finished"]


def test_the_receipt_says_who_did_what_without_texts_or_numbers(world: ApplyWorld) -> None:
    world.provider.faults = [None, reply(400, message="caller +919876543210 unknown")]
    world.apply(world.create("a"), world.create("b"))
    (receipt,) = world.real_ledger.receipts()
    assert receipt.plan_id == "plan-1"
    assert (receipt.who, receipt.commit, receipt.run_url) == ("ada", "abc123", "https://ci/1")
    assert [entry.remote_id for entry in receipt.outcomes] == ["cd-1", None]
    text = encode_receipt(receipt)
    assert "+91" not in text
    assert "Support Flow" not in text


def test_a_receipt_that_cannot_be_kept_is_an_error(world: ApplyWorld) -> None:
    world.ledger.before["add_receipt"] = failing(LedgerFailed("disk full"))
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.APPLIED
    assert exit_code([outcome]) is ExitCode.ERROR
