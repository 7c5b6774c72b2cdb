import pytest

from reconciler.errors import Withheld
from reconciler.testing.clock import ManualClock
from reconciler.workflow.interruptible import InterruptibleClock


def test_an_uninterrupted_sleep_is_as_long_as_asked() -> None:
    clock = ManualClock()
    InterruptibleClock(clock, lambda: False).sleep(1.7)
    assert clock.slept == pytest.approx(1.7)


def test_an_interrupt_ends_a_sleep_within_half_a_second() -> None:
    clock = ManualClock()
    with pytest.raises(Withheld):
        InterruptibleClock(clock, lambda: clock.monotonic() >= 1010).sleep(600)
    assert clock.slept == pytest.approx(10)


def test_everything_else_is_the_clock_s_own() -> None:
    clock = ManualClock()
    wrapped = InterruptibleClock(clock, lambda: True)
    assert (wrapped.now(), wrapped.monotonic()) == (clock.now(), clock.monotonic())
    assert (wrapped.random(), wrapped.new_id()) == (0.5, "00000000-0000-4000-8000-000000000001")
    wrapped.sleep(0)
