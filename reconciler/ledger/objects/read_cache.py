"""Stores full readings in the bucket of an object ledger; one object per target.

A cache may be lost at any time: after a failed read it counts as empty, and a failed write is
ignored.
"""

import contextlib
from collections.abc import Mapping

from reconciler.errors import LedgerFailed
from reconciler.ledger.base import CachedRead
from reconciler.ledger.codec import decode_reads, encode_reads
from reconciler.ledger.objects.layout import Layout, seal, unseal
from reconciler.ledger.objects.store import ObjectStore
from reconciler.ledger.page_notes import decode_notes, encode_notes
from reconciler.resources.page_notes import PageNotes


class ObjectCache:
    """The cache of an environment."""

    def __init__(self, store: ObjectStore, layout: Layout) -> None:
        self._store = store
        self._layout = layout

    def read(self, target: str) -> Mapping[str, CachedRead]:
        """The cached readings of a target; empty when there is nothing trustworthy."""
        key = self._layout.cache(target)
        with contextlib.suppress(LedgerFailed):
            found = self._store.get(key)
            if found is not None:
                return decode_reads(unseal(key, found.body).encode())
        return {}

    def notes(self) -> PageNotes:
        """What is noted about listings; empty when there is nothing trustworthy."""
        key = self._layout.page_notes
        with contextlib.suppress(LedgerFailed):
            found = self._store.get(key)
            if found is not None:
                return decode_notes(unseal(key, found.body).encode())
        return PageNotes()

    def keep_notes(self, notes: PageNotes) -> None:
        """Replace these notes if the store allows it; what another run noted meanwhile is lost."""
        key = self._layout.page_notes
        with contextlib.suppress(LedgerFailed):
            self._store.put(key, seal(key, encode_notes(notes).decode()))

    def write(self, target: str, reads: Mapping[str, CachedRead]) -> None:
        """Replace a target's cached readings if the store allows it."""
        key = self._layout.cache(target)
        with contextlib.suppress(LedgerFailed):
            self._store.put(key, seal(key, encode_reads(reads).decode()))
