"""Turns notes that may be lost into JSON text and back: about listings, and about drift.

Unreadable notes count as lost.
"""

from collections.abc import Mapping

from pydantic import AwareDatetime, Field

from reconciler.ledger.codec import LedgerRow
from reconciler.resources.drift_notes import DriftNotes, Finding, KnownFinding
from reconciler.resources.page_notes import LearnedSize, PageNotes
from reconciler.strict_json import parse_json


class _SizeRow(LedgerRow):
    size: int = Field(ge=1, le=1000)
    trials: int = Field(ge=0)
    learned_at: AwareDatetime


class _KnownRow(LedgerRow):
    finding: Finding
    since: AwareDatetime


class _DriftRow(LedgerRow):
    known: Mapping[str, _KnownRow]


class _NotesRow(LedgerRow):
    sizes: Mapping[str, _SizeRow]
    rows: Mapping[str, Mapping[str, int]]


def encode_page_notes(notes: PageNotes) -> bytes:
    """The notes of an environment as one text."""
    return _NotesRow.model_validate(notes).model_dump_json().encode()


def decode_page_notes(body: bytes) -> PageNotes:
    """The notes; empty for unreadable text, because they may be lost at any time."""
    try:
        parse_json(body)
        found = _NotesRow.model_validate_json(body)
    except ValueError:
        return PageNotes()
    sizes = {key: LearnedSize(**dict(row)) for key, row in found.sizes.items()}
    return PageNotes(sizes=sizes, rows=found.rows)


def encode_drift_notes(notes: DriftNotes) -> bytes:
    """What drift runs have told, as one text."""
    return _DriftRow.model_validate({"known": dict(notes)}).model_dump_json().encode()


def decode_drift_notes(body: bytes) -> DriftNotes:
    """What drift runs have told; empty for unreadable text."""
    try:
        parse_json(body)
        found = _DriftRow.model_validate_json(body)
    except ValueError:
        return {}
    return {row.finding.key: KnownFinding(row.finding, row.since) for row in found.known.values()}
