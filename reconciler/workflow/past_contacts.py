"""When our own writes and starts may have contacted people, from the history."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from reconciler.plan.inputs import PastContact, PlanInputs
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry

_BEGAN = (Outcome.APPLIED, Outcome.UNKNOWN)


def with_past_contacts(inputs: PlanInputs, receipts: Iterable[Receipt]) -> PlanInputs:
    """The inputs of a plan with what its environment's receipts tell about contacts."""
    began = list(_began(receipts))
    started: dict[tuple[str, str], datetime] = {}
    for entry, remote_id, at in began:
        if entry.action == "start":
            key = (entry.target, remote_id)
            started[key] = max(at, started.get(key, at))
    contacts = (
        PastContact(
            address=entry.address,
            target=entry.target,
            remote_id=remote_id,
            lists=entry.lists,
            at=at,
        )
        for entry, remote_id, at in began
        if entry.lists
    )
    return replace(inputs, started=started, contacts=tuple(contacts))


def _began(receipts: Iterable[Receipt]) -> Iterator[tuple[ReceiptEntry, str, datetime]]:
    """What may have taken effect: the entry, the campaign's id, and when the run ended."""
    for receipt in receipts:
        for entry in receipt.outcomes:
            if entry.outcome in _BEGAN and entry.remote_id:
                yield entry, entry.remote_id, datetime.fromisoformat(receipt.finished_at)
