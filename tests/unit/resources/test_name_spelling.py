"""What is wrong with a name, in words, and a name shown so that all of it is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.resources.name_spelling import mixed_alphabets, quoted, spelling_fault
from reconciler.safe_text import is_safe

NAMES = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("aA \u00a0\u200b\u2019'\u2013-\u0301\u00e9\\\"`"),
    ),
    max_size=20,
)


TWO_LETTERS = "U+0053 LATIN CAPITAL LETTER S and U+0430 CYRILLIC SMALL LETTER A"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Care", '"Care"'),
        (" Care ", r'"\x20Care\x20"'),
        ("Care  2", r'"Care \x202"'),
        ("Caf\u00e9", '"Caf\u00e9"'),
        ("\u65e5\u672c", '"\u65e5\u672c"'),
        ("Ca\u200bre", r'"Ca\u200bre"'),
        ("\U0001d412ale", r'"\U0001d412ale"'),
        ('5" \\', r'"5\" \\"'),
    ],
)
def test_a_name_is_shown_with_what_nobody_sees(name: str, shown: str) -> None:
    assert quoted(name) == shown


@given(NAMES)
def test_a_shown_name_is_yaml_of_the_name_and_safe_to_print(name: str) -> None:
    assert YAML(typ="safe", pure=True).load(quoted(name)) == name
    assert is_safe(quoted(name))


@given(NAMES)
def test_two_blanks_and_outer_blanks_are_never_shown_as_they_are(name: str) -> None:
    shown = quoted(name)[1:-1]
    assert shown == shown.strip()
    assert "  " not in shown


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Care", ""),
        ("Caf\u00e9 \u2013 Don\u2019t", ""),
        ("I \u2764\ufe0f sale", ""),
        ("Spring\u00a0sale", ""),
        ("", ""),
        (" Care", "begins with U+0020 SPACE"),
        ("Care\u00a0", "ends with U+00A0 NO-BREAK SPACE"),
        ("Care\n", "ends with U+000A"),
        ("Ca\tre", "has a control character at position 3: U+0009"),
        ("Ca\u2028re", "has a control character at position 3: U+2028 LINE SEPARATOR"),
        ("Ca\u200bre", "has an invisible character at position 3: U+200B ZERO WIDTH SPACE"),
        ("\u200fCare", "has an invisible character at position 1: U+200F RIGHT-TO-LEFT MARK"),
        ("Care\u3164", "has an invisible character at position 5: U+3164 HANGUL FILLER"),
    ],
)
def test_a_fault_is_the_character_and_its_place(name: str, fault: str) -> None:
    assert spelling_fault(name) == fault


@pytest.mark.parametrize(
    ("name", "mixture"),
    [
        ("Sale", ""),
        ("Sale \u0420\u0430\u0441\u043f\u0440\u043e\u0434\u0430\u0436\u0430", ""),
        ("\u65e5\u672c\u8a9eSMS", ""),
        ("5\u00b5m", ""),
        ("Big S\u0430le", f'mixes alphabets in the word "S\u0430le": {TWO_LETTERS}'),
    ],
)
def test_a_word_in_two_alphabets_is_told(name: str, mixture: str) -> None:
    assert mixed_alphabets(name) == mixture
