"""Which live campaigns are twins of ours, and which of those are findings."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.plan.inputs import ManagedElsewhere
from reconciler.plan.model import Plan
from reconciler.plan.sent_marks import mark_key
from reconciler.plan.twins import Twin, find_twins, twin_diagnostics
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Moment, Record
from reconciler.resources.sent_mark import SentMark
from tests.support.campaigns import CARE, NOW, SMS, VOICE, desired, live, record
from tests.support.plans import facts, ledger, on_kore, plan, snapshot

BEGUN = NOW - timedelta(days=10)
OURS = replace(record(desired()), recorded_at=BEGUN)


def row(remote_id: str = "cd-2", made: datetime | None = NOW, **changes: Any) -> Live:
    return replace(live(remote_id, **changes), created_at=made)


def found(*rows: Live, of: Record = OURS, **more: Any) -> list[tuple[str, bool]]:
    given: dict[str, Any] = {"managed": {"cd-1"}, "marks": {}, **more}
    return [(twin.remote_id, twin.newer) for twin in find_twins([of], rows, **given)]


@pytest.mark.parametrize("name", ["Renewal", "RENEWAL", "Renewal ", "Re\u200bnewal"])
def test_a_live_campaign_whose_name_looks_the_same_is_a_twin(name: str) -> None:
    assert found(live(), row(name=name)) == [("cd-2", True)]


@pytest.mark.parametrize(
    "other",
    [
        row(name="Renewal 2"),
        row(state=RunState.ARCHIVED),
        replace(live("cd-2", VOICE, name="Renewal"), created_at=NOW),
    ],
    ids=["another name", "archived", "another channel"],
)
def test_other_campaigns_are_no_twins(other: Live) -> None:
    assert found(live(), other) == []


def marked(one: Live, marker: str = "0123abcd-4567ef89") -> Live:
    return replace(one, observed={**one.observed, "marker": marker})


def test_a_campaign_with_our_marker_is_a_twin_under_any_name() -> None:
    rows = [marked(live()), marked(row(name="Copy")), marked(row("cd-3", name="Renewal"))]
    twins = find_twins([OURS], rows, managed={"cd-1"}, marks={})
    assert [(one.remote_id, one.by_marker) for one in twins] == [("cd-2", True), ("cd-3", False)]
    assert "has the marker of" in next(twin_diagnostics(twins)).summary


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("", ""),
        ("0123abcd-4567ef89", "0123abcd-00000000"),
        ("0123abcd", "0123abcd"),
    ],
    ids=["no marker", "the marker of another address", "markers of the first release"],
)
def test_without_our_marker_a_campaign_of_another_name_is_no_twin(ours: str, theirs: str) -> None:
    assert found(marked(live(), ours), marked(row(name="Copy"), theirs)) == []


def test_a_copy_that_was_made_before_ours_is_older() -> None:
    copy = marked(row(name="Copy", made=BEGUN - timedelta(days=1)))
    assert found(marked(live()), copy) == [("cd-2", False)]


def test_what_an_address_manages_is_no_twin() -> None:
    assert found(live(), row(), managed={"cd-1", "cd-2"}) == []


def test_an_accepted_twin_is_none() -> None:
    accepted = replace(OURS, accepted_twins=("cd-2",))
    assert found(live(), row(), row("cd-3"), of=accepted) == [("cd-3", True)]


@pytest.mark.parametrize(
    ("made", "newer"),
    [
        (BEGUN - timedelta(hours=2), False),
        (BEGUN - timedelta(minutes=30), True),
        (BEGUN + timedelta(seconds=1), True),
        (None, True),
    ],
)
def test_a_twin_is_newer_if_it_may_have_been_created_after_ours_was_recorded(
    made: datetime | None, newer: bool
) -> None:
    assert found(live(), row(made=made)) == [("cd-2", newer)]


def mark(first_at: datetime, *seen_ids: str) -> dict[Address, SentMark]:
    made = SentMark(
        key=mark_key(SMS, "Renewal", "account-1"),
        first_at=first_at,
        sent=Moment(first_at),
        environment="staging",
        address=OURS.address,
        seen_ids=seen_ids,
    )
    return {OURS.address: made}


def test_a_first_mark_counts_from_before_the_record() -> None:
    other = row(made=BEGUN - timedelta(hours=5))
    assert found(live(), other) == [("cd-2", False)]
    assert found(live(), other, marks=mark(BEGUN - timedelta(hours=6))) == [("cd-2", True)]


def test_what_was_listed_before_the_create_is_older() -> None:
    assert found(live(), row(made=None), row("cd-3"), marks=mark(BEGUN, "cd-2")) == [
        ("cd-2", False),
        ("cd-3", True),
    ]


def test_a_plan_uses_the_mark_of_the_name() -> None:
    other = row(made=BEGUN - timedelta(hours=5))
    known = mark(BEGUN - timedelta(hours=6))[OURS.address]
    assert codes(planned(other)) == []
    assert codes(planned(other, marks={known.key: known})) == ["twin"]


def test_two_campaigns_are_compared_by_the_vendors_clock_whatever_ours_says() -> None:
    ours = replace(live(), created_at=BEGUN - timedelta(hours=4))
    other = row(made=BEGUN - timedelta(hours=3))
    assert found(ours, other) == [("cd-2", True)]
    adopted = replace(OURS, created=False)
    assert found(ours, other, of=adopted) == [("cd-2", False)]


def test_a_record_of_the_first_release_counts_from_its_last_write() -> None:
    old = replace(OURS, recorded_at=None, written_at=BEGUN)
    assert found(live(), row(made=BEGUN - timedelta(hours=2)), of=old) == [("cd-2", False)]


def test_a_campaign_that_is_not_listed_has_twins_by_its_recorded_name() -> None:
    assert found(row()) == [("cd-2", True)]


def test_a_renamed_campaign_has_twins_by_the_name_it_has_now() -> None:
    renamed = live(name="Renamed")
    assert found(renamed, row(), row("cd-3", name="Renamed")) == [("cd-3", True)]


def test_a_finding_names_both_and_how_to_end_it() -> None:
    twins = find_twins([OURS], [live(), row()], managed={"cd-1"}, marks={})
    (told,) = twin_diagnostics(twins)
    assert (told.severity, told.code, told.target) == ("warning", "twin", "retention")
    assert told.summary == (
        'Campaign cd-2 "Renewal" on target retention looks like kore_sms_campaign.renewal (cd-1), '
        "and nobody manages it"
    )
    assert "reconciler status kore_sms_campaign.renewal --accept-twin cd-2" in told.detail
    assert next(twin_diagnostics(twins, findings=True)).severity == "error"


def planned(*rows: Live, **changes: Any) -> Plan:
    one = desired()
    known = ledger(replace(record(one), recorded_at=BEGUN))
    return plan(one, live=on_kore(live(), *rows), **{"ledger": known, **changes})


def codes(made: Plan) -> list[str]:
    return [diagnostic.code for diagnostic in made.diagnostics]


def test_a_plan_warns_of_a_newer_twin_and_goes_on() -> None:
    made = planned(row())
    assert (codes(made), made.errored, len(made.twins)) == (["twin"], False, 1)


def test_a_plan_lists_an_older_twin_without_a_warning() -> None:
    made = planned(row(made=BEGUN - timedelta(days=1)))
    assert (codes(made), [twin.newer for twin in made.twins]) == ([], [False])


def test_what_a_manifest_is_about_to_adopt_is_no_twin() -> None:
    other = desired("other", name="Renewal ", contactLists=["Others"])
    known = ledger(replace(record(desired()), recorded_at=BEGUN))
    rows = live(), row(name="Renewal ", contactLists=["Others"])
    assert plan(desired(), other, live=on_kore(*rows), ledger=known).twins == ()


def test_what_another_environment_manages_is_no_twin() -> None:
    there = ManagedElsewhere("prod", record(desired("there"), "cd-2"))
    assert planned(row(), elsewhere=(there,)).twins == ()


def test_what_another_target_of_the_account_manages_is_no_twin() -> None:
    here, there = desired(), desired("there", target="second", name="Renewal ")
    rows = live(), row(name="Renewal ")
    made = plan(
        here,
        there,
        targets={"retention": facts(), "second": facts("second")},
        live={"retention": snapshot("retention", *rows), "second": snapshot("second", *rows)},
        ledger=ledger(record(here), record(there, "cd-2")),
    )
    assert made.twins == ()


def test_twins_are_found_on_every_target() -> None:
    care = desired("care", CARE)
    state = {
        **on_kore(live(), row()),
        "care": snapshot("care", live("u-1", CARE), live("u-2", CARE)),
    }
    made = plan(desired(), care, live=state, ledger=ledger(record(desired()), record(care, "u-1")))
    assert [(str(twin.address), twin.remote_id) for twin in made.twins] == [
        ("carecycle_campaign.care", "u-2"),
        (f"{SMS}.renewal", "cd-2"),
    ]
    assert all(isinstance(twin, Twin) for twin in made.twins)
