"""The simulator: a request of either vendor, or of the control endpoint, into an answer or a fault.

The same object serves in process (`handle` as an HTTP client's transport) and, through
`simulator.server`, over a socket (`react`, which itself neither sleeps nor breaks connections).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime

from pydantic import JsonValue

from reconciler.clock import Clock, SystemClock
from reconciler.providers.wire import WireFault, WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator import seed as default_world
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.carecycle.api import CareCycle
from reconciler.simulator.console import Console
from reconciler.simulator.context import Route, SimulatorContext
from reconciler.simulator.control import PREFIX, Control
from reconciler.simulator.faults import BEFORE, Fault, FaultKind, Faults
from reconciler.simulator.kore.api import Kore
from reconciler.simulator.kore.errors import HTML, HTML_TYPE
from reconciler.simulator.messages import NoAnswer, Refused, respond
from reconciler.simulator.rate_limit import CallLimit
from reconciler.simulator.request_log import LoggedRequest, without_credentials
from reconciler.simulator.store import Store
from reconciler.simulator.switches import Switches
from reconciler.simulator.vendor import Vendor

_BREAKS = {
    FaultKind.TIMEOUT_BEFORE: "timeout",
    FaultKind.TIMEOUT_AFTER: "timeout",
    FaultKind.RESET_BEFORE: "reset",
    FaultKind.RESET_AFTER: "reset",
    FaultKind.REFUSED: "refused",
    FaultKind.TRUNCATED: "truncated",
}
_LOOKS_BACK = frozenset({FaultKind.IGNORED, FaultKind.OLD_ID})
"""Kinds that need the campaigns from before the request."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What to do about a request: answer after `delay` seconds, or break the connection.

    `fault` is a kind of `WireFault`; a truncated answer also has a response, and only a part of it
    is sent.
    """

    response: WireResponse | None
    fault: str = ""
    delay: float = 0.0


class Simulator:
    """Both vendors in one store. An empty store gets the default world of `simulator.seed`."""

    def __init__(
        self,
        store: Store | None = None,
        switches: Switches | None = None,
        clock: Clock | None = None,
        *,
        seed: int | None = None,
        faults: Iterable[Fault | str] = (),
    ) -> None:
        self.world = SimulatorContext(
            store=store or Store(),
            switches=switches or Switches(),
            clock=clock or SystemClock(),
            seed=seed,
        )
        default_world.plant(self.world)
        kore, carecycle = Kore(self.world), CareCycle(self.world)
        self._vendors: tuple[Vendor, ...] = (kore, carecycle)
        self._limit = CallLimit(self.world)
        self.operations = tuple(
            f"{vendor.name}.{operation}"
            for vendor in self._vendors
            for operation in vendor.operations
        )
        """Every operation, as faults and the request log name it."""
        self.faults = Faults(operations=self.operations)
        for fault in faults:
            self.faults.add(fault)
        self.console = Console(self.world, kore, carecycle)
        self._control = Control(self.world, self.console, self.faults, self.operations)

    @property
    def switches(self) -> Switches:
        """The switches in force."""
        return self.world.switches

    def change_switches(self, changes: Tree) -> Switches:
        """Change some switches: `{"kore": {"preparing_seconds": 0}}`; ValueError if unknown."""
        self.world.switches = self.world.switches.changed(changes)
        return self.world.switches

    def seed_kore(self, body: Mapping[str, JsonValue]) -> str:
        """See `Console.seed_kore`, in the default account."""
        return self.console.seed_kore(body)

    def seed_carecycle(self, body: Mapping[str, JsonValue]) -> str:
        """See `Console.seed_carecycle`, in the default account."""
        return self.console.seed_carecycle(body)

    def edit(self, campaign_id: str, changes: Mapping[str, JsonValue]) -> Tree:
        """See `Console.edit`."""
        return self.console.edit(campaign_id, changes)

    def campaigns(self) -> list[Tree]:
        """See `Console.campaigns`."""
        return self.console.campaigns()

    def requests(self, *, mutating: bool | None = None, operation: str = "") -> list[LoggedRequest]:
        """The requests received, oldest first; control requests are not among them."""
        with self.world.store.transaction():
            return self.world.store.requests.all(mutating=mutating, operation=operation)

    def clear_requests(self) -> None:
        """Clear the request log."""
        with self.world.store.transaction():
            self.world.store.requests.clear()

    def handle(self, request: WireRequest) -> WireResponse:
        """Answer in process: sleeps when slow, raises WireFault when the connection breaks."""
        reaction = self.react(request)
        self.world.clock.sleep(reaction.delay)
        if reaction.fault or reaction.response is None:
            raise WireFault(reaction.fault or "reset")
        return reaction.response

    def react(self, request: WireRequest) -> Reaction:
        """Decide what happens to a request; whatever it changes is stored before this returns."""
        if request.path.startswith(PREFIX):
            return Reaction(self._control.handle(request))
        vendor = next((found for found in self._vendors if found.owns(request.path)), None)
        if vendor is None:
            return Reaction(respond(404, {"message": "no vendor has this path"}))
        with self.world.store.transaction():
            self.world.store.campaigns.advance(self.world.now())
            return self._dated(self._react(vendor, request))

    def _dated(self, reaction: Reaction) -> Reaction:
        """The answer with a `Date` header from our clock, as every HTTP server sends it."""
        response = reaction.response
        if response is None:
            return reaction
        date = format_datetime(self.world.clock.now(), usegmt=True)
        headers = {"date": date, **response.headers}
        return replace(reaction, response=replace(response, headers=headers))

    def _react(self, vendor: Vendor, request: WireRequest) -> Reaction:
        route = vendor.route(request)
        operation = f"{vendor.name}.{route.operation}" if route else ""
        fault = self.faults.take(operation, f"{request.method} {request.path}")
        account, effective = "", False
        if fault is not None and fault.kind in BEFORE:
            reaction = _instead(vendor, fault)
        else:
            response, account, effective = self._answer(vendor, request, route, fault)
            reaction = Reaction(None, "timeout") if response is None else _after(response, fault)
        reaction = _with_headers(reaction, fault)
        mutating = route is not None and vendor.is_mutating(route.operation)
        self.world.store.requests.add(
            LoggedRequest(
                time=self.world.now(),
                vendor=vendor.name,
                account=account,
                operation=operation,
                method=request.method,
                path=request.path,
                query=dict(request.query),
                headers=without_credentials(request.headers),
                body=request.body.decode("utf-8", "replace"),
                status=reaction.response.status if reaction.response else None,
                fault=str(fault.kind) if fault else "",
                mutating=mutating,
                effective=mutating and effective,
            )
        )
        return reaction

    def _answer(
        self, vendor: Vendor, request: WireRequest, route: Route | None, fault: Fault | None
    ) -> tuple[WireResponse | None, str, bool]:
        """The answer, None if none comes; the account; and whether the operation took effect."""
        account, operation = "", route.operation if route else ""
        try:
            if route is None:
                raise Refused("not-found", "no such path")
            account = vendor.authenticate(request, route)
            wait = self._limit.refuse_for(f"{vendor.name}:{vendor.rate_key(account, request)}")
            if wait is not None:
                return vendor.rate_refusal(wait), account, False
            kind = fault.kind if fault is not None else None
            before = self._campaigns_of(vendor) if kind in _LOOKS_BACK else []
            response = vendor.perform(request, route, account=account, fault=fault)
            if kind is FaultKind.IGNORED:
                for campaign in before:
                    self.world.store.campaigns.put(campaign)
            elif kind is FaultKind.OLD_ID and before:
                made = {one.id for one in self._campaigns_of(vendor)} - {one.id for one in before}
                response = _renamed(response, made, before[0].id)
        except Refused as refused:
            return vendor.refusal(refused, operation), account, False
        except NoAnswer:
            return None, account, False
        return response, account, kind is not FaultKind.IGNORED

    def _campaigns_of(self, vendor: Vendor) -> list[Campaign]:
        return [one for one in self.world.store.campaigns.all() if one.vendor == vendor.name]


def _renamed(response: WireResponse, ids: Iterable[str], other: str) -> WireResponse:
    """The answer with another campaign's id in place of these."""
    body = response.body
    for one in ids:
        body = body.replace(one.encode(), other.encode())
    return replace(response, body=body)


def _instead(vendor: Vendor, fault: Fault) -> Reaction:
    """The reaction to a request that a fault keeps from taking effect."""
    if fault.kind in _BREAKS:
        return Reaction(None, _BREAKS[fault.kind])
    if fault.kind is FaultKind.STATUS:
        return Reaction(_stated(fault))
    if fault.kind in (FaultKind.RATE_LIMITED, FaultKind.RATE_LIMITED_RETRY_AFTER):
        header = fault.kind is FaultKind.RATE_LIMITED_RETRY_AFTER
        return Reaction(vendor.rate_refusal(round(fault.value) or 60, header=header))
    return Reaction(_broken())


def _after(response: WireResponse, fault: Fault | None) -> Reaction:
    """The reaction to a request that took effect: its answer, changed by the fault if any."""
    if fault is None:
        return Reaction(response)
    if fault.kind is FaultKind.TRUNCATED:
        return Reaction(response, "truncated")
    if fault.kind in _BREAKS:
        return Reaction(None, _BREAKS[fault.kind])
    delay = fault.value if fault.kind is FaultKind.SLOW else 0.0
    return Reaction(_other_answer(fault) or response, delay=delay)


def _other_answer(fault: Fault) -> WireResponse | None:
    """The answer that a fault puts in place of the real one; None if it keeps the real one."""
    if fault.kind is FaultKind.HTTP_500_AFTER:
        return _broken()
    if fault.kind is FaultKind.STATUS_AFTER:
        return _stated(fault)
    return WireResponse(200, HTML_TYPE, HTML) if fault.kind is FaultKind.HTML else None


def _stated(fault: Fault) -> WireResponse:
    """The answer with the status and body that a fault gives."""
    body = fault.body.encode()
    return WireResponse(round(fault.value) or 503, {"content-type": "application/json"}, body)


def _with_headers(reaction: Reaction, fault: Fault | None) -> Reaction:
    """The answer with the headers of the fault."""
    if fault is None or not fault.headers or reaction.response is None:
        return reaction
    headers = {**reaction.response.headers, **fault.headers}
    return replace(reaction, response=replace(reaction.response, headers=headers))


def _broken() -> WireResponse:
    return respond(500, {"message": "Internal server error", "code": "INTERNAL_ERROR"})
