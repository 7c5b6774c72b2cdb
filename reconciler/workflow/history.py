"""What the ledger says was done in an environment; writes nothing."""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.address import Address
from reconciler.clock import timestamp
from reconciler.ledger.base import Ledger
from reconciler.resources.ledger_records import CreatedNote, LedgerView
from reconciler.resources.receipt import Receipt
from reconciler.workflow.session import Session


def receipts(session: Session, address: Address | None = None) -> tuple[Receipt, ...]:
    """Receipts of the environment, newest last; with an address, only its entries."""
    ledger = session.open_ledger()
    found = tuple(ledger.receipts())
    if address is None:
        note = ledger.view().created
        return found if note is None else _with_note(found, note, session.environment.name)
    about = (_about(receipt, address) for receipt in found)
    return tuple(receipt for receipt in about if receipt.outcomes)


def has_history(ledger: Ledger, view: LedgerView) -> bool:
    """Whether an environment is not new: an apply touched a campaign, or somebody opened it."""
    return view.created is not None or any(one.shows_history for one in ledger.receipts())


def _with_note(
    found: tuple[Receipt, ...], note: CreatedNote, environment: str
) -> tuple[Receipt, ...]:
    """The receipts, and the note that opened the environment as if it were one."""
    at = timestamp(note.at)
    opened = Receipt(
        environment=environment,
        operation="ledger init",
        who=note.who,
        host=note.host,
        run_url=note.run_url,
        started_at=at,
        finished_at=at,
        reason=note.reason,
    )
    later = next((i for i, one in enumerate(found) if one.finished_at > at), len(found))
    return (*found[:later], opened, *found[later:])


def _about(receipt: Receipt, address: Address) -> Receipt:
    mine = tuple(entry for entry in receipt.outcomes if entry.address == address)
    return replace(receipt, outcomes=mine)


def concluded(found: Iterable[Receipt]) -> tuple[Receipt, ...]:
    """Receipts with only the last entry of each attempt, which has its outcome.

    A launch is recorded before it is sent, and again with its outcome. An entry without an attempt
    id is kept.
    """
    concluding: list[Receipt] = []
    attempts: set[str] = set()
    for receipt in reversed(tuple(found)):
        before = receipt.outcomes
        after = tuple(entry for entry in before if entry.attempt not in attempts)
        attempts |= {entry.attempt for entry in before if entry.attempt is not None}
        if after or not before:
            concluding.append(replace(receipt, outcomes=after))
    return tuple(reversed(concluding))
