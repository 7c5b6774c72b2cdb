"""The lease of an environment as one object, changed by compare-and-swap and never removed.

It shows whose turn it is and reduces contention; the log is what keeps a late writer out.
"""

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.clock import Clock
from reconciler.errors import LedgerFailed
from reconciler.ledger.base import LockInfo
from reconciler.ledger.codec import encode_lock
from reconciler.ledger.objects.layout import Layout, LeaseContent, decode_object, encode_object
from reconciler.ledger.objects.store import ObjectStore, Stored

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class LeaseAttempt:
    """The result of trying to take the lease."""

    holder: LockInfo | None
    """The holder; None when the lease is ours now."""
    before: LeaseContent | None
    """The lease before the attempt; None when there was none."""

    @property
    def orderly(self) -> bool:
        """Whether the previous holder released it, so that it sends nothing any more."""
        return self.before is not None and self.before.lock is None


class ObjectLease:
    """The lease object. Safe to use from several threads."""

    def __init__(self, store: ObjectStore, layout: Layout, clock: Clock) -> None:
        self._store = store
        self._layout = layout
        self._clock = clock
        self._guard = threading.Lock()
        self._held: tuple[LockInfo, LeaseContent, Stored] | None = None
        """The lease as this client wrote it last."""

    def read(self) -> LeaseContent | None:
        """The current lease; None when there is none."""
        found = self._read()
        return None if found is None else found[0]

    def take(self, info: LockInfo, dead: LockInfo | None) -> LeaseAttempt:
        """Take the lease if it is free, already ours, or still equal to `dead`."""
        with self._guard:
            for _ in range(_ATTEMPTS):
                found = self._read()
                if found is None:
                    # An environment's first run probes the store before it relies on it.
                    self._store.require_conditions(self._layout.probe(self._clock.new_id()))
                    taken = LeaseAttempt(None, None)
                    if self._write(info, 1, None):
                        return taken
                    continue
                content, stored = found
                holder = content.holder
                if holder is not None and holder.id == info.id:
                    self._held = holder, content, stored
                    return LeaseAttempt(None, content)
                if holder is not None and holder != dead:
                    return LeaseAttempt(holder, content)
                if self._write(info, content.generation, stored):
                    return LeaseAttempt(None, content)
        raise self._restless()

    def renew(self, lock_id: str, now: datetime, waiting: str) -> bool:
        """Record that the holder is alive, and what it waits for; False unless it is ours."""
        with self._guard:
            for _ in range(_ATTEMPTS):
                held = self._held_by(lock_id)
                if held is None:
                    return False
                info, content, stored = held
                info = replace(info, renewed_at=now, renewals=info.renewals + 1, waiting=waiting)
                if self._write(info, content.generation, stored):
                    return True
        raise self._restless()

    def free(self, lock_id: str, generation: int) -> bool:
        """Release the lease and note the log's generation; False when it is not ours."""
        with self._guard:
            for _ in range(_ATTEMPTS):
                held = self._held_by(lock_id)
                if held is None:
                    return False
                if self._write(None, max(generation, held[1].generation), held[2]):
                    return True
        raise self._restless()

    def _read(self) -> tuple[LeaseContent, Stored] | None:
        stored = self._store.get(self._layout.lease)
        if stored is None:
            return None
        return decode_object(LeaseContent, self._layout.lease, stored.body), stored

    def _held_by(self, lock_id: str) -> tuple[LockInfo, LeaseContent, Stored] | None:
        """The lease if it belongs to `lock_id`; it is read again unless this client knows it."""
        if self._held is not None and self._held[0].id == lock_id:
            return self._held
        found = self._read()
        holder = found[0].holder if found else None
        if found is None or holder is None or holder.id != lock_id:
            return None
        return holder, *found

    def _write(self, info: LockInfo | None, generation: int, old: Stored | None) -> bool:
        """Replace the lease `old`; False when another client has changed it."""
        key = self._layout.lease
        content = LeaseContent(
            id=self._clock.new_id(),
            generation=generation,
            lock=None if info is None else encode_lock(info),
        )
        body = encode_object(key, content)
        if old is None:
            stored: Stored | None = self._store.claim(key, body)
        else:
            stored = self._store.swap(key, body, old)
        self._held = None
        if stored is None or stored.body != body:
            return False
        if info is not None:
            self._held = info, content, stored
        return True

    def _restless(self) -> LedgerFailed:
        return LedgerFailed(
            f"the ledger {self._store.url} failed: its lease keeps changing",
            "Other runs are taking it at the same time; try again.",
        )
