"""The port to the ledger: one durable, compare-and-swap record per environment.

Holds records, open intents, bindings, used plans, receipts, the lease and the read cache. Knows no
vendor and decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reconciler.address import Address
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Binding, Intent, LedgerView, Record, Tombstone
from reconciler.resources.receipt import Receipt


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
    """Boot id, pid namespace, pid and start time: proof of life on one machine; may be empty."""
    renewals: int = 0
    """How often it was renewed: a lease that still stands as it was seen equals what was seen."""


@dataclass(frozen=True, slots=True)
class CachedRead:
    """A full reading, the list row's marker that it belongs to, and when it was made."""

    marker: str
    live: Live
    read_at: datetime


class Ledger(Protocol):
    """One environment's ledger. Every write is durable when the method returns.

    Methods raise `LedgerFailed` when the store cannot be read or written, and `LeaseLost` when a
    write needs the lease and somebody else has it.
    """

    def view(self) -> LedgerView:
        """All that plan and apply may know, at one serial."""

    def acquire(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """Take the lease; the holder's info when it is taken, None when it is now ours.

        A lease is taken over when its holder is provably gone, or still stands exactly as `dead`,
        which the caller has seen unchanged for a full lease.
        """

    def renew(self, lock_id: str, now: datetime) -> bool:
        """Renew the lease by compare-and-swap; False when it is no longer ours."""

    def release(self, lock_id: str) -> bool:
        """Give the lease back; False when it was not this one."""

    def lock(self) -> LockInfo | None:
        """The lease as it stands."""

    def use_plan(self, plan_id: str, lock_id: str) -> bool:
        """Mark a plan as used; False when it was used before."""

    def plan_used(self, plan_id: str) -> bool:
        """Whether a plan was used before."""

    def put_intent(self, intent: Intent, lock_id: str) -> bool:
        """Record an intent under address + generation; False when one is there already."""

    def update_intent(self, intent: Intent, lock_id: str) -> None:
        """Replace an open intent by one that says more: that it was denied, or first looked for."""

    def settle(
        self,
        intent: Intent,
        record: Record | None,
        lock_id: str,
        bindings: Sequence[Binding] = (),
    ) -> None:
        """Close an intent: created (with its record) or proven refused (None); one transaction."""

    def put_record(self, record: Record, lock_id: str, bindings: Sequence[Binding] = ()) -> None:
        """Write what was last applied, and names learnt from the answer; one transaction."""

    def forget(self, address: Address, lock_id: str) -> None:
        """Drop a record."""

    def tombstones(self) -> Sequence[Tombstone]:
        """Emergency stops that hold; cheap enough to ask before every write."""

    def add_tombstone(self, tombstone: Tombstone) -> None:
        """Record an emergency stop; needs no lease."""

    def clear_tombstones(self, seen: Sequence[Tombstone]) -> None:
        """End exactly these stops: one that was added since still holds. Needs no lease."""

    def cached(self, target: str) -> Mapping[str, CachedRead]:
        """Full readings of a target by remote id; may be empty at any time."""

    def cache(self, target: str, reads: Mapping[str, CachedRead]) -> None:
        """Replace a target's cache; needs no lease."""

    def add_receipt(self, receipt: Receipt) -> None:
        """Append one apply's receipt."""

    def receipts(self) -> Sequence[Receipt]:
        """All receipts, oldest first."""

    def close(self) -> None:
        """Give the store back."""
