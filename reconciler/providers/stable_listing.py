"""Listings of a channel, one after another, until absence from them means something.

Knows no plan: whoever is about to conclude something from absence asks for a steady listing.
"""

from reconciler.errors import ReadFailed
from reconciler.providers.base import Provider
from reconciler.resources.snapshot import Listing

_MOST_WALKS = 3


class Walks:
    """The listings of one channel in this reading; `latest` is the one that counts.

    `steady` says whether a campaign that `latest` lacks was not there: one answer showed all, or
    the walk before showed the same ids. Rows that slip from one walk are in the next.
    """

    def __init__(self, provider: Provider, channel: str) -> None:
        self._provider = provider
        self._channel = channel
        self._number = 1
        self.latest = provider.list(channel)
        self.steady = self.latest.at_once

    def again(self) -> None:
        """List once more; raises ReadFailed when that was done often enough."""
        if self._number >= _MOST_WALKS:
            raise ReadFailed(
                f"the listing of {self._channel} campaigns does not settle: it was read "
                f"{self._number} times",
                "Somebody is changing this account; run again.",
            )
        before = self.latest
        self._number += 1
        self.latest = self._provider.list(self._channel)
        self.steady = self.latest.at_once or _ids(before) == _ids(self.latest)


def list_steadily(provider: Provider, channel: str) -> Listing:
    """A listing from whose gaps something may be concluded; costs one walk if it comes at once.

    Raises ReadFailed when no two walks in a row show the same ids, and whatever a listing raises.
    """
    walks = Walks(provider, channel)
    while not walks.steady:
        walks.again()
    return walks.latest


def _ids(listing: Listing) -> frozenset[str]:
    return frozenset(row.remote_id for row in listing.items)
