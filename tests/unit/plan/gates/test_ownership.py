from dataclasses import replace
from typing import Any

import pytest

from reconciler.plan.model import Plan, SendsOnWrite
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata
from tests.support.campaigns import desired, live, record
from tests.support.plans import facts, ledger, on_kore, plan

OURS, SIBLING, FOREIGN, FIRST = "aaaaaaaa-00000001", "aaaaaaaa-00000002", "bbbbbbbb-1", "aaaaaaaa"


def wanted(marker: str = OURS, **changes: Any) -> Desired:
    return replace(desired(**changes), marker=marker)


def marked(marker: str, remote_id: str = "cd-1", **changes: Any) -> Live:
    return replace(live(remote_id, **changes), observed={"marker": marker})


def made(one: Desired, *rows: Live, **changes: Any) -> Plan:
    targets = {"retention": facts(sends_on_write=SendsOnWrite.POSSIBLY), "care": facts("care")}
    return plan(one, live=on_kore(*rows), targets=targets, **changes)


def codes(found: Plan) -> list[str]:
    return [gate.code for gate in found.gates]


@pytest.mark.parametrize(
    ("marker", "gates"),
    [
        (OURS, []),
        (SIBLING, ["adopt-change"]),
        (FIRST, ["adopt-change"]),
        ("", ["adopt-change"]),
        (FOREIGN, ["adopt-change", "foreign-owner"]),
    ],
)
def test_what_a_mark_means_for_a_campaign_that_is_adopted_and_changed(
    marker: str, gates: list[str]
) -> None:
    assert codes(made(wanted(priority="1"), marked(marker))) == gates


@pytest.mark.parametrize(
    ("marker", "gates"), [(OURS, []), (SIBLING, []), (FIRST, []), (FOREIGN, ["foreign-owner"])]
)
def test_what_a_mark_means_for_a_campaign_that_is_adopted_as_it_is(
    marker: str, gates: list[str]
) -> None:
    assert codes(made(wanted(), marked(marker))) == gates


def test_without_an_id_every_project_is_another_one() -> None:
    (gate,) = made(wanted(""), marked(OURS)).gates
    assert gate.code == "foreign-owner"
    assert gate.summary == (
        '1 live campaign with the marker of another project would be taken over: cd-1 ("Renewal"); '
        "if that project still manages it, give your campaign another name"
    )


def test_all_campaigns_of_another_project_are_named() -> None:
    rows = marked(FOREIGN), marked(FOREIGN, "cd-2", name="Calls", contactLists=["B"])
    others = replace(desired("calls", name="Calls", contactLists=["B"]), marker=OURS)
    found = plan(wanted(), others, live=on_kore(*rows))
    (gate,) = found.gates
    assert gate.summary.startswith(
        "2 live campaigns with the marker of another project would be taken over: "
        'cd-2 ("Calls"), cd-1 ("Renewal"); if that project'
    )


@pytest.mark.parametrize(
    ("changes", "gates"),
    [({"priority": "1"}, []), ({"metadata": Metadata(lifecycle=Lifecycle.RETIRED)}, ["delete"])],
)
def test_a_campaign_that_moved_to_another_address_is_ours_whatever_its_mark_says(
    changes: dict[str, Any], gates: list[str]
) -> None:
    known = ledger(record(desired("before")))
    assert codes(made(wanted(**changes), marked(FOREIGN), ledger=known)) == gates


def test_the_ledger_knows_better_than_a_mark() -> None:
    known = ledger(record(wanted()))
    assert codes(made(wanted(priority="1"), marked(FOREIGN), ledger=known)) == []


@pytest.mark.parametrize("known", [False, True])
def test_a_campaign_of_another_project_is_not_removed_unasked(known: bool) -> None:
    gone = wanted(metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    found = made(gone, marked(FOREIGN), ledger=ledger(record(gone)) if known else ledger())
    assert codes(found) == (["delete"] if known else ["delete", "foreign-owner"])


def test_a_campaign_with_our_mark_under_another_name_is_no_proof() -> None:
    pinned = wanted(metadata=Metadata(remote_id="cd-1"))
    assert codes(made(pinned, marked(OURS, name="Something else"))) == ["adopt-change"]
