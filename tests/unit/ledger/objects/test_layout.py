import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.errors import LedgerFailed
from reconciler.ledger.objects.layout import (
    Layout,
    Snapshot,
    UsedPlan,
    dated,
    decode_object,
    encode_object,
)

KEY = "prod/snapshot"
SNAPSHOT = Snapshot(generation=2, lineage="l", serial=7, entries=(("record", "a.b", '{"x": "✓"}'),))
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_content_reads_back() -> None:
    assert decode_object(Snapshot, KEY, encode_object(KEY, SNAPSHOT)) == SNAPSHOT


@pytest.mark.parametrize("length", range(0, len(encode_object(KEY, SNAPSHOT)), 7))
def test_a_shortened_object_is_refused(length: int) -> None:
    with pytest.raises(LedgerFailed, match=KEY):
        decode_object(Snapshot, KEY, encode_object(KEY, SNAPSHOT)[:length])


@pytest.mark.parametrize("place", range(0, len(encode_object(KEY, SNAPSHOT)), 5))
def test_an_object_with_another_byte_is_refused(place: int) -> None:
    content = bytearray(encode_object(KEY, SNAPSHOT))
    content[place] ^= 1
    with pytest.raises(LedgerFailed):
        decode_object(Snapshot, KEY, bytes(content))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "was not written by this program"),
        (b"apiVersion: reconciler/v1\n", "was not written by this program"),
        (b"reconciler-ledger 3 other-seal\n\x00\xff", "has format 3, and this version reads"),
        (encode_object("staging/snapshot", SNAPSHOT), "does not match its seal"),
        (
            encode_object(KEY, UsedPlan(plan_id="p", lock_id="l", used_at="now", id="i")),
            "does not match its key",
        ),
    ],
)
def test_what_is_foreign_newer_moved_or_something_else_is_refused(
    content: bytes, reason: str
) -> None:
    with pytest.raises(LedgerFailed, match=reason):
        decode_object(Snapshot, KEY, content)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"serial":7', b'"serial":7,"serial":8', "does not match its key"),
        (b'"serial":7', b'"serial":NaN', "does not match its key"),
        (b'"lineage":"l"', b'"lineage":"\xff"', "is not UTF-8"),
    ],
)
def test_a_neighbour_who_knows_how_to_seal_is_read_as_strictly(
    old: bytes, new: bytes, reason: str
) -> None:
    body = SNAPSHOT.model_dump_json().encode().replace(old, new)
    digest = hashlib.sha256(KEY.encode() + b"\n" + body).hexdigest().encode()
    with pytest.raises(LedgerFailed, match=reason):
        decode_object(Snapshot, KEY, b"reconciler-ledger 2 %s\n%s" % (digest, body))


def test_stored_text_is_not_quoted_in_errors() -> None:
    with pytest.raises(LedgerFailed) as refused:
        decode_object(UsedPlan, KEY, encode_object(KEY, SNAPSHOT))
    assert "a.b" not in str(refused.value.diagnostics)


def test_no_two_environments_share_a_key() -> None:
    names = ["prod", "Prod", "..", ".", "a/b", "a=2fb", "a b", "é", "e", "a/../b"]
    keys = [Layout(name).lease for name in names]
    assert len(set(keys)) == len(names)
    assert all(key.count("/") == 1 and "." not in key for key in keys)


def test_dated_keys_sort_by_time_then_by_number() -> None:
    keys = [
        dated("f", NOW, number=9, id_="z"),
        dated("f", NOW, number=10, id_="a"),
        dated("f", NOW + timedelta(microseconds=1), number=0, id_="a"),
        dated("f", NOW.astimezone() + timedelta(days=30), number=0, id_="a"),
    ]
    assert keys == sorted(keys)
    assert keys[0] == "f/20261120090000000000-0009-z"
