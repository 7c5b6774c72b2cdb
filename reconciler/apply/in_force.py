"""Clears the note "sent, but not seen in force" once a plan's reading shows the value.

Sends nothing. Without this, a change that became visible late could not be corrected again.
"""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from reconciler.ledger.base import Ledger
from reconciler.plan.compare.leaves import rows_of
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Record
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.resources.tree import at, has


def note_in_force(ledger: Ledger, lock_id: str, snapshots: Mapping[str, TargetSnapshot]) -> None:
    """Record which values the readings show in force; raises LedgerFailed."""
    for record in ledger.view().records.values():
        snapshot = snapshots.get(record.target)
        if not record.overruled or snapshot is None:
            continue
        live = snapshot.live(record.remote_id)
        left = {} if live is None else _left(record, live)
        if live is not None and left != record.overruled:
            ledger.put_record(replace(record, overruled=left), lock_id)


def _left(record: Record, live: Live) -> Mapping[str, JsonValue]:
    rows = rows_of(record.address.type)
    return {
        path: shown
        for path, shown in record.overruled.items()
        if not (
            has(live.spec, path)
            and path in rows
            and rows[path].equal(at(record.spec, path), at(live.spec, path))
        )
    }
