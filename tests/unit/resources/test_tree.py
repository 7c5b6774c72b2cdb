import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.resources.tree import at, canonical_json, digest, has, leaves, overlay, unflatten

TREE: dict[str, JsonValue] = {"a": 1, "b": {"c": [1, {"d": 2}], "e": {}, "f": None}}
LEAF = st.none() | st.integers() | st.lists(st.integers(), max_size=2)
TREES = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAF),
    lambda below: st.dictionaries(st.sampled_from("abc"), LEAF | below),
    max_leaves=8,
)


def test_leaves_are_dotted_paths_and_lists_are_leaves() -> None:
    assert list(leaves(TREE)) == [
        ("a", 1),
        ("b.c", [1, {"d": 2}]),
        ("b.e", {}),
        ("b.f", None),
    ]


@given(TREES)
def test_unflatten_is_the_inverse_of_leaves(tree: dict[str, JsonValue]) -> None:
    assert unflatten(leaves(tree)) == tree


def test_a_later_leaf_below_a_scalar_takes_its_place() -> None:
    assert unflatten([("a", 1), ("a.b", 2)]) == {"a": {"b": 2}}


@pytest.mark.parametrize(
    ("path", "value", "there"),
    [
        ("a", 1, True),
        ("b.f", None, True),
        ("b.g", None, False),
        ("a.b", None, False),
        ("b.c.0", None, False),
    ],
)
def test_null_and_absence_are_distinguished(path: str, value: JsonValue, there: bool) -> None:
    assert (at(TREE, path), has(TREE, path)) == (value, there)


@given(TREES, TREES)
def test_overlay_keeps_every_leaf_of_the_top(
    base: dict[str, JsonValue], top: dict[str, JsonValue]
) -> None:
    before = canonical_json(base)
    merged = overlay(base, top)
    assert all(at(merged, path) == value for path, value in leaves(top) if value != {})
    assert canonical_json(base) == before


def test_the_digest_does_not_know_the_order_of_keys() -> None:
    assert digest({"a": "é", "b": 1}) == digest({"b": 1, "a": "é"})
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"\\u00e9","b":[1,null]}'
    assert json.loads(canonical_json(TREE)) == TREE
