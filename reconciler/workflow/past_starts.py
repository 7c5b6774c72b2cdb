"""When campaigns were last started, from the history."""

from collections.abc import Mapping
from datetime import datetime

from reconciler.ledger.base import Ledger
from reconciler.resources.outcome import Outcome

_BEGAN = (Outcome.APPLIED, Outcome.UNKNOWN)


def last_starts(ledger: Ledger) -> Mapping[tuple[str, str], datetime]:
    """By target and remote id: when a start was last sent that may have taken effect."""
    found: dict[tuple[str, str], datetime] = {}
    for receipt in ledger.receipts():
        for entry in receipt.outcomes:
            if entry.action == "start" and entry.outcome in _BEGAN and entry.remote_id:
                key = (entry.target, entry.remote_id)
                began = datetime.fromisoformat(receipt.finished_at)
                found[key] = max(began, found.get(key, began))
    return found
