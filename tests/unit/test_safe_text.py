import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from reconciler.safe_text import is_safe, safe_text

HOSTILE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_nothing_that_moves_a_cursor_gets_through(text: str) -> None:
    shown = safe_text(text)
    assert not {unicodedata.category(character) for character in shown} & HOSTILE
    assert len(shown) <= 1200


def test_escapes_stay_visible() -> None:
    assert safe_text("\x1b[2J\u202eevil\n") == "\\x1b[2J\\u202eevil\\n"


def test_ordinary_text_is_left_alone() -> None:
    assert safe_text("Grüße — 你好") == "Grüße — 你好"


def test_long_text_is_cut() -> None:
    assert safe_text("a" * 500) == "a" * 199 + "…"


@given(st.text(max_size=50))
def test_text_is_safe_when_printing_it_changes_nothing(text: str) -> None:
    assert is_safe(text) is (safe_text(text) == text)
