from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, takewhile

import obstore
import pytest
from obstore.store import MemoryStore

from reconciler.address import Address
from reconciler.clock import SystemClock
from reconciler.errors import LeaseLost, LedgerFailed
from reconciler.ledger.base import LockInfo
from reconciler.ledger.codec import encode_tombstone
from reconciler.ledger.objects.folder import ObjectFolder
from reconciler.ledger.objects.layout import Layout, LeaseContent, decode_object, encode_object
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.resources.ledger_records import Intent, LedgerView, Record, Tombstone
from reconciler.testing.clock import ManualClock
from tests.support import campaigns
from tests.support.ledgers import RECEIPT, part_entry, put_intent
from tests.support.watched_store import WatchedStore

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LAYOUT = Layout("prod")
WANTED = campaigns.desired()


def address(number: int) -> Address:
    return Address("kore_sms_campaign", f"c{number}")


def lock(id_: str) -> LockInfo:
    return LockInfo(
        id=id_, operation="apply", who="ada", host="h", created_at=NOW, renewed_at=NOW, process={}
    )


def record(number: int) -> Record:
    return campaigns.record(WANTED, f"cd-{number}", address=address(number))


def intent(number: int) -> Intent:
    return replace(campaigns.intent(WANTED, address=address(number)), name=f"c{number}")


class Place:
    """One location in memory and its clients."""

    def __init__(self) -> None:
        self.native = MemoryStore()

    def client(self) -> tuple[ObjectLedger, WatchedStore]:
        store = WatchedStore(self.native)
        return ObjectLedger(store, "prod", SystemClock()), store

    def run(self, id_: str, *numbers: int) -> None:
        """A whole run that records campaigns."""
        ledger, _ = self.client()
        assert ledger.acquire(lock(id_)) is None
        for number in numbers:
            ledger.put_record(record(number), id_)
        assert ledger.release(id_)

    def view(self) -> LedgerView:
        return self.client()[0].view()

    def keys(self, folder: str = "prod") -> list[str]:
        return [found["path"] for found in obstore.list(self.native, folder).collect()]

    def read(self, key: str) -> bytes:
        return bytes(obstore.get(self.native, key).bytes())

    def write(self, key: str, content: bytes) -> None:
        obstore.put(self.native, key, content)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.mark.parametrize("size", [1, 200])
def test_a_view_costs_two_readings_and_one_listing_of_any_estate(place: Place, size: int) -> None:
    place.run("before", *range(size))
    ledger, store = place.client()
    assert len(ledger.view().records) == size
    assert (store.count("get"), store.count("list"), len(store.calls)) == (2, 1, 3)


def test_a_create_costs_three_writes_however_many_there_are(place: Place) -> None:
    place.run("before", *range(50))
    ledger, store = place.client()
    ledger.acquire(lock("mine"))
    ledger.put_record(record(50), "mine")
    store.calls.clear()
    for number in range(60, 70):
        put_intent(ledger, intent(number), "mine")
        part = replace(RECEIPT, run_id="mine", outcomes=(part_entry("create"),))
        ledger.settle(intent(number), record(number), "mine", part=part)
    # The mark is asked for once, as planning does.
    assert (store.count("claim"), store.count("get"), len(store.calls)) == (30, 10, 40)


def test_a_view_fetches_only_what_is_new(place: Place) -> None:
    place.run("before", *range(50))
    writer, _ = place.client()
    writer.acquire(lock("mine"))
    reader, store = place.client()
    reader.view()
    for number in range(60, 63):
        writer.put_record(record(number), "mine")
    store.calls.clear()
    assert len(reader.view().records) == 53
    steps = [call for call in store.calls if "/log/" in call]
    assert sorted(steps) == [
        "get prod/log/00000002/00000001",
        "get prod/log/00000002/00000002",
        "get prod/log/00000002/00000003",
        "list prod/log/00000002",
    ]
    assert len(store.calls) == 6


def test_the_end_of_a_run_costs_the_same_for_any_estate(place: Place) -> None:
    costs = []
    for size in (1, 100):
        place.run(f"fill-{size}", *range(1000, 1000 + size))
        ledger, store = place.client()
        ledger.acquire(lock("mine"))
        ledger.put_record(record(size), "mine")
        store.calls.clear()
        ledger.release("mine")
        costs.append(len(store.calls))
    assert costs[0] == costs[1] <= 5


def test_a_run_that_only_looked_writes_no_snapshot(place: Place) -> None:
    place.run("before", 1)
    ledger, store = place.client()
    ledger.acquire(lock("mine"))
    ledger.view()
    ledger.release("mine")
    writes = [call for call in store.calls if not call.startswith(("get", "list"))]
    assert writes == ["swap prod/lease", "swap prod/lease"]


def test_closed_generations_stay_as_markers(place: Place) -> None:
    place.run("one", 1, 2)
    place.run("two", 3)
    assert len(place.keys("prod/log/00000001")) >= 3
    assert len(place.keys("prod/log/00000002")) == 2
    assert place.keys("prod/log/00000003") == []


def test_a_run_that_slept_through_others_is_kept_out(place: Place) -> None:
    sleeper, _ = place.client()
    sleeper.acquire(lock("sleeper"))
    sleeper.put_record(record(1), "sleeper")
    other, _ = place.client()
    other.acquire(lock("other"), dead=lock("sleeper"))
    other.release("other")
    for number in range(2, 5):
        place.run(f"run-{number}", number)
    for _ in range(3):
        with pytest.raises(LeaseLost):
            put_intent(sleeper, intent(9), "sleeper")
    assert sleeper.release("sleeper") is False
    assert place.view().intents == {}


@pytest.mark.parametrize("moment", ["claim prod/log/", "get prod/lease", "list prod/log/"])
def test_a_run_that_slept_in_the_middle_of_its_first_write_is_kept_out(
    place: Place, moment: str
) -> None:
    """Between reading and writing, another run takes over, writes and compacts."""
    place.run("before", 1)
    sleeper, store = place.client()
    sleeper.acquire(lock("sleeper"))

    def sleep(call: str) -> None:
        if call.startswith(moment):
            store.before = lambda _: None
            other, _ = place.client()
            assert other.acquire(lock("other"), dead=other.lock()) is None
            for number in range(2, 5):
                other.put_record(record(number), "other")
            assert other.release("other")

    store.before = sleep
    with pytest.raises(LeaseLost):
        put_intent(sleeper, intent(9), "sleeper")
    view = place.view()
    assert (view.intents, len(view.records), view.serial) == ({}, 4, 4)


def test_a_taker_that_is_overtaken_while_fencing_gets_an_error(place: Place) -> None:
    first, _ = place.client()
    first.acquire(lock("first"))
    slow, store = place.client()

    def overtake(call: str) -> None:
        if call.startswith("claim prod/log/"):
            store.before = lambda _: None
            quick, _ = place.client()
            assert quick.acquire(lock("quick"), dead=lock("slow")) is None
            quick.put_record(record(1), "quick")

    store.before = overtake
    assert slow.acquire(lock("slow"), dead=lock("first")) == lock("quick")
    with pytest.raises(LeaseLost):
        put_intent(slow, intent(1), "slow")


def test_a_run_that_is_overtaken_while_it_ends_gets_an_error(place: Place) -> None:
    slow, store = place.client()
    slow.acquire(lock("slow"))
    slow.put_record(record(1), "slow")

    def overtake(call: str) -> None:
        if call.startswith("claim prod/log/"):
            store.before = lambda _: None
            quick, _ = place.client()
            assert quick.acquire(lock("quick"), dead=lock("slow")) is None

    store.before = overtake
    assert slow.release("slow") is False
    with pytest.raises(LeaseLost):
        put_intent(slow, intent(1), "slow")
    assert place.client()[0].lock() == lock("quick")


def test_a_write_whose_answer_was_lost_is_known_to_the_same_run(place: Place) -> None:
    ledger, store = place.client()
    ledger.acquire(lock("mine"))
    store.fail_at(3, done=True)
    with pytest.raises(LedgerFailed):
        put_intent(ledger, intent(1), "mine")
    store.fail_at(1000, done=True)
    assert put_intent(ledger, intent(1), "mine") is False
    ledger.settle(intent(1), record(1), "mine")
    assert (place.view().records, place.view().serial) == ({address(1): record(1)}, 2)


def crash_at(place: Place, number: int, *, done: bool) -> bool:
    """A run that dies at its n-th call to the store; returns whether it died."""
    place.run("before", 1)
    ledger, store = place.client()
    acknowledged = {address(1)}
    store.fail_at(number, done=done)
    crashed = False
    try:
        ledger.acquire(lock("crashing"))
        for other in (2, 3):
            ledger.put_record(record(other), "crashing")
            acknowledged.add(address(other))
        ledger.release("crashing")
    except LedgerFailed:
        crashed = True
    view = place.view()
    assert view.records.keys() >= acknowledged
    assert view.serial == len(view.records)
    heir, _ = place.client()
    assert heir.acquire(lock("heir"), dead=heir.lock()) is None
    assert heir.view() == view
    heir.put_record(record(9), "heir")
    assert heir.release("heir")
    assert place.view().records.keys() == {*view.records, address(9)}
    return crashed


@pytest.mark.parametrize("done", [False, True])
def test_a_crash_anywhere_in_a_run_loses_nothing_that_was_acknowledged(
    done: bool,
) -> None:
    crashes = takewhile(lambda number: crash_at(Place(), number, done=done), count(1))
    assert len(list(crashes)) > 10


def damage_edit(place: Place, key: str) -> None:
    place.write(key, place.read(key).replace(b"cd-1", b"cd-2").replace(b'"mine"', b'"ours"'))


def damage_cut(place: Place, key: str) -> None:
    place.write(key, place.read(key)[:-20])


def damage_newer(place: Place, key: str) -> None:
    place.write(key, place.read(key).replace(b"reconciler-ledger 2 ", b"reconciler-ledger 3 "))


def damage_foreign(place: Place, key: str) -> None:
    place.write(key, b"version: 4\nserial: 7\n")


@pytest.mark.parametrize("damage", [damage_edit, damage_cut, damage_newer, damage_foreign])
@pytest.mark.parametrize("key", [LAYOUT.snapshot, LAYOUT.step(2, 1)])
def test_a_damaged_object_is_never_half_read_nor_built_upon(
    place: Place, damage: Callable[[Place, str], None], key: str
) -> None:
    place.run("before", 1)
    ledger, _ = place.client()
    ledger.acquire(lock("mine"))
    ledger.put_record(replace(record(2), remote_id="cd-1"), "mine")
    damage(place, key)
    before = place.keys()
    other, _ = place.client()
    with pytest.raises(LedgerFailed, match=key):
        other.view()
    with pytest.raises(LedgerFailed, match=key):
        other.acquire(lock("theirs"), dead=lock("mine"))
    with pytest.raises(LedgerFailed):
        other.put_record(record(3), "theirs")
    assert place.keys() == before


@pytest.mark.parametrize("damage", [damage_edit, damage_cut, damage_newer, damage_foreign])
def test_a_damaged_lease_is_neither_taken_nor_released(
    place: Place, damage: Callable[[Place, str], None]
) -> None:
    ledger, _ = place.client()
    ledger.acquire(lock("mine"))
    place.write(LAYOUT.lease, place.read(LAYOUT.lease).replace(b"mine", b'"mine"'))
    damage(place, LAYOUT.lease)
    for act in (ledger.lock, lambda: ledger.acquire(lock("b")), lambda: ledger.release("mine")):
        with pytest.raises(LedgerFailed, match="prod/lease"):
            act()


def test_a_lost_snapshot_is_noticed(place: Place) -> None:
    place.run("before", 1)
    obstore.delete(place.native, LAYOUT.snapshot)
    with pytest.raises(LedgerFailed, match="is missing, or older"):
        place.view()


def test_an_old_snapshot_put_back_is_noticed(place: Place) -> None:
    place.run("one", 1)
    old = place.read(LAYOUT.snapshot)
    place.run("two", 2)
    place.write(LAYOUT.snapshot, old)
    with pytest.raises(LedgerFailed, match="is missing, or older"):
        place.client()[0].acquire(lock("mine")) or place.view()


@pytest.mark.parametrize("stray", ["00000003", "note", "00000001/x"])
def test_a_log_with_gaps_or_strays_is_refused(place: Place, stray: str) -> None:
    ledger, _ = place.client()
    ledger.acquire(lock("mine"))
    place.write(f"{LAYOUT.log(1)}/{stray}", place.read(LAYOUT.step(1, 1)))
    with pytest.raises(LedgerFailed, match=stray):
        place.view()


def test_a_deleted_lease_still_fences_its_holder(place: Place) -> None:
    place.run("before", 1)
    ledger, _ = place.client()
    ledger.acquire(lock("mine"))
    obstore.delete(place.native, LAYOUT.lease)
    other, _ = place.client()
    assert other.acquire(lock("theirs")) is None
    with pytest.raises(LeaseLost):
        put_intent(ledger, intent(1), "mine")
    assert put_intent(other, intent(9), "theirs") is True


def test_a_renewal_whose_answer_was_lost_does_not_lose_the_lease(place: Place) -> None:
    ledger, store = place.client()
    ledger.acquire(lock("mine"))
    store.fail_at(1, done=True)
    with pytest.raises(LedgerFailed):
        ledger.renew("mine", NOW)
    store.fail_at(1000, done=True)
    assert ledger.renew("mine", NOW) is True
    found = ledger.lock()
    assert found is not None
    assert found.renewals == 2


def test_no_process_is_taken_for_dead_from_another_machine(place: Place) -> None:
    ledger, _ = place.client()
    gone = replace(lock("mine"), process={"boot_id": "b", "pid": "1"})
    ledger.acquire(gone)
    assert place.client()[0].acquire(lock("theirs")) == gone


def test_a_free_lease_contains_the_position_of_the_log(place: Place) -> None:
    place.run("one", 1)
    content = decode_object(LeaseContent, LAYOUT.lease, place.read(LAYOUT.lease))
    assert (content.generation, content.lock) == (2, None)


def test_a_lease_of_an_impossible_holder_is_refused(place: Place) -> None:
    content = LeaseContent(id="i", generation=1, lock='{"id": 1}')
    place.write(LAYOUT.lease, encode_object(LAYOUT.lease, content))
    with pytest.raises(LedgerFailed, match="lease"):
        place.client()[0].lock()


def test_receipts_of_one_moment_stay_in_order(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(NOW)
    # The ids have no order, so only the order of the receipts is left to sort by.
    monkeypatch.setattr(clock, "new_id", SystemClock().new_id)
    store = WatchedStore(place.native)
    ledger = ObjectLedger(store, "prod", clock)
    for number in range(12):
        ledger.add_receipt(replace(RECEIPT, plan_id=f"{number}"))
    assert [receipt.plan_id for receipt in ledger.receipts()] == [*map(str, range(12))]


def test_asking_for_stops_again_is_one_call(place: Place) -> None:
    stop = Tombstone("wrong list", "eve", NOW)
    place.client()[0].add_tombstone(stop)
    ledger, store = place.client()
    assert tuple(ledger.tombstones()) == (stop,)
    store.calls.clear()
    assert tuple(ledger.tombstones()) == (stop,)
    assert store.calls == ["get prod/stops"]


def test_the_last_check_of_a_create_is_two_calls(place: Place) -> None:
    ledger, store = place.client()
    ledger.acquire(lock("mine"))
    put_intent(ledger, intent(1), "mine")
    store.calls.clear()
    assert list(ledger.last_check("mine", intent(1))) == []
    assert [call.partition(" ")[0] for call in store.calls] == ["get", "get"]


def test_a_stop_of_the_first_release_is_in_force_until_it_is_cleared(place: Place) -> None:
    old, new = (Tombstone(text, "eve", NOW) for text in ("old", "new"))
    ledger, store = place.client()
    ObjectFolder(store, LAYOUT.tombstones, ManualClock(NOW)).add(NOW, encode_tombstone(old))
    assert tuple(ledger.tombstones()) == (old,)
    ledger.add_tombstone(new)
    assert tuple(place.client()[0].tombstones()) == (old, new)
    ledger.clear_tombstones((old,))
    assert tuple(place.client()[0].tombstones()) == (new,)


def test_two_stops_of_one_moment_are_both_kept(place: Place) -> None:
    first, second = (Tombstone(text, "eve", NOW) for text in ("one", "two"))
    (here, _), (there, _) = place.client(), place.client()
    assert list(here.tombstones()) == []
    there.add_tombstone(first)
    here.add_tombstone(second)
    assert tuple(there.tombstones()) == (first, second)


def test_a_plan_whose_use_was_not_answered_counts_as_used(place: Place) -> None:
    ledger, store = place.client()
    ledger.acquire(lock("mine"))
    store.fail_at(2, done=True)
    with pytest.raises(LedgerFailed):
        ledger.use_plan("p", "mine")
    assert place.client()[0].plan_used("p") is True
