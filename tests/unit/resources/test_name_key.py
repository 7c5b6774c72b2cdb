"""Names that look alike have one key; names that do not look alike have two."""

import sys
from collections.abc import Iterator
from typing import Literal
from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.resources.name_key import is_invisible, name_key

NAMES = st.text(st.characters(exclude_categories=["Cs"]))
INVISIBLE = ["\u200b", "\u200d", "\u00ad", "\ufeff", "\u200e", "\u034f", "\ufe0f", "\u3164"]

SAME = {
    "case": ("Caf\u00e9", "CAF\u00c9"),
    "composed and decomposed": ("Caf\u00e9 R\u00e9novation", "Cafe\u0301 Re\u0301novation"),
    "outer blanks": ("Spring", " Spring\t"),
    "two blanks": ("Spring sale", "Spring  sale"),
    "no-break space": ("Spring sale", "Spring\u00a0sale"),
    "narrow no-break space": ("Spring sale", "Spring\u202fsale"),
    "line break": ("Spring sale", "Spring\nsale"),
    "zero-width space": ("Spring", "Spr\u200bing"),
    "soft hyphen": ("Spring", "Spr\u00ading"),
    "right-to-left mark": ("Spring", "\u200fSpring"),
    "byte order mark": ("Spring", "\ufeffSpring"),
    "variation selector": ("\u2764 sale", "\u2764\ufe0f sale"),
    "Hangul filler": ("Spring", "Spring\u3164"),
    "combining after something invisible": ("Caf\u00e9", "Cafe\u200d\u0301"),
    "typographic apostrophe": ("Don't", "Don\u2019t"),
    "modifier apostrophe": ("Don't", "Don\u02bct"),
    "acute accent as an apostrophe": ("Don't", "Don\u00b4t"),
    "grave accent as an apostrophe": ("Don't", "Don`t"),
    "prime": ("Don't", "Don\u2032t"),
    "typographic quotes": ('"Sale"', "\u201cSale\u201d"),
    "German quotes": ('"Sale"', "\u201eSale\u201c"),
    "French quotes": ('"Sale"', "\u00abSale\u00bb"),
    "double prime": ('5" sale', "5\u2033 sale"),
    "en dash": ("May - June", "May \u2013 June"),
    "em dash": ("May - June", "May \u2014 June"),
    "hyphen that keeps a line together": ("e-mail", "e\u2011mail"),
    "minus": ("-5", "\u22125"),
    "full width": ("SALE 5", "\uff33\uff21\uff2c\uff25\u3000\uff15"),
    "ligature": ("Office", "O\ufb03ce"),
    "mathematical letters": ("Sale", "\U0001d412\U0001d41a\U0001d425\U0001d41e"),
    "one character for three dots": ("Soon...", "Soon\u2026"),
    "capital sharp s": ("stra\u00dfe", "STRA\u1e9eE"),
}
DIFFERENT = {
    "sharp s": ("Stra\u00dfe", "Strasse"),
    "accent": ("Caf\u00e9", "Cafe"),
    "number": ("Spring 1", "Spring 2"),
    "no blank": ("Spring sale", "Springsale"),
    "no hyphen": ("e-mail", "email"),
    "letters of another script": ("Sale", "S\u0430le"),
}


def _characters() -> Iterator[str]:
    return map(chr, range(sys.maxunicode + 1))


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_names_that_look_alike_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_names_that_do_not_look_alike_have_two_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(NAMES)
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_the_key_of_every_character_is_its_own_key() -> None:
    for character in _characters():
        if category(character) not in {"Cn", "Co", "Cs", "Lo"}:
            key = name_key(f"a{character}b")
            assert name_key(key) == key, ascii(character)


@given(NAMES, st.sampled_from(["NFC", "NFD"]))
def test_a_key_does_not_depend_on_the_encoding(name: str, form: Literal["NFC", "NFD"]) -> None:
    assert name_key(normalize(form, name)) == name_key(name)


@given(NAMES, st.sampled_from(INVISIBLE), st.integers(0, 20))
def test_a_key_does_not_depend_on_what_nobody_sees(name: str, unseen: str, place: int) -> None:
    assert name_key(name[:place] + unseen + name[place:]) == name_key(name)


@given(st.text(st.characters(codec="ascii")))
def test_ascii_names_differ_in_case_white_space_and_grave_accents_only(name: str) -> None:
    assert name_key(name) == " ".join(name.lower().replace("`", "'").split())


@given(NAMES)
def test_a_key_has_no_outer_blanks_and_nothing_invisible(name: str) -> None:
    key = name_key(name)
    assert key == key.strip()
    assert "  " not in key
    assert not any(is_invisible(character) for character in key)


def test_a_format_character_is_invisible_and_a_blank_is_not() -> None:
    assert all(is_invisible(one) for one in _characters() if category(one) == "Cf")
    assert not any(is_invisible(character) for character in " \u00a0\u3000\tA\u00e9-")
