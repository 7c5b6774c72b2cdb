from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.apply.changes.opening import opening_of
from reconciler.apply.events import Finished, Progress, Started, Waiting
from reconciler.apply.step import Ended
from reconciler.diagnostics import error
from reconciler.errors import BudgetSpent, LedgerFailed, Withheld
from reconciler.plan.model import Action, Change
from reconciler.plan.sent_marks import mark_key
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Binding, Moment, Tombstone
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.sent_mark import SentMark
from reconciler.resources.snapshot import Listing, TargetSnapshot
from tests.support.apply_world import (
    SMS,
    START,
    ApplyWorld,
    delete_change,
    failing,
)
from tests.support.campaigns import bare_live, desired, intent, record

ADDRESS = Address(SMS, "renewal")
OLD = Address(SMS, "old")
ROW = bare_live({"name": "x"}, thin=True)
FULL = replace(ROW, thin=False)
VENDORS = START - timedelta(hours=2)


def change(action: Action = Action.UPDATE, **facts: Any) -> Change:
    given = {"address": ADDRESS, "target": "main", "name": "Renewal", **facts}
    return Change(action=action, **given)


def read(world: ApplyWorld, **facts: Any) -> TargetSnapshot:
    """What planning read in the last ten seconds."""
    tick = world.clock.monotonic()
    listings = {"sms": Listing("sms", (ROW,), as_of=VENDORS)}
    given = {"listings": listings, "begun_tick": tick - 10, "ended_tick": tick, **facts}
    return TargetSnapshot(target="main", **given)


def test_a_row_is_completed_by_what_planning_read_or_by_a_reading(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, Live | None]] = []

    def get(type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        asked.append((type_, remote_id, row))
        return FULL

    monkeypatch.setattr(world.provider, "get", get)
    with world.run(snapshot=read(world, details={"cd-1": FULL})) as run:
        assert run.full(ROW) == FULL
    assert asked == []
    for snapshot in (None, read(world)):
        with world.run(snapshot=snapshot) as run:
            assert run.full(ROW) == FULL
    assert asked == [(SMS, "cd-1", ROW)] * 2


def test_a_campaign_as_planning_read_it(world: ApplyWorld) -> None:
    ours, other = change(remote_id="cd-1"), change(remote_id="cd-2")
    with world.run(snapshot=read(world, details={"cd-1": FULL})) as run:
        assert (run.planned(ours), run.listed(ours), run.was_listed("cd-1")) == (FULL, ROW, True)
        assert (run.planned(other), run.listed(other), run.was_listed("cd-2")) == (
            None,
            None,
            False,
        )
        assert run.planned(change()) is None
    with world.run(snapshot=read(world)) as run:
        assert run.planned(ours) == ROW
    with world.run() as run:
        assert (run.planned(ours), run.listed(ours), run.was_listed("cd-1")) == (None, None, False)


def test_receipts_show_what_was_removed(world: ApplyWorld) -> None:
    world.apply(world.create("a"), world.create("b"))
    one, _ = world.provider.all()
    world.apply(delete_change(world.provider, one))
    with world.run() as run:
        assert run.removed_ids() == {one.remote_id}


def test_the_record_of_a_campaign_that_moved_is_under_its_old_address(world: ApplyWorld) -> None:
    known = record(desired())
    with world.run() as run:
        run.view = replace(run.view, records={OLD: known})
        assert run.record_before(change(moved_from=OLD)) == known
        assert run.record_before(change()) is None
        run.view = replace(run.view, records={ADDRESS: known})
        assert run.record_before(change()) == known


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, True),
        ({"address": OLD}, True),
        ({"name": "Other"}, True),
        ({"address": OLD, "name": "Other"}, False),
        ({"denied": ""}, False),
        ({"target": "another"}, False),
    ],
)
def test_denied_creates_of_an_address_or_its_name(
    world: ApplyWorld, facts: dict[str, Any], counts: bool
) -> None:
    given = {"target": "main", "denied": "no", **facts}
    denied = intent(desired(), **given)
    with world.run(account="acme") as run:
        run.view = replace(run.view, intents={denied.address: denied})
        found = run.denied_creates(change(Action.CREATE))
    assert found == ((denied,) if counts else ())


def withheld(world: ApplyWorld, one: Change) -> str:
    with world.run() as run:
        try:
            run.leave(one)
        except Withheld as kept:
            return kept.diagnostics[0].summary
    return ""


def test_a_write_leaves_unless_its_campaign_or_the_one_it_was_is_stopped(
    world: ApplyWorld,
) -> None:
    assert withheld(world, change()) == ""
    world.real_ledger.add_tombstone(Tombstone("wrong list", "eve", START, OLD))
    assert withheld(world, change()) == ""
    assert withheld(world, change(moved_from=OLD)) == (
        "not attempted: eve stopped kore_sms_campaign.old (wrong list)"
    )
    assert withheld(world, change(address=OLD)) == withheld(world, change(moved_from=OLD))


def test_no_create_leaves_without_its_open_intent(world: ApplyWorld) -> None:
    one = world.create()
    with world.run(one) as run:
        opening = opening_of(one, run)
        world.real_ledger.put_intent(opening.intent, run.lock_id, mark=opening.mark, before=None)
        run.leave(one, opening.intent)
        with pytest.raises(Withheld, match="no longer has the intent"):
            run.leave(one, replace(opening.intent, attempt=2))


def test_nothing_leaves_that_the_lease_does_not_outlast(world: ApplyWorld) -> None:
    world.settings = replace(world.settings, create_timeout=151)
    with world.run() as run, pytest.raises(Withheld):
        run.leave(change())
    with world.run() as run:
        assert run.refusal() is not None


def test_once_the_budget_is_used_up_nothing_leaves(world: ApplyWorld) -> None:
    spent = BudgetSpent("too many requests")
    with world.run() as run:
        assert run.refusal() is None
        assert run.spend(spent) == run.refusal() == spent.diagnostics[0]
        with pytest.raises(Withheld) as kept:
            run.leave(change())
    assert kept.value.diagnostics == spent.diagnostics


def test_what_was_opened_ahead_is_taken_once_by_its_own_create(world: ApplyWorld) -> None:
    one, other = world.create("a"), world.create("b")
    with world.run(one, other) as run:
        run.ahead = opening = opening_of(one, run)
        assert run.take_ahead(other) is None
        assert run.take_ahead(one) == opening
        assert run.take_ahead(one) is None


def test_only_new_bindings_are_learnt(world: ApplyWorld) -> None:
    flow = Binding("main", "experienceFlowName", "Support", "cf-1")
    other = replace(flow, remote="cf-2")
    with world.run() as run:
        assert run.learn([flow]) == (flow,)
        assert run.learn([flow]) == ()
        assert run.learn([other]) == (other,)
        assert run.known == {("experienceFlowName", "Support"): "cf-2"}


def test_a_moment_has_both_clocks_and_the_time_is_the_later_of_them(world: ApplyWorld) -> None:
    ahead = {"sms": Listing("sms", (), as_of=START + timedelta(hours=1))}
    with world.run() as run:
        assert (run.moment(), run.now(), run.vendor_time()) == (Moment(START), START, None)
    with world.run(snapshot=read(world)) as run:
        latest = VENDORS + timedelta(seconds=10)
        assert (run.moment(), run.now()) == (Moment(START, latest), START)
        assert run.vendor_time() == (VENDORS, latest)
    with world.run(snapshot=read(world, listings=ahead)) as run:
        assert run.now() == START + timedelta(hours=1)
    with world.run(snapshot=read(world, listings={})) as run:
        assert (run.moment(), run.now()) == (Moment(START), START)


def test_a_removal_leaves_a_mark_that_knows_what_was_there(world: ApplyWorld) -> None:
    key = mark_key(SMS, "Renewal", "acme")
    expected = SentMark(
        key=key, first_at=START, sent=Moment(START), environment="test", address=ADDRESS
    )
    earlier = START - timedelta(days=1)
    with world.run(account="acme") as run:
        assert run.removal_mark(change()) == expected
        assert run.removal_mark(change(remote_id="cd-5")) == replace(expected, seen_ids=("cd-5",))
        world.real_ledger.put_mark(
            replace(expected, first_at=earlier, seen_ids=("cd-9", "cd-1")), run.lock_id
        )
        assert run.removal_mark(change(remote_id="cd-5")) == replace(
            expected, first_at=earlier, seen_ids=("cd-1", "cd-5", "cd-9")
        )
        run.marks[key] = expected
        assert run.mark_of(intent(desired(), name="Renewal")) == expected
        assert run.mark_of(intent(desired(), name="Other")) is None


def test_a_change_is_reported_from_start_to_finish_with_the_time_it_took(
    world: ApplyWorld,
) -> None:
    one = change(Action.CREATE)
    outcome = ChangeOutcome(
        address=ADDRESS,
        target="main",
        action="create",
        outcome=Outcome.APPLIED,
        remote_id="cd-1",
        message="done",
        elapsed=5.0,
        diagnostics=(error("slow", "it took long"),),
    )
    with world.run() as run:
        run.progress(one, "before its start")
        run.start(one)
        world.clock.advance(5)
        run.progress(one, "half")
        step = Ended(
            change=one,
            outcome=Outcome.APPLIED,
            remote_id="cd-1",
            message="done",
            diagnostics=outcome.diagnostics,
        )
        run.finish(step)
        assert run.part(step) == run.receipt.of((outcome,))
        assert run.outcomes == [outcome]
        assert run.refusal() is None
    assert world.events == [
        Progress(ADDRESS, "main", "before its start", 0.0),
        Started(ADDRESS, "main", "create"),
        Progress(ADDRESS, "main", "half", 5.0),
        Finished(outcome),
    ]


def test_after_a_refused_credential_nothing_more_is_sent(world: ApplyWorld) -> None:
    slow = error("slow", "it took long")
    problem = error("authentication", "the vendor refused the credential (401)")
    with world.run() as run:
        run.finish(Ended(change=change(), outcome=Outcome.REFUSED, diagnostics=(slow, problem)))
        refusal = error(
            "authentication",
            "not attempted: the vendor refused the credential (401)",
            "Nothing was sent for it. Check the credential, then run apply again.",
        )
        assert run.refusal() == refusal
        later = error("authentication", "another")
        run.finish(Ended(change=change(), outcome=Outcome.REFUSED, diagnostics=(later,)))
        assert run.refusal() == refusal


@pytest.mark.parametrize(
    ("action", "outcome", "noted"),
    [
        (Action.UPDATE, Outcome.REFUSED, True),
        (Action.DELETE, Outcome.UNKNOWN, True),
        (Action.UPDATE, Outcome.APPLIED, False),
        (Action.UPDATE, Outcome.SKIPPED, False),
        (Action.CREATE, Outcome.REFUSED, False),
    ],
)
def test_an_update_that_changed_no_record_is_noted_by_itself(
    world: ApplyWorld, action: Action, outcome: Outcome, noted: bool
) -> None:
    with world.run() as run:
        step = Ended(change=change(action), outcome=outcome)
        run.finish(step)
        parts = [run.part(step)] if noted else []
        assert list(world.real_ledger.view().unfinished) == parts


@pytest.mark.parametrize("fault", [LedgerFailed("disk full"), RuntimeError("odd")])
def test_a_note_that_fails_is_no_fault_of_its_change(
    world: ApplyWorld, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise fault

    with world.run() as run:
        monkeypatch.setattr(world.ledger, "note_outcome", fail, raising=False)
        run.finish(Ended(change=change(), outcome=Outcome.REFUSED))
        assert run.permit.stopped is isinstance(fault, LedgerFailed)
        assert len(run.outcomes) == 1


def test_looks_go_on_with_growing_pauses_until_the_time_is_over(world: ApplyWorld) -> None:
    begun = world.clock.monotonic()
    with world.run() as run:
        moments = [world.clock.monotonic() - begun for _ in run.looks("reading back")]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert moments[0] == 0
    assert pauses == sorted(pauses)
    assert max(pauses) == 10
    assert 50 < moments[-1] <= 60
    waits = [event for event in world.events if isinstance(event, Waiting)]
    assert waits == [Waiting("main", "reading back", pause) for pause in pauses]


def test_a_look_at_the_very_end_of_the_time_is_made(world: ApplyWorld) -> None:
    with world.run() as run:
        first = [world.clock.monotonic() for _ in run.looks("reading back")]
    world.settings = replace(world.settings, read_back=first[1] - first[0])
    with world.run() as run:
        assert len(list(run.looks("reading back"))) == 2


def test_a_stopped_run_looks_no_more(world: ApplyWorld) -> None:
    world.interrupted = lambda: True
    with world.run() as run:
        assert len(list(run.looks("reading back"))) == 1


def test_whoever_waits_for_the_lease_sees_why_a_run_waits(world: ApplyWorld) -> None:
    shown: list[str] = []

    def look() -> None:
        lock = world.real_ledger.lock()
        shown.append(lock.waiting if lock is not None else "gone")

    with world.run() as run:
        world.ledger.before["renew"] = look
        run.wait_openly(60, "a campaign may appear")
        lock = world.real_ledger.lock()
    assert shown[0] == ""
    assert set(shown[1:]) == {"a campaign may appear"}
    assert lock is not None
    assert lock.waiting == ""
    assert Waiting("main", "a campaign may appear", 60) in world.events


def test_a_wait_that_cannot_be_shown_ends_the_run(world: ApplyWorld) -> None:
    with world.run() as run:
        world.ledger.before["renew"] = failing(LedgerFailed("disk full"))
        run.wait_openly(60, "a campaign may appear")
        assert run.permit.refusal(60) == LedgerFailed("disk full").diagnostics[0]
    assert world.clock.now() == START
