import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.safe_text import is_safe, safe_json, safe_lines, safe_text
from tests.support.payloads import PAYLOADS, require_harmless

HOSTILE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_nothing_that_moves_a_cursor_gets_through(text: str) -> None:
    shown = safe_text(text)
    assert not {unicodedata.category(character) for character in shown} & HOSTILE
    assert len(shown) <= 1200


@given(st.text("#[:vso \n\u0430a", max_size=12))
def test_no_command_to_a_runner_gets_through(text: str) -> None:
    require_harmless(safe_text(text))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_gets_through(payload: str) -> None:
    for text in (payload, f" {payload}", f"x{payload}", payload * 3):
        require_harmless(safe_text(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\u202eevil\n", "\\x1b[2J\\u202eevil\\n"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("a ::error::x", "a ::error::x"),
        ("##[error]x", "#\\x23[error]x"),
        ("x ##vso[task.x]", "x #\\x23vso[task.x]"),
        ("###[x]", "##\\x23[x]"),
        ("## Title [1]", "## Title [1]"),
        ("a\u3164b", "a\\u3164b"),
        ("a\u2800", "a\\u2800"),
    ],
)
def test_what_would_be_obeyed_or_unseen_is_visible(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("P\u0430ypal", "P\\u0430ypal"),
        ("\u0410\u0412\u0421", "\\u0410\\u0412\\u0421"),
        ("buy \u0441\u043e\u0441\u0430 now", "buy \\u0441\\u043e\\u0441\\u0430 now"),
        ("\u03a1ay \u039cay", "\\u03a1ay \\u039cay"),
        ("\u212aore", "\\u212aore"),
        ("\U0001d40aore", "\\U0001d40aore"),
        ("s\u0251le", "s\\u0251le"),
    ],
)
def test_letters_that_look_like_others_are_marked(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Grüße — 你好",
        "Скидка с 5 мая на iPhone",  # noqa: RUF001
        "Καλημέρα, SMS",
        "Բարև",
        "今すぐ配信",
        "Tシャツ",
        "❤\ufe0f 2ª m²",
        "naïve café Œuvre İstanbul \u0131\u015f\u0131k",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert safe_text(text) == text


def test_long_text_is_cut() -> None:
    assert safe_text("a" * 500) == "a" * 199 + "…"


@given(st.text(max_size=50))
def test_unsafe_text_is_never_printed_as_it_is(text: str) -> None:
    assert is_safe(safe_text(text))
    assert is_safe(text) or safe_text(text) != text


def test_lines_of_our_own_stay_lines() -> None:
    assert safe_lines("one\n::two::\n\x1b") == "one\n\\x3a:two::\n\\x1b"


@given(st.lists(st.text("#[v")))
def test_json_without_commands_means_the_same(value: list[str]) -> None:
    text = safe_json(json.dumps(value))
    assert "##" not in text
    assert json.loads(text) == value
