"""Several operators in one virtual time, one at a time, by a seeded choice.

An operator may be interrupted only where it says so (`pause`, `sleep`); time passes only when all
of them sleep. The same seed gives the same interleaving.
"""

import random  # noqa: TID251 - seeded here, so that every schedule can be replayed
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Dice = random.Random


def dice(seed: str) -> Dice:
    """A random generator that depends on the text only."""
    return random.Random(seed)  # noqa: S311 - schedules, not secrets


class Crash(BaseException):
    """The process died here; no code of the product may catch this or clean up."""


class Operator:
    """One operator's thread of action; `wake` is when its sleep is over."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wake = 0.0
        self.turn = threading.Semaphore(0)


class Interleaving:
    """Operators that take turns. Time continues from run to run of the same interleaving."""

    def __init__(self, chance: Dice, switch: float = 0.3) -> None:
        self.now = 0.0
        self._chance = chance
        self._switch = switch
        self._alive: list[Operator] = []
        self._ids = 0

    def run(self, works: list[Callable[[Operator], None]]) -> None:
        """Run all work to its end, side by side; raises what one of them raises."""
        operators = [Operator(f"op{number}") for number in range(1, len(works) + 1)]
        for operator in operators:
            operator.wake = self.now
        self._alive = list(operators)
        if len(works) == 1:
            works[0](operators[0])
            self._alive.clear()
            return
        with ThreadPoolExecutor(len(works)) as pool:
            runs = [
                pool.submit(self._life, operator, work)
                for operator, work in zip(operators, works, strict=True)
            ]
            self._chance.choice(operators).turn.release()
            for run in runs:
                run.result()

    def pause(self, operator: Operator) -> None:
        """Another operator may run here."""
        if len(self._alive) > 1 and self._chance.random() < self._switch:
            self._give_way(operator)

    def sleep(self, operator: Operator, seconds: float) -> None:
        """Return after that much time."""
        operator.wake = self.now + max(0.0, seconds)
        self._give_way(operator)

    def fresh(self) -> int:
        """A number that was not used before."""
        self._ids += 1
        return self._ids

    def _life(self, operator: Operator, work: Callable[[Operator], None]) -> None:
        operator.turn.acquire()
        try:
            work(operator)
        finally:
            self._alive.remove(operator)
            if self._alive:
                self._next().turn.release()

    def _give_way(self, operator: Operator) -> None:
        following = self._next()
        if following is not operator:
            following.turn.release()
            operator.turn.acquire()

    def _next(self) -> Operator:
        ready = [operator for operator in self._alive if operator.wake <= self.now]
        if ready:
            return ready[0] if len(ready) == 1 else self._chance.choice(ready)
        first = min(self._alive, key=lambda operator: operator.wake)
        self.now = first.wake
        return first


class InterleavedClock:
    """A `Clock` of one process; it calls `step` before every sleep.

    The wall clock may be wrong by `skew` seconds, like a clock that was set by hand.
    """

    def __init__(
        self,
        interleaving: Interleaving,
        operator: Operator | None,
        *,
        skew: float = 0.0,
        chance: Dice | None = None,
    ) -> None:
        self._interleaving = interleaving
        self._operator = operator
        self._skew = skew
        self._chance = chance or dice("clock")
        self.stood = 0.0
        """Seconds for which the clock since boot stood still, as in a paused virtual machine."""
        self.step: Callable[[str], None] = lambda _: None

    def now(self) -> datetime:
        """See `Clock.now`."""
        return START + timedelta(seconds=self._interleaving.now + self._skew)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return 1000.0 + self._interleaving.now - self.stood

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        self.step(f"sleep {seconds:.1f}")
        if self._operator is None:
            self._interleaving.now += max(0.0, seconds)
        else:
            self._interleaving.sleep(self._operator, seconds)

    def new_id(self) -> str:
        """See `Clock.new_id`; the same in every replay."""
        return f"00000000-0000-4000-8000-{self._interleaving.fresh():012d}"

    def random(self) -> float:
        """See `Clock.random`."""
        return self._chance.random()
