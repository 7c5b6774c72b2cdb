"""When a finding of drift is told: when it begins, grows or ends, and when it is accepted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.diagnostics import error
from reconciler.plan.drift_news import DriftNews, Event, drift_news
from reconciler.plan.model import Plan, Selection
from reconciler.resources.drift_notes import FindingKind, Severity
from tests.support.campaigns import desired, live, record
from tests.support.plans import facts, ledger, plan, snapshot

LATER = timedelta(days=3)


def drifted(**fields: object) -> Plan:
    """A plan in which live fields moved away from what was applied."""
    row = live(**fields)
    return plan(
        desired(),
        live={"retention": snapshot("retention", row)},
        ledger=ledger(record(desired())),
        targets={"retention": facts()},
    )


def told(made: DriftNews) -> list[tuple[Event, Severity]]:
    return [(one.event, one.finding.severity) for one in made.news]


def after(plan_: Plan) -> Plan:
    return replace(plan_, created_at=plan_.created_at + LATER)


def test_drift_is_told_once_and_again_when_it_ends() -> None:
    first = drift_news({}, drifted(priority="1"))
    assert told(first) == [(Event.NEW, Severity.LOW)]
    second = drift_news(first.notes, after(drifted(priority="1")))
    assert told(second) == []
    assert second.notes == first.notes
    third = drift_news(second.notes, after(drifted()))
    assert told(third) == [(Event.ENDED, Severity.LOW)]
    assert third.at - third.news[0].since == LATER
    assert third.notes == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"priority": "1", "description": "Other."},
        {"priority": "2"},
        {"priority": "1", "contactLists": ["Everybody"]},
    ],
)
def test_another_field_another_value_and_a_wider_one_are_growth(fields: dict[str, object]) -> None:
    first = drift_news({}, drifted(priority="1"))
    second = drift_news(first.notes, after(drifted(**fields)))
    assert [one.event for one in second.news] == [Event.GROWN]
    assert second.news[0].since == first.at


def test_fewer_fields_are_no_news() -> None:
    first = drift_news({}, drifted(priority="1", description="Other."))
    second = drift_news(first.notes, drifted(priority="1"))
    assert told(second) == []
    (known,) = second.notes.values()
    assert set(known.finding.fields) == {"priority"}


def test_what_a_manifest_ignores_from_now_on_is_accepted() -> None:
    first = drift_news({}, drifted(priority="1"))
    second = drift_news(first.notes, drifted(), lambda _, path: path == "priority")
    assert [one.event for one in second.news] == [Event.ACCEPTED]


def test_no_value_is_kept() -> None:
    made = drift_news({}, drifted(contactLists=["Oncology"]))
    assert "Oncology" not in repr(made.notes)


def test_a_target_that_cannot_be_read_is_told_and_ends_nothing() -> None:
    first = drift_news({}, drifted(priority="1"))
    unread = replace(
        drifted(),
        errored=True,
        diagnostics=(error("read-failed", "no answer", target="retention"),),
    )
    second = drift_news(first.notes, unread)
    assert told(second) == [(Event.NEW, Severity.MEDIUM)]
    assert second.news[0].finding.kind is FindingKind.UNJUDGED
    third = drift_news(second.notes, drifted())
    assert [one.event for one in third.news] == [Event.ENDED, Event.ENDED]


def test_an_error_without_a_target_leaves_every_target_unjudged() -> None:
    made = drift_news({}, replace(drifted(), errored=True))
    assert [one.finding.target for one in made.news] == ["retention"]


def test_what_a_selection_leaves_out_stays_open() -> None:
    first = drift_news({}, drifted(priority="1"))
    other = replace(drifted(), changes=(), selection=Selection(select=("kore_sms_campaign.other",)))
    second = drift_news(first.notes, other)
    assert told(second) == []
    assert second.notes == first.notes


def test_a_target_that_left_the_project_ends_its_findings() -> None:
    first = drift_news({}, drifted(priority="1"))
    second = drift_news(first.notes, replace(drifted(), targets=(), changes=()))
    assert [one.event for one in second.news] == [Event.ENDED]


def test_new_and_severe_findings_come_first() -> None:
    first = drift_news({}, drifted(priority="1"))
    wide = drifted(contactLists=["Everybody"])
    (change,) = wide.drift
    other = replace(change, address=replace(change.address, name="aaa"))
    low = drifted(priority="1").drift[0]
    new_low = replace(low, address=replace(low.address, name="bbb"))
    second = drift_news(first.notes, replace(wide, drift=(new_low, other)))
    assert told(second) == [
        (Event.NEW, Severity.HIGH),
        (Event.NEW, Severity.LOW),
        (Event.ENDED, Severity.LOW),
    ]
