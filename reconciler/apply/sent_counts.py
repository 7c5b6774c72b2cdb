"""Keeps in the ledger how much the campaigns on our contact lists have sent, whoever manages them.

A later plan learns from it when their people were last contacted, for which vendors have no call.
"""

from collections.abc import Mapping
from datetime import datetime

from reconciler.ledger.base import Ledger
from reconciler.plan.reach import contact_lists
from reconciler.resources.ledger_records import LedgerView, SentCount
from reconciler.resources.snapshot import TargetSnapshot


def keep_counts(
    ledger: Ledger, lock_id: str, snapshots: Mapping[str, TargetSnapshot], now: datetime
) -> None:
    """Record what the listings of a run tell; raises LedgerFailed."""
    view = ledger.view()
    for target, snapshot in snapshots.items():
        counts = _counts(snapshot, view, now)
        # Without any count only other channels were listed.
        if counts and counts != view.counts.get(target):
            ledger.put_counts(target, counts, lock_id)


def _counts(snapshot: TargetSnapshot, view: LedgerView, now: datetime) -> dict[str, SentCount]:
    kept = view.counts.get(snapshot.target, {})
    ours = {
        name
        for record in view.records.values()
        if record.target == snapshot.target
        for name in contact_lists(record.spec)
    }
    return {
        row.remote_id: kept.get(row.remote_id, SentCount(row.sent, now)).then(row.sent, now)
        for row in snapshot.everybody()
        if row.sent is not None and not ours.isdisjoint(contact_lists(row.spec))
    }
