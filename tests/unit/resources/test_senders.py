import pytest
from pydantic import JsonValue

from reconciler.resources.senders import normal_sender, same_sender, unusual_sender, wrong_caller


@pytest.mark.parametrize(
    "sender", ["+12025550123", "123", "73287300", "ACME", "Acme & Co", "A.C-M_E+1", "1a"]
)
def test_numbers_short_codes_and_sender_ids_are_usual(sender: str) -> None:
    assert unusual_sender(sender) == ""


@pytest.mark.parametrize(
    "sender", ["12", "123456789", "+0123", "Twelve chars", "", "-", "Ärzte", "12025550123", "A\n"]
)
def test_anything_else_is_not(sender: str) -> None:
    assert unusual_sender(sender)


@pytest.mark.parametrize(
    ("shown", "normal"),
    [
        ("+1 (202) 555-0123", "+12025550123"),
        ("+1\xa0202.555.0123", "+12025550123"),
        (12025550123, "12025550123"),
        ("732873", "732873"),
        ("73-28", "73-28"),
        ("1 2 3", "1 2 3"),
        ("Acme 24", "Acme 24"),
        (True, True),
        (None, None),
    ],
)
def test_separators_of_a_full_number_have_no_meaning(shown: JsonValue, normal: JsonValue) -> None:
    assert normal_sender(shown) == normal


@pytest.mark.parametrize(
    ("wanted", "shown", "same"),
    [
        ("+12025550123", "12025550123", True),
        ("12025550123", "+12025550123", True),
        ("+12025550123", "+12025550123", True),
        ("+12025550123", "2025550123", False),
        ("+12025550123", "+12025550124", False),
        ("732873", "+732873", False),
        ("ACME", "acme", False),
        ("+12025550123", None, False),
    ],
)
def test_a_full_number_may_lack_its_plus(
    wanted: JsonValue, shown: JsonValue, *, same: bool
) -> None:
    assert same_sender(wanted, shown) is same


def test_a_caller_has_a_full_number() -> None:
    assert wrong_caller("+12025550123") == ""
    assert "E.164" in wrong_caller("732873")
