"""Reads the listing of a channel again until absence from it proves something.

Knows no plan: callers that conclude something from absence request a steady listing.
"""

from reconciler.errors import ReadFailed
from reconciler.providers.base import Provider, lists_apart
from reconciler.resources.snapshot import Listing, ListScope

_MOST_WALKS = 3


class Walks:
    """The listings of a channel in this read; `latest` is the valid listing.

    `steady` is whether absence from `latest` proves that a campaign was not there: a single
    response had all campaigns, or the previous walk had the same ids. A row that one walk misses is
    in the next. A listing without the archived campaigns proves nothing: `add_archived` before.
    """

    def __init__(self, provider: Provider, channel: str, *, archived: bool = True) -> None:
        self._provider = provider
        self._channel = channel
        self._number = 1
        self.latest = (
            provider.list(channel)
            if archived or not lists_apart(provider)
            else provider.list(channel, ListScope.LIVING)
        )
        self.steady = self.latest.at_once and self.latest.has_archived

    @property
    def ended(self) -> bool:
        """Whether it was listed so often that listing it once more would raise."""
        return self._number >= _MOST_WALKS

    def add_archived(self) -> None:
        """Read the archived campaigns, too, if the listing lacks them."""
        if not self.latest.has_archived and lists_apart(self._provider):
            archived = self._provider.list(self._channel, ListScope.ARCHIVED)
            self.latest = self.latest.joined(archived)
            self.steady = self.latest.at_once

    def again(self) -> None:
        """List once more; raises ReadFailed after too many attempts."""
        if self.ended:
            raise ReadFailed(
                f"the listing of {self._channel} campaigns keeps changing: it was read "
                f"{self._number} times",
                "Somebody is changing this account. Run again.",
            )
        self.add_archived()
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
