from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.plan.compare.unknown_creates import (
    candidates,
    create_part,
    created_record,
    evidence,
    is_older,
    renamed,
    strangers,
)
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent, Record, SeenState
from reconciler.resources.snapshot import Listing
from reconciler.resources.tree import Tree
from tests.support.apply_world import CARE, SMS, sms_spec
from tests.support.campaigns import NOW, bare_live, desired, intent


def live(spec: Tree, **references: str) -> Live:
    return bare_live(spec, references=references)


def test_equal_leaves_differ_nowhere() -> None:
    found = evidence({"name": "x", "priority": "5"}, live({"name": "x", "priority": "5"}), {})
    assert (found.different, found.unproven) == ((), ())


def test_what_no_reading_shows_is_unproven() -> None:
    assert evidence({"name": "x", "priority": "5"}, live({"name": "x"}), {}).unproven == (
        "priority",
    )


def test_fields_that_hold_run_state_are_not_compared() -> None:
    found = evidence({"schedule": {"isSchedulingEnabled": False}}, live({}), {})
    assert (found.different, found.unproven) == ((), ())


def test_a_wanted_absence_is_met_by_nothing() -> None:
    found = evidence({"dncLists": {"name": None}}, live({}), {})
    assert (found.different, found.unproven) == ((), ())


@pytest.mark.parametrize(
    ("known", "different", "unproven"),
    [
        ({}, (), ("experienceFlowName",)),
        ({("experienceFlowName", "Flow"): "cf-1"}, (), ()),
        ({("experienceFlowName", "Flow"): "cf-2"}, ("experienceFlowName",), ()),
    ],
)
def test_a_name_is_compared_through_its_binding(
    known: dict[tuple[str, str], str], different: tuple[str, ...], unproven: tuple[str, ...]
) -> None:
    found = evidence({"experienceFlowName": "Flow"}, live({}, experienceFlowName="cf-1"), known)
    assert (found.different, found.unproven) == (different, unproven)


@pytest.mark.parametrize(
    ("shown", "different"),
    [("Hi.", ()), ("Hi. ", ()), ("Hi &amp; bye", ("description",)), ("Hello", ("description",))],
)
def test_what_the_vendor_may_make_of_a_text_is_no_difference(
    shown: str, different: tuple[str, ...]
) -> None:
    wanted: Tree = {"aaa": 1, "description": "Hi."}
    assert evidence(wanted, live({"description": shown}), {}).different == different


@pytest.mark.parametrize(
    ("age", "known", "older"),
    [
        (299, True, False),
        (300, True, False),
        (301, True, True),
        (0, True, False),
        (999, False, False),
    ],
)
def test_a_campaign_is_older_than_a_create_by_the_vendors_own_clock(
    age: int, known: bool, older: bool
) -> None:
    sent = intent(desired(), vendors_at=NOW if known else None)
    made = replace(bare_live({}), created_at=NOW - timedelta(seconds=age))
    assert is_older(made, sent) is older
    assert not is_older(replace(made, created_at=None), sent)


def test_what_a_create_made_is_recorded_with_what_it_carried() -> None:
    one = desired("care", CARE)
    sent, shown = intent(one, generation=3), replace(bare_live({}), status="Ready")
    assert created_record(sent, "cc-1", shown, written_at=NOW) == Record(
        address=one.address,
        target="care",
        remote_id="cc-1",
        name="Care",
        spec={"name": "Care", "description": "Reminds."},
        generation=3,
        created=True,
        seen=SeenState.of(shown),
        recorded_at=NOW,
        written_at=NOW,
    )


def test_only_some_fields_fit_into_a_create() -> None:
    assert create_part(CARE, {"name": "x", "enablePulse": True}) == {"name": "x"}
    assert create_part(SMS, sms_spec("x")) == sms_spec("x")


def an_intent(mark: str = "aaaaaaaa-bbbbbbbb") -> Intent:
    return intent(desired("x"), name="x", spec=sms_spec("x"), marker=mark)


def marked(remote_id: str, mark: str, **spec: str) -> Live:
    observed = {"marker": mark} if mark else {}
    return bare_live({"name": "x", **spec}, remote_id=remote_id, observed=observed)


def found(wanted: Intent, *rows: Live) -> list[str]:
    seen = strangers(wanted, Listing("sms", rows), ())
    fitting = candidates(wanted, seen, known={}, full=lambda row: row)
    return [one.live.remote_id for one in fitting]


def test_our_mark_settles_it_whatever_else_differs() -> None:
    rows = (marked("cd-1", "aaaaaaaa-bbbbbbbb", priority="1"), marked("cd-2", ""))
    assert found(an_intent(), *rows) == ["cd-1"]


@pytest.mark.parametrize("sent", ["aaaaaaaa-bbbbbbbb", "aaaaaaaa", ""])
@pytest.mark.parametrize("mark", ["aaaaaaaa-cccccccc", "cccccccc-bbbbbbbb"])
def test_another_mark_is_another_campaign(sent: str, mark: str) -> None:
    assert found(an_intent(sent), marked("cd-1", mark)) == []


def test_a_mark_of_the_first_release_is_evidence_for_the_intent_that_names_it_only() -> None:
    rows = (marked("cd-1", "aaaaaaaa", priority="1"), marked("cd-2", "bbbbbbbb"))
    assert found(an_intent("aaaaaaaa"), *rows) == ["cd-1"]
    assert found(an_intent("cccccccc"), *rows) == ["cd-2"]
    assert found(an_intent(), *rows) == ["cd-2"]


def test_a_campaign_without_a_mark_is_judged_by_its_fields() -> None:
    assert found(an_intent(), marked("cd-1", ""), marked("cd-2", "", priority="1")) == ["cd-1"]


def test_what_is_gone_or_older_does_not_hide_what_fits() -> None:
    wanted = intent(desired("x"), name="x", spec=sms_spec("x"), vendors_at=NOW)
    gone, fits = marked("cd-1", ""), marked("cd-3", "")
    older = replace(marked("cd-2", ""), created_at=NOW - timedelta(minutes=6))
    rows = [replace(row, thin=row is gone) for row in (gone, older, fits)]
    assert [one.live for one in candidates(wanted, rows, known={}, full=lambda _: None)] == [fits]


@pytest.mark.parametrize(
    ("age", "denied", "counts"),
    [
        (timedelta(minutes=59), "", True),
        (timedelta(hours=1), "", True),
        (timedelta(hours=1, seconds=1), "", False),
        (timedelta(days=9), "too many requests", True),
        (None, "", True),
    ],
)
def test_a_campaign_of_another_name_may_be_it_if_it_is_as_new(
    age: timedelta | None, denied: str, counts: bool
) -> None:
    wanted = intent(desired("x"), name="x", spec=sms_spec("x"), denied=denied)
    row = replace(bare_live({"name": "y"}), created_at=None if age is None else NOW - age)
    assert renamed(wanted, Listing("sms", (row,)), ()) == ((row,) if counts else ())
