import pytest

from reconciler.errors import Withheld
from reconciler.workflow.interruptible import InterruptibleClock
from tests.support.apply_world import FakeClock


def test_an_uninterrupted_sleep_is_as_long_as_asked() -> None:
    clock = FakeClock()
    InterruptibleClock(clock, lambda: False).sleep(1.7)
    assert sum(clock.sleeps) == pytest.approx(1.7)


def test_an_interrupt_ends_a_sleep_within_half_a_second() -> None:
    clock = FakeClock()
    with pytest.raises(Withheld):
        InterruptibleClock(clock, lambda: clock.seconds >= 1010).sleep(600)
    assert sum(clock.sleeps) == pytest.approx(10)


def test_everything_else_is_the_clock_s_own() -> None:
    clock = FakeClock()
    wrapped = InterruptibleClock(clock, lambda: True)
    assert (wrapped.now(), wrapped.monotonic()) == (clock.now(), clock.monotonic())
    assert (wrapped.random(), wrapped.new_id()) == (0.5, "id-1")
    wrapped.sleep(0)
