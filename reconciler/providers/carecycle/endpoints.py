"""The calls of CareCycle's API that are made (docs/vendors/carecycle.md 3); there are no others."""

from reconciler.providers.carecycle.api import API
from reconciler.providers.endpoint import Endpoint, by_operation

_ROOT = "/v2/campaigns"

ENDPOINTS = (
    Endpoint(API, "list", "GET", _ROOT),
    Endpoint(API, "get", "GET", f"{_ROOT}/{{campaign}}"),
    Endpoint(API, "create", "POST", _ROOT),
    Endpoint(API, "update", "PATCH", f"{_ROOT}/{{campaign}}"),
)
BY_OPERATION = by_operation(ENDPOINTS, API)
"""Start, stop and archive are updates too: of the status."""
