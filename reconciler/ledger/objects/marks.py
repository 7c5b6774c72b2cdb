"""Stores sent marks as one object per name, above all environments, changed by compare-and-swap.

The swap is what decides between two runs that would create the same campaign, whatever lease each
of them holds.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reconciler.clock import Clock
from reconciler.errors import LedgerFailed
from reconciler.ledger.codec import decode_mark, encode_mark
from reconciler.ledger.objects.layout import MARKS, MarkContent, decode_object, encode_object
from reconciler.ledger.objects.store import ObjectStore, Stored
from reconciler.resources.sent_mark import MarkKey, SentMark

_FEW = 16
"""Up to this many marks are asked for one by one; for more the folder is listed first."""
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class _Found:
    """A mark as this client saw it last; `stored` is None when there was no object."""

    mark: SentMark | None
    stored: Stored | None


class ObjectMarks:
    """Safe to use from several threads, because every write names what it replaces."""

    def __init__(self, store: ObjectStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()
        self._known: dict[MarkKey, _Found] = {}

    def read(self, keys: Collection[MarkKey]) -> Mapping[MarkKey, SentMark]:
        """The marks of these names; a name without a mark is absent."""
        wanted = list(keys)
        there = wanted
        if len(wanted) > _FEW:
            listed = set(self._store.list(MARKS))
            there = [key for key in wanted if _key(key) in listed]
        found = dict.fromkeys(wanted, _Found(None, None))
        objects = self._store.get_all([_key(key) for key in there])
        found |= {key: _found(key, one) for key, one in zip(there, objects, strict=True)}
        with self._guard:
            self._known |= found
        return {key: one.mark for key, one in found.items() if one.mark is not None}

    def swap(self, mark: SentMark, before: SentMark | None) -> bool:
        """Write a name's mark if the one there is still `before`."""
        known = self._known_as(mark.key, before)
        return known is not None and self._write(mark.key, mark, known.stored)

    def put(self, mark: SentMark) -> None:
        """Write a name's mark in place of the one before, whatever that is."""
        for _ in range(_ATTEMPTS):
            if self._write(mark.key, mark, self._read(mark.key).stored):
                return
        raise LedgerFailed(
            f"the ledger {self._store.url} failed: the sent mark of a campaign keeps changing",
            "Other runs are creating it at the same time; try again.",
        )

    def take_back(self, mark: SentMark, before: SentMark | None) -> None:
        """Put back what was there before `mark`, unless another mark is there already."""
        known = self._known_as(mark.key, mark)
        if known is not None:
            self._write(mark.key, before, known.stored)

    def _known_as(self, key: MarkKey, expected: SentMark | None) -> _Found | None:
        """What is stored if that is `expected`; asks the store only if this client saw another."""
        with self._guard:
            known = self._known.get(key)
        if known is None or known.mark != expected:
            known = self._read(key)
        return known if known.mark == expected else None

    def _read(self, key: MarkKey) -> _Found:
        found = _found(key, self._store.get(_key(key)))
        with self._guard:
            self._known[key] = found
        return found

    def _write(self, key: MarkKey, mark: SentMark | None, old: Stored | None) -> bool:
        content = MarkContent(
            id=self._clock.new_id(), mark=None if mark is None else encode_mark(mark)
        )
        body = encode_object(_key(key), content)
        if old is None:
            stored: Stored | None = self._store.claim(_key(key), body)
        else:
            stored = self._store.swap(_key(key), body, old)
        written = stored is not None and stored.body == body
        with self._guard:
            if written:
                self._known[key] = _Found(mark, stored)
            else:
                self._known.pop(key, None)
        return written


def _key(key: MarkKey) -> str:
    return f"{MARKS}/{key.digest}"


def _found(key: MarkKey, stored: Stored | None) -> _Found:
    if stored is None:
        return _Found(None, None)
    content = decode_object(MarkContent, _key(key), stored.body)
    mark = None if content.mark is None else decode_mark(key.digest, content.mark)
    return _Found(mark, stored)
