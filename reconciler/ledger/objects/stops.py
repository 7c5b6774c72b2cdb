"""Stores an environment's emergency stops as one object, changed by compare-and-swap.

So the check before each write costs one request. The first release had a folder with an object for
each stop and each clearing; those count until the first change writes the one object.
"""

from collections.abc import Callable, Iterable, Sequence

from reconciler.clock import Clock
from reconciler.errors import LedgerFailed
from reconciler.ledger.codec import LedgerRow, decode_tombstone, encode_tombstone, read_row
from reconciler.ledger.objects.folder import ObjectFolder
from reconciler.ledger.objects.layout import Layout, StopsContent, decode_object, encode_object
from reconciler.ledger.objects.store import ObjectStore, Stored
from reconciler.resources.ledger_records import Tombstone

_ATTEMPTS = 20
_CLEARING = '{"cleared":'
_Stops = tuple[Tombstone, ...]


class ObjectStops:
    """Safe to use from several threads, because every write names what it replaces. No lease."""

    def __init__(self, store: ObjectStore, layout: Layout, clock: Clock) -> None:
        self._store = store
        self._key = layout.stops
        self._clock = clock
        self._first_release = ObjectFolder(store, layout.tombstones, clock)
        self._known: Stored | None = None

    def read(self) -> Sequence[Tombstone]:
        """The stops in force."""
        stored = self._read()
        return self._stops(stored) if stored is not None else self._of_first_release()

    def look(self) -> Sequence[Tombstone]:
        """The stops in force in one request; without those that only the first release wrote."""
        stored = self._read()
        return self._stops(stored) if stored is not None else ()

    def begin(self) -> None:
        """Write the one object if it is not there, so that reading the stops costs one request."""
        if self._read() is None:
            self._change(lambda stops: stops)

    def add(self, stop: Tombstone) -> None:
        """Add a stop."""
        self._change(lambda stops: (*stops, stop))

    def clear(self, seen: Sequence[Tombstone]) -> None:
        """End exactly these stops."""
        self._change(lambda stops: tuple(stop for stop in stops if stop not in seen))

    def _change(self, change: Callable[[_Stops], _Stops]) -> None:
        for _ in range(_ATTEMPTS):
            old = self._read()
            stops = self._stops(old) if old is not None else self._of_first_release()
            rows = tuple(encode_tombstone(stop) for stop in change(stops))
            body = encode_object(self._key, StopsContent(id=self._clock.new_id(), stops=rows))
            if old is None:
                stored: Stored | None = self._store.claim(self._key, body)
            else:
                stored = self._store.swap(self._key, body, old)
            if stored is not None and stored.body == body:
                return
        raise LedgerFailed(
            f"the ledger {self._store.url} failed: its emergency stops keep changing",
            "Other runs are changing them at the same time; try again.",
        )

    def _read(self) -> Stored | None:
        self._known = self._store.get(self._key, self._known)
        return self._known

    def _stops(self, stored: Stored) -> _Stops:
        content = decode_object(StopsContent, self._key, stored.body)
        return tuple(decode_tombstone(self._key, body) for body in content.stops)

    def _of_first_release(self) -> _Stops:
        return _standing(self._first_release.read())


class _ClearingRow(LedgerRow):
    """The first release's end of some stops, by their keys."""

    cleared: tuple[str, ...]


def _standing(rows: Iterable[tuple[str, str]]) -> _Stops:
    """The stops in force, from all stops and clearings of the first release."""
    stops: dict[str, Tombstone] = {}
    cleared: set[str] = set()
    for key, body in rows:
        if body.startswith(_CLEARING):
            cleared.update(read_row(_ClearingRow, body, key).cleared)
        else:
            stops[key] = decode_tombstone(key, body)
    return tuple(stop for key, stop in stops.items() if key not in cleared)
