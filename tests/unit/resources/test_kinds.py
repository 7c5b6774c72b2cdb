from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.resources.base import Kind
from reconciler.resources.carecycle import CARECYCLE
from reconciler.resources.kinds import (
    BY_KIND,
    BY_TYPE,
    KINDS,
    canonical,
    create_spec,
    defaults,
    of_provider,
    read_spec,
    references,
    registered,
    violations,
)
from reconciler.resources.kore import KORE_SMS, KORE_VOICE
from reconciler.resources.tree import Tree, has, unflatten

SAMPLE: Tree = {
    "name": "Renewal",
    "contactLists": ["Due"],
    "dialingStrategy": {
        "callerId": {"phoneNumber": "+12025550123"},
        "callingHours": {
            "frequency": "WEEKLY",
            "timezone": "UTC",
            "days": [{"day": "MO", "start": "9:00 AM", "end": "5:00 PM"}],
        },
    },
    "experienceFlowName": "Flow",
    "format": "advanced",
}


def paths(kind: Kind, tree: Tree, api: str) -> list[str]:
    return [f"{path} {problem}" for path, problem in violations(kind, tree, api)]


def test_kinds_are_found_by_both_of_their_names() -> None:
    assert [BY_KIND[kind.kind] for kind in KINDS] == list(KINDS)
    assert [BY_TYPE[kind.type] for kind in KINDS] == list(KINDS)


def test_a_plugins_kinds_are_known_for_a_while() -> None:
    added = replace(CARECYCLE, kind="Made", type="maker_made", provider="maker")
    with registered([added]):
        with registered([added]):
            assert BY_KIND["Made"] is BY_TYPE["maker_made"] is added
        assert of_provider("maker") == (added,)
    assert "Made" not in BY_KIND
    assert "maker_made" not in BY_TYPE


@pytest.mark.parametrize("names", [{"kind": "Made"}, {"type": "maker_made"}])
def test_a_kind_cannot_take_the_name_of_another(names: dict[str, str]) -> None:
    taker = replace(CARECYCLE, **names)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is already taken"), registered([taker]):
        pass
    assert of_provider("carecycle") == (CARECYCLE,)


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_a_field_table_is_a_field_of_the_model(kind: Kind) -> None:
    assert len({row.path for row in kind.fields}) == len(kind.fields)
    known = set(kind.model.model_json_schema()["properties"])
    assert {row.path.partition(".")[0] for row in kind.fields} <= known
    assert not known & set(kind.refused)


def test_canonical_form_says_what_others_imply_and_drops_what_has_no_row() -> None:
    tree: Tree = {"campaignType": "sms", "experienceFlowName": "F", "contactLists": ["b", "a"]}
    assert canonical(KORE_SMS, tree) == {
        "format": "advanced",
        "experienceFlowName": "F",
        "contactLists": ["a", "b"],
    }


def test_a_null_group_clears_every_field_below_it() -> None:
    assert canonical(KORE_SMS, {"message": {"message": "x"}, "dncLists": None}) == {
        "format": "simple",
        "message": {"message": "x", "template_name": None},
        "dncLists": {"name": None},
    }


def test_canonical_form_is_stable() -> None:
    once = canonical(KORE_SMS, SAMPLE)
    assert canonical(KORE_SMS, once) == once


def test_a_complete_campaign_breaks_no_rule() -> None:
    assert paths(KORE_SMS, SAMPLE, "v1") == paths(KORE_SMS, SAMPLE, "v2") == []


def test_what_create_fills_in_is_not_required() -> None:
    filled = create_spec(KORE_SMS, SAMPLE)
    assert defaults(KORE_SMS, SAMPLE) == {
        "description": "",
        "priority": "5",
        "schedule": {"isSchedulingEnabled": False},
    }
    assert (filled["priority"], filled["name"]) == ("5", "Renewal")
    assert defaults(KORE_SMS, filled) == {}


@pytest.mark.parametrize(
    ("api", "expected"),
    [("v1", ["dncLists.name must not be set for advanced SMS campaigns on api v1"]), ("v2", [])],
)
def test_a_field_is_refused_where_the_api_does_not_take_it(api: str, expected: list[str]) -> None:
    assert paths(KORE_SMS, {**SAMPLE, "dncLists": {"name": "Stop"}}, api) == expected


def test_a_field_is_required_if_the_api_requires_it() -> None:
    tree: Tree = {**SAMPLE, "dialingMode": "Preview"}
    del tree["format"]
    found = paths(KORE_VOICE, tree, "v2")
    assert "maxSkips is required for Preview voice campaigns on api v2" in found
    assert "queue_name is required for Preview voice campaigns on api v2" in found
    assert "experienceFlowName must not be set for Preview voice campaigns on api v2" in found


def test_a_reading_keeps_only_what_can_be_read_and_written() -> None:
    raw: Tree = {
        "id": "c-1",
        "status": "Draft",
        "format": "advanced",
        "name": "Renewal",
        "priority": 5,
        "contactLists": ["b", "a"],
        "description": None,
        "experienceFlow": "cf-1",
    }
    found = read_spec(KORE_SMS, raw, "v2")
    assert (found["priority"], found["contactLists"]) == ("5", ["a", "b"])
    assert found["description"] == ""
    assert not has(found, "status")
    assert not has(found, "experienceFlowName")
    assert references(KORE_SMS, raw) == {"experienceFlowName": "cf-1"}


def test_absence_means_empty_in_a_complete_record_only() -> None:
    raw: Tree = {"format": "advanced", "name": "Renewal"}
    assert read_spec(KORE_SMS, raw, "v2")["description"] == ""
    assert not has(read_spec(KORE_SMS, raw, "v2", complete=False), "description")


@given(st.sampled_from(KINDS), st.data())
def test_no_reading_however_odd_raises(kind: Kind, data: st.DataObject) -> None:
    odd: st.SearchStrategy[JsonValue] = st.sampled_from([None, True, 5, "x", "", [], [{}], {}])
    rows = data.draw(st.lists(st.sampled_from(kind.fields), max_size=8))
    raw = unflatten((row.read_as or row.path, data.draw(odd)) for row in rows)
    assert isinstance(read_spec(kind, raw, data.draw(st.sampled_from(["v1", "v2"]))), dict)
    assert isinstance(references(kind, raw), dict)
