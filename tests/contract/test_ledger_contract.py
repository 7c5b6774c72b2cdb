"""What every ledger must do; a new one is added to the factories only."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.address import Address
from reconciler.errors import LeaseLost
from reconciler.ledger.base import CachedRead, CachedReads, Ledger, Opening
from reconciler.resources.base import Live, RunState
from reconciler.resources.drift_notes import Finding, FindingKind, KnownFinding, Severity
from reconciler.resources.ledger_records import Moment, SentCount, Tombstone
from reconciler.resources.outcome import Outcome
from reconciler.resources.page_notes import LearnedSize, PageNotes
from tests.support.ledgers import (
    ADDRESS,
    BINDING,
    INTENT,
    NOTE,
    NOW,
    RECEIPT,
    RECORD,
    Open,
    location_of,
    lock,
    mark_for,
    part_entry,
    put_intent,
)


@pytest.fixture(params=["sqlite", "memory", pytest.param("s3", marks=pytest.mark.s3)])
def open_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[Ledger] = []
    location = location_of(request.param, tmp_path, request)

    def opener(environment: str = "prod") -> Ledger:
        opened.append(location(environment))
        return opened[-1]

    yield opener
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(open_ledger: Open) -> Ledger:
    """Open, with lock `mine` held."""
    ledger = open_ledger("prod")
    assert ledger.acquire(lock("mine")) is None
    return ledger


def test_a_fresh_location_is_empty(open_ledger: Open) -> None:
    view = open_ledger("prod").view()
    assert (view.lineage, view.serial, view.created) == ("", 0, None)
    assert (view.records, view.intents, view.bindings, view.tombstones) == ({}, {}, (), ())


def test_the_note_that_opens_an_environment_is_written_once(
    ledger: Ledger, open_ledger: Open
) -> None:
    assert ledger.note_created(NOTE, "mine") is True
    assert ledger.note_created(replace(NOTE, who="eve"), "mine") is False
    ledger.release("mine")
    view = open_ledger("prod").view()
    assert (view.created, view.serial, bool(view.lineage)) == (NOTE, 1, True)
    assert open_ledger("staging").view().created is None


def test_counts_of_sent_messages_replace_those_before(ledger: Ledger, open_ledger: Open) -> None:
    first, second = SentCount(860, NOW), SentCount(900, NOW + timedelta(days=1), grew=True)
    ledger.put_counts("retention", {"cd-1": first, "cd-2": first}, "mine")
    ledger.put_counts("retention", {"cd-1": second}, "mine")
    ledger.put_counts("care", {"cd-1": first}, "mine")
    counts = open_ledger("prod").view().counts
    assert counts == {"retention": {"cd-1": second}, "care": {"cd-1": first}}
    ledger.release("mine")
    with pytest.raises(LeaseLost):
        ledger.put_counts("retention", {}, "mine")


def test_the_note_needs_the_lease(ledger: Ledger) -> None:
    ledger.release("mine")
    with pytest.raises(LeaseLost):
        ledger.note_created(NOTE, "mine")
    assert ledger.view().created is None


def test_everything_written_is_read_again_by_another_client(
    ledger: Ledger, open_ledger: Open
) -> None:
    other = replace(INTENT, address=Address("kore_sms_campaign", "other"))
    stop = Tombstone("wrong list", "eve", NOW)
    ledger.put_record(RECORD, "mine", [BINDING])
    put_intent(ledger, other, "mine")
    ledger.add_tombstone(stop)
    view = open_ledger("prod").view()
    assert view.records == {ADDRESS: RECORD}
    assert view.intents == {other.address: other}
    assert view.bindings == (BINDING,)
    assert view.tombstones == (stop,) == tuple(ledger.tombstones())


def test_exactly_the_stops_that_were_seen_are_cleared(ledger: Ledger, open_ledger: Open) -> None:
    first, second, late = (Tombstone(text, "eve", NOW) for text in ("one", "two", "late"))
    for stop in (first, second, late):
        ledger.add_tombstone(stop)
    ledger.clear_tombstones((first, second))
    assert tuple(ledger.tombstones()) == (late,)
    other = open_ledger("prod")
    assert other.view().tombstones == (late,)
    other.clear_tombstones((late,))
    other.clear_tombstones((late,))
    assert (tuple(ledger.tombstones()), other.view().tombstones) == ((), ())


def test_a_stop_needs_no_lease_and_neither_does_its_end(open_ledger: Open) -> None:
    stop = Tombstone("wrong list", "eve", NOW)
    open_ledger("prod").add_tombstone(stop)
    open_ledger("prod").clear_tombstones((stop,))
    assert open_ledger("prod").view().tombstones == ()


def test_the_lineage_begins_with_the_first_write_and_the_serial_counts_changes(
    ledger: Ledger,
) -> None:
    assert ledger.view().lineage == ""
    put_intent(ledger, INTENT, "mine")
    first = ledger.view()
    ledger.settle(INTENT, RECORD, "mine")
    second = ledger.view()
    assert first.lineage == second.lineage != ""
    assert (first.serial, second.serial) == (1, 2)


def test_a_second_intent_of_an_address_is_refused(ledger: Ledger) -> None:
    assert put_intent(ledger, INTENT, "mine") is True
    assert put_intent(ledger, INTENT, "mine") is False
    assert put_intent(ledger, replace(INTENT, generation=2), "mine") is False
    assert ledger.view().intents == {ADDRESS: INTENT}


def test_a_further_attempt_is_kept_in_the_same_intent(ledger: Ledger) -> None:
    put_intent(ledger, INTENT, "mine")
    again = replace(INTENT, attempt=2)
    ledger.update_intent(again, "mine", mark_for(again))
    assert ledger.view().intents == {ADDRESS: again}


def test_a_created_intent_becomes_a_record(ledger: Ledger) -> None:
    put_intent(ledger, INTENT, "mine")
    ledger.settle(INTENT, RECORD, "mine", [BINDING])
    view = ledger.view()
    assert (view.intents, view.records, view.bindings) == ({}, {ADDRESS: RECORD}, (BINDING,))


def test_a_generation_is_created_once(ledger: Ledger) -> None:
    put_intent(ledger, INTENT, "mine")
    ledger.settle(INTENT, RECORD, "mine")
    assert put_intent(ledger, INTENT, "mine") is False
    assert put_intent(ledger, replace(INTENT, generation=2), "mine") is True


def test_a_refused_intent_may_be_made_again(ledger: Ledger) -> None:
    put_intent(ledger, INTENT, "mine")
    ledger.settle(INTENT, None, "mine")
    assert ledger.view().records == {}
    assert put_intent(ledger, INTENT, "mine") is True


def test_a_forgotten_record_is_gone(ledger: Ledger) -> None:
    ledger.put_record(RECORD, "mine")
    ledger.forget(ADDRESS, "mine")
    assert ledger.view().records == {}


def test_a_name_has_one_binding(ledger: Ledger) -> None:
    later = replace(BINDING, remote="cf-2")
    ledger.put_record(RECORD, "mine", [BINDING])
    ledger.put_record(RECORD, "mine", [later])
    assert ledger.view().bindings == (later,)


def test_a_plan_is_used_once(ledger: Ledger) -> None:
    assert ledger.plan_used("p") is False
    assert ledger.use_plan("p", "mine") is True
    assert ledger.use_plan("p", "mine") is False
    assert ledger.plan_used("p") is True
    assert ledger.plan_used("other") is False


def test_receipts_come_back_in_order(ledger: Ledger) -> None:
    other = replace(RECEIPT, plan_id="p2", outcomes=())
    ledger.add_receipt(RECEIPT)
    ledger.add_receipt(other)
    assert list(ledger.receipts()) == [RECEIPT, other]


PART = replace(RECEIPT, operation="apply", run_id="mine", outcomes=(part_entry("create"),))


def test_a_part_is_written_with_what_it_tells_of_and_stands_for_the_receipt(
    ledger: Ledger, open_ledger: Open
) -> None:
    mark = mark_for(INTENT)
    unknown = replace(PART, outcomes=(part_entry("create", Outcome.UNKNOWN),))
    ledger.put_intent(INTENT, "mine", mark=mark, before=None, part=unknown)
    assert open_ledger("prod").receipts() == (unknown,)
    ledger.settle(INTENT, RECORD, "mine", part=PART)
    ledger.add_receipt(RECEIPT)
    other = open_ledger("prod")
    assert other.view().unfinished == (PART,)
    assert list(other.receipts()) == [RECEIPT, PART]
    assert other.view().applied is True
    assert open_ledger("staging").receipts() == ()


def test_the_parts_of_a_kept_receipt_are_dropped_and_never_counted_twice(
    ledger: Ledger, open_ledger: Open
) -> None:
    second = part_entry("update", address=Address("kore_sms_campaign", "second"))
    ledger.put_record(RECORD, "mine", part=PART)
    ledger.note_outcome(replace(PART, outcomes=(second,)), "mine")
    (left,) = open_ledger("prod").view().unfinished
    assert left.outcomes == (PART.outcomes[0], second)
    ledger.add_receipt(left)
    assert list(open_ledger("prod").receipts()) == [left]
    ledger.drop_parts([left], "mine")
    view = open_ledger("prod").view()
    assert (view.unfinished, view.applied) == ((), True)
    assert list(ledger.receipts()) == [left]


def test_environments_do_not_see_each_other(ledger: Ledger, open_ledger: Open) -> None:
    ledger.put_record(RECORD, "mine", [BINDING])
    ledger.use_plan("p", "mine")
    ledger.add_receipt(RECEIPT)
    ledger.add_tombstone(Tombstone("wrong list", "eve", NOW))
    other = open_ledger("staging")
    view = other.view()
    assert (view.lineage, view.records, view.bindings) == ("", {}, ())
    assert (other.lock(), other.plan_used("p"), list(other.receipts())) == (None, False, [])
    assert list(other.tombstones()) == []
    assert other.acquire(lock("theirs")) is None


WRITES: dict[str, Callable[[Ledger, str], object]] = {
    "put_records": lambda ledger, id_: ledger.put_records([RECORD], id_),
    "put_intent": lambda ledger, id_: put_intent(ledger, INTENT, id_),
    "update_intent": lambda ledger, id_: ledger.update_intent(INTENT, id_, mark_for(INTENT)),
    "withdraw": lambda ledger, id_: ledger.withdraw(
        INTENT, id_, mark=mark_for(INTENT), before=None
    ),
    "put_mark": lambda ledger, id_: ledger.put_mark(mark_for(INTENT), id_),
    "settle": lambda ledger, id_: ledger.settle(INTENT, RECORD, id_),
    "put_record": lambda ledger, id_: ledger.put_record(RECORD, id_),
    "forget": lambda ledger, id_: ledger.forget(ADDRESS, id_),
    "use_plan": lambda ledger, id_: ledger.use_plan("p", id_),
    "note_outcome": lambda ledger, id_: ledger.note_outcome(PART, id_),
    "drop_parts": lambda ledger, id_: ledger.drop_parts([PART], id_),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_write_without_the_lease_fails_and_changes_nothing(
    ledger: Ledger, write: Callable[[Ledger, str], object]
) -> None:
    before = ledger.view()
    with pytest.raises(LeaseLost):
        write(ledger, "somebody-else")
    ledger.release("mine")
    with pytest.raises(LeaseLost):
        write(ledger, "mine")
    assert ledger.view() == before
    assert ledger.marks([mark_for(INTENT).key]) == {}


def test_a_taken_lease_names_its_holder(ledger: Ledger, open_ledger: Open) -> None:
    assert open_ledger("prod").acquire(lock("theirs")) == lock("mine")
    assert ledger.lock() == lock("mine")


def test_a_holder_can_take_its_own_lease_again(ledger: Ledger) -> None:
    assert ledger.acquire(lock("mine")) is None


def test_a_lease_is_renewed_and_released_only_with_its_own_id(ledger: Ledger) -> None:
    assert ledger.renew("theirs", NOW) is False
    assert ledger.release("theirs") is False
    assert ledger.renew("mine", NOW) is True
    assert ledger.release("mine") is True
    assert ledger.release("mine") is False
    assert ledger.renew("mine", NOW) is False


def test_a_lease_seen_unchanged_is_taken_over_and_fences_the_old_holder(
    ledger: Ledger, open_ledger: Open
) -> None:
    other = open_ledger("prod")
    assert other.acquire(lock("theirs"), dead=lock("mine")) is None
    for _ in range(2):
        with pytest.raises(LeaseLost):
            ledger.put_record(RECORD, "mine")
    assert other.view().records == {}


def test_a_lease_released_by_somebody_else_fences_its_holder(
    ledger: Ledger, open_ledger: Open
) -> None:
    put_intent(ledger, INTENT, "mine")
    assert open_ledger("prod").release("mine") is True
    for _ in range(2):
        with pytest.raises(LeaseLost):
            ledger.settle(INTENT, RECORD, "mine")
    assert open_ledger("prod").view().intents == {ADDRESS: INTENT}


def test_a_holder_that_has_not_written_yet_is_fenced_too(ledger: Ledger, open_ledger: Open) -> None:
    assert open_ledger("prod").release("mine") is True
    with pytest.raises(LeaseLost):
        put_intent(ledger, INTENT, "mine")


def test_the_next_holder_continues_from_what_a_dead_one_wrote(
    ledger: Ledger, open_ledger: Open
) -> None:
    put_intent(ledger, INTENT, "mine")
    other = open_ledger("prod")
    other.acquire(lock("theirs"), dead=lock("mine"))
    assert put_intent(other, INTENT, "theirs") is False
    other.settle(INTENT, RECORD, "theirs")
    other.release("theirs")
    assert ledger.release("mine") is False
    view = open_ledger("prod").view()
    assert (view.intents, view.records, view.serial) == ({}, {ADDRESS: RECORD}, 2)


def test_runs_follow_one_another(open_ledger: Open) -> None:
    for number in range(3):
        ledger = open_ledger("prod")
        assert ledger.acquire(lock(f"run-{number}")) is None
        ledger.put_record(replace(RECORD, generation=number + 1), f"run-{number}")
        assert ledger.release(f"run-{number}") is True
    view = open_ledger("prod").view()
    assert (view.records[ADDRESS].generation, view.serial) == (3, 3)


def test_a_run_that_changes_nothing_leaves_no_change(ledger: Ledger, open_ledger: Open) -> None:
    ledger.put_record(RECORD, "mine")
    ledger.put_record(RECORD, "mine")
    ledger.forget(Address("kore_sms_campaign", "never"), "mine")
    ledger.release("mine")
    before = ledger.view()
    ledger.acquire(lock("again"))
    ledger.release("again")
    assert open_ledger("prod").view() == before
    assert before.serial == 1


def test_a_lease_that_was_renewed_is_not_taken_over(ledger: Ledger, open_ledger: Open) -> None:
    seen = ledger.lock()
    ledger.renew("mine", NOW)  # even if the holder's clock stood still
    holder = open_ledger("prod").acquire(lock("theirs"), dead=seen)
    assert holder is not None
    assert holder.id == "mine"


def test_one_client_serves_several_threads(ledger: Ledger) -> None:
    def write(number: int) -> None:
        address = Address("kore_sms_campaign", f"c{number}")
        ledger.put_record(replace(RECORD, address=address), "mine")

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(write, range(40)))
    view = ledger.view()
    assert (len(view.records), view.serial) == (40, 40)


def test_notes_about_listings_are_kept_by_environment(ledger: Ledger, open_ledger: Open) -> None:
    assert ledger.page_notes() == PageNotes()
    notes = PageNotes(
        sizes={"an account": LearnedSize(size=1000, trials=1, learned_at=NOW)},
        rows={"main": {"sms": 900}},
    )
    ledger.keep_page_notes(notes)
    assert open_ledger("prod").page_notes() == notes
    assert open_ledger("staging").page_notes() == PageNotes()


def test_drift_notes_are_kept_beside_page_notes(ledger: Ledger, open_ledger: Open) -> None:
    assert ledger.drift_notes() == {}
    finding = Finding(
        kind=FindingKind.DRIFT,
        target="retention",
        address="kore_sms_campaign.renewal",
        remote_id="cd-1",
        severity=Severity.HIGH,
        fields={"priority": "0" * 64},
    )
    notes = {finding.key: KnownFinding(finding, NOW)}
    before = ledger.view().serial
    assert ledger.keep_drift_notes(notes)
    assert open_ledger("prod").drift_notes() == notes
    assert open_ledger("prod").page_notes() == PageNotes()
    assert open_ledger("staging").drift_notes() == {}
    assert ledger.view().serial == before
    assert ledger.cached("main") == CachedReads()


def test_readings_are_cached_by_target(ledger: Ledger, open_ledger: Open) -> None:
    live = Live(
        type="kore_sms_campaign",
        remote_id="cd-1",
        name="Renewal ✓",
        state=RunState.DRAFT,
        status="Ready",
        spec={"name": "Renewal ✓", "priority": "5"},
        references={"experienceFlowName": "cf-1"},
        blocked=("it is active",),
        created_at=NOW,
    )
    kept = CachedReads({"cd-1": CachedRead("m1", live, NOW)}, full_since=NOW)
    ledger.cache("main", lambda _: kept)
    assert open_ledger("prod").cached("main") == kept
    assert ledger.cached("other") == CachedReads()
    assert open_ledger("staging").cached("main") == CachedReads()
    ledger.cache("main", lambda _: CachedReads())
    assert ledger.cached("main") == CachedReads()


def test_a_mark_stands_above_environments(ledger: Ledger, open_ledger: Open) -> None:
    put_intent(ledger, INTENT, "mine")
    mark = mark_for(INTENT)
    assert open_ledger("staging").marks([mark.key]) == {mark.key: mark}
    assert open_ledger("prod").marks([mark.key]) == {mark.key: mark}
    assert open_ledger("prod").marks([mark.key._replace(name_key="other")]) == {}


def test_of_two_runs_in_two_environments_one_learns_that_it_came_late(
    ledger: Ledger, open_ledger: Open
) -> None:
    other = open_ledger("staging")
    assert other.acquire(lock("theirs")) is None
    mine, theirs = mark_for(INTENT), replace(mark_for(INTENT), environment="staging")
    assert other.marks([theirs.key]) == ledger.marks([mine.key]) == {}
    assert ledger.put_intent(INTENT, "mine", mark=mine, before=None) is True
    assert other.put_intent(INTENT, "theirs", mark=theirs, before=None) is False
    assert other.view().intents == {}
    assert open_ledger("prod").marks([mine.key]) == {mine.key: mine}


def test_a_mark_stays_when_its_create_is_settled(ledger: Ledger, open_ledger: Open) -> None:
    put_intent(ledger, INTENT, "mine")
    ledger.settle(INTENT, RECORD, "mine")
    ledger.forget(ADDRESS, "mine")
    assert open_ledger("prod").marks([mark_for(INTENT).key]) != {}


@pytest.mark.parametrize("earlier", [True, False])
def test_a_create_that_was_not_sent_leaves_no_mark(
    ledger: Ledger, open_ledger: Open, earlier: bool
) -> None:
    before = replace(mark_for(INTENT), sent=Moment(NOW - timedelta(days=1))) if earlier else None
    if before is not None:
        ledger.put_mark(before, "mine")
    mark = mark_for(INTENT, before)
    assert ledger.put_intent(INTENT, "mine", mark=mark, before=before) is True
    ledger.withdraw(INTENT, "mine", mark=mark, before=before)
    assert open_ledger("prod").view().intents == {}
    left = open_ledger("prod").marks([mark.key])
    assert left == ({} if before is None else {before.key: before})
    assert ledger.put_intent(INTENT, "mine", mark=mark, before=before) is True


def test_a_refused_intent_leaves_the_mark_as_it_was(ledger: Ledger, open_ledger: Open) -> None:
    put_intent(ledger, INTENT, "mine")
    first = mark_for(INTENT)
    later = replace(first, sent=Moment(NOW + timedelta(hours=1)))
    assert ledger.put_intent(INTENT, "mine", mark=later, before=first) is False
    assert open_ledger("prod").marks([first.key]) == {first.key: first}


NEXT = replace(INTENT, address=Address("kore_sms_campaign", "next"), name="Next")


@pytest.mark.parametrize("settles", [True, False])
def test_what_comes_next_is_opened_with_what_went_before(
    ledger: Ledger, open_ledger: Open, settles: bool
) -> None:
    put_intent(ledger, INTENT, "mine")
    unknown = replace(PART, outcomes=(part_entry("create", Outcome.UNKNOWN, NEXT.address),))
    opening = Opening(intent=NEXT, mark=mark_for(NEXT), before=None, part=unknown)
    if settles:
        assert ledger.settle(INTENT, RECORD, "mine", part=PART, opening=opening) is True
    else:
        ledger.settle(INTENT, RECORD, "mine")
        assert ledger.put_record(RECORD, "mine", part=PART, opening=opening) is True
    view = open_ledger("prod").view()
    assert (view.records, view.intents) == ({ADDRESS: RECORD}, {NEXT.address: NEXT})
    assert open_ledger("prod").marks([opening.mark.key]) == {opening.mark.key: opening.mark}
    assert {one.address for part in view.unfinished for one in part.outcomes} == {
        *(ADDRESS, NEXT.address)
    }
    assert ledger.last_check("mine", NEXT) == ()


@pytest.mark.parametrize("why", ["another mark", "an open intent"])
def test_what_comes_next_is_no_obstacle_to_what_went_before(
    ledger: Ledger, open_ledger: Open, why: str
) -> None:
    put_intent(ledger, INTENT, "mine")
    if why == "another mark":
        ledger.put_mark(before := replace(mark_for(NEXT), environment="staging"), "mine")
        opening = Opening(intent=NEXT, mark=mark_for(NEXT), before=None)
    else:
        put_intent(ledger, NEXT, "mine")
        before = mark_for(NEXT)
        later = replace(before, sent=Moment(NOW + timedelta(hours=1)))
        opening = Opening(intent=NEXT, mark=later, before=before)
    assert ledger.settle(INTENT, RECORD, "mine", opening=opening) is False
    view = open_ledger("prod").view()
    assert view.records == {ADDRESS: RECORD}
    assert INTENT.address not in view.intents
    assert open_ledger("prod").marks([before.key]) == {before.key: before}


def test_several_records_are_one_change(ledger: Ledger, open_ledger: Open) -> None:
    other = replace(RECORD, address=NEXT.address, remote_id="cd-2")
    before = ledger.view().serial
    ledger.put_records([RECORD, other], "mine", [BINDING])
    view = open_ledger("prod").view()
    assert view.records == {ADDRESS: RECORD, NEXT.address: other}
    assert (view.bindings, view.serial) == ((BINDING,), before + 1)


def test_a_denial_moves_the_mark(ledger: Ledger, open_ledger: Open) -> None:
    put_intent(ledger, INTENT, "mine")
    later = replace(mark_for(INTENT), sent=Moment(NOW + timedelta(minutes=1), NOW))
    ledger.update_intent(replace(INTENT, denied="400"), "mine", later)
    assert open_ledger("prod").marks([later.key]) == {later.key: later}


def test_many_marks_are_read_at_once(ledger: Ledger, open_ledger: Open) -> None:
    intents = [replace(INTENT, name=f"name {number}") for number in range(30)]
    for intent in intents:
        ledger.put_mark(mark_for(intent), "mine")
    keys = [mark_for(intent).key for intent in intents]
    unknown = keys[0]._replace(account="another")
    assert open_ledger("prod").marks([*keys, unknown]) == {
        mark_for(intent).key: mark_for(intent) for intent in intents
    }


def test_the_last_check_shows_the_stops_and_passes_for_a_holder(ledger: Ledger) -> None:
    assert list(ledger.last_check("mine")) == []
    put_intent(ledger, INTENT, "mine")
    stop = Tombstone("wrong list", "eve", NOW)
    ledger.add_tombstone(stop)
    assert list(ledger.last_check("mine", INTENT)) == [stop]
    ledger.settle(INTENT, RECORD, "mine")
    assert list(ledger.last_check("mine")) == [stop]


@pytest.mark.parametrize("writes", [False, True])
@pytest.mark.parametrize("taken", [False, True])
def test_the_last_check_finds_a_lease_that_somebody_else_released_or_took(
    ledger: Ledger, open_ledger: Open, writes: bool, taken: bool
) -> None:
    if writes:
        ledger.put_record(RECORD, "mine")
    other = open_ledger("prod")
    if taken:
        assert other.acquire(lock("theirs"), dead=ledger.lock()) is None
    else:
        assert other.release("mine")
    with pytest.raises(LeaseLost):
        ledger.last_check("mine")


def test_the_last_check_finds_an_intent_that_is_not_as_it_was_written(ledger: Ledger) -> None:
    put_intent(ledger, INTENT, "mine")
    with pytest.raises(LeaseLost, match="no longer has the intent to create"):
        ledger.last_check("mine", replace(INTENT, run_id="another"))
    ledger.settle(INTENT, None, "mine")
    with pytest.raises(LeaseLost, match="no longer has the intent to create"):
        ledger.last_check("mine", INTENT)
