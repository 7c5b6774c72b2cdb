"""Stores texts that are added to a folder of objects and never changed, in order of time."""

import itertools
from datetime import datetime

from reconciler.clock import Clock
from reconciler.ledger.objects.layout import dated, seal, unseal
from reconciler.ledger.objects.store import ObjectStore


class ObjectFolder:
    """A folder of sealed texts. Needs no lease: every object has a key of its own."""

    def __init__(self, store: ObjectStore, folder: str, clock: Clock) -> None:
        self._store = store
        self._folder = folder
        self._clock = clock
        self._numbers = itertools.count()
        self._known: dict[str, str] = {}

    def add(self, moment: datetime, text: str) -> None:
        """Add a text; texts of the same moment keep the order in which this client added them."""
        number, id_ = next(self._numbers), self._clock.new_id()
        key = dated(self._folder, moment, number=number, id_=id_)
        self._store.claim(key, seal(key, text))

    def read(self) -> list[tuple[str, str]]:
        """Every (key, text), oldest first; one list call, and each object is fetched only once."""
        keys = self._store.list(self._folder)
        new = [key for key in keys if key not in self._known]
        for key, found in zip(new, self._store.get_all(new), strict=True):
            if found is not None:
                self._known[key] = unseal(key, found.body)
        return [(key, self._known[key]) for key in keys if key in self._known]
