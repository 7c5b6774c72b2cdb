import pytest

from reconciler.providers.redaction import redacted, words
from reconciler.providers.wire import WireResponse


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("token abc refused", "token *** refused"),
        ("jwt eyJhbGciOi.eyJzdWIi.sig_na-ture is old", "jwt *** is old"),
        ("key cc_0123456789 is old", "key *** is old"),
        ("bad number +12025550123", "bad number …23"),
        ("cd-3aefda80-f98e-5f4f-ad41-928030000000 is Active", None),
        ("+1 202 555 0147 is invalid", "…47 is invalid"),
        ("call 202-555-0147", "call …47"),
        ("call (202) 555-0147.", "call …47."),
        ("contact_12025550147", "contact_…47"),
        ("auth: Bearer abc.def.ghi", "auth: Bearer ***"),
        ("apiKey=sk_live_1234567890", "apiKey=***"),
        ("at 2026-03-02T14:00:00.100Z", None),
        ("21 of 2026-11-21, 860 to 1240", None),
        ("red \x1b[31m", "red \\x1b[31m"),
    ],
)
def test_foreign_words_are_shown_without_secrets(text: str, safe: str | None) -> None:
    assert redacted(text, ("abc",)) == (safe or text)


def test_foreign_words_are_cut() -> None:
    assert len(redacted("x" * 10_000)) == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", ""),
        (b"Forbidden", "Forbidden"),
        (b" <!DOCTYPE html><p>secret</p>", "HTML instead of JSON"),
        (b"<html>", "HTML instead of JSON"),
    ],
)
def test_a_body_without_words_says_what_it_is(body: bytes, said: str) -> None:
    assert words(WireResponse(500, {}, body), None, "") == said
