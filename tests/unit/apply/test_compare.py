import pytest

from reconciler.apply.compare import compare, create_part, learnt, moved, unreadable
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_view import Binding
from reconciler.resources.tree import Tree
from tests.unit.apply.world import CARE, SMS, sms_spec


def live(spec: Tree, **references: str) -> Live:
    return Live(
        type=SMS,
        remote_id="cd-1",
        name="x",
        state=RunState.DRAFT,
        status="Ready",
        spec=spec,
        references=references,
    )


def test_equal_leaves_differ_nowhere() -> None:
    found = compare({"name": "x", "priority": "5"}, live({"name": "x", "priority": "5"}), {})
    assert (found.different, found.unproven) == ((), ())


def test_what_no_reading_shows_is_unproven() -> None:
    assert compare({"name": "x", "priority": "5"}, live({"name": "x"}), {}).unproven == (
        "priority",
    )


def test_run_state_in_disguise_is_not_compared() -> None:
    found = compare({"schedule": {"isSchedulingEnabled": False}}, live({}), {})
    assert (found.different, found.unproven) == ((), ())


def test_a_wanted_absence_is_met_by_nothing() -> None:
    found = compare({"dncLists": {"name": None}}, live({}), {})
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
    found = compare({"experienceFlowName": "Flow"}, live({}, experienceFlowName="cf-1"), known)
    assert (found.different, found.unproven) == (different, unproven)


@pytest.mark.parametrize(
    ("before", "now", "paths"),
    [
        ({"name": "x"}, {"name": "x"}, ()),
        ({"name": "x"}, {"name": "y"}, ("name",)),
        ({"name": "x", "priority": "5"}, {"name": "x"}, ()),
        ({"name": "x"}, {"name": "x", "priority": "5"}, ("priority",)),
        ({"name": "x"}, {"name": "x", "description": ""}, ()),
        ({"name": "x"}, {"name": "x", "dncLists": {"name": None}}, ()),
    ],
)
def test_moved_is_what_reads_otherwise_than_before(
    before: Tree, now: Tree, paths: tuple[str, ...]
) -> None:
    assert moved(before, live(now)) == paths


def test_only_some_fields_fit_into_a_create() -> None:
    assert create_part(CARE, {"name": "x", "enablePulse": True}) == {"name": "x"}
    assert create_part(SMS, sms_spec("x")) == sms_spec("x")


def test_unreadable_is_what_was_declared_and_not_read() -> None:
    spec: Tree = {"name": "x", "experienceFlowName": "Flow"}
    assert unreadable(SMS, spec, {"name": "x"}) == ("experienceFlowName",)


def test_a_reading_teaches_the_ids_of_names() -> None:
    spec: Tree = {"experienceFlowName": "Flow"}
    (binding,) = learnt("main", spec, live({}, experienceFlowName="cf-1"))
    assert binding == Binding("main", "experienceFlowName", "Flow", "cf-1")
    assert learnt("main", spec, None) == ()
