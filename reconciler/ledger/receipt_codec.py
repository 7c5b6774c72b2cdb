"""Turns receipts into JSON text and back; keys that this version does not know are preserved.

Keys have a fixed order and None is omitted, so a stored receipt is printed exactly as stored.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, JsonValue, PlainSerializer

from reconciler.clock import timestamp
from reconciler.ledger.codec import LedgerRow, address_of, read_row
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Recurrence

_T = TypeVar("_T")


def _is_none(value: object) -> bool:
    return value is None


def _of_a_moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("not a moment")
    return text


_MomentText = Annotated[str, AfterValidator(_of_a_moment)]
_Moment = Annotated[AwareDatetime, PlainSerializer(timestamp)]
_Optional = Annotated[_T | None, Field(default=None, exclude_if=_is_none)]


class _OpenRow(LedgerRow):
    """A row whose unknown keys are preserved, after the known ones."""

    model_config = ConfigDict(extra="allow")


class _DailyRow(LedgerRow):
    daily: int
    start: _Moment = Field(alias="from")
    end: _Moment = Field(alias="until")


class _WeeklyRow(LedgerRow):
    weekly: int
    days: tuple[str, ...] = Field(min_length=1)
    start: _Moment = Field(alias="from")
    end: _Moment = Field(alias="until")


_ScheduleRow = _DailyRow | _WeeklyRow | Literal["off"] | None


class _EntryRow(_OpenRow):
    address: str
    target: str
    action: str
    outcome: Outcome
    remote_id: str | None
    bodies_sha256: _Optional[tuple[str, ...]]
    codes: tuple[str, ...]
    elapsed: _Optional[float]
    attempt: _Optional[str]
    schedule: _Optional[_ScheduleRow]
    status: _Optional[str]
    channel: _Optional[str]
    lists: _Optional[tuple[str, ...]]
    records: _Optional[int]


class _ReceiptRow(_OpenRow):
    run_id: _Optional[str]
    plan_id: _Optional[str]
    plan_sha256: _Optional[str]
    commit: _Optional[str]
    environment: str
    operation: str
    who: str
    host: str
    run_url: str
    started_at: _MomentText
    finished_at: _MomentText
    gates: _Optional[Mapping[str, str]]
    reason: _Optional[str]
    lock: _Optional[Mapping[str, JsonValue]]
    outcomes: tuple[_EntryRow, ...]


def encode_receipt(receipt: Receipt) -> str:
    """A receipt's body."""
    return _receipt_row(receipt).model_dump_json(by_alias=True)


def receipt_tree(receipt: Receipt) -> Tree:
    """The tree of a receipt's body, as `history --json` prints it."""
    return _receipt_row(receipt).model_dump(mode="json", by_alias=True)


def decode_receipt(key: str, body: str) -> Receipt:
    """A receipt; raises LedgerFailed for anything else."""
    row = read_row(_ReceiptRow, body, key)
    entries = tuple(_entry(entry, key) for entry in row.outcomes)
    return Receipt(**_values(row) | {"outcomes": entries})


def _entry(row: _EntryRow, key: str) -> ReceiptEntry:
    address = address_of(row.address, key)
    return ReceiptEntry(**_values(row) | {"address": address, "schedule": _schedule(row.schedule)})


def _schedule(row: _ScheduleRow) -> Recurrence | Literal["off"] | None:
    match row:
        case _DailyRow():
            return Recurrence(every=row.daily, start=row.start, end=row.end)
        case _WeeklyRow():
            return Recurrence(every=row.weekly, days=row.days, start=row.start, end=row.end)
        case _:
            return row


def _values(row: _OpenRow) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in type(row).model_fields}
    return known | {"more": row.model_extra or {}}


def _receipt_row(receipt: Receipt) -> _ReceiptRow:
    entries = tuple(_entry_row(entry) for entry in receipt.outcomes)
    return _ReceiptRow.model_validate(_keys(receipt) | {"outcomes": entries})


def _entry_row(entry: ReceiptEntry) -> _EntryRow:
    address, schedule = str(entry.address), _schedule_row(entry.schedule)
    return _EntryRow.model_validate(_keys(entry) | {"address": address, "schedule": schedule})


def _schedule_row(schedule: Recurrence | Literal["off"] | None) -> _ScheduleRow:
    if not isinstance(schedule, Recurrence):
        return schedule
    between = {"from": schedule.start, "until": schedule.end}
    if schedule.days:
        weekly = {"weekly": schedule.every, "days": schedule.days}
        return _WeeklyRow.model_validate(weekly | between)
    return _DailyRow.model_validate({"daily": schedule.every} | between)


def _keys(value: Receipt | ReceiptEntry) -> dict[str, Any]:
    known = {part.name: getattr(value, part.name) for part in fields(value)}
    return dict(known.pop("more")) | known
