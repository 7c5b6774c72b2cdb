from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.render.values import (
    changed_items,
    changed_lines,
    foreign,
    items,
    quoted,
    show,
    text_lines,
)

HOURS = "dialingStrategy.callingHours.days"


def window(day: str, start: str = "9:00 AM", end: str = "6:00 PM") -> JsonValue:
    return {"day": day, "start": start, "end": end}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a"'),
        ('say "hi" \\o/', '"say \\"hi\\" \\\\o/"'),
        ("a\tb", '"a\\tb"'),
        (5, "5"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ([0, 1], "[0, 1]"),
        ({"b": 1, "a": "x"}, '{a = "x", b = 1}'),
    ],
)
def test_a_value_is_shown_on_one_line(value: JsonValue, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    ("days", "lines"),
    [
        (["MO", "TU", "WE", "TH", "FR"], ['"MO-FR 9:00 AM to 6:00 PM"']),
        (["MO", "WE", "TH"], ['"MO 9:00 AM to 6:00 PM"', '"WE-TH 9:00 AM to 6:00 PM"']),
        ([], []),
    ],
)
def test_days_in_a_row_share_a_line(days: list[str], lines: list[str]) -> None:
    assert items(HOURS, [window(day) for day in days]) == lines


def test_windows_of_one_day_share_a_line() -> None:
    windows = [window("MO", "9:00 AM", "12:00 PM"), window("MO", "1:00 PM", "6:00 PM")]
    assert items(HOURS, windows) == ['"MO 9:00 AM to 12:00 PM, 1:00 PM to 6:00 PM"']


def test_days_with_other_windows_stand_apart() -> None:
    windows = [window("MO"), window("TU"), window("WE", "1:00 PM"), window("TH")]
    assert items(HOURS, windows) == [
        '"MO-TU 9:00 AM to 6:00 PM"',
        '"WE 1:00 PM to 6:00 PM"',
        '"TH 9:00 AM to 6:00 PM"',
    ]


def test_hours_that_are_no_hours_are_shown_as_they_are() -> None:
    assert items(HOURS, ["sometimes"]) == ['"sometimes"']
    assert items("redialPatterns", [window("MO")])[0].startswith("{day = ")


def test_changed_items_show_what_goes_and_comes() -> None:
    assert changed_items(["a", "b", "c"], ["b", "c", "d", "e"]) == [
        ("-", "a,"),
        ("+", "d,"),
        ("+", "e,"),
        ("", "# (2 unchanged elements hidden)"),
    ]


def test_an_item_that_takes_the_place_of_another_is_a_change_of_it() -> None:
    assert changed_items(["a", "b"], ["b", "x"])[0] == ("~", "a -> x,")


def test_items_that_are_much_alike_are_pairs() -> None:
    before = ["MO-FR 9:00 AM to 6:00 PM", "Everybody"]
    assert changed_items(before, ["SA 1:00 PM to 2:00 PM", "MO-TH 9:00 AM to 6:00 PM"]) == [
        ("~", "MO-FR 9:00 AM to 6:00 PM -> MO-TH 9:00 AM to 6:00 PM,"),
        ("-", "Everybody,"),
        ("+", "SA 1:00 PM to 2:00 PM,"),
    ]


def test_changed_lines_keep_the_reading_order() -> None:
    assert changed_lines(["a", "b", "c"], ["a", "x", "c"]) == [
        ("", "a"),
        ("-", "b"),
        ("+", "x"),
        ("", "c"),
    ]


def test_every_line_of_a_text_is_marked() -> None:
    assert text_lines("a\n}\n\n::error::") == ["| a", "| }", "|", "| \\x3a:error::"]


@pytest.mark.parametrize("text", ["::error::x", "  ::error::x", "##[command]x", "a ##[b]"])
def test_foreign_text_is_no_command_to_a_runner(text: str) -> None:
    assert not foreign(text).lstrip().startswith("::")
    assert "##[" not in foreign(text)


@given(st.text())
def test_shown_text_is_printable_and_whole(text: str) -> None:
    assert all(one.isprintable() or category(one) == "Zs" for one in quoted(text))
    assert len(quoted(text)) >= len(text) + 2
