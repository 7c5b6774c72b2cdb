"""What a vendor does to requests and answers beyond the simulator's switches, and what it was sent.

Stands between a process and the world, so the process cannot tell it from the vendor.
"""

import json
from collections.abc import Callable
from dataclasses import replace

from pydantic import JsonValue

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.name_key import name_key
from tests.faults.dimensions import AnswerKind, Habit, Says
from tests.faults.oracle import Sent
from tests.faults.simulated_world import SimulatedWorld, is_create

Wire = Callable[[WireRequest], WireResponse]


class HabitualVendor:
    """The wire of one run; `sent` are the creates that passed."""

    def __init__(
        self, wire: Wire, world: SimulatedWorld, *, habit: Habit, answer: AnswerKind
    ) -> None:
        self._wire = wire
        self._world = world
        self._habit = habit
        self._answer = answer
        self._hides = False
        self.sent: list[Sent] = []

    def handler(self, request: WireRequest) -> WireResponse:
        """The wire between client and vendor."""
        if is_create(request):
            return self._create(request)
        response = self._wire(request)
        if self._hides and response.status == 200:
            self._hides = False
            return _without(response, self._habit.hides)
        return response

    def _create(self, request: WireRequest) -> WireResponse:
        self._hides = bool(self._habit.hides)
        existing = self._existing(request) if self._habit.returns_existing else ""
        if existing:
            self.sent.append(Sent(says=Says.CREATED, made="", named=existing))
            return self._wire(_reading(request, existing))
        before = {campaign.id for campaign in self._world.campaigns()}
        known = len(self._world.simulator.requests(mutating=True))
        try:
            return self._wire(request)
        finally:
            made = [one.id for one in self._world.campaigns() if one.id not in before]
            log = self._world.simulator.requests(mutating=True)[known:]
            if log:
                says = self._answer.says if log[-1].fault else Says.CREATED
                self.sent.append(Sent(says=says, made=made[0] if made else ""))

    def _existing(self, request: WireRequest) -> str:
        wanted = name_key(str(json.loads(request.body)["name"]))
        found = (one.id for one in self._world.campaigns() if name_key(one.name) == wanted)
        return next(found, "")


def _reading(request: WireRequest, remote_id: str) -> WireRequest:
    """The request for a campaign by its id; its answer looks like that to a create."""
    return replace(request, method="GET", path=f"{request.path}/{remote_id}", body=b"")


def _without(response: WireResponse, keys: tuple[str, ...]) -> WireResponse:
    """The response whose campaigns lack some keys."""
    body: JsonValue = json.loads(response.body)
    return replace(response, body=json.dumps(_bare(body, keys)).encode())


def _bare(value: JsonValue, keys: tuple[str, ...]) -> JsonValue:
    if isinstance(value, list):
        return [_bare(one, keys) for one in value]
    if not isinstance(value, dict):
        return value
    campaign = "name" in value and ("id" in value or "_id" in value)
    return {key: _bare(one, keys) for key, one in value.items() if not (campaign and key in keys)}
