"""The ledger's receipts of an environment, newest last; writes nothing."""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.address import Address
from reconciler.resources.receipt import Receipt
from reconciler.workflow.session import Session


def receipts(session: Session, address: Address | None = None) -> tuple[Receipt, ...]:
    """Receipts of the environment; with an address, only its entries."""
    found = tuple(session.open_ledger().receipts())
    if address is None:
        return found
    about = (_about(receipt, address) for receipt in found)
    return tuple(receipt for receipt in about if receipt.outcomes)


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
