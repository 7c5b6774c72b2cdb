import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.providers.masking import KnownSecrets, Masking
from reconciler.resources.tree import Tree

SECRET = 'k3y/with+oDD="chars" and <spaces> & 50% \'more_0123456789'  # noqa: S105
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=16)


def escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def forms(secret: str, around: bytes = b"") -> list[str]:
    """The forms in which a vendor may repeat a secret, also together with other bytes."""
    data = around + secret.encode() + around
    return [
        secret,
        escaped(secret),
        escaped(escaped(secret)),
        escaped(secret).replace("/", "\\/"),
        quote(secret),
        quote(secret, safe=""),
        quote(quote(secret, safe="")),
        quote_plus(secret),
        "".join(f"%{byte:02x}" for byte in secret.encode()),
        html.escape(secret),
        html.escape(secret).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
        escaped(secret).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"),
        secret.lower(),
        secret.upper(),
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
        data.hex(),
        data.hex().upper(),
    ]


def shown_of(secret: str, text: str) -> int:
    """The longest part of a form of the secret that a text still has."""
    longest = 0
    for form in forms(secret):
        for start in range(len(form)):
            while form[start : start + longest + 1] in text and start + longest < len(form):
                longest += 1
    return longest


@pytest.mark.parametrize("around", [b"", b"a", b"ab", b"user:"])
def test_a_credential_is_masked_in_every_form(around: bytes) -> None:
    for form in forms(SECRET, around):
        text = Masking([SECRET]).text(f"the key {form} is old")
        assert "***" in text
        assert shown_of(SECRET, text) < 8, text


@given(PRINTABLE, st.binary(max_size=5))
def test_no_form_of_any_credential_is_left(secret: str, around: bytes) -> None:
    for form in forms(secret, around):
        assert secret not in Masking([secret]).text(form)
        assert shown_of(secret, Masking([secret]).text(form)) < 16


@pytest.mark.parametrize("cut", [16, 17, 30, len(SECRET) - 1])
def test_a_part_of_a_credential_is_masked(cut: int) -> None:
    for form in forms(SECRET):
        assert Masking([SECRET]).text(f"key {form[:cut]}") == "key ***"
        assert "***" in Masking([SECRET]).text(f"key {form[-cut:]}")


def test_a_body_loses_its_credentials_in_values_and_keys() -> None:
    for form in forms(SECRET):
        body: Tree = {"name": f"<{form}>", form: [1, {"deep": [form]}], "other": "é"}
        assert Masking([SECRET]).tree(body) == {
            "name": "<***>",
            "***": [1, {"deep": ["***"]}],
            "other": "é",
        }


def test_a_body_keeps_common_words() -> None:
    body: Tree = {"name": "password", "status": "simulated"}
    assert Masking(["name", "password", "d"]).tree(body) == body


def test_the_longest_credential_is_masked_first() -> None:
    assert Masking(["abc", "abcdef"]).text("abcdef abc") == "*** ***"


def test_without_a_credential_nothing_changes() -> None:
    assert Masking().text("text") == "text"
    assert Masking([""]).tree({"a": "text"}) == {"a": "text"}


def test_a_credential_is_masked_in_what_another_target_is_told() -> None:
    known = KnownSecrets()
    known.masking("care", (SECRET,))
    for form in forms(SECRET):
        assert known.masking("retention", ("a-token-of-kore",)).tree({"name": form}) == {
            "name": "***"
        }


def test_of_each_target_the_secrets_of_its_latest_request_are_known() -> None:
    known = KnownSecrets()
    for number in range(3):
        known.masking("retention", (f"signed-token-number-{number}", "client-secret-of-kore"))
    masking = known.masking("care", ())
    assert masking.text("signed-token-number-2, client-secret-of-kore") == "***, ***"
    assert masking.text("signed-token-numbe, 1") == "***, 1"
