"""Any provider as one that sends and reads our marker in descriptions.

A create is marked if the plan says so (`marker: description`). Markers are removed from whatever is
read, also where the target creates none. Callers see only clean descriptions, and the marker under
`observed`; an update keeps the marker that was read.
"""

from collections.abc import Callable
from dataclasses import replace

from reconciler.providers.base import at_once
from reconciler.providers.wrappers import WrappedProvider
from reconciler.resources import marker
from reconciler.resources.base import Live
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import Listing, ListScope
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write

_FIELD = "description"


class MarkingProvider(WrappedProvider):
    """See `Provider`."""

    def list(self, channel: str, scope: ListScope = ListScope.ALL) -> Listing:
        """See `Provider.list`."""
        listing = super().list(channel, scope)
        return replace(listing, items=tuple(_clean(row) for row in listing.items))

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        """See `Provider.get`."""
        live = self._inner.get(type_, remote_id, row)
        return None if live is None else _clean(live)

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """See `Provider.requests`; adds the marker to a create, and to each description sent."""
        mark = write.marker or (marker.marker_of(write.live.observed) if write.live else "")
        requests = self._inner.requests(write)
        if not mark or isinstance(requests, Impossible):
            return requests
        creates = write.operation is Operation.CREATE
        return tuple(
            _marked(request, mark)
            if request.body is not None and (_FIELD in request.body or (creates and place == 0))
            else request
            for place, request in enumerate(requests)
        )

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """See `Provider.send`."""
        answer = self._inner.send(request, leave)
        return answer if answer.live is None else replace(answer, live=_clean(answer.live))


def _clean(live: Live) -> Live:
    text, mark = marker.split(live.spec.get(_FIELD))
    if not mark:
        return _without_foreign_key(live)
    return replace(
        live,
        spec={**live.spec, _FIELD: text},
        observed={**live.observed, marker.OBSERVED: mark},
    )


def _without_foreign_key(live: Live) -> Live:
    """The campaign without a key of the vendor's that would pass for a marker."""
    if marker.OBSERVED not in live.observed:
        return live
    kept = {key: value for key, value in live.observed.items() if key != marker.OBSERVED}
    return replace(live, observed=kept)


def _marked(request: PlannedRequest, mark: str) -> PlannedRequest:
    body = request.body or {}
    description = body.get(_FIELD)
    if not marker.has_room(description, mark):
        return request
    return replace(request, body={**body, _FIELD: marker.append(description, mark)})
