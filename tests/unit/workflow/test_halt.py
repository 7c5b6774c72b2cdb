import pytest

from reconciler.address import Address
from reconciler.providers.memory import MemoryProvider
from reconciler.resources.base import RunState
from reconciler.resources.planned_request import Operation
from reconciler.workflow.run_state.halt import Halt
from reconciler.workflow.run_state.roster import Member
from tests.unit.apply.world import SMS, FakeClock, after_effect, reply, sms_spec


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def provider(clock: FakeClock) -> MemoryProvider:
    return MemoryProvider(clock)


def halt(
    provider: MemoryProvider, clock: FakeClock, *names: str, interrupted: bool = False
) -> Halt:
    """Of campaigns that run, and that the ledger knows by their ids."""
    members = []
    for name in names:
        live = provider.put(SMS, sms_spec(name), state=RunState.ACTIVE)
        member = Member(Address(SMS, name), "main", live.remote_id, name, {name})
        members.append(member)
    return Halt(
        provider=provider,
        members=tuple(members),
        account=False,
        clock=clock,
        settle=300.0,
        patience=30.0,
        interrupted=lambda: interrupted,
    )


def confirmed(work: Halt) -> list[bool]:
    return [work.is_quiet(case) for case in work.cases.values()]


def test_all_stops_leave_before_the_first_schedule_is_switched_off(
    provider: MemoryProvider, clock: FakeClock
) -> None:
    work = halt(provider, clock, "a", "b", "c")
    work.run()
    operations = [request.operation for request in provider.writes]
    assert operations == [Operation.STOP] * 3 + [Operation.SCHEDULE] * 3
    assert confirmed(work) == [True] * 3
    assert provider.reads == ["list sms", "list sms"]


def test_a_rate_refusal_is_waited_for_and_the_stop_repeated(
    provider: MemoryProvider, clock: FakeClock
) -> None:
    provider.faults = [reply(429, rate_limited=True, retry_after=7.0)]
    work = halt(provider, clock, "a")
    work.run()
    assert confirmed(work) == [True]
    assert 7.0 in clock.sleeps


def test_a_stop_whose_answer_is_lost_is_confirmed_by_reading_alone(
    provider: MemoryProvider, clock: FakeClock
) -> None:
    provider.faults = [after_effect(reply(None))]
    work = halt(provider, clock, "a")
    work.run()
    assert confirmed(work) == [True]
    assert [request.operation for request in provider.writes].count(Operation.STOP) == 1


def test_it_goes_on_for_as_long_as_patience_lasts(
    provider: MemoryProvider, clock: FakeClock
) -> None:
    provider.faults = [reply(500)] * 100
    work = halt(provider, clock, "a")
    work.run()
    assert confirmed(work) == [False]
    assert sum(clock.sleeps) == pytest.approx(30, abs=10)


def test_an_interrupt_ends_it_and_confirms_nothing(
    provider: MemoryProvider, clock: FakeClock
) -> None:
    work = halt(provider, clock, "a", interrupted=True)
    work.run()
    assert provider.writes == [] or confirmed(work) == [False]
    assert clock.sleeps == []


def test_what_vanishes_meanwhile_is_gone(provider: MemoryProvider, clock: FakeClock) -> None:
    work = halt(provider, clock, "a")
    (remote_id,) = (live.remote_id for live in provider.all())

    def vanish(*_: object) -> object:
        provider.remove(remote_id)
        return reply(500)

    provider.faults = [vanish]  # type: ignore[list-item]
    work.run()
    (case,) = work.cases.values()
    assert (case.gone, work.is_quiet(case)) == (True, True)
