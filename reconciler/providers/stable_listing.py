"""Reads the listing of a channel again until absence from it proves something.

Knows no plan: callers that conclude something from absence request a steady listing.
"""

from reconciler.errors import ReadFailed
from reconciler.providers.base import Provider
from reconciler.resources.snapshot import Listing

_MOST_WALKS = 3


class Walks:
    """The listings of a channel in this read; `latest` is the valid listing.

    `steady` is whether absence from `latest` proves that a campaign was not there: a single
    response had all campaigns, or the previous walk had the same ids. A row that one walk misses is
    in the next.
    """

    def __init__(self, provider: Provider, channel: str) -> None:
        self._provider = provider
        self._channel = channel
        self._number = 1
        self.latest = provider.list(channel)
        self.steady = self.latest.at_once

    @property
    def ended(self) -> bool:
        """Whether it was listed so often that listing it once more would raise."""
        return self._number >= _MOST_WALKS

    def again(self) -> None:
        """List once more; raises ReadFailed after too many attempts."""
        if self.ended:
            raise ReadFailed(
                f"the listing of {self._channel} campaigns keeps changing: it was read "
                f"{self._number} times",
                "Somebody is changing this account. Run again.",
            )
        before = self.latest
        self._number += 1
        self.latest = self._provider.list(self._channel)
        self.steady = self.latest.at_once or _ids(before) == _ids(self.latest)


def list_steadily(provider: Provider, channel: str) -> Listing:
    """A listing whose gaps prove absence; a single walk if one response has the whole listing.

    Raises ReadFailed if no two walks in a row have the same ids, and whatever a listing raises.
    """
    walks = Walks(provider, channel)
    while not walks.steady:
        walks.again()
    return walks.latest


def _ids(listing: Listing) -> frozenset[str]:
    return frozenset(row.remote_id for row in listing.items)
