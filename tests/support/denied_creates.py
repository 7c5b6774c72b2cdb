"""A vendor that denies creates, although it may have created the campaign."""

import json

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind

QUICK = "sendsOnWrite: possibly\n        settle: 90s\n        readBack: 1s"
MESSAGE = json.dumps({"message": "Name exists already"})


def deny(simulator: Simulator, status: int, body: str, *, acts: bool, vendor: str = "kore") -> None:
    kind = FaultKind.STATUS_AFTER if acts else FaultKind.STATUS
    simulator.faults.add(Fault(kind=kind, match=f"{vendor}.create", value=status, body=body))


def creates(simulator: Simulator) -> int:
    return len([one for one in simulator.requests(mutating=True) if "create" in one.operation])
