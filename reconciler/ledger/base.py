"""The port to the ledger: one durable, compare-and-swap record per environment.

Holds records, open intents, bindings, used plans, receipts, the lease and the read cache, and the
sent marks of all environments. Knows no vendor and decides nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from reconciler.address import Address
from reconciler.resources.base import Live
from reconciler.resources.drift_notes import DriftNotes
from reconciler.resources.ledger_records import (
    Binding,
    CreatedNote,
    Intent,
    LedgerView,
    Record,
    SentCount,
    Tombstone,
)
from reconciler.resources.page_notes import PageNotes
from reconciler.resources.receipt import Receipt
from reconciler.resources.sent_mark import MarkKey, SentMark


@dataclass(frozen=True, slots=True, kw_only=True)
class LockInfo:
    """Who holds an environment's lease."""

    id: str
    operation: str
    who: str
    host: str
    run_url: str = ""
    created_at: datetime
    renewed_at: datetime
    process: Mapping[str, str]
    """Boot id, pid namespace, pid and start time: shows whether it lives, on one machine only."""
    waiting: str = ""
    """What the holder waits for before it goes on; "" while it works."""
    renewals: int = 0
    """How often it was renewed, so that any renewal makes the lease unequal to what was seen."""


@dataclass(frozen=True, slots=True)
class CachedRead:
    """A full reading, the marker of the list row that it belongs to, and when it was read."""

    marker: str
    live: Live
    read_at: datetime


@dataclass(frozen=True, slots=True)
class CachedReads:
    """A target's cached readings by remote id."""

    reads: Mapping[str, CachedRead] = field(default_factory=dict)
    full_since: datetime | None = None
    """When a reading of everything (`--refresh full`) began that has not ended yet."""


CacheChange = Callable[[CachedReads], CachedReads]
"""Makes what a cache shall hold from what it holds; may be called several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is recorded right before a create is sent: its intent, and the sent mark of its name."""

    intent: Intent
    mark: SentMark
    before: SentMark | None
    """The mark that `mark` replaces."""
    part: Receipt | None = None


class Ledger(Protocol):
    """One environment's ledger. Every write is durable when the method returns.

    A `part` is the receipt of one outcome: it is written in the same step, and stands for the run's
    receipt if the run is killed.

    Methods raise `LedgerFailed` when the store cannot be read or written, and `LeaseLost` when a
    write needs the lease and somebody else has it.
    """

    def view(self) -> LedgerView:
        """Everything that plan and apply may know, at one serial."""

    def acquire(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """Take the lease; returns None when it is now ours, else the holder's info.

        A lease is taken over when its holder is provably gone, or when it still equals `dead`,
        which the caller has seen unchanged for a full lease.
        """

    def renew(self, lock_id: str, now: datetime, waiting: str = "") -> bool:
        """Renew the lease by compare-and-swap; False when it is not ours any more."""

    def release(self, lock_id: str) -> bool:
        """Release the lease; False when another lease is in place."""

    def lock(self) -> LockInfo | None:
        """The holder of the lease; None when it is free."""

    def last_check(self, lock_id: str, intent: Intent | None = None) -> Sequence[Tombstone]:
        """The emergency stops in force, read right before a write is sent.

        Raises LeaseLost unless the lease is ours, and `intent`, if given, is open as we wrote it.
        """

    def use_plan(self, plan_id: str, lock_id: str) -> bool:
        """Mark a plan as used; False when it was used before."""

    def plan_used(self, plan_id: str) -> bool:
        """Whether a plan was used before."""

    def marks(self, keys: Collection[MarkKey]) -> Mapping[MarkKey, SentMark]:
        """The sent marks of these names, whatever environment they come from."""

    def put_intent(
        self,
        intent: Intent,
        lock_id: str,
        *,
        mark: SentMark,
        before: SentMark | None,
        part: Receipt | None = None,
    ) -> bool:
        """Record an intent under address and generation, and the sent mark of its name.

        False when an intent is open, or when the name's mark is no longer `before`: then somebody
        else is about to create a campaign of this name on this account.
        """

    def update_intent(
        self, intent: Intent, lock_id: str, mark: SentMark, part: Receipt | None = None
    ) -> None:
        """Replace an open intent by one that also records a denial, and its mark by a later one."""

    def withdraw(
        self,
        intent: Intent,
        lock_id: str,
        *,
        mark: SentMark,
        before: SentMark | None,
        part: Receipt | None = None,
    ) -> None:
        """Close the intent of a create that provably was not sent, and take its mark back."""

    def put_mark(self, mark: SentMark, lock_id: str) -> None:
        """Write the mark of a name whose campaign we removed, in place of the one before."""

    def settle(
        self,
        intent: Intent,
        record: Record | None,
        lock_id: str,
        bindings: Sequence[Binding] = (),
        part: Receipt | None = None,
        opening: Opening | None = None,
    ) -> bool:
        """Close an intent in one transaction: created (`record`) or proven refused (None).

        Also does what `put_intent` does for the create that comes next, in the same transaction;
        False when there is none, or when it could not be opened.
        """

    def put_record(
        self,
        record: Record,
        lock_id: str,
        bindings: Sequence[Binding] = (),
        part: Receipt | None = None,
        opening: Opening | None = None,
    ) -> bool:
        """Write what was last applied, and names learnt from the answer, in one transaction.

        `opening` and the result are as in `settle`.
        """

    def put_records(
        self, records: Sequence[Record], lock_id: str, bindings: Sequence[Binding] = ()
    ) -> None:
        """The same for several campaigns, in one transaction."""

    def forget(self, address: Address, lock_id: str, part: Receipt | None = None) -> None:
        """Drop a record."""

    def put_counts(self, target: str, counts: Mapping[str, SentCount], lock_id: str) -> None:
        """Write how much the campaigns of a target have sent, by remote id, in place of before."""

    def note_created(self, note: CreatedNote, lock_id: str) -> bool:
        """Write the note that opens a new environment; False when it has one."""

    def tombstones(self) -> Sequence[Tombstone]:
        """Emergency stops in force."""

    def add_tombstone(self, tombstone: Tombstone) -> None:
        """Record an emergency stop; needs no lease."""

    def clear_tombstones(self, seen: Sequence[Tombstone]) -> None:
        """End exactly these stops; a stop that was added since stays in force. Needs no lease."""

    def cached(self, target: str) -> CachedReads:
        """Full readings of a target; may be empty at any time."""

    def cache(self, target: str, change: CacheChange) -> None:
        """Change a target's cache, if it can be written, without losing what others changed.

        Needs no lease.
        """

    def page_notes(self) -> PageNotes:
        """What is noted about listings; may be empty at any time."""

    def keep_page_notes(self, notes: PageNotes) -> None:
        """Replace these notes, if they can be written; needs no lease."""

    def drift_notes(self) -> DriftNotes:
        """What drift runs have told so far; may be empty at any time."""

    def keep_drift_notes(self, notes: DriftNotes) -> bool:
        """Replace these notes; False if they cannot be written. Needs no lease."""

    def note_outcome(self, part: Receipt, lock_id: str) -> None:
        """Write a part of the run's receipt for an outcome that changes nothing else."""

    def drop_parts(self, receipts: Sequence[Receipt], lock_id: str) -> None:
        """Remove the parts of runs whose receipts are kept."""

    def add_receipt(self, receipt: Receipt) -> None:
        """Append a receipt; needs no lease."""

    def receipts(self) -> Sequence[Receipt]:
        """All receipts, oldest first; of a run that did not end with one, the parts as one."""

    def close(self) -> None:
        """Close the store."""
