"""The endpoints of CareCycle's campaign API, and what it can do.

See docs/vendors/carecycle.md 1, 3 and 14.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.providers.endpoint import Endpoint, by_operation
from reconciler.resources.capabilities import Ability, Capabilities

API = "v2"
TYPE = "carecycle_campaign"
CHANNEL = "campaigns"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareCycleSettings:
    """A target. Its key gives access to exactly one client, so nothing else names the account."""

    base_url: str


def headers(key: str) -> Mapping[str, str]:
    """The headers of every call."""
    return {"x-api-key": key}


_ROOT = "/v2/campaigns"

ENDPOINTS = (
    Endpoint(API, "list", "GET", _ROOT),
    Endpoint(API, "get", "GET", f"{_ROOT}/{{campaign}}"),
    Endpoint(API, "create", "POST", _ROOT),
    Endpoint(API, "update", "PATCH", f"{_ROOT}/{{campaign}}"),
)
BY_OPERATION = by_operation(ENDPOINTS, API)
"""Start, stop and archive are updates of the status."""


CAPABILITIES = Capabilities(
    provider="carecycle",
    channels=("campaigns",),
    create=Ability.DRAFT,
    update=Ability.PARTIAL,
    delete=Ability.ARCHIVE,
    start=Ability.YES,
    stop=Ability.YES,
    may_send_on_write=False,
    settle=120.0,
    requests_per_minute=60,
    lists_archived_apart=True,
    idle_statuses=("completed", "inactive", "cancelled"),
    notes=(
        "a campaign is created as a draft that calls nobody; a second request sets other fields",
        "features and texts are written as a whole: unmanaged keys are sent as they were read",
        "there is no delete: a removed campaign is archived",
        "dates, attempts, criteria and calling hours can only be changed in the dashboard",
        "nothing locks a campaign against other editors",
    ),
)
