import pytest

from reconciler.address import Address
from reconciler.resources.marker import append, has_room, split, token_of

ADDRESS = Address("kore_sms_campaign", "renewal")


@pytest.mark.parametrize("text", ["Sends a link.", "", "two  spaces ", "[rc-zz]", "a\nb", "ünï"])
def test_a_mark_that_was_appended_is_split_off_again(text: str) -> None:
    assert split(append(text, "0123abcd")) == (text, "0123abcd")


@pytest.mark.parametrize("text", ["", "plain", "[rc-0123abc]", "[rc-0123abcd] and more", "[RC-x]"])
def test_what_is_no_mark_stays(text: str) -> None:
    assert split(text) == (text, "")


def test_no_description_is_an_empty_one() -> None:
    assert append(None, "0123abcd") == "[rc-0123abcd]"
    assert split(None) == ("", "")


def test_a_mark_never_makes_a_description_too_long() -> None:
    assert has_room("x" * 242, "0123abcd")
    assert not has_room("x" * 243, "0123abcd")
    assert not has_room("ü" * 122, "0123abcd")


def test_a_mark_belongs_to_ledger_address_and_generation() -> None:
    marks = {
        token_of("a", ADDRESS, 1),
        token_of("b", ADDRESS, 1),
        token_of("a", ADDRESS, 2),
        token_of("a", Address("kore_sms_campaign", "other"), 1),
    }
    assert len(marks) == 4
    assert token_of("a", ADDRESS, 1) == token_of("a", ADDRESS, 1)
