from collections.abc import Callable

import pytest

from reconciler.address import Address
from reconciler.resources.base import RunState
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import Listing
from reconciler.resources.writes import Operation
from reconciler.run_state.known_campaigns import KnownCampaign
from reconciler.run_state.stop import readings, target
from reconciler.run_state.stop.readings import TargetReadings
from reconciler.run_state.stop.target import TargetStop
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import SMS, after_effect, reply, sms_spec


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def provider(clock: ManualClock) -> MemoryProvider:
    return MemoryProvider(clock)


def halt(
    provider: MemoryProvider,
    clock: ManualClock,
    *names: str,
    interrupted: bool = False,
    over: Callable[[], bool] = lambda: True,
) -> TargetStop:
    """The stop of running campaigns that the ledger knows by their ids."""
    members = []
    for name in names:
        live = provider.put(SMS, sms_spec(name), state=RunState.ACTIVE)
        members.append(KnownCampaign(Address(SMS, name), "main", live.remote_id, name, {name}))
    look = TargetReadings(
        provider=provider, members=tuple(members), account=False, clock=clock, settle=300.0
    )
    return TargetStop(
        provider=provider,
        look=look,
        clock=clock,
        patience=30.0,
        interrupted=lambda: interrupted,
        over=over,
    )


def many() -> list[str]:
    """Enough campaigns that they are listed before any is read."""
    return [f"campaign {number:02d}" for number in range(21)]


def confirmed(work: TargetStop) -> list[bool]:
    return [work.is_quiet(case) for case in work.look.cases.values()]


def test_all_stops_leave_before_the_first_schedule_is_switched_off(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    work = halt(provider, clock, "a", "b", "c")
    work.run()
    operations = [request.operation for request in provider.writes]
    assert operations == [Operation.STOP] * 3 + [Operation.SCHEDULE] * 3
    assert confirmed(work) == [True] * 3
    assert [read.split()[0] for read in provider.reads] == ["get"] * 3 + ["list"] * 2


def test_a_few_known_campaigns_are_stopped_before_the_account_is_listed(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    seen: list[str] = []

    def note(_: object, effect: Callable[[], Answer]) -> Answer:
        seen.extend(provider.reads)
        return effect()

    provider.faults = [note]
    work = halt(provider, clock, "a")
    work.run()
    assert seen == ["get cd-1"], "nothing but its own reading came first"
    assert confirmed(work) == [True]


def test_of_many_known_campaigns_a_few_are_read_one_by_one_and_the_others_listed(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    work = halt(provider, clock, *many())
    work.look.members[-1].likely = True
    work.run()
    reads = [read.split()[0] for read in provider.reads]
    assert reads == ["get"] * 8 + ["list"] * 2
    last = provider.all()[-1].remote_id
    assert f"get {last}" in provider.reads, "it ran when it was last seen"
    assert confirmed(work) == [True] * 21


def test_what_ran_is_stopped_before_the_account_is_listed_and_the_largest_first(
    provider: MemoryProvider, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "AT_ONCE", 1)
    monkeypatch.setattr(readings, "AT_ONCE", 1)
    listed_at: list[int] = []
    listed = provider.list

    def note(channel: str) -> Listing:
        listed_at.append(len(provider.writes))
        return listed(channel)

    monkeypatch.setattr(provider, "list", note)
    work = halt(provider, clock, *many())
    announced: list[int] = []
    work.announce = announced.append
    for place, one in enumerate(work.look.members):
        one.records, one.likely = place * 10, place % 2 == 0
    work.run()
    stops = [one.path for one in provider.writes if one.operation is Operation.STOP]
    ids = [one.remote_id for one in work.look.members]
    likely = [f"/{SMS}/{one}" for one in reversed(ids[::2])]
    others = [f"/{SMS}/{one}" for one in reversed(ids[1::2])]
    assert stops == [*likely, *others]
    assert listed_at[0] == len(likely)
    assert announced == [len(likely) - 1, len(others)]
    assert confirmed(work) == [True] * 21


def test_schedules_that_show_are_switched_off_before_those_of_which_nobody_knows(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    work = halt(provider, clock, *many())
    last = provider.all()[-1]
    provider.edit(last.remote_id, {}, state=RunState.SCHEDULED)
    work.run()
    off = [one for one in provider.writes if one.operation is Operation.SCHEDULE]
    assert last.remote_id in off[0].path
    assert len(off) == 21


def test_a_rate_refusal_is_waited_for_and_the_stop_repeated(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    provider.faults = [reply(429, rate_limited=True, retry_after=7.0)]
    work = halt(provider, clock, "a")
    work.run()
    assert confirmed(work) == [True]
    assert 7.0 in clock.sleeps


def test_a_stop_whose_answer_is_lost_is_sent_again_before_anything_else(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    provider.faults = [after_effect(reply(None))]
    work = halt(provider, clock, "a")
    work.run()
    assert confirmed(work) == [True]
    operations = [request.operation for request in provider.writes]
    assert operations == [Operation.STOP, Operation.STOP, Operation.SCHEDULE]


def test_nothing_is_confirmed_while_a_request_may_still_take_effect(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    moments = iter([False, False, False, True])
    work = halt(provider, clock, "a", over=lambda: next(moments))
    work.run()
    assert confirmed(work) == [True]
    assert [read.split()[0] for read in provider.reads] == ["get", "list", "get", "get", "list"]
    assert clock.sleeps == [1.0, 2.0]


def test_a_request_that_takes_effect_after_the_first_stops_is_stopped_too(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    moments = iter([False, False, True])

    def over() -> bool:
        if len(clock.sleeps) == 1:
            provider.edit("cd-1", {}, state=RunState.ACTIVE)
        return next(moments)

    work = halt(provider, clock, "a", over=over)
    work.run()
    assert confirmed(work) == [True]
    assert [one.operation for one in provider.writes].count(Operation.STOP) == 2


def test_a_listing_that_lacks_a_campaign_does_not_make_it_gone(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    work = halt(provider, clock, *many())
    provider.slips = [[live.remote_id for live in provider.all()]] * 9
    work.run()
    assert confirmed(work) == [True] * 21
    assert not any(case.gone for case in work.look.cases.values())
    assert [one.operation for one in provider.writes].count(Operation.STOP) == 21


def test_it_continues_until_its_time_is_over(provider: MemoryProvider, clock: ManualClock) -> None:
    provider.faults = [reply(500)] * 100
    work = halt(provider, clock, "a")
    work.run()
    assert confirmed(work) == [False]
    assert clock.slept == pytest.approx(30, abs=10)


def test_an_interrupt_ends_it_and_confirms_nothing(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    work = halt(provider, clock, "a", interrupted=True)
    work.run()
    assert provider.writes == [] or confirmed(work) == [False]
    assert clock.sleeps == []


def test_a_campaign_that_vanishes_during_the_run_is_gone(
    provider: MemoryProvider, clock: ManualClock
) -> None:
    work = halt(provider, clock, "a")
    (remote_id,) = (live.remote_id for live in provider.all())

    def vanish(*_: object) -> object:
        provider.remove(remote_id)
        return reply(500)

    provider.faults = [vanish]  # type: ignore[list-item]
    work.run()
    (case,) = work.look.cases.values()
    assert (case.gone, work.is_quiet(case)) == (True, True)
