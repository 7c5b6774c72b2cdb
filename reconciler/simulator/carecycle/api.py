"""CareCycle's API: a request into its operation, its account, and an answer or a refusal."""

import re
from collections.abc import Callable, Collection, Mapping

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.simulator.carecycle.campaigns import CareCycleCampaigns
from reconciler.simulator.carecycle.rate_limit import rate_refusal
from reconciler.simulator.carecycle.rules import refusal
from reconciler.simulator.context import Route, SimulatorContext, VendorCall, call_of, uuid_of
from reconciler.simulator.faults import Fault
from reconciler.simulator.messages import Refused

_DAY = 86_400_000
# Method, path, operation.
_ROUTES = tuple(
    (method, re.compile(path.replace("ID", "(?P<id>[^/]+)")), operation)
    for method, path, operation in (
        ("GET", "/v2/campaigns", "list"),
        ("POST", "/v2/campaigns", "create"),
        ("GET", "/v2/campaigns/ID", "get"),
        ("PATCH", "/v2/campaigns/ID", "update"),
    )
)


class CareCycle:
    """The vendor as the simulator's core sees it; see `vendor.Vendor`."""

    name = "carecycle"

    def __init__(self, world: SimulatorContext) -> None:
        self._world = world
        self.campaigns = campaigns = CareCycleCampaigns(world)
        self._operations: Mapping[str, Callable[[VendorCall], WireResponse]] = {
            "list": campaigns.list_page,
            "get": campaigns.get,
            "create": campaigns.create,
            "update": campaigns.patch,
        }

    @property
    def operations(self) -> Collection[str]:
        """The names of its operations."""
        return self._operations.keys()

    def owns(self, path: str) -> bool:
        """Whether the path is one of this vendor's."""
        return path.startswith("/v2/")

    def route(self, request: WireRequest) -> Route | None:
        """See `vendor.Vendor`."""
        for method, pattern, operation in _ROUTES:
            found = pattern.fullmatch(request.path)
            if method == request.method and found is not None:
                return Route(operation=operation, api="v2", target=found.groupdict().get("id", ""))
        return None

    def is_mutating(self, operation: str) -> bool:
        """Whether the operation asks for a change."""
        return operation in ("create", "update")

    def authenticate(self, request: WireRequest, _: Route) -> str:
        """See `vendor.Vendor`."""
        key = request.headers.get("x-api-key", "")
        owner = self._world.store.owner("carecycle_key", key) if key else None
        if owner is None:
            if key and self._world.switches.accounts == "any":
                return uuid_of("carecycle:any")
            raise Refused("UNAUTHORIZED", "Invalid API key")
        client, document = owner
        switches, made = self._world.switches.carecycle, document.get("made")
        lifetime = switches.playground_days * _DAY
        if isinstance(made, int) and self._world.now() >= made + lifetime:
            raise Refused(switches.expired_key, "API key expired")
        if request.method != "GET" and document.get("write") is not True:
            raise Refused(switches.read_only_key, "The API key may not write")
        return client

    def rate_key(self, account: str, request: WireRequest) -> str:
        """The key of the rate limit (docs/vendors/carecycle.md 15.12)."""
        by_key = self._world.switches.carecycle.rate_bucket == "key"
        return request.headers.get("x-api-key", "") if by_key else account

    def perform(
        self, request: WireRequest, found: Route, *, account: str, fault: Fault | None
    ) -> WireResponse:
        """See `vendor.Vendor`."""
        call = call_of(request, found, account=account, fault=fault)
        return self._operations[found.operation](call)

    def refusal(self, refused: Refused, _: str) -> WireResponse:
        """See `vendor.Vendor`."""
        known = "NOT_FOUND" if refused.kind == "not-found" else refused.kind
        found = Refused(known, refused.message, details=refused.details)
        return refusal(found, self._world.switches.carecycle)

    def rate_refusal(self, seconds: int, *, header: bool | None = None) -> WireResponse:
        """The answer above the rate limit; `header` True adds `Retry-After`."""
        return rate_refusal(self._world.switches.carecycle, seconds, header=bool(header))
