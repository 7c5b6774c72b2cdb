"""Kore.ai's API: a request into its operation, its account, and an answer or a refusal."""

from collections.abc import Callable, Collection, Mapping

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.simulator.context import Route, SimulatorContext, VendorCall, call_of
from reconciler.simulator.faults import Fault
from reconciler.simulator.kore.auth import authenticate
from reconciler.simulator.kore.campaigns import KoreCampaigns, answer
from reconciler.simulator.kore.contact_lists import KoreContactLists
from reconciler.simulator.kore.errors import refusal
from reconciler.simulator.kore.listing import listing
from reconciler.simulator.kore.rate_limit import rate_refusal
from reconciler.simulator.kore.routes import MUTATING, route
from reconciler.simulator.kore.runs import KoreRuns
from reconciler.simulator.messages import Refused


class Kore:
    """The vendor as the simulator's core sees it; see `vendor.Vendor`."""

    name = "kore"

    def __init__(self, world: SimulatorContext) -> None:
        self._world = world
        campaigns, lists = KoreCampaigns(world), KoreContactLists(world)
        runs = KoreRuns(world, campaigns)
        self.campaigns = campaigns
        self._operations: Mapping[str, Callable[[VendorCall], WireResponse]] = {
            "create": campaigns.create,
            "get": campaigns.get,
            "update": campaigns.update,
            "delete": campaigns.delete,
            "list": self._list,
            "start": runs.start,
            "stop": runs.stop,
            "schedule": runs.schedule,
            "contact_lists": lists.list_all,
        }

    @property
    def operations(self) -> Collection[str]:
        """The names of its operations."""
        return self._operations.keys()

    def owns(self, path: str) -> bool:
        """Whether the path is one of this vendor's."""
        return path.startswith(("/agentassist/", "/campaign/", "/api/"))

    def route(self, request: WireRequest) -> Route | None:
        """See `vendor.Vendor`."""
        return route(request, self._world.switches.kore.aliases)

    def is_mutating(self, operation: str) -> bool:
        """Whether the operation asks for a change."""
        return operation in MUTATING

    def authenticate(self, request: WireRequest, found: Route) -> str:
        """See `vendor.Vendor`."""
        return authenticate(self._world, request, found)

    def rate_key(self, account: str, request: WireRequest) -> str:
        """The key of the rate limit, which all applications of an account share.

        See docs/vendors/kore.md 10, 14.13.
        """
        owner, found = account.partition("/")[0], self.route(request)
        by_call = self._world.switches.kore.rate_bucket == "api" and found is not None
        return f"{owner}:{found.operation}" if by_call and found is not None else owner

    def perform(
        self, request: WireRequest, found: Route, *, account: str, fault: Fault | None
    ) -> WireResponse:
        """See `vendor.Vendor`."""
        call = call_of(request, found, account=account, fault=fault)
        return self._operations[found.operation](call)

    def refusal(self, refused: Refused, operation: str) -> WireResponse:
        """See `vendor.Vendor`."""
        switches = self._world.switches.kore
        unknown = operation == "get" and refused.kind == "not-found"
        if unknown and switches.unknown_id == "error_200":
            switches = switches.model_copy(update={"refusals_as_200": True})
        return refusal(refused, switches)

    def rate_refusal(self, seconds: int, *, header: bool | None = None) -> WireResponse:
        """The answer above the rate limit; `header` forces `Retry-After` on or off."""
        switches = self._world.switches.kore
        told = switches.rate_answer == "429_retry_after" if header is None else header
        return rate_refusal(switches, seconds if told else None)

    def _list(self, call: VendorCall) -> WireResponse:
        page = listing(self._world, call, self.campaigns.shelf(call))
        return answer("Campaign  retrieved successfully", page)
