"""Turns a target's counts of sent messages into JSON text and back."""

from collections.abc import Mapping

from pydantic import AwareDatetime

from reconciler.ledger.codec import LedgerRow, read_row
from reconciler.resources.ledger_records import SentCount


class _CountRow(LedgerRow):
    sent: int
    since: AwareDatetime
    grew: bool


class _CountsRow(LedgerRow):
    campaigns: Mapping[str, _CountRow]


def encode_counts(counts: Mapping[str, SentCount]) -> str:
    """The body of a target's counts."""
    rows = {remote_id: _CountRow.model_validate(counts[remote_id]) for remote_id in sorted(counts)}
    return _CountsRow(campaigns=rows).model_dump_json()


def decode_counts(key: str, body: str) -> Mapping[str, SentCount]:
    """A target's counts by remote id; raises LedgerFailed for anything else."""
    rows = read_row(_CountsRow, body, key).campaigns
    return {remote_id: SentCount(**dict(row)) for remote_id, row in rows.items()}
