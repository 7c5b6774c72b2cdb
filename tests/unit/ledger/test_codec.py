import pytest

from reconciler.errors import LedgerFailed
from reconciler.ledger.base import CachedRead, CachedReads
from reconciler.ledger.codec import (
    decode_intent,
    decode_lock,
    decode_reads,
    decode_record,
    encode_reads,
)
from tests.support.campaigns import NOW, live

BODY = (
    '{"target":"main","remote_id":"cd-1","name":"x","spec":{},"generation":1,"created":true,'
    '"assumed":[],"written_at":"2026-11-20T09:00:00Z"}'
)


def test_a_record_reads_back() -> None:
    record = decode_record("kore_sms_campaign.renewal", BODY)
    assert (str(record.address), record.remote_id) == ("kore_sms_campaign.renewal", "cd-1")


def test_the_run_state_of_a_first_release_does_not_tell_what_was_sent() -> None:
    body = BODY[:-1] + ',"seen":{"state":"draft","status":"Ready"}}'
    seen = decode_record("kore_sms_campaign.renewal", body).seen
    assert seen is not None
    assert (seen.sent, seen.execution) == (None, "")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (BODY.replace('"created"', '"made"'), "made|created"),
        (BODY.replace('"generation":1', '"generation":"1"'), "generation"),
        (BODY.replace('"assumed"', '"extra":1,"assumed"'), "extra"),
        (BODY.replace("09:00:00Z", "09:00:00"), "written_at"),
        (BODY[:-10], "its start"),
        (BODY.replace("{}", '{"priority":NaN}'), "its start"),
        (BODY.replace("{}", '{"priority":-Infinity}'), "its start"),
        (BODY.replace("{}", '{"priority":1e999}'), "its start"),
        (BODY.replace("{}", '{"name":"a","name":"b"}'), "its start"),
        (BODY.replace('"created":true', '"created":true,"created":false'), "its start"),
        (BODY.replace("{}", '{"a":' * 150 + "1" + "}" * 150), "its start"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(body: str, where: str) -> None:
    with pytest.raises(LedgerFailed, match=where):
        decode_record("kore_sms_campaign.renewal", body)


def test_stored_text_is_not_quoted_in_errors() -> None:
    with pytest.raises(LedgerFailed) as refused:
        decode_record("a.b", BODY.replace('"name":"x"', '"name":{"secret":"text"}'))
    assert "secret" not in str(refused.value.diagnostics)


def test_a_key_that_is_no_address_is_refused() -> None:
    with pytest.raises(LedgerFailed, match="nonsense"):
        decode_record("nonsense", BODY)


def test_a_list_is_none_of_ours() -> None:
    with pytest.raises(LedgerFailed):
        decode_intent("a.b", "[]")
    with pytest.raises(LedgerFailed):
        decode_lock("[]")


def test_cached_readings_read_back() -> None:
    reads = {"cd-1": CachedRead("m", live("cd-1", name="Été"), NOW)}
    for kept in (CachedReads(reads), CachedReads(reads, full_since=NOW)):
        assert decode_reads(encode_reads(kept)) == kept


@pytest.mark.parametrize("put", ["NaN", "Infinity", "1e999", '"a","name":"b"'])
def test_a_cache_that_is_not_strict_json_counts_as_empty(put: str) -> None:
    read = CachedRead("m", live("cd-1", name="SPRING"), NOW)
    text = encode_reads(CachedReads({"cd-1": read})).decode()
    changed = text.replace('"SPRING"', put, 1)
    assert changed != text
    assert decode_reads(changed.encode()) == CachedReads()
