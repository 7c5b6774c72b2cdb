import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from reconciler.resources.calling_hours import (
    DAYS,
    CallingHours,
    compact_windows,
    format_time,
    is_zone,
    normal_windows,
    parse_days,
    parse_time,
)


def hours(*days: dict[str, object], timezone: str = "Asia/Kolkata") -> list[dict[str, str]]:
    given = {"frequency": "WEEKLY", "timezone": timezone, "days": list(days)}
    return CallingHours.model_validate(given).days


def refusal(*days: dict[str, object], timezone: str = "Asia/Kolkata") -> tuple[object, ...]:
    with pytest.raises(ValidationError) as caught:
        hours(*days, timezone=timezone)
    (found,) = caught.value.errors()
    return (*found["loc"], found["msg"])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("9:00 AM", 540),
        ("09:00", 540),
        ("9am", 540),
        ("9 a.m.", 540),
        ("12:00 AM", 0),
        ("12:30 pm", 750),
        ("00:00", 0),
        ("23:59", 1439),
        ("11:59 PM", 1439),
    ],
)
def test_times_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert parse_time(text) == minutes


@pytest.mark.parametrize("text", ["9", "24:00", "13:00 PM", "0:30 AM", "9:60", "9:5", "noon", ""])
def test_anything_else_is_no_time(text: str) -> None:
    assert parse_time(text) is None


@given(st.integers(0, 1439))
def test_a_time_survives_its_vendor_form(minutes: int) -> None:
    assert parse_time(format_time(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("MO", ("MO",)),
        ("monday", ("MO",)),
        ("Tues", ("TU",)),
        ("MO-FR", ("MO", "TU", "WE", "TH", "FR")),
        ("sat - mon", ("SA", "SU", "MO")),
        ("SU-SU", ("SU",)),
        ("MO-", None),
        ("-MO", None),
        ("weekday", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: tuple[str, ...] | None) -> None:
    assert parse_days(text) == days


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


def test_overlapping_windows_are_refused_at_the_later_entry() -> None:
    with pytest.raises(ValidationError) as caught:
        hours(
            {"day": "MO-FR", "start": "9am", "end": "5pm"},
            {"day": "SA", "start": "9am", "end": "5pm"},
            {"day": "WE", "start": "4pm", "end": "6pm"},
        )
    (found,) = caught.value.errors()
    assert found["msg"] == "windows overlap on WE: 9:00 AM to 5:00 PM and 4:00 PM to 6:00 PM"
    assert found["ctx"]["key"] == 2


@pytest.mark.parametrize("end", ["9am", "8:59 AM", "12:00 AM"])
def test_a_window_that_does_not_end_after_it_starts_is_refused_at_its_entry(end: str) -> None:
    fine: dict[str, object] = {"day": "MO", "start": "9am", "end": "5pm"}
    *loc, message = refusal(fine, {"day": "TU", "start": "9am", "end": end})
    assert loc == ["days", 1]
    assert "ends before it starts; split it at midnight" in str(message)


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


def test_an_unknown_zone_is_refused_with_the_nearest_one() -> None:
    entry: dict[str, object] = {"day": "MO", "start": "9am", "end": "5pm"}
    assert "did you mean Asia/Kolkata?" in str(refusal(entry, timezone="Asia/Kolkatta")[-1])


@pytest.mark.parametrize("name", ["UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires"])
def test_iana_names_are_zones(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize("name", ["", "America", "../UTC", "/etc/passwd", "localtime", "UTC\n"])
def test_paths_and_folders_are_no_zones(name: str) -> None:
    assert not is_zone(name)


def test_a_vendors_windows_become_canonical_whatever_their_order_and_spelling() -> None:
    shown: JsonValue = [
        {"day": "tuesday", "start": "09:00 am", "end": "18:00"},
        {"day": "MO", "start": "9:00 AM", "end": "6:00 PM", "id": 5},
    ]
    assert normal_windows(shown) == [
        {"day": "MO", "start": "9:00 AM", "end": "6:00 PM"},
        {"day": "TU", "start": "9:00 AM", "end": "6:00 PM"},
    ]


@pytest.mark.parametrize(
    "shown", [None, "x", ["MO"], [{"day": "MO"}], [{"day": "MO-FR", "start": "9am", "end": "5pm"}]]
)
def test_what_cannot_be_read_stays_as_it_is(shown: JsonValue) -> None:
    assert normal_windows(shown) == shown


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


def window(day: str, start: str = "9:00 AM", end: str = "6:00 PM") -> dict[str, JsonValue]:
    return {"day": day, "start": start, "end": end}


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (["MO"], "MO"),
        (["MO", "TU"], ["MO", "TU"]),
        (["MO", "TU", "WE"], "MO-WE"),
        (["MO", "TU", "WE", "FR"], ["MO-WE", "FR"]),
        (list(DAYS), "MO-SU"),
    ],
)
def test_the_days_of_one_window_are_written_together(days: list[str], written: JsonValue) -> None:
    compacted = compact_windows([window(day) for day in days])
    assert compacted == [{"day": written, "start": "9:00 AM", "end": "6:00 PM"}]


def test_other_windows_stay_apart_and_in_order() -> None:
    windows: list[JsonValue] = [window("MO"), window("MO", "7:00 PM", "8:00 PM"), window("TU")]
    assert compact_windows(windows) == [
        {"day": ["MO", "TU"], "start": "9:00 AM", "end": "6:00 PM"},
        {"day": "MO", "start": "7:00 PM", "end": "8:00 PM"},
    ]


@pytest.mark.parametrize("value", ["x", None, [1], [{"day": "MO"}], [window("noday")]])
def test_what_is_no_list_of_windows_stays_as_it_is(value: JsonValue) -> None:
    assert compact_windows(value) == value


def test_a_window_that_a_vendor_shows_twice_is_one() -> None:
    shown: JsonValue = [
        {"day": "MO", "start": "9:00 AM", "end": "6:00 PM"},
        {"day": "mon", "start": "09:00", "end": "18:00"},
    ]
    assert normal_windows(shown) == [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}]
