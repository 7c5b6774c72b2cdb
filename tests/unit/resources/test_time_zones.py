import pytest
from pydantic import JsonValue, TypeAdapter, ValidationError

from reconciler.resources.time_zones import (
    TimeZone,
    is_zone,
    normal_zone,
    same_zone,
    without_daylight_saving,
)


def hint(name: str) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(TimeZone).validate_python(name)
    (found,) = caught.value.errors()
    return str(found["msg"])


@pytest.mark.parametrize("name", ["UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires", "EST"])
def test_iana_names_are_zones(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "America", "../UTC", "/etc/passwd", "localtime", "posixrules", "UTC\n"),
        *("right/UTC", "posix/Asia/Kolkata", "asia/kolkata", "Asia\\Kolkata"),
    ],
)
def test_paths_folders_and_other_spellings_are_no_zones(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Asia/Kolkatta", "did you mean Asia/Kolkata?"),
        ("America/NewYork", "did you mean America/New_York?"),
        ("asia/kolkata", "write Asia/Kolkata"),
        ("posix/Asia/Kolkata", "write Asia/Kolkata"),
        ("right/UTC", "write UTC"),
        ("GMT+5", "an offset does not follow daylight saving; write a place, such as Asia/Kolkata"),
        ("+05:30", "an offset does not follow daylight saving"),
        ("IST", "an abbreviation is used in several places; write a place, such as Asia/Kolkata"),
        ("Moon/Base", "not an IANA time zone; write a place, such as Asia/Kolkata"),
        ("Eastern Time", "not an IANA time zone; write a place, such as Asia/Kolkata"),
    ],
)
def test_a_hint_never_names_another_place(name: str, words: str) -> None:
    assert words in hint(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Asia/Kolkata", "Asia/Calcutta"),
        ("Europe/Kyiv", "Europe/Kiev"),
        ("America/New_York", "US/Eastern"),
        ("America/New_York", "america/new_york"),
        ("UTC", "Etc/UTC"),
        ("Etc/UTC", "Zulu"),
        ("Moon/Base", "Moon/Base"),
    ],
)
def test_linked_names_are_one_zone(one: str, other: str) -> None:
    assert same_zone(one, other)
    assert same_zone(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("America/New_York", "America/Toronto"),
        ("Asia/Kolkata", "Asia/Colombo"),
        ("Etc/GMT+5", "America/Panama"),
        ("Moon/Base", "Moon/Crater"),
        ("UTC", None),
    ],
)
def test_zones_with_equal_clocks_today_are_two(one: JsonValue, other: JsonValue) -> None:
    assert not same_zone(one, other)


def test_a_reading_gets_the_usual_case_and_keeps_everything_else() -> None:
    assert normal_zone("asia/calcutta") == "Asia/Calcutta"
    assert normal_zone("Moon/Base") == "Moon/Base"
    assert normal_zone(None) is None


@pytest.mark.parametrize("name", ["EST", "MST", "HST", "Etc/GMT+5", "Etc/GMT-12"])
def test_a_fixed_offset_is_doubtful(name: str) -> None:
    assert f"{name} has no daylight saving" in without_daylight_saving(name)


@pytest.mark.parametrize("name", ["UTC", "Etc/GMT", "EST5EDT", "Asia/Kolkata", None])
def test_other_zones_are_not(name: JsonValue) -> None:
    assert without_daylight_saving(name) == ""
