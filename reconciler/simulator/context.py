"""What the two vendors' parts share: the store, the switches, the clock, and new ids."""

import hashlib
from dataclasses import dataclass, field, replace

from reconciler.clock import Clock
from reconciler.providers.wire import WireRequest
from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.faults import Fault, FaultKind
from reconciler.simulator.messages import milliseconds, read_object
from reconciler.simulator.store import Store
from reconciler.simulator.switches import Switches


@dataclass(slots=True)
class SimulatorContext:
    """One simulated world; `switches` may be replaced at any time."""

    store: Store
    switches: Switches
    clock: Clock
    seed: int | None = None
    """With a seed, every run gives the same ids; after a restart the sequence continues."""

    def now(self) -> int:
        """Milliseconds since 1970."""
        return milliseconds(self.clock.now())

    def uuid(self) -> str:
        """A new UUID. It is valid even if the clock's ids are not UUIDs."""
        if self.seed is None:
            return uuid_of(self.clock.new_id())
        return uuid_of(f"{self.seed}:{self.store.count('ids')}")


def uuid_of(text: str) -> str:
    """The same valid UUID for the same text."""
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The operation of a path, without the vendor's name."""

    operation: str
    api: str
    app: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorCall:
    """A request that belongs to an operation of a vendor and an account."""

    request: WireRequest
    operation: str
    api: str
    account: str
    target: str = ""
    """The id in the path."""
    body: Tree = field(default_factory=dict)
    fault: Fault | None = None
    trusted: bool = False
    """Made by a test or a demo: unknown names are accepted and get ids."""


def call_of(request: WireRequest, found: Route, *, account: str, fault: Fault | None) -> VendorCall:
    """A routed request of an account, with its body parsed; raises Refused if it is no object."""
    return VendorCall(
        request=request,
        operation=found.operation,
        api=found.api,
        account=account,
        target=found.target,
        body=read_object(request),
        fault=fault,
    )


def find_visible(world: SimulatorContext, campaign_id: str, account: str) -> Campaign | None:
    """The account's campaign with this id; None while it is hidden from reads by id."""
    campaign = world.store.campaigns.get(campaign_id)
    if campaign is None or campaign.account != account:
        return None
    if campaign.hidden_gets > 0:
        world.store.campaigns.put(replace(campaign, hidden_gets=campaign.hidden_gets - 1))
        return None
    return None if campaign.get_from > world.now() else campaign


def hidden(campaign: Campaign, call: VendorCall, *, list_lag: float, get_lag: float) -> Campaign:
    """A new campaign, hidden for the seconds of the switches or as a fault says."""
    fault = call.fault
    if fault is not None and fault.kind is FaultKind.LATE:
        list_lag = get_lag = fault.value
    if fault is not None and fault.kind is FaultKind.LATE_READS:
        count = round(fault.value)
        campaign = replace(campaign, hidden_lists=count, hidden_gets=count)
    return replace(
        campaign,
        list_from=campaign.created + round(list_lag * 1000),
        get_from=campaign.created + round(get_lag * 1000),
    )


def listed_from(call: VendorCall, skip: int) -> int:
    """The first row of a page: `skip`, unless a fault of listings moves it."""
    kind = call.fault.kind if call.fault else None
    if kind is FaultKind.LIST_SHIFTED:
        return skip + 1 if skip else 0
    if kind is FaultKind.LIST_DUPLICATE_PAGE:
        return max(0, skip - 1)
    return 0 if kind is FaultKind.LIST_REPEATS_PAGE else skip
