"""Several operators in one virtual time, one moving at a time, by a seeded choice.

An actor may be interrupted only where it says so (`pause`, `sleep`); time passes only when all
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
    """A source of chance that is the same for the same text."""
    return random.Random(seed)  # noqa: S311 - schedules, not secrets


class Crash(BaseException):
    """The process died here; nothing of the product may survive it or clean up after it."""


class Actor:
    """One operator's thread of action; `wake` is when its sleep is over."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wake = 0.0
        self.turn = threading.Semaphore(0)


class Crew:
    """Actors that take turns. Time goes on from run to run of the same crew."""

    def __init__(self, chance: Dice, switch: float = 0.3) -> None:
        self.now = 0.0
        self._chance = chance
        self._switch = switch
        self._alive: list[Actor] = []
        self._ids = 0

    def run(self, works: list[Callable[[Actor], None]]) -> None:
        """Let every work run to its end, side by side; raises what a work raises."""
        actors = [Actor(f"op{number}") for number in range(1, len(works) + 1)]
        for actor in actors:
            actor.wake = self.now
        self._alive = list(actors)
        if len(works) == 1:
            works[0](actors[0])
            self._alive.clear()
            return
        with ThreadPoolExecutor(len(works)) as pool:
            runs = [
                pool.submit(self._life, actor, work)
                for actor, work in zip(actors, works, strict=True)
            ]
            self._chance.choice(actors).turn.release()
            for run in runs:
                run.result()

    def pause(self, actor: Actor) -> None:
        """Somebody else may go on here."""
        if len(self._alive) > 1 and self._chance.random() < self._switch:
            self._give_way(actor)

    def sleep(self, actor: Actor, seconds: float) -> None:
        """Come back when that much time has passed."""
        actor.wake = self.now + max(0.0, seconds)
        self._give_way(actor)

    def fresh(self) -> int:
        """A number that nobody had before."""
        self._ids += 1
        return self._ids

    def _life(self, actor: Actor, work: Callable[[Actor], None]) -> None:
        actor.turn.acquire()
        try:
            work(actor)
        finally:
            self._alive.remove(actor)
            if self._alive:
                self._next().turn.release()

    def _give_way(self, actor: Actor) -> None:
        following = self._next()
        if following is not actor:
            following.turn.release()
            actor.turn.acquire()

    def _next(self) -> Actor:
        ready = [actor for actor in self._alive if actor.wake <= self.now]
        if ready:
            return ready[0] if len(ready) == 1 else self._chance.choice(ready)
        first = min(self._alive, key=lambda actor: actor.wake)
        self.now = first.wake
        return first


class CrewClock:
    """A `Clock` of one process; `step` is told about every sleep before it begins.

    The wall clock may be off by `skew` seconds, as clocks are that were set by hand.
    """

    def __init__(
        self, crew: Crew, actor: Actor | None, *, skew: float = 0.0, chance: Dice | None = None
    ) -> None:
        self._crew = crew
        self._actor = actor
        self._skew = skew
        self._chance = chance or dice("clock")
        self.step: Callable[[str], None] = lambda _: None

    def now(self) -> datetime:
        """See `Clock.now`."""
        return START + timedelta(seconds=self._crew.now + self._skew)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return 1000.0 + self._crew.now

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        self.step(f"sleep {seconds:.1f}")
        if self._actor is None:
            self._crew.now += max(0.0, seconds)
        else:
            self._crew.sleep(self._actor, seconds)

    def new_id(self) -> str:
        """See `Clock.new_id`; the same in every replay."""
        return f"00000000-0000-4000-8000-{self._crew.fresh():012d}"

    def random(self) -> float:
        """See `Clock.random`."""
        return self._chance.random()
