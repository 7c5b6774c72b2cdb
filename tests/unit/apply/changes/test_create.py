import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.address import Address
from reconciler.apply.changes.create import create
from reconciler.apply.changes.opening import opening_of
from reconciler.apply.events import Progress
from reconciler.apply.executor import apply_plan
from reconciler.apply.receipt import exit_code
from reconciler.apply.step import Ended
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import error
from reconciler.errors import BudgetSpent, ExitCode, LeaseLost, LedgerFailed, ReadFailed
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Binding, Intent, Tombstone
from reconciler.resources.outcome import Answer, Outcome
from reconciler.resources.snapshot import Listing, TargetSnapshot
from reconciler.resources.tree import at
from reconciler.resources.writes import PlannedRequest
from tests.support.apply_world import (
    CARE,
    SMS,
    START,
    ApplyWorld,
    adopt_change,
    after_effect,
    failing,
    new_change,
    reply,
    sms_spec,
)

ADDRESS = Address("kore_sms_campaign", "renewal")
STOP = Tombstone("wrong list", "eve", START)
UNREACHABLE = Answer(sent=False, message="name resolution failed")
RESET = Answer(sent=True, message="connection reset")
ERROR_500 = reply(500)
LIMITED = reply(429, rate_limited=True, retry_after=7.0)


def test_the_intent_is_durable_before_the_request_leaves(world: ApplyWorld) -> None:
    seen_when_sent = []

    def look(_: PlannedRequest, _effect: object) -> Answer:
        seen_when_sent.append(set(world.real_ledger.view().intents))
        return UNREACHABLE

    world.provider.faults = [look]
    world.apply(world.create())
    assert seen_when_sent == [{ADDRESS}]
    assert world.log[:4] == ["use_plan", "put_intent", "send", "withdraw"]


def test_an_intent_has_all_that_is_needed_to_find_the_campaign(world: ApplyWorld) -> None:
    seen: list[Intent] = []

    def look(_: PlannedRequest, _effect: object) -> Answer:
        seen.extend(world.real_ledger.view().intents.values())
        return UNREACHABLE

    change = replace(world.create(), seen_ids=("cd-9",))
    marked = {**(change.requests[0].body or {}), "description": "Hi [rc-0123abcd]"}
    world.provider.faults = [look]
    world.apply(replace(change, requests=(replace(change.requests[0], body=marked),)))
    assert seen == [
        Intent(
            address=ADDRESS,
            generation=1,
            target="main",
            type="kore_sms_campaign",
            channel="sms",
            name="renewal",
            spec=sms_spec("renewal"),
            seen_ids=("cd-9",),
            run_id="plan-1",
            created_at=START,
            marker="0123abcd",
        )
    ]


def test_an_unexpected_fault_while_sending_is_an_unknown_outcome_that_names_it(
    world: ApplyWorld,
) -> None:
    def fail(_: PlannedRequest, _effect: object) -> Answer:
        raise RuntimeError("unexpected")

    world.provider.faults = [fail]
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.UNKNOWN
    assert "RuntimeError" in outcome.message


def test_a_create_costs_two_ledger_writes_and_ends_recorded(world: ApplyWorld) -> None:
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.APPLIED
    assert outcome.diagnostics == ()
    assert [one.message for one in world.events if isinstance(one, Progress)] == ["created as cd-1"]
    view = world.real_ledger.view()
    record = view.records[ADDRESS]
    assert (record.remote_id, record.generation, record.created) == ("cd-1", 1, True)
    assert record.spec == sms_spec("renewal")
    assert view.intents == {}
    assert [call for call in world.log if call in {"put_intent", "settle", "put_record"}] == [
        "put_intent",
        "settle",
    ]


def test_names_are_bound_to_the_ids_that_the_answer_shows(world: ApplyWorld) -> None:
    world.apply(world.create())
    (binding,) = world.real_ledger.view().bindings
    assert (binding.path, binding.name) == ("experienceFlowName", "Support Flow")
    assert binding.remote.startswith("cf-")


def test_names_are_bound_by_a_read_back_if_the_answer_does_not_show_them(world: ApplyWorld) -> None:
    world.provider.faults = [after_effect(reply(201, remote_id="cd-1"))]
    world.apply(world.create())
    (binding,) = world.real_ledger.view().bindings
    assert isinstance(binding, Binding)
    assert binding.name == "Support Flow"


def test_a_create_that_was_never_sent_closes_its_intent_and_can_be_applied_again(
    world: ApplyWorld,
) -> None:
    world.provider.faults = [UNREACHABLE]
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.REFUSED
    assert exit_code([outcome]) is ExitCode.ERROR
    assert world.real_ledger.view().intents == {}
    assert world.apply_one(world.create()).outcome is Outcome.APPLIED
    assert world.live_names() == ["renewal"]


DENIALS = [
    (reply(302), ExitCode.ERROR),
    (reply(400), ExitCode.ERROR),
    (reply(401), ExitCode.AUTHENTICATION),
    (reply(403, is_object=False), ExitCode.AUTHENTICATION),
    (reply(409), ExitCode.ERROR),
    (reply(422), ExitCode.ERROR),
    (reply(400, is_object=False), ExitCode.ERROR),
    (reply(200, states_error=True), ExitCode.ERROR),
]
RATE_LIMITS = [
    LIMITED,
    reply(429),
    reply(403, rate_limited=True),
    reply(200, rate_limited=True),
]


@pytest.mark.parametrize(("answer", "code"), DENIALS)
def test_a_denied_create_is_reported_at_once_and_its_intent_stays_open(
    world: ApplyWorld, answer: Answer, code: ExitCode
) -> None:
    world.provider.faults = [replace(answer, message="no such list")]
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.REFUSED
    assert exit_code([outcome]) is code
    assert "no such list" in outcome.message
    first = "Check the credential, then run" if code is ExitCode.AUTHENTICATION else "Run"
    assert outcome.diagnostics[0].detail == (
        f"A refusal does not prove that nothing was created. {first} apply again after 09:05:00 "
        "UTC: it adopts the campaign if that has appeared by then, and sends the create again if "
        "not."
    )
    assert "no such list" in world.real_ledger.view().intents[ADDRESS].denied
    assert len(world.provider.writes) == 1
    assert world.provider.reads == []


@pytest.mark.parametrize("answer", [reply(400), reply(409)])
def test_a_denied_create_is_not_sent_again_while_its_intent_is_open(
    world: ApplyWorld, answer: Answer
) -> None:
    world.provider.faults = [after_effect(answer)]
    world.apply_one(world.create())
    assert world.apply_one(world.create()).outcome is Outcome.SKIPPED
    assert world.live_names() == ["renewal"]


@pytest.mark.parametrize("answer", RATE_LIMITS)
def test_a_rate_limited_create_is_tried_once_more_at_the_end(
    world: ApplyWorld, answer: Answer
) -> None:
    world.provider.faults = [answer]
    first, second = world.apply(world.create("a"), world.create("b"))
    assert [first.outcome, second.outcome] == [Outcome.APPLIED, Outcome.APPLIED]
    assert names_sent(world) == ["a", "b", "a"]
    assert [event.message for event in world.events if isinstance(event, Progress)] == [
        "the vendor's rate limit refused it; it is tried once more at the end",
        "created as cd-1",
        "created as cd-2",
    ]
    assert world.clock.now() >= START + timedelta(seconds=300)
    assert world.real_ledger.view().intents == {}


@pytest.mark.parametrize("answer", RATE_LIMITS)
def test_a_rate_limit_after_the_effect_makes_no_second_campaign(
    world: ApplyWorld, answer: Answer
) -> None:
    world.provider.visible_after = 290
    world.provider.faults = [after_effect(answer)]
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cd-1")
    assert world.live_names() == ["renewal"]


def test_two_rate_limits_are_reported_and_exit_with_5(world: ApplyWorld) -> None:
    world.provider.faults = [reply(429), reply(429)]
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, exit_code([outcome])) == (Outcome.REFUSED, ExitCode.BUDGET)
    assert len(sent(world)) == 2
    assert world.real_ledger.view().intents[ADDRESS].attempt == 2


def test_without_waiting_a_rate_limited_create_is_left_for_later(world: ApplyWorld) -> None:
    world.waits = False
    world.provider.faults = [reply(429)]
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, exit_code([outcome])) == (Outcome.SKIPPED, ExitCode.REFUSED)
    assert "09:05:0" in outcome.message
    assert len(sent(world)) == 1


def test_an_interrupt_ends_the_wait_at_once(world: ApplyWorld) -> None:
    world.provider.faults = [reply(429)]
    world.interrupted = lambda: world.clock.now() > START + timedelta(seconds=20)
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, exit_code([outcome])) == (Outcome.SKIPPED, ExitCode.REFUSED)
    assert world.clock.now() < START + timedelta(seconds=25)


def test_others_see_what_a_run_waits_for(world: ApplyWorld) -> None:
    shown: list[str] = []

    def look() -> None:
        lock = world.real_ledger.lock()
        shown.append(lock.waiting if lock is not None else "")

    world.provider.faults = [reply(429)]
    world.ledger.before["renew"] = look
    world.apply(world.create())
    assert any("kore_sms_campaign.renewal may be created at 09:05:00 UTC" in one for one in shown)
    assert world.real_ledger.lock() is None


def test_a_campaign_that_appears_while_a_create_waits_keeps_it_from_being_sent(
    world: ApplyWorld,
) -> None:
    world.provider.faults = [reply(429)]
    world.ledger.before["update_intent"] = lambda: make_other(world)
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, exit_code([outcome])) == (Outcome.SKIPPED, ExitCode.REFUSED)
    assert "cd-1 of this name has appeared" in outcome.message
    assert len(sent(world)) == 1


def make_other(world: ApplyWorld) -> None:
    world.provider.put("kore_sms_campaign", {**sms_spec("Renewal "), "priority": "1"})


def names_sent(world: ApplyWorld) -> list[object]:
    return [at(request.body or {}, "name") for request in sent(world)]


def sent(world: ApplyWorld) -> list[PlannedRequest]:
    return world.provider.writes


def test_a_denial_that_the_ledger_cannot_record_is_an_unknown_outcome(world: ApplyWorld) -> None:
    world.provider.faults = [reply(400)]
    world.ledger.before["update_intent"] = failing(LedgerFailed("disk full"))
    outcome = world.apply_one(world.create())
    assert exit_code([outcome]) is ExitCode.UNKNOWN
    assert "disk full" in [found.summary for found in outcome.diagnostics]
    assert "the vendor refused it (400)" in outcome.message
    assert world.real_ledger.view().intents[ADDRESS].denied == ""


def test_a_create_that_was_not_sent_is_reported_even_if_its_intent_cannot_be_closed(
    world: ApplyWorld,
) -> None:
    world.provider.faults = [UNREACHABLE]
    world.ledger.before["withdraw"] = failing(LedgerFailed("disk full"))
    refused, skipped = world.apply(world.create("a"), world.create("b"))
    assert [found.code for found in refused.diagnostics] == ["not-sent", "ledger"]
    assert refused.diagnostics[1].address == Address("kore_sms_campaign", "a")
    assert skipped.outcome is Outcome.SKIPPED
    assert len(world.provider.writes) == 1


def test_a_denial_names_no_number_of_attempts_because_there_is_one(world: ApplyWorld) -> None:
    world.waits = False
    world.provider.faults = [LIMITED]
    world.apply(world.create())
    denied = world.real_ledger.view().intents[ADDRESS].denied
    assert denied == "the vendor's rate limit refused it"


def test_a_campaign_whose_record_failed_unexpectedly_is_found_and_recorded(
    world: ApplyWorld,
) -> None:
    problems = iter([RuntimeError("unexpected")])

    def fail_once() -> None:
        for problem in problems:
            raise problem

    world.ledger.before["settle"] = fail_once
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cd-1")
    assert ADDRESS in world.real_ledger.view().records


def test_a_create_that_must_wait_is_not_sent(world: ApplyWorld) -> None:
    wait = START + timedelta(minutes=5)
    world.waits = False
    outcome = world.apply_one(replace(world.create(), not_before=wait))
    assert (outcome.outcome, exit_code([outcome])) == (Outcome.SKIPPED, ExitCode.REFUSED)
    (problem,) = outcome.diagnostics
    assert problem.summary == (
        "not created before 09:05:00 UTC: the campaign of an earlier create may still appear"
    )
    assert problem.detail == (
        "Run apply again after 09:05:00 UTC: it adopts that campaign if it has appeared by then, "
        "and sends the create again if not."
    )
    assert world.provider.writes == []
    assert "put_intent" not in world.log


def test_a_create_that_must_wait_is_sent_after_everything_else(world: ApplyWorld) -> None:
    late = replace(world.create("a"), not_before=START + timedelta(minutes=5))
    outcomes = world.apply(late, world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.APPLIED]
    assert names_sent(world) == ["b", "a"]
    assert START + timedelta(minutes=5) <= world.clock.now() < START + timedelta(minutes=6)


def test_a_wall_clock_that_jumps_does_not_shorten_the_wait(world: ApplyWorld) -> None:
    late = replace(world.create(), not_before=START + timedelta(minutes=5))
    begun = world.clock.monotonic()
    world.ledger.before["use_plan"] = lambda: world.clock.jump(7200)
    world.apply(late)
    assert 300 <= world.clock.monotonic() - begun < 360


@pytest.mark.parametrize("older", [True, False])
def test_an_answer_that_names_an_old_campaign_is_not_believed(
    world: ApplyWorld, older: bool
) -> None:
    """The vendor's clock tells, not ours: both run two hours apart."""
    vendors = START - timedelta(hours=2)
    made_at = vendors - timedelta(minutes=6 if older else 4)
    live = world.provider.put("kore_sms_campaign", sms_spec("renewal"), created_at=made_at)
    world.provider.faults = [reply(201, remote_id=live.remote_id, live=live)]
    with world.lease() as lease:
        listing = Listing("sms", (), as_of=vendors)
        tick = world.clock.monotonic()
        snapshot = TargetSnapshot(
            target="main", listings={"sms": listing}, begun_tick=tick, ended_tick=tick
        )
        context = replace(world.context(lease), snapshots={"main": snapshot})
        change = world.create()
        (outcome,) = apply_plan(world.plan(change), context=context)
    # The search afterwards must not take it either.
    expected = ExitCode.UNKNOWN if older else ExitCode.OK
    assert exit_code([outcome]) is expected


def test_an_answer_without_a_name_is_read_by_id_before_it_is_believed(world: ApplyWorld) -> None:
    stranger = world.provider.put("kore_sms_campaign", sms_spec("somebody else's"))
    world.provider.faults = [reply(201, remote_id=stranger.remote_id)]
    outcome = world.apply_one(world.create())
    assert exit_code([outcome]) is ExitCode.UNKNOWN
    assert "somebody else's" in outcome.message
    assert ADDRESS not in world.real_ledger.view().records


def test_an_id_that_no_reading_shows_is_not_recorded(world: ApplyWorld) -> None:
    world.provider.faults = [reply(201, remote_id="cd-nothing")]
    outcome = world.apply_one(world.create())
    assert exit_code([outcome]) is ExitCode.UNKNOWN
    assert "names cd-nothing, which the vendor does not show" in outcome.message
    view = world.real_ledger.view()
    assert (list(view.intents), list(view.records)) == ([ADDRESS], [])


def test_what_was_created_is_found_although_the_answer_named_nothing(world: ApplyWorld) -> None:
    world.provider.faults = [after_effect(reply(201, remote_id="cd-nothing"))]
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cd-1")


@pytest.mark.parametrize("fault", ["not shown yet", "not readable"])
def test_the_id_in_an_answer_is_recorded_once_the_campaign_is_listed_whatever_it_contains(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    read = world.provider.get
    looks = iter([None])

    def get(type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        if next(looks, "") is None:
            world.provider.edit(remote_id, {"contactLists": ["June"]})
            if fault == "not readable":
                raise ReadFailed("no answer")
            return None
        return read(type_, remote_id, row)

    monkeypatch.setattr(world.provider, "get", get)
    world.provider.faults = [after_effect(reply(201, remote_id="cd-1"))]
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cd-1")
    assert [one.code for one in outcome.diagnostics] == ["not-applied-by-server"]


def test_a_reading_that_proves_an_id_is_not_made_twice(world: ApplyWorld) -> None:
    world.provider.faults = [after_effect(reply(201, remote_id="cd-1"))]
    world.apply(world.create())
    assert world.log.count("get") == 1


@pytest.mark.parametrize("known", ["another address", "listed", "seen"])
def test_the_id_of_an_answer_that_is_not_new_is_not_ours(world: ApplyWorld, known: str) -> None:
    old = world.provider.put("kore_sms_campaign", sms_spec("other"))
    change = world.create()
    if known == "another address":
        world.apply(adopt_change(old))
    if known == "seen":
        change = replace(change, seen_ids=(old.remote_id,))
    world.provider.faults = [reply(200, remote_id=old.remote_id)]
    with world.lease() as lease:
        context = world.context(lease)
        if known == "listed":
            snapshot = TargetSnapshot(target="main", listings={"sms": Listing("sms", (old,))})
            context = replace(context, snapshots={"main": snapshot})
        (outcome,) = apply_plan(world.plan(change), context=context)
    assert exit_code([outcome]) is ExitCode.UNKNOWN
    assert old.remote_id in outcome.message
    assert ADDRESS not in world.real_ledger.view().records


def test_a_campaign_is_found_although_its_answer_named_another_one(world: ApplyWorld) -> None:
    old = world.provider.put("kore_sms_campaign", sms_spec("other"))
    world.apply(adopt_change(old))
    world.provider.faults = [after_effect(reply(200, remote_id=old.remote_id))]
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cd-2")
    assert world.real_ledger.view().records[ADDRESS].remote_id == "cd-2"


def test_the_wait_after_a_denied_create_counts_from_the_answer(world: ApplyWorld) -> None:
    def late(_: PlannedRequest, _effect: object) -> Answer:
        world.clock.advance(40)
        return reply(400)

    world.provider.faults = [late]
    world.apply(world.create())
    intent = world.real_ledger.view().intents[ADDRESS]
    (mark,) = world.marks().values()
    assert intent.created_at == mark.sent.ours == START + timedelta(seconds=40)
    assert mark.first_at == START


def test_a_denied_create_keeps_the_ids_of_every_campaign_that_looked_like_it_before(
    world: ApplyWorld,
) -> None:
    world.apply(world.create("renamed"))
    (old,) = world.provider.all()
    known = replace(old, remote_id="cd-7", name="Renamed in the console")
    snapshot = TargetSnapshot(target="main", listings={"sms": Listing("sms", (old, known))})
    world.provider.faults = [reply(400)]
    with world.lease() as lease:
        context = replace(world.context(lease), snapshots={"main": snapshot})
        change = replace(world.create(), seen_ids=("cd-9",))
        apply_plan(world.plan(change), context=context)
    assert world.real_ledger.view().intents[ADDRESS].seen_ids == ("cd-9", "cd-7")


def test_two_answers_with_one_id_give_it_to_one_address(world: ApplyWorld) -> None:
    world.provider.faults = [None, reply(200, remote_id="cd-1")]
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.UNKNOWN]


def test_a_refused_create_does_not_block_others(world: ApplyWorld) -> None:
    world.provider.faults = [reply(400)]
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.REFUSED, Outcome.APPLIED]


def test_an_interrupt_after_the_intent_sends_nothing_and_closes_it(world: ApplyWorld) -> None:
    world.interrupted = lambda: "put_intent" in world.log
    assert world.apply_one(world.create()).outcome is Outcome.SKIPPED
    assert world.provider.writes == []
    assert world.real_ledger.view().intents == {}


def test_a_spent_budget_is_a_refusal_and_nothing_more_is_sent(world: ApplyWorld) -> None:
    def spent(_: PlannedRequest, _effect: object) -> Answer:
        raise BudgetSpent("--max-requests is used up")

    world.provider.faults = [spent]
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.REFUSED, Outcome.SKIPPED]
    assert exit_code(outcomes) is ExitCode.BUDGET
    assert len(world.provider.writes) == 1
    assert world.real_ledger.view().intents == {}


@pytest.mark.parametrize("answer", [RESET, ERROR_500, reply(408), reply(200)])
def test_an_unclear_create_is_found_and_never_sent_again(world: ApplyWorld, answer: Answer) -> None:
    world.provider.faults = [after_effect(answer)]
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.APPLIED
    assert outcome.message == (
        "its create was unclear, cd-1 has appeared since; not proven, because no reading shows it: "
        "experienceFlowName"
    )
    assert len(world.provider.writes) == 1
    assert world.real_ledger.view().records[ADDRESS].created


def test_an_unclear_create_that_is_not_found_keeps_its_intent_and_blocks(world: ApplyWorld) -> None:
    world.provider.faults = [RESET]
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.UNKNOWN
    assert "connection reset" in outcome.message
    assert exit_code([outcome]) is ExitCode.UNKNOWN
    assert ADDRESS in world.real_ledger.view().intents
    again = world.apply_one(world.create())
    assert again.outcome is Outcome.SKIPPED
    assert exit_code([again]) is ExitCode.UNKNOWN
    (problem,) = again.diagnostics
    assert problem.summary == (
        "an earlier create of this address is not settled, so nothing was sent"
    )
    assert problem.detail == "Plan again: the plan shows what is known about it."
    assert len(world.provider.writes) == 1


def test_an_unclear_create_blocks_only_its_own_address(world: ApplyWorld) -> None:
    world.provider.faults = [RESET]
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.UNKNOWN, Outcome.APPLIED]


def test_without_a_lease_nothing_is_sent(world: ApplyWorld) -> None:
    world.ledger.before["put_intent"] = failing(LeaseLost("taken"))
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.SKIPPED, Outcome.SKIPPED]
    assert outcomes[0].message == "taken"
    assert world.provider.writes == []
    assert exit_code(outcomes) is ExitCode.ERROR


def test_a_lease_lost_between_creates_stops_before_the_next(world: ApplyWorld) -> None:
    sends = iter(range(3))

    def lose() -> None:
        holder = world.real_ledger.lock()
        if next(sends) == 1 and holder is not None:
            world.real_ledger.release(holder.id)

    world.port.before["send"] = lose
    outcomes = world.apply(world.create("a"), world.create("b"), world.create("c"))
    assert [outcome.outcome.value for outcome in outcomes] == ["applied", "skipped", "skipped"]
    assert len(world.provider.writes) == 1


def intents(world: ApplyWorld) -> list[str]:
    return sorted(str(address) for address in world.real_ledger.view().intents)


def test_an_intent_is_recorded_with_the_create_before_it(world: ApplyWorld) -> None:
    sent: list[list[str]] = []
    world.port.before["send"] = lambda: sent.append(intents(world))
    outcomes = world.apply(*(world.create(name) for name in ("a", "b", "c")))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED] * 3
    assert sent == [[f"kore_sms_campaign.{name}"] for name in ("a", "b", "c")]
    assert [call for call in world.log if call in {"put_intent", "settle"}] == [
        *("put_intent", "settle", "settle", "settle")
    ]
    assert intents(world) == []


def test_an_intent_that_was_recorded_ahead_is_withdrawn_if_nothing_is_sent(
    world: ApplyWorld,
) -> None:
    world.interrupted = lambda: bool(world.provider.writes)
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome for outcome in outcomes] == [Outcome.APPLIED, Outcome.SKIPPED]
    assert intents(world) == []
    assert [mark.address.name for mark in world.marks().values()] == ["a"]


def test_a_create_that_is_not_next_gets_its_intent_by_itself(world: ApplyWorld) -> None:
    world.provider.faults = [RESET, None, reply(422), None]
    world.apply(*(world.create(name) for name in ("a", "b", "c", "d")))
    written = [call for call in world.log if call in {"put_intent", "settle", "update_intent"}]
    # The unclear one and the denied one stay open.
    assert written == [
        *("put_intent", "put_intent", "settle", "update_intent", "put_intent", "settle")
    ]


def test_an_id_that_the_ledger_cannot_record_ends_in_a_file(world: ApplyWorld) -> None:
    world.ledger.before["settle"] = failing(LedgerFailed("disk full"))
    outcomes = world.apply(world.create("a"), world.create("b"))
    assert [outcome.outcome.value for outcome in outcomes] == ["applied", "skipped"]
    assert (outcomes[0].remote_id, outcomes[0].message) == ("cd-1", "created, but not recorded")
    (path,) = world.folder.glob("recovery-*.json")
    kept = json.loads(path.read_text())
    assert (kept["address"], kept["remote_id"], kept["target"]) == (
        "kore_sms_campaign.a",
        "cd-1",
        "main",
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(path) in outcomes[0].diagnostics[-1].detail
    assert exit_code(outcomes) is ExitCode.ERROR
    assert len(world.provider.writes) == 1


def test_a_two_step_create_sends_the_settings_to_the_new_id(care: ApplyWorld) -> None:
    outcome = care.apply_one(new_change(care.provider, "care", type_=CARE))
    assert outcome.outcome is Outcome.APPLIED
    assert [request.path for request in care.provider.writes] == [
        "/carecycle_campaign",
        "/carecycle_campaign/cc-1",
    ]
    record = care.real_ledger.view().records[Address(CARE, "care")]
    assert record.spec == {"name": "care", "description": "d", "enablePulse": True}


def test_refused_settings_keep_the_id_and_only_what_was_sent(care: ApplyWorld) -> None:
    care.provider.faults = [None, reply(422, message="no such workflow")]
    outcome = care.apply_one(new_change(care.provider, "care", type_=CARE))
    assert (outcome.outcome, outcome.remote_id) == (Outcome.REFUSED, "cc-1")
    view = care.real_ledger.view()
    assert view.intents == {}
    assert view.records[Address(CARE, "care")].spec == {"name": "care", "description": "d"}


def test_a_crash_between_the_two_steps_leaves_the_draft_recorded(care: ApplyWorld) -> None:
    class Crash(BaseException):
        pass

    def crash(_: PlannedRequest, _effect: object) -> Answer:
        raise Crash

    care.provider.faults = [None, crash]
    with pytest.raises(Crash):
        care.apply(new_change(care.provider, "care", type_=CARE))
    view = care.real_ledger.view()
    assert view.intents == {}
    assert view.records[Address(CARE, "care")].spec == {"name": "care", "description": "d"}


def test_an_unclear_draft_is_found_and_then_given_its_settings(care: ApplyWorld) -> None:
    care.provider.faults = [after_effect(RESET)]
    outcome = care.apply_one(new_change(care.provider, "care", type_=CARE))
    assert outcome.outcome is Outcome.APPLIED
    (live,) = care.provider.all()
    assert live.spec["enablePulse"] is True


def test_a_draft_that_is_active_by_the_time_it_is_found_gets_no_settings(care: ApplyWorld) -> None:
    def activate(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        answer = effect()
        care.provider.edit(str(answer.remote_id), {}, state=RunState.ACTIVE)
        return RESET

    care.provider.faults = [activate]
    outcome = care.apply_one(new_change(care.provider, "care", type_=CARE))
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cc-1")
    assert outcome.diagnostics[0].code == "settings-not-sent"
    assert outcome.message == (
        "its create was unclear, cc-1 has appeared since; "
        "not set: enablePulse (it cannot be changed now: it is active)"
    )
    assert len(care.provider.writes) == 1


def test_the_next_create_of_an_address_carries_the_next_generation(world: ApplyWorld) -> None:
    world.apply(world.create())
    world.provider.remove("cd-1")
    world.apply(world.create())
    record = world.real_ledger.view().records[ADDRESS]
    assert (record.generation, record.remote_id) == (2, "cd-2")


def test_a_stop_while_the_request_waits_its_turn_is_honoured(world: ApplyWorld) -> None:
    world.port.before["send"] = lambda: world.real_ledger.add_tombstone(STOP)
    outcome = world.apply_one(world.create())
    assert (outcome.outcome, exit_code([outcome])) == (Outcome.SKIPPED, ExitCode.REFUSED)
    assert world.provider.writes == []
    assert world.real_ledger.view().intents == {}


def test_a_request_is_not_sent_if_the_lease_expired_while_it_waited(world: ApplyWorld) -> None:
    def lose() -> None:
        world.clock.advance(600)
        lock = world.real_ledger.lock()
        assert lock is not None
        world.real_ledger.release(lock.id)

    world.port.before["send"] = lose
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.SKIPPED
    assert world.provider.writes == []


def test_nothing_is_tried_again_once_the_budget_for_retries_is_used_up(world: ApplyWorld) -> None:
    world.provider.faults = [replace(LIMITED, may_retry=False)]
    outcome = world.apply_one(world.create())
    assert outcome.outcome is Outcome.REFUSED
    assert "failed too often" in outcome.message
    assert len(world.provider.writes) == 1


def test_a_campaign_that_was_renamed_while_a_create_waits_keeps_it_from_being_sent(
    world: ApplyWorld,
) -> None:
    def rename() -> None:
        (made,) = world.provider.all()
        world.provider.edit(made.remote_id, {"name": "renamed in the console"})

    world.provider.faults = [after_effect(reply(429))]
    world.ledger.before["update_intent"] = rename
    outcome = world.apply_one(world.create())
    assert exit_code([outcome]) is ExitCode.REFUSED
    assert "the denied create may have made cd-1" in outcome.message
    assert len(sent(world)) == 1


def test_a_create_that_was_not_sent_leaves_the_mark_of_the_one_before_it(
    world: ApplyWorld,
) -> None:
    world.apply(world.create())
    world.provider.remove("cd-1")
    before = world.marks()
    world.provider.faults = [UNREACHABLE]
    world.clock.advance(3600)
    world.apply(world.create())
    assert world.marks() == before != {}


def test_a_create_that_was_not_sent_is_noted_with_its_withdrawal(world: ApplyWorld) -> None:
    change = world.create()
    world.provider.faults = [UNREACHABLE]
    with world.run(change) as run:
        create(change, run)
    (part,) = world.real_ledger.view().unfinished
    assert [(entry.address, entry.outcome) for entry in part.outcomes] == [
        (ADDRESS, Outcome.REFUSED)
    ]


@pytest.mark.parametrize("other", ["kore_sms_campaign.copy of environment prod", "another run"])
def test_a_name_that_another_run_is_creating_is_not_created(world: ApplyWorld, other: str) -> None:
    change = world.create()
    with world.run(change) as run:
        mark = replace(
            opening_of(change, run).mark, address=Address(SMS, "copy"), environment="prod"
        )
        if other == "another run":
            run.marks[mark.key] = mark
        else:
            world.real_ledger.put_mark(mark, run.lock_id)
        step = create(change, run)
    assert isinstance(step, Ended)
    (problem,) = step.diagnostics
    assert (problem.code, problem.summary, problem.detail) == (
        "apply-refused",
        f"nothing was sent: {other} has just created a campaign of this name on this account",
        "Plan again: the plan shows what has become of it.",
    )
    assert world.provider.writes == []


def spent(run: TargetRun) -> None:
    run.spent = error("budget", "not now")


def no_room(run: TargetRun) -> None:
    run.room = lambda: error("too-soon", "not now")


@pytest.mark.parametrize("hinder", [spent, no_room])
def test_a_create_that_may_not_be_sent_leaves_nothing_in_the_ledger(
    world: ApplyWorld, hinder: Callable[[TargetRun], None]
) -> None:
    change = world.create()
    with world.run(change) as run:
        hinder(run)
        step = create(change, run)
        assert "put_intent" not in world.log
        run.ahead = opened = opening_of(change, run)
        world.real_ledger.put_intent(opened.intent, run.lock_id, mark=opened.mark, before=None)
        again = create(change, run)
    assert isinstance(step, Ended)
    assert (step.outcome, step.message) == (Outcome.SKIPPED, "not now")
    assert again == step
    assert world.real_ledger.view().intents == {}
    assert world.marks() == {}
    assert world.provider.writes == []


def test_while_a_create_is_sent_the_ledger_says_that_its_outcome_is_unknown(
    world: ApplyWorld,
) -> None:
    seen: list[Outcome] = []

    def look() -> None:
        (part,) = world.real_ledger.view().unfinished
        seen.extend(entry.outcome for entry in part.outcomes)

    world.port.before["send"] = look
    world.apply(world.create())
    assert seen == [Outcome.UNKNOWN]


def test_a_request_whose_intent_is_gone_is_not_sent(world: ApplyWorld) -> None:
    change = world.create()
    with world.run(change) as run:

        def settle() -> None:
            (intent,) = world.real_ledger.view().intents.values()
            world.real_ledger.settle(intent, None, run.lock_id)

        world.port.before["send"] = settle
        step = create(change, run)
    assert isinstance(step, Ended)
    assert (step.outcome, world.provider.writes) == (Outcome.SKIPPED, [])
    assert step.message == "the ledger no longer has the intent to create kore_sms_campaign.renewal"
