"""What the ledger says was done in an environment, and what is still open; writes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.address import Address
from reconciler.clock import timestamp
from reconciler.ledger.base import Ledger
from reconciler.resources.ledger_records import CreatedNote, Intent, LedgerView
from reconciler.resources.receipt import Receipt
from reconciler.suggestions import nearest
from reconciler.workflow.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of the history to show; times are compared with the end of each run."""

    address: Address | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is left out."""

    def covers(self, moment: datetime) -> bool:
        """Whether this moment is in the part that is shown."""
        return (self.since is None or moment >= self.since) and (
            self.until is None or moment < self.until
        )


@dataclass(frozen=True, slots=True)
class OpenCreate:
    """A create whose outcome is not settled, and the run that sent it if the history has it."""

    intent: Intent
    run: Receipt | None


@dataclass(frozen=True, slots=True)
class History:
    """Runs, newest last, and the creates that are still open."""

    receipts: tuple[Receipt, ...]
    open_creates: tuple[OpenCreate, ...]
    meant: str | None = None
    """The address that was probably meant, if nothing is known of the one that was asked for."""


def read_history(session: Session, asked: Asked) -> History:
    """The history of the environment; with an address, only its entries."""
    ledger = session.open_ledger()
    view, every = ledger.view(), tuple(ledger.receipts())
    found = concluded(every)
    meant = None
    if asked.address is not None:
        about = (_about(receipt, asked.address) for receipt in found)
        known = {str(entry.address) for receipt in every for entry in receipt.outcomes}
        if str(asked.address) not in known:
            meant = nearest(str(asked.address), known)
        found = tuple(receipt for receipt in about if receipt.outcomes)
    elif view.created is not None:
        found = _with_note(found, view.created, session.environment.name)
    return History(
        tuple(one for one in found if asked.covers(datetime.fromisoformat(one.finished_at))),
        tuple(_open_creates(view, every, asked)),
        meant,
    )


def has_history(ledger: Ledger, view: LedgerView) -> bool:
    """Whether an environment is not new: an apply touched a campaign, or somebody opened it."""
    if view.created is not None or view.applied:
        return True
    # Only a ledger of the first release without an apply since then has to be read for it.
    return any(one.shows_history for one in ledger.receipts())


def _open_creates(
    view: LedgerView, receipts: Iterable[Receipt], asked: Asked
) -> Iterator[OpenCreate]:
    runs = {one.plan_id: one for one in receipts if one.operation == "apply"}
    for intent in sorted(view.intents.values(), key=lambda one: (one.created_at, one.address)):
        if asked.address in (None, intent.address) and asked.covers(intent.created_at):
            yield OpenCreate(intent, runs.get(intent.run_id))


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
