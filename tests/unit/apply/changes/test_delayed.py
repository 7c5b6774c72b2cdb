from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.apply.changes.delayed import create_delayed
from reconciler.apply.changes.opening import opening_of
from reconciler.apply.events import Started, Waiting
from reconciler.apply.step import Delayed, Ended, Step, Written
from reconciler.apply.unknown.search import FoundCreate
from reconciler.diagnostics import error
from reconciler.errors import ReadFailed
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Intent, Moment
from reconciler.resources.snapshot import Listing, TargetSnapshot
from tests.support.apply_world import (
    SMS,
    START,
    ApplyWorld,
    after_effect,
    reply,
    sms_spec,
)

PLAN_AGAIN = "Plan again: the plan says what to do."


def deny(world: ApplyWorld, change: Change) -> Intent:
    """An open intent of a create that the vendor denied."""
    world.waits = False
    world.provider.faults = [reply(429, rate_limited=True)]
    world.apply(change)
    world.provider.writes.clear()
    world.waits = True
    (intent,) = world.real_ledger.view().intents.values()
    return intent


def after_the_wait(
    world: ApplyWorld, change: Change, *, intent: Intent | None = None, planned: Live | None = None
) -> Step | FoundCreate:
    """What becomes of a create after its wait; `planned` was listed when planning looked."""
    rows = (planned,) if planned is not None else ()
    snapshot = TargetSnapshot(target="main", listings={"sms": Listing("sms", rows)})
    with world.run(change, snapshot=snapshot) as run:
        until = world.clock.monotonic() + 60
        (step,) = create_delayed([Delayed(change=change, until=until, intent=intent)], run)
    return step


def problem(step: Step | FoundCreate) -> tuple[str, str]:
    assert isinstance(step, Ended)
    (found,) = step.diagnostics
    return found.summary, found.detail


@pytest.mark.parametrize("earlier_run", [True, False])
def test_a_listed_campaign_of_another_name_may_be_a_denied_create_of_an_earlier_run(
    world: ApplyWorld, earlier_run: bool
) -> None:
    change = world.create()
    intent = deny(world, change)
    renamed = [world.provider.put(SMS, sms_spec(f"renamed {number}")) for number in (1, 2)]
    if earlier_run:
        ids = ", ".join(row.remote_id for row in renamed)
        assert problem(after_the_wait(world, change, planned=renamed[0])) == (
            f"not created: the denied create may have made {ids}, whose name differs",
            PLAN_AGAIN,
        )
        assert world.provider.writes == []
    else:
        # What planning listed was there before an attempt of this run.
        world.provider.remove(renamed[1].remote_id)
        step = after_the_wait(world, change, intent=intent, planned=renamed[0])
        assert isinstance(step, Written)


def test_a_campaign_of_another_name_that_was_there_before_does_not_hold_a_create_back(
    world: ApplyWorld,
) -> None:
    old = world.provider.put(SMS, sms_spec("renamed"))
    change = world.create()
    deny(world, change)
    assert isinstance(after_the_wait(world, replace(change, seen_ids=(old.remote_id,))), Written)


def test_an_unknown_create_of_the_address_is_not_closed_by_a_wait(world: ApplyWorld) -> None:
    change = world.create()
    world.provider.faults = [reply(500)]
    world.apply(change)
    world.provider.writes.clear()
    assert problem(after_the_wait(world, change))[0] == (
        "an earlier create of this address is not settled, so nothing was sent"
    )
    assert len(world.real_ledger.view().intents) == 1
    assert world.provider.writes == []


def test_the_one_campaign_that_a_denied_create_can_have_made_is_imported(
    world: ApplyWorld,
) -> None:
    change = world.create()
    world.waits = False
    world.provider.faults = [after_effect(reply(429))]
    world.apply(change)
    world.waits = True
    found = after_the_wait(world, change)
    assert isinstance(found, FoundCreate)
    assert (found.change.action, found.live.remote_id) == (Action.ADOPT, "cd-1")


def test_campaigns_of_the_name_that_have_appeared_are_named(world: ApplyWorld) -> None:
    change = world.create()
    for priority in ("1", "2"):
        world.provider.put(SMS, sms_spec("renewal", priority=priority))
    assert problem(after_the_wait(world, change)) == (
        "not created: cd-1, cd-2 of this name has appeared since the plan was made",
        PLAN_AGAIN,
    )


def test_a_campaign_that_cannot_be_read_is_not_imported(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = world.create()
    intent = deny(world, change)
    made = world.provider.put(SMS, sms_spec("renewal"))
    thin = Listing("sms", (replace(made, thin=True),))
    monkeypatch.setattr(world.provider, "list", lambda _channel: thin)
    world.port.before["get"] = fail_to_read
    assert problem(after_the_wait(world, change, intent=intent))[0] == "no answer"


def test_without_a_listing_nothing_is_created(world: ApplyWorld) -> None:
    world.port.before["list"] = fail_to_read
    assert problem(after_the_wait(world, world.create()))[0] == "no answer"
    assert world.provider.writes == []


def fail_to_read() -> None:
    raise ReadFailed("no answer")


@pytest.mark.parametrize("known_by", ["intent", "mark", "its end"])
def test_a_campaign_of_the_name_that_was_there_before_does_not_hold_a_create_back(
    world: ApplyWorld, known_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.provider.put(SMS, sms_spec("renewal", priority="1"))
    ids = (old.remote_id,)
    change = world.create()
    intent = deny(world, change)
    if known_by == "its end":
        ended = replace(old, state=RunState.FINISHED, changed_at=START - timedelta(seconds=1))
        listing = Listing("sms", (ended,))
        monkeypatch.setattr(world.provider, "list", lambda _channel: listing)
    with world.run(change) as run:
        (mark,) = run.marks.values()
        mark = replace(mark, sent=Moment(START, START))
        mark = replace(mark, seen_ids=ids if known_by == "mark" else ())
        world.real_ledger.put_mark(mark, run.lock_id)
        run.marks[mark.key] = mark
        intent = replace(intent, seen_ids=ids if known_by == "intent" else ())
        waiting = Delayed(change=change, until=world.clock.monotonic(), intent=intent)
        (step,) = create_delayed([waiting], run)
    assert isinstance(step, Written)


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (1, "kore_sms_campaign.a"),
        (3, "kore_sms_campaign.a, kore_sms_campaign.b, kore_sms_campaign.c"),
        (4, "kore_sms_campaign.a, kore_sms_campaign.b, kore_sms_campaign.c and 1 more"),
    ],
)
def test_a_wait_names_at_most_three_of_the_creates_that_it_is_for(
    world: ApplyWorld, number: int, names: str
) -> None:
    changes = [world.create(name) for name in "abcd"[:number]]
    world.settings = replace(world.settings, settle=0)
    with world.run(*changes) as run:
        until = world.clock.monotonic() + 0.5
        steps = list(create_delayed([Delayed(change=one, until=until) for one in changes], run))
    assert world.clock.monotonic() >= until
    assert all(isinstance(step, Written) for step in steps)
    assert [event for event in world.events if isinstance(event, Waiting)] == [
        Waiting(
            "main",
            f"{names} may be created at 09:00:00 UTC, because the campaign of an earlier create "
            "may still appear until then",
            0.5,
        )
    ]


def test_a_create_whose_time_has_come_is_not_waited_for(world: ApplyWorld) -> None:
    change = world.create()
    with world.run(change) as run:
        (step,) = create_delayed([Delayed(change=change, until=world.clock.monotonic())], run)
    assert isinstance(step, Written)
    assert not any(isinstance(event, Waiting) for event in world.events)


def test_a_create_that_is_not_agreed_any_more_does_not_hold_others_back(
    world: ApplyWorld,
) -> None:
    changed = error("gate", "the gate is closed now")
    one, other = world.create("a"), world.create("b")
    until = world.clock.monotonic()
    with world.run(one, other) as run:
        run.context = replace(
            run.context, recheck=lambda: lambda change: changed if change == one else None
        )
        steps = list(
            create_delayed([Delayed(change=each, until=until) for each in (one, other)], run)
        )
    assert problem(steps[0])[0] == "the gate is closed now"
    assert isinstance(steps[1], Written)
    assert world.live_names() == ["b"]


def test_a_create_begins_for_the_reader_when_its_wait_is_over(world: ApplyWorld) -> None:
    first, second = world.create("a"), world.create("b")
    until = world.clock.monotonic()
    with world.run(first, second) as run:
        list(
            create_delayed(
                [
                    Delayed(change=first, until=until),
                    Delayed(change=second, until=until, attempt=2),
                ],
                run,
            )
        )
    begun = [event.address.name for event in world.events if isinstance(event, Started)]
    assert begun == ["a"]


def test_a_create_that_waited_and_is_rate_limited_waits_once_more(world: ApplyWorld) -> None:
    world.provider.faults = [reply(429)]
    begun = world.clock.monotonic()
    assert isinstance(after_the_wait(world, world.create()), Written)
    assert len(world.provider.writes) == 2
    assert world.clock.monotonic() >= begun + 60 + 300


@pytest.mark.parametrize(
    ("left", "moment"), [(-5.0, "09:00:00"), (0.5, "09:00:01"), (60.0, "09:01:00")]
)
def test_a_create_that_is_left_for_later_says_when_it_may_be_sent_and_why(
    world: ApplyWorld, left: float, moment: str
) -> None:
    change = world.create()
    world.waits = False
    with world.run(change) as run:
        until = world.clock.monotonic() + left
        waiting = Delayed(change=change, until=until)
        intent = replace(opening_of(change, run).intent, denied="too many requests")
        denied = replace(waiting, intent=intent)
        summaries = [problem(step)[0] for step in create_delayed([waiting, denied], run)]
    expected = (
        f"not created before {moment} UTC: the campaign of an earlier create may still appear"
    )
    assert summaries == [expected, f"{expected} (too many requests)"]
