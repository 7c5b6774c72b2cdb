"""The seconds to wait into CareCycle's answer above the rate limit, a 429.

See docs/vendors/carecycle.md 12, 15.12.
"""

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.carecycle.switches import CareCycleSwitches
from reconciler.simulator.messages import respond


def rate_refusal(switches: CareCycleSwitches, seconds: int, *, header: bool) -> WireResponse:
    """The answer to a request over the limit."""
    body: Tree = {"message": "Rate limit exceeded", "code": "RATE_LIMIT_EXCEEDED"}
    if switches.rate_answer == "body":
        body["retryAfter"] = seconds
    told = header or switches.rate_answer == "header"
    return respond(429, body, {"retry-after": str(seconds)} if told else None)
