"""What acceptance tests put into the simulated vendors, and how these respond."""

import json

from pydantic import JsonValue, TypeAdapter

from reconciler.resources.tree import Tree, overlay
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import sms

GENERATION_C: Tree = {"carecycle": {"response_generation": "C"}}

JSON = TypeAdapter(Tree)
LIVE: Tree = {
    "campaignType": "sms",
    "format": "advanced",
    "priority": "5",
    "schedule": {"isSchedulingEnabled": False},
}


def live_twin(simulator: Simulator, name: str = "renewal", /, **changes: JsonValue) -> str:
    week = ("MO", "TU", "WE", "TH", "FR")
    days: JsonValue = [{"day": day, "start": "9:00 AM", "end": "6:00 PM"} for day in week]
    hours: Tree = {"dialingStrategy": {"callingHours": {"days": days}}}
    spec = JSON.validate_python(sms(name)["spec"])
    return simulator.seed_kore(overlay(overlay({**LIVE, **spec}, hours), {**changes}))


def answer(simulator: Simulator, operation: str, body: str, times: int | None = None) -> None:
    fault = Fault(kind=FaultKind.STATUS, match=operation, value=200, body=body, times=times)
    simulator.faults.add(fault)


def patches(simulator: Simulator) -> list[dict[str, object]]:
    return [json.loads(one.body) for one in simulator.requests() if one.method == "PATCH"]
