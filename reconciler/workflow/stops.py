"""The stop of an environment: a tombstone in the ledger, which apply and start obey."""

from reconciler.errors import ReconcilerError
from reconciler.ledger.base import Ledger
from reconciler.resources.ledger_records import Tombstone
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session


def require_no_stop(ledger: Ledger) -> None:
    """Raise ApplyRefused while the environment is stopped."""
    for stop in ledger.tombstones():
        raise stop.refusal()


def add_stop(session: Session, ledger: Ledger, reason: str) -> None:
    """Stop the environment; raises LedgerFailed if that cannot be recorded."""
    ledger.add_tombstone(Tombstone(reason, session.who, session.clock.now()))


def clear_stops(session: Session, reason: str) -> tuple[Tombstone, ...]:
    """End every stop of the environment and record why; starts nothing.

    Raises ReconcilerError if the environment is not stopped.
    """
    ledger = session.open_ledger()
    run = ReceiptDraft.begin(session, "stop --clear")
    held = tuple(ledger.tombstones())
    if not held:
        raise ReconcilerError(f"environment {session.environment.name} is not stopped")
    ledger.clear_tombstones(held)
    keep_receipt(run, ledger, (), reason=reason)
    return held
