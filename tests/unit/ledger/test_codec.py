import pytest

from reconciler.errors import LedgerFailed
from reconciler.ledger.codec import decode_intent, decode_lock, decode_record

BODY = (
    '{"target":"main","remote_id":"cd-1","name":"x","spec":{},"generation":1,"created":true,'
    '"assumed":[],"written_at":"2026-11-20T09:00:00Z"}'
)


def test_a_record_reads_back() -> None:
    record = decode_record("kore_sms_campaign.renewal", BODY)
    assert (str(record.address), record.remote_id) == ("kore_sms_campaign.renewal", "cd-1")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (BODY.replace('"created"', '"made"'), "made|created"),
        (BODY.replace('"generation":1', '"generation":"1"'), "generation"),
        (BODY.replace('"assumed"', '"extra":1,"assumed"'), "extra"),
        (BODY.replace("09:00:00Z", "09:00:00"), "written_at"),
        (BODY[:-10], "its start"),
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
