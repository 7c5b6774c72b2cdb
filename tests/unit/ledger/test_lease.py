import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import ApplyRefused, LeaseLost, LedgerFailed, ReconcilerError
from reconciler.ledger import lease as lease_module
from reconciler.ledger.base import LockInfo
from reconciler.ledger.gone_holder import process_identity
from reconciler.ledger.lease import Holder, Lease
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.resources.ledger_records import Intent, Tombstone
from reconciler.testing.clock import ManualClock
from tests.support.apply_world import START

HOLDER = Holder(operation="apply", who="ada", host="desk")
OTHER = LockInfo(
    id="other-lock",
    operation="apply",
    who="bob",
    host="runner-7",
    run_url="https://ci/42",
    created_at=START,
    renewed_at=START,
    process={},
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: ManualClock) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger(tmp_path / "state.db", "test", clock)
    yield ledger
    ledger.close()


def problem_of(raised: ReconcilerError) -> tuple[str, str]:
    (problem,) = raised.diagnostics
    return problem.summary, problem.detail


def test_a_lease_is_taken_and_released(ledger: SqliteLedger, clock: ManualClock) -> None:
    holder = replace(HOLDER, run_url="https://ci/7")
    with Lease(ledger, clock, holder=holder) as lease:
        held = ledger.lock()
        assert held == LockInfo(
            id=lease.id,
            operation="apply",
            who="ada",
            host="desk",
            run_url="https://ci/7",
            created_at=clock.now(),
            renewed_at=clock.now(),
            process=process_identity(),
        )
    assert ledger.lock() is None


def test_the_thread_of_a_lease_keeps_no_program_alive(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    before = set(threading.enumerate())
    with Lease(ledger, clock, holder=HOLDER):
        (thread,) = set(threading.enumerate()) - before
    assert (thread.name, thread.daemon, thread.is_alive()) == ("lease", True, False)


def test_a_run_that_waits_for_nothing_shows_nothing(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        clock.advance(30)
        lease.check()
        held = ledger.lock()
    assert held is not None
    assert (held.renewals, held.waiting) == (1, "")


def test_a_lease_that_cannot_be_released_hides_nothing(
    ledger: SqliteLedger, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise LedgerFailed("disk full")

    monkeypatch.setattr(ledger, "release", fail)
    with pytest.raises(KeyError, match="ours"), Lease(ledger, clock, holder=HOLDER):
        raise KeyError("ours")


def test_a_lease_is_renewed_in_the_background_even_after_a_failed_renewal(
    ledger: SqliteLedger, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew, renewed = ledger.renew, threading.Event()
    failures = iter([LedgerFailed("disk full")])

    def fail_once(lock_id: str, now: datetime, waiting: str = "") -> bool:
        for failure in failures:
            raise failure
        done = renew(lock_id, now, waiting)
        renewed.set()
        return done

    monkeypatch.setattr(ledger, "renew", fail_once)
    monkeypatch.setattr(lease_module, "RENEW_SECONDS", 0.01)
    with Lease(ledger, clock, holder=HOLDER):
        clock.advance(30)
        assert renewed.wait(60)


def test_a_taken_lease_is_refused_with_all_that_is_known(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    ledger.acquire(replace(OTHER, waiting="it waits for a listing"))
    clock.advance(90)
    with pytest.raises(ApplyRefused) as refused, Lease(ledger, clock, holder=HOLDER):
        pass
    (problem,) = refused.value.diagnostics
    assert problem.summary == (
        "the environment is locked by bob on runner-7 (apply, for 90 s, https://ci/42): it waits "
        "for a listing"
    )
    assert "reconciler lock release other-lock" in problem.detail


def test_a_lease_that_was_taken_just_now_by_a_run_without_a_url_is_described(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    ledger.acquire(replace(OTHER, run_url=""))
    with pytest.raises(ApplyRefused) as refused, Lease(ledger, clock, holder=HOLDER):
        pass
    assert str(refused.value) == "the environment is locked by bob on runner-7 (apply, for 0 s)"


def test_waiting_ends_when_the_holder_is_done(ledger: SqliteLedger, clock: ManualClock) -> None:
    ledger.acquire(OTHER)
    waited_for: list[LockInfo] = []

    def done(holder: LockInfo) -> None:
        waited_for.append(holder)
        ledger.release("other-lock")

    holder = replace(HOLDER, lock_timeout=10, on_wait=done)
    with Lease(ledger, clock, holder=holder):
        assert [info.who for info in waited_for] == ["bob"]
        assert clock.monotonic() == 1001


def test_a_lease_unchanged_for_its_full_length_is_taken_over(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    ledger.acquire(OTHER)
    with Lease(ledger, clock, holder=replace(HOLDER, lock_timeout=300)):
        assert clock.monotonic() - 1000 == 180


def test_a_lease_that_is_renewed_is_never_taken_over(
    ledger: SqliteLedger, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.acquire(OTHER)
    sleep = ManualClock.sleep

    def renew_and_sleep(self: ManualClock, seconds: float) -> None:
        ledger.renew("other-lock", START)
        sleep(self, seconds)

    monkeypatch.setattr(ManualClock, "sleep", renew_and_sleep)
    holder = replace(HOLDER, lock_timeout=600)
    with pytest.raises(ApplyRefused), Lease(ledger, clock, holder=holder):
        pass
    assert clock.monotonic() >= 1600


def test_the_wall_clock_of_the_holder_says_nothing(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    long_ago = START.replace(year=2020)
    ledger.acquire(replace(OTHER, created_at=long_ago, renewed_at=long_ago))
    with pytest.raises(ApplyRefused), Lease(ledger, clock, holder=HOLDER):
        pass


def test_checking_renews_after_thirty_seconds(ledger: SqliteLedger, clock: ManualClock) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        clock.advance(29)
        lease.check()
        before = ledger.lock()
        clock.advance(1)
        lease.check()
        after = ledger.lock()
    assert before is not None
    assert after is not None
    assert (before.renewals, after.renewals) == (0, 1)


@pytest.mark.parametrize(("age", "allowed"), [(0, True), (90, True), (91, False), (200, False)])
def test_a_request_must_end_thirty_seconds_before_the_lease(
    ledger: SqliteLedger, clock: ManualClock, age: float, *, allowed: bool
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        clock.advance(age)
        assert lease.allows(60) is allowed


def test_a_lease_that_somebody_took_is_lost_for_good(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        ledger.release(lease.id)
        ledger.acquire(OTHER)
        clock.advance(30)
        with pytest.raises(LeaseLost) as lost:
            lease.check()
        assert problem_of(lost.value) == (
            "the lease was lost: another run took it, or it was released by hand",
            "Nothing more is sent. Plan again.",
        )
        assert not lease.allows(1)
        ledger.release("other-lock")
        with pytest.raises(LeaseLost):
            lease.check()


def test_leaving_does_not_release_what_somebody_else_took(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        ledger.release(lease.id)
        ledger.acquire(OTHER)
    assert ledger.lock() == OTHER


def test_a_long_request_renews_a_lease_that_would_not_last(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        clock.advance(25)
        assert not lease.allows(140)
        lease.check(140)
        assert lease.allows(140)
        with pytest.raises(LeaseLost) as lost:
            lease.check(151)
        assert problem_of(lost.value) == (
            "the lease could not be renewed in time for another write",
            "Nothing more is sent. Plan again; a request's timeout must be at most 150 s.",
        )
        assert not lease.allows(151)


def test_the_last_check_finds_a_lease_that_was_released_by_hand_a_moment_ago(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        assert list(lease.last_check(60)) == []
        ledger.release(lease.id)
        lease.check(60)
        with pytest.raises(LeaseLost, match="no longer held by this run"):
            lease.last_check(60)


def test_the_last_check_shows_the_stops_in_force(ledger: SqliteLedger, clock: ManualClock) -> None:
    stop = Tombstone("wrong text", "bob", clock.now())
    with Lease(ledger, clock, holder=HOLDER) as lease:
        ledger.add_tombstone(stop)
        assert list(lease.last_check(60)) == [stop]


class StandingStill:
    """A ledger whose machine stands still for some seconds right after each of its checks."""

    def __init__(self, ledger: SqliteLedger, *stands: Callable[[], None]) -> None:
        self._ledger = ledger
        self._stands = list(stands)
        self.checks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def last_check(self, lock_id: str, intent: Intent | None = None) -> Sequence[Tombstone]:
        stops = self._ledger.last_check(lock_id, intent)
        self.checks += 1
        if self._stands:
            self._stands.pop(0)()
        return stops


@pytest.mark.parametrize(("seconds", "checks"), [(2.0, 1), (2.1, 2)])
@pytest.mark.parametrize("paused", [False, True], ids=["asleep", "a paused virtual machine"])
def test_a_check_is_repeated_if_the_machine_stood_still_since(
    ledger: SqliteLedger, clock: ManualClock, seconds: float, checks: int, paused: bool
) -> None:
    stand = clock.jump if paused else clock.advance
    watched = StandingStill(ledger, lambda: stand(seconds))
    with Lease(watched, clock, holder=HOLDER) as lease:
        lease.last_check(60)
        assert watched.checks == checks


def test_a_lease_that_somebody_took_while_the_machine_stood_still_is_lost(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    def stand_still() -> None:
        clock.jump(400)
        held = ledger.lock()
        assert held is not None
        ledger.release(held.id)

    with (
        Lease(StandingStill(ledger, stand_still), clock, holder=HOLDER) as lease,
        pytest.raises(LeaseLost),
    ):
        lease.last_check(60)


def test_a_ledger_that_never_answers_in_time_stops_the_run(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    watched = StandingStill(ledger, *[lambda: clock.advance(3)] * 9)
    with Lease(watched, clock, holder=HOLDER) as lease:
        with pytest.raises(LedgerFailed) as slow:
            lease.last_check(60)
        assert problem_of(slow.value) == (
            "the ledger needed more than 2 s to confirm the lease, 5 times in a row",
            "Nothing more is sent. Plan again when the ledger answers faster.",
        )
        assert watched.checks == 5


def test_the_time_of_a_paused_machine_counts_against_the_lease(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        clock.jump(181)
        assert not lease.allows(1)
        clock.jump(-1000)
        assert lease.allows(60)


def test_a_lease_that_was_given_up_is_lost_though_the_ledger_has_it(
    ledger: SqliteLedger, clock: ManualClock
) -> None:
    with Lease(ledger, clock, holder=HOLDER) as lease:
        lease.give_up()
        with pytest.raises(LeaseLost):
            lease.last_check(1)
        assert not lease.allows(1)
