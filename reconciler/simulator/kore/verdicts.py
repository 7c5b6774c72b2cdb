"""When Kore.ai finds out what is wrong with a body: at once, later, or never.

See docs/vendors/kore.md 14.4.
"""

from reconciler.simulator.context import Call, World
from reconciler.simulator.kore.documents import names_unknown
from reconciler.simulator.kore.rules import check_limits
from reconciler.simulator.messages import Refused


def fails_later(world: World, call: Call, kind: str) -> bool:
    """Whether a body is taken and then comes to nothing; refuses one over the limits at once."""
    switches = world.switches.kore
    if switches.limits != "accepted":
        try:
            check_limits(call.body, kind, switches)
        except Refused:
            if switches.limits == "refused":
                raise
            return True
    return switches.references == "fails_later" and names_unknown(world, call, kind)
