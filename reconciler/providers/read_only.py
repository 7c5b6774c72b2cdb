"""Any provider as one that cannot write, whatever calls it."""

from collections.abc import Callable

from reconciler.errors import Withheld
from reconciler.providers.base import at_once
from reconciler.providers.wrappers import WrappedProvider
from reconciler.resources.outcome import Answer
from reconciler.resources.writes import PlannedRequest


class ReadOnlyProvider(WrappedProvider):
    """See `Provider`; what `requests` gives is never sent."""

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:  # noqa: ARG002
        """Raise Withheld, whatever the request is."""
        raise Withheld(f"{request.method} {request.path} was not sent: this run only reads")
