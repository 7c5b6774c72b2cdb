import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from reconciler.resources.calling_hours import CallingHours
from reconciler.resources.windows import DAYS, format_time, normal_windows


def hours(*days: dict[str, object], timezone: str = "Asia/Kolkata") -> list[dict[str, str]]:
    given = {"frequency": "WEEKLY", "timezone": timezone, "days": list(days)}
    return CallingHours.model_validate(given).days


def refusal(*days: dict[str, object], timezone: str = "Asia/Kolkata") -> tuple[object, ...]:
    with pytest.raises(ValidationError) as caught:
        hours(*days, timezone=timezone)
    (found,) = caught.value.errors()
    return (*found["loc"], found["msg"])


def test_shorthands_become_one_sorted_window_per_weekday() -> None:
    written = hours(
        {"day": ["sat", "TU-WE"], "start": "09:00", "end": "5pm"},
        {"day": "Monday", "start": "9:00 AM", "end": "17:00"},
    )
    assert written == [
        {"day": day, "start": "9:00 AM", "end": "5:00 PM"} for day in ("MO", "TU", "WE", "SA")
    ]


def test_two_windows_of_a_day_may_touch() -> None:
    windows = hours(
        {"day": "MO", "start": "1pm", "end": "5pm"}, {"day": "MO", "start": "9am", "end": "1pm"}
    )
    assert [window["start"] for window in windows] == ["9:00 AM", "1:00 PM"]


@pytest.mark.parametrize("end", ["12:00 AM", "24:00", "00:00", "24:00:00", "12am"])
def test_every_spelling_of_midnight_ends_a_window_at_the_end_of_its_day(end: str) -> None:
    entry: dict[str, object] = {"day": "MO", "start": "6:00 PM", "end": end}
    assert hours(entry) == [{"day": "MO", "start": "6:00 PM", "end": "12:00 AM"}]


def test_24_00_begins_no_window() -> None:
    *loc, message = refusal({"day": "MO", "start": "24:00", "end": "9am"})
    assert loc == ["days", 0, "start"]
    assert "not a time" in str(message)


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [("start", 9, "write a time"), ("end", "noon", "not a time"), ("day", "x", "not a weekday")],
)
def test_an_unreadable_part_is_refused_at_its_key(key: str, value: object, word: str) -> None:
    entry: dict[str, object] = {"day": "MO", "start": "9am", "end": "5pm", key: value}
    *loc, message = refusal(entry)
    assert loc == ["days", 0, key]
    assert word in str(message)


@pytest.mark.parametrize("day", [[], [1], 5, None, [["MO"]]])
def test_a_day_set_that_names_no_day_is_refused(day: object) -> None:
    with pytest.raises(ValidationError):
        hours({"day": day, "start": "9am", "end": "5pm"})


WINDOWS = st.lists(
    st.tuples(st.sampled_from(DAYS), st.integers(0, 23)), min_size=1, max_size=6, unique=True
)


@given(WINDOWS)
def test_canonical_windows_are_canonical_already(starts: list[tuple[str, int]]) -> None:
    entries = [
        {"day": day, "start": format_time(hour * 60), "end": format_time(hour * 60 + 59)}
        for day, hour in starts
    ]
    canonical = hours(*[dict[str, object](entry) for entry in entries])
    assert normal_windows([dict[str, JsonValue](window) for window in canonical]) == canonical
    assert hours(*[dict[str, object](window) for window in canonical]) == canonical
