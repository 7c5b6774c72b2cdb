"""Which strings are base64 of a text, and which are a text."""

import base64
import textwrap
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.resources.kore import KORE_SMS
from reconciler.resources.message_text import decoded, encodings, same_text

SPECIAL = {
    "no-break space": "Prix réduit de 10\xa0% jusqu'à vendredi",
    "narrow no-break space": "Prix réduit de 10\u202f% jusqu'à vendredi",
    "zero-width joiner": "Join us \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right-to-left mark": "\u200fמבצע, reply STOP",
    "embedding": "\u202bמבצע\u202c",
    "soft hyphen": "Vertrags\xadverlängerung",
    "byte order mark": "\ufeffHello there",
    "private use": "Call \ue000 now",
    "unassigned": "New \U0001faf9\U000e0fff",
    "line separator": "one\u2028two\u2029three",
}
# Without padding and shorter than 8 characters, it cannot be distinguished from a word.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
WRAPPED = st.sampled_from([16, 20, 60, 64, 76])


def base64_of(text: str, codec: str = "utf-8") -> str:
    return base64.b64encode(text.encode(codec)).decode("ascii")


@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL)
def test_a_text_is_decoded_whatever_its_characters(text: str) -> None:
    assert [decoded(form) for form in encodings(text)] == [None, text, text]


@given(TEXTS)
def test_any_text_is_decoded_from_every_form_that_the_vendor_shows(text: str) -> None:
    _, encoded, percent = encodings(text)
    assume(len(encoded) >= 8 or encoded.endswith("="))
    assert decoded(encoded) == decoded(percent) == text


@given(TEXTS, WRAPPED, st.sampled_from(["\n", "\r\n", " ", "\n      "]))
def test_wrapped_base64_is_decoded(text: str, width: int, between: str) -> None:
    encoded = base64_of(text)
    assume(len(encoded) >= 16)
    assert decoded(f"{between.join(textwrap.wrap(encoded, width))}\n") == text


@given(TEXTS, st.integers(0, 3))
def test_base64_without_padding_and_percent_encoded_several_times_is_decoded(
    text: str, times: int
) -> None:
    encoded = base64_of(text).rstrip("=")
    assume(len(encoded) >= 8)
    for _ in range(times):
        encoded = quote(encoded, safe="")
    assert decoded(encoded) == text


@given(TEXTS)
def test_both_alphabets_of_base64_are_decoded(text: str) -> None:
    encoded = base64.urlsafe_b64encode(text.encode()).decode("ascii")
    assume(len(encoded) >= 8)
    assert decoded(encoded) == text


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("text", [SPECIAL["no-break space"], "Grüße, bis morgen!"])
def test_other_encodings_inside_base64_are_decoded(text: str, codec: str) -> None:
    assert decoded(base64_of(text, codec)) == text


def test_another_script_in_utf_16_is_decoded() -> None:
    text = "नमस्ते, आपका प्लान"
    assert decoded(base64_of(text, "utf-16-le")) == decoded(base64_of(text, "utf-16-be")) == text


def test_a_long_text_with_a_control_character_is_decoded() -> None:
    text = "Your plan renews soon.\x0bReply STOP to opt out."
    assert decoded(base64_of(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("YES", "Hi", "Welcome!", "Congratulations", "Reply STOP to opt out", "ab==", "1+1="),
        *("see you soon", "Call me back tomorrow", "well-known", "555-0123", "100%", "50%20off"),
        "Bitte\num\nRückruf",
        "Hello there we miss you come back and visit us this weekend",
    ],
)
def test_what_people_write_is_no_base64(text: str) -> None:
    assert decoded(text) is None


@given(st.text(min_size=1), st.booleans())
def test_a_reading_is_the_same_text_in_every_form(text: str, percent: bool) -> None:
    assume(not any("\ud800" <= character <= "\udfff" for character in text))
    assert same_text(text, encodings(text)[2 if percent else 1])
    assert not same_text(f"{text}.", encodings(text)[1])


@pytest.mark.parametrize("text", ["Hi!", "%41", "\u2066", "OK\n", "5 %"])
def test_three_bytes_are_decoded_without_any_padding(text: str) -> None:
    assert decoded(base64_of(text)) == text


def test_a_text_that_was_encoded_twice_is_not_the_text() -> None:
    """People would read base64: that is a difference, and the encoded text is shown."""
    row = KORE_SMS.field("message.message")
    assert row is not None
    once = base64_of("Your plan renews soon.")
    assert not row.equal("Your plan renews soon.", base64_of(once))
    assert row.readable(base64_of(once)) == once
