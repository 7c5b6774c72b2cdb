"""Valid input, changed as an enemy or an accident would change it, and what may come of it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.errors import ReconcilerError
from tests.support.scripted_vendor import TOKEN

CANARY = TOKEN
"""What no output may show."""
SECONDS = 1.0
brief = settings(max_examples=15 if settings().derandomize else 500, deadline=None)
"""Of every run the same few, and many new ones with `make fuzz`."""
_TOKENS = (
    *(
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\r",
        b"\t",
        b"\n",
        b"\x1b[2J",
        b"\xe2\x80\xae",
        b"\n---\n",
    ),
    *(b"{", b"}", b"[", b"]", b":", b": ", b",", b'"', b"'", b"\\", b"\\ud800", b"&a ", b"*a"),
    *(b"!!python/object:os.system ", b"<<: ", b"- ", b"# ", b"| ", b"> ", b"? ", b"%YAML 1.1\n"),
    *(b"NaN", b"-Infinity", b"1e999", b"9" * 30, b"-1", b"null", b"true", b"0x1F", b"2026-13-45"),
    *(b"[" * 200, b"{" * 70, b"a" * 3_000, b"::error::x", b"##vso[x]", b"../..", b"${X}"),
)
_TEXTS = (
    *("", " ", "\0", "\ud800", "\u202e", "a" * 300, "..", "a/b", "NaN", "-1", "1e999", "\x1b[2J"),
    *("2026-13-45T99:99:99Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "soon"),
    *("2026-11-20", "2026-11-20T09:00:00", "::error::x", "##[x]", CANARY, f"x {CANARY} y"),
)
_NUMBERS = (0, -1, 1.5, 10**17, -(10**17), 1e17, 1e-300, 2**31, 2**53)
_LEAVES: tuple[JsonValue, ...] = (None, True, False, *_NUMBERS, *_TEXTS, [], {})
JSON: st.SearchStrategy[JsonValue] = st.sampled_from(_LEAVES) | st.recursive(
    st.sampled_from(_LEAVES), lambda below: st.lists(below) | st.dictionaries(st.text(), below)
)
"""What nobody expects in place of a value."""
MOMENTS = st.sampled_from(_TEXTS) | st.text(max_size=40) | st.datetimes().map(datetime.isoformat)


@st.composite
def edited(draw: st.DrawFn, sample: bytes) -> bytes:
    """The bytes after a few edits: something removed, repeated, put in or cut off."""
    data = sample
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from((0, 0, 1, 5, 40, 1_000_000))))
        new = draw(st.sampled_from(_TOKENS) | st.binary(max_size=8) | st.just(data[start:end] * 2))
        data = data[:start] + new + data[end:]
    return data


@st.composite
def edited_tree(draw: st.DrawFn, sample: JsonValue) -> JsonValue:
    """The value after one edit somewhere: replaced, removed, renamed or repeated."""
    if not isinstance(sample, dict | list) or not sample or draw(st.integers(0, 5)) == 0:
        return draw(JSON)
    if isinstance(sample, list):
        place = draw(st.integers(0, len(sample) - 1))
        new = draw(st.lists(edited_tree(sample[place]), max_size=2))
        return [*sample[:place], *new, *sample[place + 1 :]]
    key = draw(st.sampled_from(sorted(sample)))
    rest = {other: below for other, below in sample.items() if other != key}
    match draw(st.integers(0, 4)):
        case 0:
            return rest
        case 1:
            return {**rest, draw(st.text(max_size=5)): sample[key]}
        case _:
            return {**rest, key: draw(edited_tree(sample[key]))}


def outcome(call: Callable[[], object]) -> object:
    """What a call gives, or its own error; it may not take long, nor fail in any other way."""
    start = time.thread_time()
    found: object
    try:
        found = call()
    except ReconcilerError as problem:
        found = problem
    assert time.thread_time() - start < SECONDS
    return found


def require_discreet(found: object) -> None:
    """An error or a diagnostic does not show the canary, not even in the line of a file."""
    shown = found.diagnostics if isinstance(found, ReconcilerError) else found
    assert CANARY not in repr(shown)


def require_usable(moment: datetime | None) -> None:
    """A moment that was read can be computed with."""
    assert moment is None or moment.astimezone(UTC).tzinfo is UTC
