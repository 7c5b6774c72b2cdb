"""Requests of an account into the wait that the rate limit asks for.

See docs/vendors/kore.md 14.13 and docs/vendors/carecycle.md 15.12.
"""

import math
from collections import deque

from reconciler.simulator.context import SimulatorContext

_WINDOW = 60.0


class CallLimit:
    """Counts requests by key, in a fixed or a sliding minute, in memory only."""

    def __init__(self, world: SimulatorContext) -> None:
        self._world = world
        self._taken: dict[str, deque[float]] = {}

    def refuse_for(self, key: str) -> int | None:
        """The seconds to wait if the request is above the limit; else count it, and return None."""
        limit = self._world.switches.rate_limit
        if limit is None:
            return None
        now = self._world.now() / 1000
        taken = self._taken.setdefault(key, deque())
        fixed = self._world.switches.rate_window == "fixed"
        begin = now - now % _WINDOW if fixed else now - _WINDOW
        while taken and (taken[0] < begin if fixed else taken[0] <= begin):
            taken.popleft()
        if len(taken) < limit:
            taken.append(now)
            return None
        free = begin + _WINDOW if fixed else taken[0] + _WINDOW
        return max(1, math.ceil(free - now))
