"""A receipt reads back complete, whoever wrote it; an invalid one is refused."""

import json
from dataclasses import replace

import pytest

from reconciler.errors import LedgerFailed
from reconciler.ledger.receipt_codec import decode_receipt, encode_receipt, receipt_tree
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import OFF
from tests.support.ledgers import ADDRESS, RECEIPT

ENTRY: dict[str, object] = {
    "address": "kore_sms_campaign.renewal",
    "target": "main",
    "action": "start",
    "outcome": "unknown",
    "remote_id": None,
    "codes": [],
}
BODY: dict[str, object] = {
    "environment": "prod",
    "operation": "start",
    "who": "ada",
    "host": "desk",
    "run_url": "",
    "started_at": "2026-11-20T09:00:00Z",
    "finished_at": "2026-11-20T09:00:00Z",
    "reason": "",
    "outcomes": [ENTRY],
}


def text(**changes: object) -> str:
    return json.dumps({**BODY, **changes}, separators=(",", ":"), ensure_ascii=False)


def with_entry(**changes: object) -> str:
    return text(outcomes=[{**ENTRY, **changes}])


def test_a_receipt_reads_back() -> None:
    assert decode_receipt("1", encode_receipt(RECEIPT)) == RECEIPT


def test_an_entry_has_values_not_texts() -> None:
    (entry,) = decode_receipt("1", with_entry(schedule="off")).outcomes
    assert (entry.address, entry.outcome, entry.schedule) == (ADDRESS, Outcome.UNKNOWN, OFF)


DAYS = {"from": "2027-04-01T09:00:00Z", "until": "2027-04-30T18:00:00Z"}


@pytest.mark.parametrize(
    "body",
    [
        text(),
        text(outcomes=[]),
        text(note={"of": ["a", "newer", "version ✓", 1.5, None]}),
        with_entry(attempt="1", schedule={"daily": 2, **DAYS}),
        with_entry(attempt="1", schedule={"weekly": 1, "days": ["MO"], **DAYS}),
        with_entry(attempt="1", schedule="off", status="Running", newer={"more": [1]}),
        with_entry(more={"more": 1}, name="x"),
    ],
)
def test_a_stored_document_is_printed_unchanged(body: str) -> None:
    receipt = decode_receipt("1", body)
    assert encode_receipt(receipt) == body
    assert json.dumps(receipt_tree(receipt)) == json.dumps(json.loads(body))


def test_what_nobody_knows_is_kept_when_the_rest_changes() -> None:
    receipt = decode_receipt("1", text(newer=1))
    assert json.loads(encode_receipt(replace(receipt, outcomes=())))["newer"] == 1


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        text()[:-1],
        text(outcomes={}),
        text(who=1),
        text(finished_at=""),
        text(finished_at="2026-11-20T09:00:00"),
        text(started_at="perhaps"),
        json.dumps({key: value for key, value in BODY.items() if key != "who"}),
        with_entry(address="renewal"),
        with_entry(outcome="perhaps"),
        with_entry(codes="about-to-leave"),
        with_entry(attempt=1),
        with_entry(schedule="on"),
        with_entry(schedule={"weekly": 1, "days": [], **DAYS}),
        with_entry(schedule={"daily": 1, "days": ["MO"], **DAYS}),
        with_entry(schedule={"daily": 1, **DAYS, "until": "2027-04-30T18:00:00"}),
    ],
)
def test_what_does_not_fit_is_refused_and_not_quoted(body: str) -> None:
    with pytest.raises(LedgerFailed, match="receipt 7") as refused:
        decode_receipt("receipt 7", body)
    assert "perhaps" not in str(refused.value.diagnostics)
