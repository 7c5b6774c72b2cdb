from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.located_yaml.node import Node
from reconciler.located_yaml.reader import parse
from reconciler.manifests.decoder import merged
from reconciler.resources.tree import canonical_json
from tests.support.manifest_texts import document


def merge(text: str) -> Node:
    root = document(text).root
    base, top = root.at("spec"), root.at("over")
    assert base is not None
    assert top is not None
    return merged(base, top)


def test_mappings_merge_lists_replace_and_null_removes() -> None:
    node = merge(
        """
        spec: {a: 1, b: {c: [1, 2], d: x}, e: gone, f: {g: 1}}
        over: {a: 2, b: {c: [3], h: y}, e: null, f: null, i: {j: null, k: 1}, l: null}
        """
    )
    assert node.value == {"a": 2, "b": {"c": [3], "d": "x", "h": "y"}, "i": {"k": 1}}


def test_each_value_keeps_the_place_it_came_from() -> None:
    found = document("spec:\n  a: {b: 1, c: 2}\nover:\n  a: {c: 3, d: 4}\n")
    base, top = found.root.at("spec"), found.root.at("over")
    assert base is not None
    assert top is not None
    node = merged(base, top)
    lines = {key: child.start.line + 1 for key, child in node.entries()["a"].entries().items()}
    assert lines == {"b": 2, "c": 4, "d": 4}


def test_a_mapping_may_take_the_place_of_a_text() -> None:
    assert merge("{spec: {a: x}, over: {a: {b: 1, c: null}}}").value == {"a": {"b": 1}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from("xyz"),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below),
    max_leaves=12,
)
TREES = st.dictionaries(st.sampled_from("abc"), JSON)


def patched(base: JsonValue, top: JsonValue) -> JsonValue:
    """RFC 7396, implemented a second time."""
    if not isinstance(top, dict):
        return top
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in top.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


@given(TREES, TREES)
def test_overrides_are_json_merge_patches(base: JsonValue, top: JsonValue) -> None:
    text = canonical_json({"spec": base, "over": top})
    root = parse("a.json", text.encode()).documents[0].root
    before = canonical_json(root.value)
    spec, over = root.at("spec"), root.at("over")
    assert spec is not None
    assert over is not None
    assert merged(spec, over).value == patched(base, top)
    assert canonical_json(root.value) == before
