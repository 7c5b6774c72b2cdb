"""Stores full readings in the bucket of an object ledger; one object per target.

A cache may be lost at any time: after a failed read it counts as empty, and a failed write is
ignored. A job that may not write only reads it.
"""

import contextlib

from reconciler.errors import LedgerFailed
from reconciler.ledger.base import CacheChange, CachedReads
from reconciler.ledger.codec import decode_reads, encode_reads
from reconciler.ledger.objects.layout import Layout, seal, unseal
from reconciler.ledger.objects.store import ObjectStore, Stored

_ATTEMPTS = 5


class ObjectCache:
    """The cache of an environment, changed by compare-and-swap: runs lose no other's readings."""

    def __init__(self, store: ObjectStore, layout: Layout) -> None:
        self._store = store
        self._layout = layout
        self._known: dict[str, Stored | None] = {}
        """By key: the object as this run last saw it."""
        self._writable = True

    def read(self, target: str) -> CachedReads:
        """The cached readings of a target; empty when there is nothing trustworthy."""
        key = self._layout.cache(target)
        try:
            self._known[key] = self._store.get(key, self._known.get(key))
        except LedgerFailed:
            return CachedReads()
        return _content(key, self._known[key])

    def notes(self, name: str) -> bytes:
        """The notes of a name; b"" when there is nothing trustworthy."""
        key = self._layout.notes(name)
        with contextlib.suppress(LedgerFailed):
            found = self._store.get(key)
            if found is not None:
                return unseal(key, found.body).encode()
        return b""

    def keep_notes(self, name: str, body: bytes) -> bool:
        """Replace these notes if the store allows it; what another run noted meanwhile is lost."""
        key = self._layout.notes(name)
        with contextlib.suppress(LedgerFailed):
            self._store.put(key, seal(key, body.decode()))
            return True
        return False

    def change(self, target: str, change: CacheChange) -> None:
        """Change a target's cached readings if the store allows it; asks only once if it does not.

        What other runs change all the time is left to them.
        """
        if not self._writable:
            return
        key = self._layout.cache(target)
        if key not in self._known:
            self.read(target)
        try:
            for _ in range(_ATTEMPTS):
                old = self._known.get(key)
                body = seal(key, encode_reads(change(_content(key, old))).decode())
                if self._swapped(key, body, old):
                    return
                self._known[key] = self._store.get(key)
        except LedgerFailed:
            self._writable = False

    def _swapped(self, key: str, body: bytes, old: Stored | None) -> bool:
        if old is None:
            stored: Stored | None = self._store.claim(key, body)
        else:
            stored = self._store.swap(key, body, old)
        if stored is None or stored.body != body:
            return False
        self._known[key] = stored
        return True


def _content(key: str, stored: Stored | None) -> CachedReads:
    if stored is not None:
        with contextlib.suppress(LedgerFailed):
            return decode_reads(unseal(key, stored.body).encode())
    return CachedReads()
