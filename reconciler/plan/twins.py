"""Finds twins of our campaigns: live ones with their name or marker that nobody manages; pure.

Two names are one if they look the same. Two campaigns with one marker are twins under any name:
somebody has copied ours. A twin that was created after we began to manage the name is a finding:
two campaigns may contact the same people. An older one was there before, and somebody decided to
have both.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reconciler.address import Address
from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.resources.base import Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Record
from reconciler.resources.marker import marker_of, project_of
from reconciler.resources.name_key import name_key
from reconciler.resources.name_spelling import quoted
from reconciler.resources.sent_mark import SentMark

TWIN = "twin"
_NEVER = datetime.max.replace(tzinfo=UTC)
_CLOCK_SKEW = timedelta(hours=1)
"""How far the vendor's clock and ours may differ."""
Likeness = tuple[str, str, str]
"""A channel, and the name key or the marker that two campaigns have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A live campaign that nobody manages, beside the managed one that it looks like."""

    address: Address
    """Of the managed campaign."""
    target: str
    managed_id: str
    remote_id: str
    name: str
    status: str
    """The vendor's term."""
    created_at: datetime | None = None
    newer: bool = True
    """Whether it was created after we began to manage the name, as far as that is known."""
    by_marker: bool = False
    """Whether it has another name, and the marker of the managed campaign."""

    @property
    def likeness(self) -> str:
        """What it has in common with the managed campaign, as a verb."""
        return "has the marker of" if self.by_marker else "looks like"


def find_twins(
    records: Iterable[Record],
    rows: Iterable[Live],
    *,
    managed: Collection[str],
    marks: Mapping[Address, SentMark],
) -> tuple[Twin, ...]:
    """The twins of an account's recorded campaigns in its listings, by address and id.

    `managed` are the ids that belong to an address of any environment, or are about to. `marks` are
    the sent marks of the records' names; what was listed before a create was there before ours.
    """
    listed = list(rows)
    by_id = {row.remote_id: row for row in listed}
    strangers: dict[Likeness, list[Live]] = {}
    for row in listed:
        if row.state is not RunState.ARCHIVED and row.remote_id not in managed:
            strangers.setdefault(_name(row.type, row.name), []).append(row)
            if marker := _marker(row):
                strangers.setdefault(marker, []).append(row)
    found = [
        twin
        for record in records
        if strangers and record.address.type in BY_TYPE
        for twin in _of(record, by_id.get(record.remote_id), strangers, marks)
    ]
    return tuple(sorted(found, key=lambda twin: (twin.address, twin.remote_id)))


def _of(
    record: Record,
    own: Live | None,
    strangers: Mapping[Likeness, list[Live]],
    marks: Mapping[Address, SentMark],
) -> Iterator[Twin]:
    name = record.name if own is None else own.name
    mark = marks.get(record.address)
    first = min(record.recorded_at or record.written_at, mark.first_at if mark else _NEVER)
    before = mark.seen_ids if mark is not None else ()
    # Both were dated by the vendor's clock, so no skew counts between them.
    made = own.created_at if own is not None and record.created else None
    ours = min(first - _CLOCK_SKEW, made or _NEVER)
    named = strangers.get(_name(record.address.type, name), [])
    marker = _marker(own) if own is not None else None
    copies = [row for row in strangers.get(marker, ()) if row not in named] if marker else []
    for row in (*named, *copies):
        if row.remote_id in record.accepted_twins:
            continue
        yield Twin(
            address=record.address,
            target=record.target,
            managed_id=record.remote_id,
            remote_id=row.remote_id,
            name=row.name,
            status=row.status,
            created_at=row.created_at,
            newer=row.remote_id not in before
            and (row.created_at is None or row.created_at >= ours),
            by_marker=row in copies,
        )


def _name(type_: str, name: str) -> Likeness:
    return BY_TYPE[type_].channel, "name", name_key(name)


def _marker(row: Live) -> Likeness | None:
    """None without a marker; one of the first release says nothing about other campaigns."""
    marker = marker_of(row.observed)
    return (BY_TYPE[row.type].channel, "marker", marker) if project_of(marker) else None


def twin_diagnostics(twins: Iterable[Twin], *, findings: bool = False) -> Iterator[Diagnostic]:
    """One warning for each newer twin; an error where twins are what the run looks for."""
    make = error if findings else warning
    for twin in twins:
        if twin.newer:
            yield make(
                TWIN,
                f"Campaign {twin.remote_id} {quoted(twin.name)} on target {twin.target} "
                f"{twin.likeness} {twin.address} ({twin.managed_id}), and nobody manages it",
                f"It is {twin.status}. Both may contact the same people: stop and remove it at the "
                "vendor. Or, if both are meant to exist, run:"
                + command_lines(
                    f"status {twin.address} --accept-twin {twin.remote_id} --reason TEXT"
                ),
                address=twin.address,
                target=twin.target,
            )
