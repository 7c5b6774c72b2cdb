"""Turns ledger values into JSON text and back; a text that does not fit exactly is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
)

from reconciler.address import Address
from reconciler.errors import LedgerFailed
from reconciler.ledger.base import CachedRead, CachedReads, LockInfo
from reconciler.resources.base import RunState
from reconciler.resources.ledger_records import (
    Binding,
    CreatedNote,
    Intent,
    Moment,
    Record,
    SeenState,
    Tombstone,
)
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.writes import PlannedRequest
from reconciler.strict_json import parse_json


class LedgerRow(BaseModel):
    """An entry's body; the address of a record or an intent is its key and not in the body."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, from_attributes=True)


class _SeenRow(LedgerRow):
    state: RunState
    status: str
    run: str = ""
    sent: int | None = None
    execution: str = ""


class _RecordRow(LedgerRow):
    target: str
    remote_id: str
    name: str
    spec: dict[str, JsonValue]
    generation: int
    created: bool
    assumed: tuple[str, ...]
    references: Mapping[str, str] = {}
    protected: bool = False
    seen: _SeenRow | None = None
    overruled: Mapping[str, JsonValue] = {}
    accepted_twins: tuple[str, ...] = ()
    recorded_at: AwareDatetime | None = None
    written_at: AwareDatetime


class _MomentRow(LedgerRow):
    ours: AwareDatetime
    vendors: AwareDatetime | None = None


class _IntentRow(LedgerRow):
    generation: int
    target: str
    type: str
    channel: str
    name: str
    spec: dict[str, JsonValue]
    seen_ids: tuple[str, ...]
    run_id: str
    attempt: int
    created_at: AwareDatetime
    vendors_at: AwareDatetime | None = None
    marker: str = ""
    account: str = ""
    later: tuple[PlannedRequest, ...] = ()
    denied: str = ""
    first_look: _MomentRow | None = Field(default=None, exclude=True)
    """Of the first release; a sent mark does its work now."""


class _MarkRow(LedgerRow):
    key: tuple[str, str, str, str]
    first_at: AwareDatetime
    sent: _MomentRow
    environment: str
    address: str
    seen_ids: tuple[str, ...]


class _BindingRow(LedgerRow):
    target: str
    path: str
    name: str
    remote: str


class _TombstoneRow(LedgerRow):
    reason: str
    who: str
    created_at: AwareDatetime
    address: str = Field(default="", exclude_if=lambda text: not text)


class _NoteRow(LedgerRow):
    who: str
    host: str
    run_url: str
    reason: str
    at: AwareDatetime


class _LockRow(LedgerRow):
    id: str
    operation: str
    who: str
    host: str
    run_url: str
    created_at: AwareDatetime
    renewed_at: AwareDatetime
    process: Mapping[str, str]
    renewals: int
    waiting: str = ""


class _ReadsRow(LedgerRow):
    full_since: AwareDatetime | None
    reads: Mapping[str, CachedRead]


_RowT = TypeVar("_RowT", bound=LedgerRow)
_READS: TypeAdapter[_ReadsRow | dict[str, CachedRead]] = TypeAdapter(
    _ReadsRow | dict[str, CachedRead]
)
"""The first release wrote the readings alone."""


def encode_record(record: Record) -> str:
    """A record's body; its address is its key."""
    return _RecordRow.model_validate(record).model_dump_json()


def decode_record(key: str, body: str) -> Record:
    """The record of an address; raises LedgerFailed for anything else."""
    row = dict(read_row(_RecordRow, body, key))
    seen = row.pop("seen")
    state = SeenState(**dict(seen)) if seen is not None else None
    return Record(address=address_of(key, key), seen=state, **row)


def encode_intent(intent: Intent) -> str:
    """An intent's body; its address is its key."""
    return _IntentRow.model_validate(intent).model_dump_json()


def decode_intent(key: str, body: str) -> Intent:
    """The open intent of an address; raises LedgerFailed for anything else."""
    row = dict(read_row(_IntentRow, body, key))
    del row["first_look"]
    return Intent(address=address_of(key, key), **row)


def encode_mark(mark: SentMark) -> str:
    """A sent mark's body."""
    row = _MarkRow(
        key=mark.key,
        first_at=mark.first_at,
        sent=_MomentRow.model_validate(mark.sent),
        environment=mark.environment,
        address=str(mark.address),
        seen_ids=mark.seen_ids,
    )
    return row.model_dump_json()


def decode_mark(key: str, body: str) -> SentMark:
    """A sent mark; raises LedgerFailed for anything else."""
    row = read_row(_MarkRow, body, key)
    return SentMark(
        key=MarkKey(*row.key),
        first_at=row.first_at,
        sent=Moment(row.sent.ours, row.sent.vendors),
        environment=row.environment,
        address=address_of(row.address, key),
        seen_ids=row.seen_ids,
    )


def encode_binding(binding: Binding) -> str:
    """A binding's body."""
    return _BindingRow.model_validate(binding).model_dump_json()


def decode_binding(key: str, body: str) -> Binding:
    """A binding; raises LedgerFailed for anything else."""
    return Binding(**dict(read_row(_BindingRow, body, key)))


def encode_tombstone(tombstone: Tombstone) -> str:
    """A tombstone's body."""
    row = _TombstoneRow(
        reason=tombstone.reason,
        who=tombstone.who,
        created_at=tombstone.created_at,
        address="" if tombstone.address is None else str(tombstone.address),
    )
    return row.model_dump_json()


def decode_tombstone(key: str, body: str) -> Tombstone:
    """A tombstone; raises LedgerFailed for anything else."""
    row = read_row(_TombstoneRow, body, key)
    address = address_of(row.address, key) if row.address else None
    return Tombstone(row.reason, row.who, row.created_at, address)


def encode_note(note: CreatedNote) -> str:
    """The body of the note `created`."""
    return _NoteRow.model_validate(note).model_dump_json()


def decode_note(key: str, body: str) -> CreatedNote:
    """The note `created`; raises LedgerFailed for anything else."""
    return CreatedNote(**dict(read_row(_NoteRow, body, key)))


def encode_lock(info: LockInfo) -> str:
    """A lease's body."""
    return _LockRow.model_validate(info).model_dump_json()


def decode_lock(body: str) -> LockInfo:
    """A lease; raises LedgerFailed for anything else."""
    return LockInfo(**dict(read_row(_LockRow, body, "lease")))


def encode_reads(cached: CachedReads) -> bytes:
    """All cached readings of a target as one text, which reads ten times faster than rows."""
    return _ReadsRow.model_validate(cached).model_dump_json().encode()


def decode_reads(body: bytes) -> CachedReads:
    """Cached readings; empty for unreadable text, because a cache may be lost at any time."""
    try:
        parse_json(body)
        found = _READS.validate_json(body)
    except ValueError:
        return CachedReads()
    if isinstance(found, _ReadsRow):
        return CachedReads(found.reads, found.full_since)
    return CachedReads(found)


def utc_text(moment: datetime) -> str:
    """A moment in UTC with microseconds, sortable."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def address_of(text: str, key: str) -> Address:
    """The address in an entry; raises LedgerFailed if it is not an address."""
    try:
        return Address.parse(text)
    except ValueError:
        raise _unreadable(key) from None


def read_row(row: type[_RowT], body: str, key: str) -> _RowT:
    """An entry's body as a row; raises LedgerFailed if it does not fit exactly."""
    try:
        parse_json(body)  # pydantic accepts NaN, infinities, and duplicate keys
    except ValueError:
        raise _unreadable(f"{key} at its start") from None
    try:
        return row.model_validate_json(body)
    except ValidationError as problem:
        # The validation error itself would quote what is stored, so only the place is reported.
        where = ".".join(str(part) for part in problem.errors(include_input=False)[0]["loc"])
        raise _unreadable(f"{key} at {where or 'its start'}") from None


def _unreadable(where: str) -> LedgerFailed:
    return LedgerFailed(
        f"the ledger's entry {where} cannot be read",
        "The ledger was damaged or edited by hand. Restore it from a backup. Without a backup, "
        "move it away: campaigns are adopted again, but open intents are lost.",
    )
