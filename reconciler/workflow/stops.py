"""The stops of an environment: tombstones in the ledger, which apply and start obey."""

from collections.abc import Collection, Iterable

from reconciler.address import Address
from reconciler.errors import ReconcilerError
from reconciler.ledger.base import Ledger
from reconciler.resources.ledger_records import Tombstone, stop_of
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session


def require_no_stop(ledger: Ledger, *addresses: Address) -> None:
    """Raise ApplyRefused while the environment or one of these campaigns is stopped."""
    held = stop_of(ledger.tombstones(), *addresses)
    if held is not None:
        raise held.refusal()


def add_stop(
    session: Session, ledger: Ledger, reason: str, addresses: Iterable[Address] | None
) -> None:
    """Hold some campaigns, or with None the environment; raises LedgerFailed if it cannot."""
    for address in [None] if addresses is None else [*addresses]:
        ledger.add_tombstone(Tombstone(reason, session.who, session.clock.now(), address))


def clear_stops(
    session: Session, reason: str, addresses: Collection[Address], *, every: bool
) -> tuple[tuple[Tombstone, ...], tuple[str, ...]]:
    """End stops and record why; starts nothing. Returns those, and what is still stopped.

    Without addresses it ends those of the whole environment, and with `every` all others too.
    Raises ReconcilerError if there is nothing to end.
    """
    ledger = session.open_ledger()
    run = ReceiptDraft.begin(session, "stop --clear")
    stops = tuple(ledger.tombstones())
    held = tuple(
        one
        for one in stops
        if every or (one.address in addresses if addresses else one.address is None)
    )
    if not held:
        raise ReconcilerError(*_nothing_to_end(session.environment.name, stops, addresses))
    ledger.clear_tombstones(held)
    keep_receipt(run, ledger, (), reason=reason)
    return held, _names(one for one in stops if one not in held)


def _nothing_to_end(
    environment: str, stops: Iterable[Tombstone], addresses: Collection[Address]
) -> tuple[str, str]:
    held = _names(stops)
    there_are = f"Stopped are: {', '.join(held)}." if held else "Nothing is stopped."
    if addresses:
        return f"{', '.join(sorted(map(str, addresses)))} is not stopped by name", there_are
    return f"environment {environment} is not stopped", there_are


def _names(stops: Iterable[Tombstone]) -> tuple[str, ...]:
    return tuple(sorted({str(one.address or "the whole environment") for one in stops}))
