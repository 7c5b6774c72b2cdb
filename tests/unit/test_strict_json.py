import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.strict_json import parse_json

WHOLE = st.integers(-(10**18) + 1, 10**18 - 1)
REAL = st.floats(-1e17, 1e17)
JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | WHOLE | REAL | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
)


@given(JSON)
def test_what_python_writes_is_read_as_it_was(value: JsonValue) -> None:
    text = json.dumps(value)
    assert parse_json(text) == value
    assert parse_json(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "NaN", "Infinity", "-Infinity", "1e999", "1e18", "1" + "0" * 18, "9" * 5000),
        *('{"a": 1, "a": 1}', '[{"a": {}, "b": 1, "a": {}}]', '{"a": 1, "\\u0061": 2}'),
        *("[" * 200 + "]" * 200, "[" * 100_000, '{"a":' * 100_000),
        *(b"\xff", "{}".encode("utf-16"), "[1]".encode("utf-32"), b"\xef\xbb\xbf\xef\xbb\xbf1"),
    ],
)
def test_what_readers_may_read_differently_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


def test_a_hundred_levels_are_read() -> None:
    assert parse_json("[" * 100 + "]" * 100)
    with pytest.raises(ValueError, match="deeply"):
        parse_json("[" * 102 + "]" * 102)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
