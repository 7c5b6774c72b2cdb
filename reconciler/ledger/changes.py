"""Turns each write of the port into changes of an environment's entries, alike for every store.

An entry is a text under a family and a key. Knows no store, no lease and no transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypedDict

from reconciler.address import Address
from reconciler.errors import LeaseLost, LedgerFailed
from reconciler.ledger import codec
from reconciler.ledger.base import Opening
from reconciler.ledger.count_codec import decode_counts, encode_counts
from reconciler.ledger.receipt_codec import encode_receipt
from reconciler.ledger.receipt_parts import part_keys, unfinished
from reconciler.resources.ledger_records import Binding, CreatedNote, Intent, Record, SentCount
from reconciler.resources.receipt import Receipt
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.tree import canonical_json

_RECORD, _INTENT, _BINDING, _MARK = "record", "intent", "binding", "sent-mark"
_NOTE, _CREATED, _APPLIED = "note", "created", "applied"
_COUNTS = "sent-counts"
PART = "receipt-part"


class Keyed(Protocol):
    """Entries inside one change, which is made completely or not at all."""

    def get(self, family: str, key: str) -> str | None:
        """An entry's body."""

    def put(self, family: str, key: str, body: str) -> None:
        """Write an entry, or replace it."""

    def remove(self, family: str, key: str) -> None:
        """Delete an entry if it is there."""


class ViewParts(TypedDict):
    """The part of a view that is read from entries."""

    records: Mapping[Address, Record]
    intents: Mapping[Address, Intent]
    bindings: tuple[Binding, ...]
    counts: Mapping[str, Mapping[str, SentCount]]
    created: CreatedNote | None
    applied: bool
    unfinished: tuple[Receipt, ...]


def open_intent(entries: Keyed, intent: Intent) -> bool:
    """Record an intent; False when one is open, or when its generation was already created."""
    key = str(intent.address)
    if entries.get(_INTENT, key) is not None:
        return False
    written = entries.get(_RECORD, key)
    if written and codec.decode_record(key, written).generation >= intent.generation:
        return False
    write_intent(entries, intent)
    return True


def open_create(entries: Keyed, marks: Keyed, opening: Opening) -> bool:
    """Record an intent and its mark; False when the intent or another mark stands in the way."""
    if read_mark(marks, opening.mark.key) != opening.before:
        return False
    if not open_intent(entries, opening.intent):
        return False
    write_mark(marks, opening.mark)
    write_part(entries, opening.part)
    return True


def write_intent(entries: Keyed, intent: Intent) -> None:
    """Write or replace an intent; raises LedgerFailed unless it then reads back.

    A create must never be sent if the store only appeared to accept its intent.
    """
    key, body = str(intent.address), codec.encode_intent(intent)
    entries.put(_INTENT, key, body)
    if entries.get(_INTENT, key) != body:
        raise LedgerFailed(
            f"the ledger did not store what was written for {key}",
            "Something is changing the ledger's entries as they are written. Nothing more is sent.",
        )


def require_open(entries: Keyed, intent: Intent) -> None:
    """Raise LeaseLost unless an intent is open, exactly as it was written."""
    if entries.get(_INTENT, str(intent.address)) != codec.encode_intent(intent):
        raise LeaseLost(
            f"the ledger no longer has the intent to create {intent.address}",
            "Another run settled it, or the ledger was replaced. Nothing more is sent; plan again.",
        )


def close_intent(
    entries: Keyed, intent: Intent, *, record: Record | None, bindings: Sequence[Binding]
) -> None:
    """Remove an intent and write what it led to."""
    entries.remove(_INTENT, str(intent.address))
    if record is not None:
        write_records(entries, (record,), bindings)


def read_mark(entries: Keyed, key: MarkKey) -> SentMark | None:
    """The sent mark of a name."""
    body = entries.get(_MARK, key.digest)
    return None if body is None else codec.decode_mark(key.digest, body)


def write_mark(entries: Keyed, mark: SentMark) -> None:
    """Write a name's mark in place of the one before."""
    entries.put(_MARK, mark.key.digest, codec.encode_mark(mark))


def take_back_mark(entries: Keyed, mark: SentMark, before: SentMark | None) -> None:
    """Put back what was there before `mark`, unless another mark is there already."""
    if read_mark(entries, mark.key) != mark:
        return
    if before is None:
        entries.remove(_MARK, mark.key.digest)
    else:
        write_mark(entries, before)


def write_records(entries: Keyed, records: Iterable[Record], bindings: Iterable[Binding]) -> None:
    """Write records and the names learnt with them."""
    for record in records:
        entries.put(_RECORD, str(record.address), codec.encode_record(record))
    for binding in bindings:
        key = canonical_json([binding.target, binding.path, binding.name])
        entries.put(_BINDING, key, codec.encode_binding(binding))


def drop_record(entries: Keyed, address: Address) -> None:
    """Remove a record."""
    entries.remove(_RECORD, str(address))


def write_counts(entries: Keyed, target: str, counts: Mapping[str, SentCount]) -> None:
    """Write a target's counts of sent messages in place of those before."""
    entries.put(_COUNTS, target, encode_counts(counts))


def write_part(entries: Keyed, part: Receipt | None) -> None:
    """Write a part of a run's receipt, in place of an earlier one about the same campaign."""
    if part is None:
        return
    (key,) = part_keys(part)
    entries.put(PART, key, encode_receipt(part))
    if part.shows_history and entries.get(_NOTE, _APPLIED) is None:
        entries.put(_NOTE, _APPLIED, canonical_json(part.finished_at))


def drop_parts(entries: Keyed, receipts: Iterable[Receipt]) -> None:
    """Remove the parts of runs whose receipts are kept."""
    for receipt in receipts:
        for key in part_keys(receipt):
            entries.remove(PART, key)


def write_note(entries: Keyed, note: CreatedNote) -> bool:
    """Write the note that opens an environment; False when it has one."""
    if entries.get(_NOTE, _CREATED) is not None:
        return False
    entries.put(_NOTE, _CREATED, codec.encode_note(note))
    return True


def read_known(rows: Iterable[tuple[str, str, str]]) -> ViewParts:
    """The records, intents, bindings and the note in an environment's (family, key, body) rows."""
    families: dict[str, list[tuple[str, str]]] = {}
    for family, key, body in rows:
        families.setdefault(family, []).append((key, body))
    records = [codec.decode_record(*row) for row in families.get(_RECORD, ())]
    intents = [codec.decode_intent(*row) for row in families.get(_INTENT, ())]
    notes = dict(families.get(_NOTE, ()))
    return ViewParts(
        records={record.address: record for record in records},
        intents={intent.address: intent for intent in intents},
        bindings=tuple(codec.decode_binding(*row) for row in families.get(_BINDING, ())),
        counts={key: decode_counts(key, body) for key, body in families.get(_COUNTS, ())},
        created=codec.decode_note(_CREATED, notes[_CREATED]) if _CREATED in notes else None,
        applied=_APPLIED in notes,
        unfinished=unfinished(families.get(PART, ())),
    )


def lease_lost(environment: str) -> LeaseLost:
    """The error of a write without the lease."""
    return LeaseLost(
        f"the lease of environment {environment} is no longer held by this run",
        "Another run took it, or it was released by hand. Nothing more is sent; plan again.",
    )
