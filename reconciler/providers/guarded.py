"""Any provider as one that raises only what the port allows, whatever the vendor returns.

A read with an unexpected exception is a failed read. A write with an unexpected exception may have
been sent, so its outcome is unknown. Knows no vendor.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from reconciler.errors import ReadFailed, ReconcilerError, unforeseen
from reconciler.providers.base import at_once
from reconciler.providers.wrappers import WrappedProvider
from reconciler.resources.base import Live
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing, ListScope, by_key
from reconciler.resources.writes import PlannedRequest

Found = TypeVar("Found")


class GuardedProvider(WrappedProvider):
    """See `Provider`."""

    def list(self, channel: str, scope: ListScope = ListScope.ALL) -> Listing:
        """See `Provider.list`."""
        what = f"the listing of {channel} campaigns"
        return _read(what, lambda: super(GuardedProvider, self).list(channel, scope))

    def newest(self, channel: str) -> tuple[Live, ...]:
        """See `Provider.newest`."""
        return _read(f"the newest {channel} campaigns", lambda: self._inner.newest(channel))

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        """See `Provider.get`."""
        return _read(f"campaign {remote_id}", lambda: self._inner.get(type_, remote_id, row))

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """See `Provider.contact_lists`."""
        lists = _read("the contact lists", self._inner.contact_lists)
        return None if lists is None else by_key(lists.values())

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """See `Provider.send`."""
        try:
            return self._inner.send(request, leave)
        except ReconcilerError:
            raise
        except Exception as problem:  # noqa: BLE001 - the request may have been sent
            return Answer(sent=True, message=unforeseen(problem))


def _read(what: str, ask: Callable[[], Found]) -> Found:
    try:
        return ask()
    except ReconcilerError:
        raise
    except Exception as problem:
        raise ReadFailed(f"{what} could not be read: {unforeseen(problem)}") from problem
