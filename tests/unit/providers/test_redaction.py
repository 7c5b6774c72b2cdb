import pytest

from reconciler.providers.masking import Masking
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
        ("call 020 7946 0958 now", "call …58 now"),
        ("call +44 (0)20 7946 0958.", "call …58."),
        ("call 01 23 45 67 89", "call …89"),
        ("call 030/123456-78", "call …78"),
        ("call (030) 1234 5678", "call …78"),
        ("call 202\u2011555\u20110147", "call …47"),
        ("call 202\u00a0555\u00a00147", "call …47"),
        ("tel:+442079460958", "tel:…58"),
        ("to=%2B442079460958", "to=…58"),
        ("call 555-0147", "call …47"),
        ("cannot connect: 192.168.100.200", None),
        ("of 1234567 rows", None),
        ("on 2026-11-21 12:00", None),
    ],
)
def test_foreign_words_are_shown_without_secrets(text: str, safe: str | None) -> None:
    assert redacted(text, Masking(["abc"])) == (safe or text)


def test_foreign_words_are_cut() -> None:
    assert len(redacted("x" * 10_000)) == 200


@pytest.mark.parametrize("before", [0, 100, 152, 190, 199])
def test_a_credential_is_masked_before_the_text_is_cut(before: int) -> None:
    secret = "0p4que-" + "t0ken" * 9
    text = redacted("." * before + secret + " is old", Masking([secret]))
    assert "0p4que" not in text
    assert "t0ken" not in text


@pytest.mark.parametrize("before", range(3900, 4200, 7))
def test_no_part_of_a_credential_stands_where_the_reading_ends(before: int) -> None:
    secret = "0p4que-" + "t0ken" * 9
    repeated = f"{secret} " * (before // len(secret))
    text = redacted(repeated + "x" * (before - len(repeated)) + secret, Masking([secret]))
    assert "0p4que" not in text


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
