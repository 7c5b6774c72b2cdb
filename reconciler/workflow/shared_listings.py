"""Targets that read the same account in the same way share its listings, for one read.

Each of them lists as often as it needs to. The first listing of a channel is the same for all, and
so is the second, which begins after the first has ended.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping

from reconciler.providers.base import Provider
from reconciler.providers.wrappers import WrappedProvider
from reconciler.resources.snapshot import Listing, ListScope


def sharing(
    providers: Mapping[str, Provider], keys: Mapping[str, Hashable]
) -> Mapping[str, Provider]:
    """The providers for one read; those with equal keys share their listings."""
    listings: defaultdict[Hashable, _Listings] = defaultdict(_Listings)
    return {name: _Sharing(one, listings[keys[name]]) for name, one in providers.items()}


class _Listings:
    """Listings by what was asked for; each is read by the first that asks, while others wait."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Listing] = {}
        self._locks: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    def get(self, asked: Hashable, read: Callable[[], Listing]) -> Listing:
        """A listing; after a failure, the next one that asks tries again."""
        with self._guard:
            lock = self._locks[asked]
        with lock:
            if asked not in self._found:
                self._found[asked] = read()
            return self._found[asked]


class _Sharing(WrappedProvider):
    def __init__(self, inner: Provider, listings: _Listings) -> None:
        super().__init__(inner)
        self._listings = listings
        self._asked: Counter[Hashable] = Counter()

    def list(self, channel: str, scope: ListScope = ListScope.ALL) -> Listing:
        """See `Provider.list`."""
        asked = channel, scope
        self._asked[asked] += 1
        number = self._asked[asked]
        return self._listings.get((*asked, number), lambda: super(_Sharing, self).list(*asked))
