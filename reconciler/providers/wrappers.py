"""Providers around another provider: all calls pass through, or all except writes."""

from collections.abc import Callable, Mapping

from reconciler.errors import Withheld
from reconciler.providers.base import Provider, at_once, lists_apart
from reconciler.resources.base import Live
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing, ListScope
from reconciler.resources.writes import Impossible, PlannedRequest, Write


class WrappedProvider:
    """See `Provider`."""

    def __init__(self, inner: Provider) -> None:
        self._inner = inner

    @property
    def capabilities(self) -> Capabilities:
        """See `Provider.capabilities`."""
        return self._inner.capabilities

    @property
    def requests_sent(self) -> int:
        """See `Provider.requests_sent`."""
        return self._inner.requests_sent

    def list(self, channel: str, scope: ListScope = ListScope.ALL) -> Listing:
        """See `Provider.list`."""
        if scope is not ListScope.ALL and lists_apart(self._inner):
            return self._inner.list(channel, scope)
        return self._inner.list(channel)

    def newest(self, channel: str) -> tuple[Live, ...]:
        """See `Provider.newest`."""
        return self._inner.newest(channel)

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        """See `Provider.get`."""
        return self._inner.get(type_, remote_id, row)

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """See `Provider.contact_lists`."""
        return self._inner.contact_lists()

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """See `Provider.requests`."""
        return self._inner.requests(write)

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """See `Provider.send`."""
        return self._inner.send(request, leave)


class ReadOnlyProvider(WrappedProvider):
    """See `Provider`; requests are never sent."""

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:  # noqa: ARG002
        """Raise Withheld for every request."""
        raise Withheld(f"{request.method} {request.path} was not sent: this run only reads")
