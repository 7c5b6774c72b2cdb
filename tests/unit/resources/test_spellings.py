import pytest
from pydantic import JsonValue

from reconciler.resources.spellings import flag, one_of, same_names, same_words, trimmed

CAFE, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (CAFE, DECOMPOSED),
        ("Hi\nthere", "Hi\r\nthere"),
        ("Hi\nthere", "Hi\rthere"),
        ("Hi", "Hi \n"),
        ("Tom & Jerry's", "Tom &amp; Jerry&#39;s"),
        ('a < b > "c"', "a &lt; b &gt; &quot;c&quot;"),
        ("it's", "it&#x27;s"),
        ("AT&amp;T", "AT&amp;T"),
        (None, None),
    ],
)
def test_spellings_of_one_text(wanted: JsonValue, shown: JsonValue) -> None:
    assert same_words(wanted, shown)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("Hi", " Hi"),
        ("Hi there", "Hi  there"),
        ("Hi", "hi"),
        ("AT&amp;T", "AT&T"),
        ("a & b", "a &amp;amp; b"),
        ("5\u00a0%", "5 %"),
        ("5\u00a0%", "5&nbsp;%"),
        ("\ufb01", "fi"),
        ("\u200f12", "12"),
        ("", None),
    ],
)
def test_texts_that_people_can_tell_apart(wanted: JsonValue, shown: JsonValue) -> None:
    assert not same_words(wanted, shown)


def test_names_are_compared_as_sets() -> None:
    assert same_names([CAFE, "May"], ["May", DECOMPOSED])
    assert not same_names([CAFE], ["May", CAFE])
    assert not same_names(["May", CAFE], [CAFE])
    assert not same_names([CAFE], None)
    assert not same_names([CAFE], [CAFE, 1])


def test_names_in_a_set_may_be_escaped_for_html() -> None:
    assert same_names(["Kids & Teens", "May"], ["Kids &amp; Teens", "May"])
    assert same_names(["A", "B & C"], ["A", "B & C", "B &amp; C"])
    assert not same_names(["Kids &amp; Teens"], ["Kids & Teens"])


def test_many_names_are_compared_in_time() -> None:
    names = [f"list {number}" for number in range(20_000)]
    assert same_names(list[JsonValue](names), list[JsonValue](reversed(names)))


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("true", True),
        ("False", False),
        (" FALSE ", False),
        ("", False),
        (0, False),
        (1, True),
        ("on", True),
        (True, True),
        (None, None),
        ("detect", "detect"),
        (2, 2),
        ([], []),
    ],
)
def test_a_flag_may_be_text_or_a_number(value: JsonValue, meaning: JsonValue) -> None:
    assert flag(value) == meaning
    assert type(flag(value)) is type(meaning)


def test_a_word_is_found_in_any_case_and_nothing_else_changes() -> None:
    assert one_of(("WEEKLY",), "weekly") == "WEEKLY"
    assert one_of(("WEEKLY",), "daily") == "daily"
    assert one_of(("WEEKLY",), None) is None


def test_only_the_end_of_a_text_is_trimmed() -> None:
    assert trimmed(" Hi \n") == " Hi"
    assert trimmed(5) == 5
