"""What a run reads is kept for the next one, in a bucket as in a file."""

import _thread
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from obstore.store import MemoryStore

from reconciler.errors import BudgetSpent, LedgerFailed
from reconciler.ledger.base import CachedReads
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.resources.base import Live
from reconciler.resources.snapshot import Listing
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from reconciler.workflow.freshness import Freshness
from reconciler.workflow.reading import Reading, Reads, read_targets
from tests.support.watched_store import WatchedStore

SMS = "kore_sms_campaign"
DAY = timedelta(days=1)
PLAN, FULL = Freshness(max_age=DAY), Freshness(max_age=DAY, full=True)


class Account(MemoryProvider):
    """Lists rows that lack fields, and lets a run read so many campaigns in full."""

    def __init__(self, clock: ManualClock, count: int = 12) -> None:
        super().__init__(clock)
        made = [self.put(SMS, {"name": f"Campaign {number}"}) for number in range(count)]
        self.ids = [live.remote_id for live in made]
        self.budget = count
        self.seconds = 0.0

    def list(self, channel: str) -> Listing:
        rows = super().list(channel)
        return replace(rows, items=tuple(replace(row, thin=True) for row in rows.items))

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        if self.budget == 0:
            raise BudgetSpent("used up")
        self.budget -= 1
        self._clock.sleep(self.seconds)
        return super().get(type_, remote_id, row)

    def take_reads(self) -> Sequence[str]:
        found = [line.removeprefix("get ") for line in self.reads if line.startswith("get ")]
        self.reads.clear()
        return found


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def account(clock: ManualClock) -> Account:
    return Account(clock)


@pytest.fixture
def store() -> WatchedStore:
    return WatchedStore(MemoryStore())


Run = Callable[..., Reads]


@pytest.fixture
def run(clock: ManualClock, account: Account, store: WatchedStore) -> Run:
    """A run on a machine of its own: only the bucket knows what others have read."""

    def once(
        rule: Freshness = PLAN,
        only: Collection[str] | None = None,
        budget: int = 1000,
        stop: Callable[[], None] = lambda: None,
    ) -> Reads:
        ledger = ObjectLedger(store, "staging", clock)
        account.budget = budget
        reading = Reading(
            desired=(),
            view=ledger.view(),
            ledger=ledger,
            clock=clock,
            parallelism=1,
            freshness=rule,
            settle={"main": timedelta(0)},
            prune=False,
            every_channel=True,
            in_full=lambda _: account.ids if only is None else only,
            stop=stop,
        )
        store.calls.clear()
        return read_targets({"main": account}, reading)

    return once


def test_a_warm_run_costs_one_request_to_the_bucket_per_target(
    run: Run, account: Account, store: WatchedStore
) -> None:
    assert len(run().snapshots["main"].details) == 12
    assert sorted(account.take_reads()) == sorted(account.ids)
    again = run()
    assert len(again.snapshots["main"].details) == 12
    assert account.take_reads() == []
    assert store.calls == ["get staging/cache/main"]


@pytest.mark.parametrize("rule", [PLAN, FULL, Freshness(max_age=DAY, survey=True)])
def test_interrupted_runs_read_nothing_twice(
    run: Run, account: Account, clock: ManualClock, rule: Freshness
) -> None:
    for _ in range(5):
        (spent,) = run(rule, budget=2).errors
        assert isinstance(spent, BudgetSpent)
        clock.advance(1800)
    assert run(rule).errors == ()
    assert sorted(account.take_reads()) == sorted(account.ids)


def test_ctrl_c_ends_a_read_and_loses_nothing(
    run: Run, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, read = threading.Event(), account.get

    def get(type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        if account.budget == 0 and not stopped.is_set():
            _thread.interrupt_main()
            assert stopped.wait(10)
        return read(type_, remote_id, row)

    monkeypatch.setattr(account, "get", get)
    with pytest.raises(KeyboardInterrupt):
        run(budget=5, stop=stopped.set)
    assert run().errors == ()
    assert sorted(account.take_reads()) == sorted(account.ids)


def test_a_full_reading_that_has_ended_is_followed_by_a_new_one(
    run: Run, account: Account, clock: ManualClock
) -> None:
    run(PLAN)
    for _ in range(2):
        clock.advance(60)
        assert run(FULL, budget=4).errors
        assert len(run(FULL).snapshots["main"].details) == 12
    assert len(account.take_reads()) == 3 * 12


def test_a_run_about_some_campaigns_keeps_what_others_have_read(run: Run, account: Account) -> None:
    run()
    run(FULL, only=account.ids[:1])
    account.take_reads()
    run()
    assert account.take_reads() == []


def test_what_is_listed_no_more_is_not_kept(
    run: Run, account: Account, store: WatchedStore, clock: ManualClock
) -> None:
    run()
    gone = account.ids.pop()
    account.remove(gone)
    run(FULL)
    kept = ObjectLedger(store, "staging", clock).cached("main")
    assert sorted(kept.reads) == sorted(account.ids)


def test_two_runs_at_once_lose_no_reading_of_each_other(
    run: Run, account: Account, store: WatchedStore, clock: ManualClock
) -> None:
    run(only=account.ids[:1])
    others = ObjectLedger(store, "staging", clock)
    theirs = others.cached("main").reads[account.ids[0]]

    def write_theirs() -> None:
        store.before = lambda _: None
        others.cache("main", lambda old: CachedReads({**old.reads, account.ids[1]: theirs}))

    store.before = lambda call: write_theirs() if call.startswith("swap") else None
    run(only=account.ids[2:3])
    kept = ObjectLedger(store, "staging", clock).cached("main")
    assert sorted(kept.reads) == sorted(account.ids[:3])


def test_of_two_readings_the_later_one_is_kept(
    run: Run, account: Account, store: WatchedStore, clock: ManualClock
) -> None:
    run(only=account.ids[:1])
    others = ObjectLedger(store, "staging", clock)
    later = replace(others.cached("main").reads[account.ids[0]], read_at=clock.now() + DAY)
    others.cache("main", lambda _: CachedReads({account.ids[0]: later}))
    run(only=account.ids[:1])
    assert others.cached("main").reads == {account.ids[0]: later}


def test_a_job_that_may_not_write_only_reads(
    run: Run, account: Account, store: WatchedStore
) -> None:
    run(only=account.ids[:6])

    def refuse(call: str) -> None:
        if not call.startswith(("get", "list")):
            raise LedgerFailed("it refused the credentials (AccessDenied)")

    store.before = refuse
    account.take_reads()
    for _ in range(2):
        reads = run()
        assert (reads.errors, len(reads.snapshots["main"].details)) == ((), 12)
        assert sorted(account.take_reads()) == sorted(account.ids[6:])
        assert store.count("swap") == 1


def test_a_job_that_may_not_write_is_told_so_once(clock: ManualClock, store: WatchedStore) -> None:
    ledger = ObjectLedger(store, "staging", clock)

    def refuse(call: str) -> None:
        if call.startswith("claim"):
            raise LedgerFailed("it refused the credentials (AccessDenied)")

    store.before = refuse
    for _ in range(3):
        ledger.cache("main", lambda old: old)
    assert store.count("claim") == 1


def test_long_reads_are_kept_every_30_seconds(
    run: Run, account: Account, store: WatchedStore
) -> None:
    account.seconds = 10
    run()
    assert store.count("claim", "swap") == 12 / 3 + 1
