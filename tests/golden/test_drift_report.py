"""The drift report as people see it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.plan.model import Plan, Selection
from reconciler.render.drift import drift_report
from reconciler.resources.base import Lifecycle, Metadata
from tests.golden.conftest import Golden
from tests.support.campaigns import CARE, WEEK, desired, live, record
from tests.support.plans import errored, ledger, on_kore, plan

DAYS = "dialingStrategy__callingHours__days"


def none() -> Plan:
    one = desired()
    return plan(one, live=on_kore(live()), ledger=ledger(record(one)))


def everything() -> Plan:
    one, less, gone = desired(), desired("less", name="Less"), desired("gone", name="Gone")
    edited = desired("edited", name="Edited", priority="2")
    retired = desired("old", name="Old", metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    before = desired("edited", name="Edited")
    longer = [*WEEK, {"day": "SU", "start": "9:00 AM", "end": "9:00 PM"}]
    rows = (
        live(contactLists=["Everybody"], priority="1", **{DAYS: longer}),
        live("cd-2", name="Less", **{DAYS: WEEK[:2]}),
        live("cd-4", name="Edited"),
        live("cd-5", name="Old"),
        live("cd-6", name="Left"),
        live("cd-7", name="\x1b[31m::error::x"),
        live("cd-8", name="Adopt me"),
    )
    known = ledger(
        record(one),
        record(less, "cd-2"),
        record(gone, "cd-3"),
        record(before, "cd-4"),
        record(retired, "cd-5"),
        record(desired("left", name="Left"), "cd-6"),
    )
    manifests = (
        *(one, less, gone, edited, retired),
        desired("adopted", name="Adopt me"),
        desired("new", CARE),
    )
    return plan(*manifests, live=on_kore(*rows), ledger=known)


def partial() -> Plan:
    return replace(none(), selection=Selection(targets=("retention",)))


CASES: dict[str, Callable[[], Plan]] = {
    made.__name__: made for made in (none, everything, partial, errored)
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_text_of_a_drift_report(case: str, golden: Golden) -> None:
    golden(f"drift_{case}.txt", drift_report(CASES[case](), color=False))


def test_the_coloured_text_of_a_drift_report(golden: Golden) -> None:
    golden("drift_everything_coloured.txt", drift_report(everything(), color=True))


def test_no_line_of_a_report_is_a_command_to_a_runner() -> None:
    text = drift_report(everything(), color=False)
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]
    assert all(character == "\n" or character.isprintable() for character in text)
