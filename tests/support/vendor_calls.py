"""What the simulator received, as calls of the vendors' APIs."""

import re
from collections.abc import Iterable

from reconciler.providers.carecycle.api import ENDPOINTS as CARECYCLE
from reconciler.providers.endpoint import Endpoint
from reconciler.providers.kore.api import ENDPOINTS as KORE
from reconciler.simulator.request_log import LoggedRequest

_ID = re.compile(r"\{\w+\}")

Call = tuple[str, str, str]
"""API version, method, and path with `{}` for ids."""


def call_of(endpoint: Endpoint) -> Call:
    return endpoint.api, endpoint.method, _ID.sub("{}", endpoint.path)


def calls(requests: Iterable[LoggedRequest]) -> set[Call]:
    """The declared calls of requests; raises AssertionError for another call."""
    return {call_of(_declared(logged)) for logged in requests}


def _declared(logged: LoggedRequest) -> Endpoint:
    # The most precise one, because a campaign's id may be any word.
    known = sorted((*KORE, *CARECYCLE), key=lambda each: each.path.count("{"))
    for endpoint in known:
        pattern = "[^/]+".join(re.escape(part) for part in _ID.split(endpoint.path))
        if endpoint.method == logged.method and re.fullmatch(pattern, logged.path):
            return endpoint
    raise AssertionError(f"{logged.method} {logged.path} is no declared call")
