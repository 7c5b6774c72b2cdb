import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.resources.windows import (
    DAYS,
    WindowMinutes,
    compact_windows,
    format_time,
    normal_windows,
    parse_days,
    parse_end,
    parse_time,
    unusual_windows,
    windows_of,
)


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
        ("09:00:00", 540),
        ("9:00:00 PM", 1260),
        ("09:00:00.000", 540),
    ],
)
def test_times_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert parse_time(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "9",
        "24:00",
        "13:00 PM",
        "0:30 AM",
        "9:60",
        "9:5",
        "noon",
        "9:00:30",
        "\u0669:\u0660\u0660",
        "",
    ],
)
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


@pytest.mark.parametrize("text", ["12:00 AM", "24:00", "00:00", "24:00:00", "0:00", " 24:00 "])
def test_midnight_as_an_end_is_the_end_of_the_day(text: str) -> None:
    assert parse_end(text) == 1440


def test_another_end_is_a_time_and_a_minute_to_midnight_is_not_midnight() -> None:
    assert parse_end("11:59 PM") == 1439
    assert parse_end("24:01") is None
    assert parse_end("24:00 PM") is None


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


@pytest.mark.parametrize("off", ["", None])
def test_a_day_off_is_no_window(off: JsonValue) -> None:
    shown: JsonValue = [
        {"day": "MO", "start": "09:00:00", "end": "24:00"},
        {"day": "SU", "start": off, "end": off},
    ]
    assert normal_windows(shown) == [window("MO", end="12:00 AM")]


def test_a_window_with_one_time_only_cannot_be_read() -> None:
    assert windows_of([{"day": "MO", "start": "9:00 AM", "end": ""}]) is None


def test_windows_in_minutes_end_at_midnight_with_the_day() -> None:
    assert windows_of([window("TU", "6:00 PM", "12:00 AM"), window("MO")]) == (
        WindowMinutes(0, 540, 1080),
        WindowMinutes(1, 1080, 1440),
    )


@pytest.mark.parametrize(
    ("windows", "why"),
    [
        ([("MO", "9:00 AM", "6:00 PM"), ("TU", "6:00 PM", "12:00 AM")], ""),
        ([("MO", "9:00 AM", "1:00 PM"), ("MO", "1:00 PM", "6:00 PM")], ""),
        (
            [("SU", "9:00 PM", "2:00 AM")],
            "midnight, write 9:00 PM to 12:00 AM on SU and 12:00 AM to 2:00 AM on MO",
        ),
        ([("MO", "9:00 AM", "9:00 AM")], "does not end after it starts"),
        (
            [("MO", "9:00 AM", "5:00 PM"), ("MO", "4:30 PM", "7:00 PM")],
            "windows overlap on MO: 9:00 AM to 5:00 PM and 4:30 PM to 7:00 PM",
        ),
        (
            [("MO", "9:00 AM", "12:00 AM"), ("MO", "10:00 AM", "11:00 AM")],
            "windows overlap on MO: 9:00 AM to 12:00 AM and 10:00 AM to 11:00 AM",
        ),
    ],
)
def test_windows_that_are_not_sent(windows: list[tuple[str, str, str]], why: str) -> None:
    found = unusual_windows(normal_windows([window(*one) for one in windows]))
    assert why in found
    assert bool(why) is bool(found)


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
