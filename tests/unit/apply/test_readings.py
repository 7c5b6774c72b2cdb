from dataclasses import replace

import pytest

from reconciler.apply.readings import learnt, moved, overruled_before, unreadable
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Binding
from reconciler.resources.tree import Tree
from tests.support.apply_world import CARE, SMS
from tests.support.campaigns import bare_live, desired, record


def live(spec: Tree, **references: str) -> Live:
    return bare_live(spec, references=references)


@pytest.mark.parametrize(
    ("before", "now", "paths"),
    [
        ({"name": "x"}, {"name": "x"}, ()),
        ({"name": "x"}, {"name": "y"}, ("name",)),
        ({"contactLists": ["May"]}, {"contactLists": ["may"]}, ()),
        ({"contactLists": ["May"]}, {"contactLists": ["June"]}, ("contactLists",)),
        ({"description": "Hi."}, {"description": "Hi. "}, ()),
        ({"unknown": "x"}, {"unknown": "x"}, ()),
        ({"unknown": "x"}, {"unknown": "X"}, ("unknown",)),
        ({"name": "x", "priority": "5"}, {"name": "x"}, ()),
        ({"name": "x"}, {"name": "x", "priority": "5"}, ("priority",)),
        ({"name": "x"}, {"name": "x", "description": ""}, ()),
        ({"name": "x"}, {"name": "x", "dncLists": {"name": None}}, ()),
    ],
)
def test_a_field_moved_if_it_reads_differently_than_before(
    before: Tree, now: Tree, paths: tuple[str, ...]
) -> None:
    assert moved(before, live(now)) == paths


@pytest.mark.parametrize(("shown", "paths"), [("Acme ", ()), ("ACME", ("smsCompanyName",))])
def test_a_text_for_people_moves_with_each_letter(shown: str, paths: tuple[str, ...]) -> None:
    now = replace(live({"smsCompanyName": shown}), type=CARE)
    assert moved({"smsCompanyName": "Acme"}, now) == paths


@pytest.mark.parametrize(
    ("spec", "old", "shown"),
    [
        ({"contactLists": ["May"]}, True, {"contactLists": ["June"]}),
        ({"contactLists": ["July"]}, True, {}),
        ({"name": "x"}, True, {}),
        ({"contactLists": ["May"]}, False, {}),
    ],
)
def test_a_value_stays_overruled_while_it_is_declared(
    spec: Tree, old: bool, shown: dict[str, object]
) -> None:
    before = record(desired(), spec={"contactLists": ["May"]}, overruled={"contactLists": ["June"]})
    assert overruled_before(spec, before if old else None) == shown


def test_unreadable_is_what_was_declared_and_not_read() -> None:
    spec: Tree = {"name": "x", "experienceFlowName": "Flow"}
    assert unreadable(SMS, spec, {"name": "x"}) == ("experienceFlowName",)


def test_a_reading_teaches_the_ids_of_names() -> None:
    spec: Tree = {"experienceFlowName": "Flow"}
    (binding,) = learnt("main", spec, live({}, experienceFlowName="cf-1"))
    assert binding == Binding("main", "experienceFlowName", "Flow", "cf-1")
    assert learnt("main", spec, None) == ()
