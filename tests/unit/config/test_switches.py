import pytest

from reconciler.config.switches import is_on
from reconciler.workflow.session import Options, Session

NAMES = ["CI", "RECONCILER_IN_AUTOMATION"]


@pytest.mark.parametrize("value", ["1", "true", "yes", "on", "drone"])
def test_any_other_value_sets_a_switch(value: str) -> None:
    assert is_on({"CI": value}, "CI")


@pytest.mark.parametrize("value", ["", " ", "0", "false", "FALSE", "no", "No"])
def test_a_switch_can_say_that_it_is_off(value: str) -> None:
    assert not is_on({"CI": value}, "CI")


def test_a_switch_that_is_missing_is_off() -> None:
    assert not is_on({}, "CI")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("value", "unattended"), [("true", True), ("false", False)])
def test_either_switch_makes_a_run_unattended(name: str, value: str, unattended: bool) -> None:
    assert Session(Options(), environ={name: value}).automation is unattended
