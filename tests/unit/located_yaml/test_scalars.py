import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from reconciler.located_yaml.scalars import resolve_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("0123", 123),
        ("-7", -7),
        ("+919876543210", 919876543210),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.10", 1.1),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12345678901234567890", 12345678901234567890),
    ],
)
def test_numbers_and_words_have_their_yaml_1_2_values(text: str, value: object) -> None:
    found = resolve_scalar(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "on", "No", "09:00", "9:00 AM", "2026-03-01", "1_000", "0b11", ".inf", ".nan"),
        *("1e999", "=", "<<", "nulL", "1.2.3", "-", "+", ".", "٣", "9" * 5000),
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert resolve_scalar(text) == text


@given(st.from_regex(r"[-+.~0-9a-zA-Z_:]{0,12}", fullmatch=True))
def test_what_ruamel_would_write_unquoted_as_text_stays_text(text: str) -> None:
    resolver = VersionedResolver()
    from_ruamel = str(resolver.resolve(ScalarNode, text, (True, False)))
    if from_ruamel == "tag:yaml.org,2002:str":
        assert resolve_scalar(text) == text
