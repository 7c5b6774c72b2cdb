"""A project with one create of unknown outcome, and campaigns that it may have created."""

import json
from typing import Any

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms

ADDRESS = "kore_sms_campaign.renewal"
QUICK = "sendsOnWrite: possibly\n        settle: 1s\n        readBack: 1s"


def apply_without_answer(run_line: Line, project: Project, simulator: Simulator) -> Project:
    """Apply a create of unknown outcome."""
    project.configure(QUICK)
    project.sms()
    simulator.faults.add("kore.create:reset_before")
    assert run_line("apply", "--auto-approve").code == 7
    simulator.clear_requests()
    return project


def as_sent(**spec: object) -> Tree:
    """The body that the create of `renewal` sent."""
    body: dict[str, Any] = json.loads(json.dumps(sms("renewal", priority="5", **spec)["spec"]))
    hours = body["dialingStrategy"]["callingHours"]
    (window,) = hours["days"]
    hours["days"] = [{**window, "day": day} for day in ("MO", "TU", "WE", "TH", "FR")]
    return {**body, "campaignType": "sms", "format": "advanced"}


def seed_as_sent(simulator: Simulator, **spec: object) -> str:
    """Let the campaign exist at the vendor after all; its id."""
    return simulator.seed_kore(as_sent(**spec))


def writes(simulator: Simulator) -> int:
    """How many writes were sent."""
    return len(simulator.requests(mutating=True))
