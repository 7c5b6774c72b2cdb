"""The drift report as people see it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.plan.model import Plan, Selection
from reconciler.render.drift import drift_report
from tests.golden.conftest import Golden
from tests.support.plans import errored
from tests.support.sample_plans import every_drift, no_drift


def partial() -> Plan:
    return replace(no_drift(), selection=Selection(targets=("retention",)))


CASES: dict[str, Callable[[], Plan]] = {
    "none": no_drift,
    "everything": every_drift,
    "partial": partial,
    "errored": errored,
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_text_of_a_drift_report(case: str, golden: Golden) -> None:
    golden(f"drift_{case}.txt", drift_report(CASES[case](), color=False))


def test_the_coloured_text_of_a_drift_report(golden: Golden) -> None:
    golden("drift_everything_coloured.txt", drift_report(every_drift(), color=True))


def test_no_line_of_a_report_is_a_command_to_a_runner() -> None:
    text = drift_report(every_drift(), color=False)
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]
    assert all(character == "\n" or character.isprintable() for character in text)
