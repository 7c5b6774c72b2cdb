"""One run of the product as a process that may die: its clock, its wire and its ledger are seams.

Every operation at a seam is a step: a console user may act, another operator may go on, and the
process may die before or after it.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.errors import LedgerFailed
from reconciler.ledger.base import LockInfo
from reconciler.ledger.lease import RENEW_SECONDS
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.providers.wire import WireFault, WireRequest, WireResponse
from reconciler.resources.ledger_records import Intent, Tombstone
from tests.faults.fixtures import high_water
from tests.faults.inline import GONE, PROOF, RENEWED
from tests.faults.interleaving import Crash, InterleavedClock, Operator, dice
from tests.faults.simulated_world import HERE, Place, Proof, Sender, SimulatedWorld, is_write

_ONE_STEP = frozenset(
    {"view", "lock", "plan_used", "tombstones", "cached", "receipts", "last_check"}
)
_TIMEOUTS = {True: 60.0, False: 30.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashPlan:
    """What will happen to a process."""

    crash_at: int | None = None
    """The step at which it dies, from 1."""
    provable: bool = True
    """Its death can be proven, so that its lease need not run out."""
    renews: bool = True
    """Its lease is renewed in the background while it waits."""
    skew: float = 0.0
    """Seconds that its wall clock is off."""
    stall_at: int | None = None
    """The create request (from 1) before which the whole process hangs..."""
    stall: float = 0.0
    """... for so many seconds."""
    freeze_at: int | None = None
    """The last check before a write (from 1) at which the whole process stands still..."""
    freeze: float = 0.0
    """... for so many seconds..."""
    freeze_after: bool = False
    """... after the ledger has answered, in place of before it is asked."""
    paused: bool = False
    """While it stands still, its clock since boot does too: its virtual machine is paused."""
    interrupt_at: int | None = None
    """The step from which on the operator has asked to stop."""
    latency: float = 0.0
    """The longest time that a request or a ledger write takes."""


class Process:
    """See the module; `handler` and `ledger` are what a session is given."""

    def __init__(
        self,
        world: SimulatedWorld,
        operator: Operator,
        crash_plan: CrashPlan,
        place: Place = HERE,
    ) -> None:
        self._world = world
        self._place = place
        self._operator = operator
        self._crash_plan = crash_plan
        self._incarnation = str(world.interleaving.fresh())
        self._chance = dice(f"{world.seed}:{self._incarnation}")
        self._dead = False
        self._stalled = False
        self._creates = 0
        self._checks = 0
        self._proof: Proof | None = None
        self._renewed = world.interleaving.now
        self.clock = InterleavedClock(
            world.interleaving, operator, skew=crash_plan.skew, chance=self._chance
        )
        self._plain_sleep = self.clock.sleep
        self.clock.sleep = self._sleep  # type: ignore[method-assign]
        self.steps = 0
        self.lock_id = ""
        self.changes = 0
        """Requests for a change that have arrived."""
        self.started = world.simulator.world.now()
        self.name = f"{operator.name}#{self._incarnation}"
        path, environment = world.open_new(place), place.environment
        watch = high_water(path, environment).watch
        self._file = SqliteLedger(path, environment, self.clock, watch=watch)
        self._others: list[SqliteLedger] = []
        self.ledger = _LedgerSeam(self, self._file)

    def bury(self) -> None:
        """Do what the kernel does when a process ends."""
        for file in (self._file, *self._others):
            file.close()
        RENEWED.pop(self.lock_id, None)
        if self._dead and self._crash_plan.provable:
            GONE.add(self._incarnation)

    def ledger_of(self, environment: str) -> "_LedgerSeam":
        """The ledger of another environment in the same file."""
        path = self._world.ledger_of(self._place)
        watch = high_water(path, environment).watch
        self._others.append(SqliteLedger(path, environment, self.clock, watch=watch))
        return _LedgerSeam(self, self._others[-1])

    def interrupted(self) -> bool:
        """Whether somebody pressed Ctrl-C."""
        return (
            self._crash_plan.interrupt_at is not None
            and self.steps >= self._crash_plan.interrupt_at
        )

    def step(self, what: str) -> None:
        """Mark the begin or the end of an operation at a seam."""
        if self._dead:
            raise Crash(what)
        self.steps += 1
        self._world.tick(f"{self.name} {self.steps:4d} {what}")
        if self.steps == self._crash_plan.crash_at:
            self._dead = True
            self._world.tell(f"    {self.name} dies")
            raise Crash(what)
        self._world.interleaving.pause(self._operator)

    def handler(self, request: WireRequest) -> WireResponse:
        """The wire between client and simulator."""
        line = f"{request.method} {request.path}"
        if is_write(request):
            proof, self._proof = self._proof, None
            self._world.judge_leaving(self.name, proof)
        self.step(f"{line} leaves")
        self._delay()
        if request.method == "POST" and request.path.endswith(("/campaign", "/campaigns")):
            self._creates += 1
            if self._creates == self._crash_plan.stall_at:
                self._world.tell(f"    {self.name} hangs for {self._crash_plan.stall:.0f} s")
                self._stalled = True
                self._world.interleaving.sleep(self._operator, self._crash_plan.stall)
        sender = Sender(self.name, self.started, self.lock_id, not self._stalled, self._place)
        reaction, change = self._world.receive(request, sender)
        self.changes += change
        self._sleep(reaction.delay)
        if reaction.fault == "timeout":
            self._sleep(_TIMEOUTS[change])
        answer = reaction.response
        said = reaction.fault or (answer.status if answer else "nothing")
        self.step(f"{line} answers {said}")
        if reaction.fault or answer is None:
            raise WireFault(reaction.fault or "reset")
        return answer

    def _delay(self) -> None:
        if self._crash_plan.latency:
            self._world.interleaving.sleep(
                self._operator, self._chance.random() * self._crash_plan.latency
            )

    def _sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        self.step(f"sleeps {seconds:.1f}")
        interleaving = self._world.interleaving
        end = interleaving.now + seconds
        while (due := self._renewed + RENEW_SECONDS) < end and self._crash_plan.renews:
            self._renewed = max(due, interleaving.now)
            if self.lock_id not in RENEWED:
                continue
            interleaving.sleep(self._operator, due - interleaving.now)
            with contextlib.suppress(LedgerFailed):
                RENEWED[self.lock_id].check()
        interleaving.sleep(self._operator, end - interleaving.now)

    def _taken(self, info: LockInfo, dead: LockInfo | None = None) -> LockInfo | None:
        """`Ledger.acquire` under this process's own identity."""
        ours = replace(
            info, process={PROOF: self._incarnation} if self._crash_plan.provable else {}
        )
        holder = self._file.acquire(ours, dead)
        if holder is None:
            self.lock_id = info.id
        return holder

    def _checked(self, lock_id: str, intent: Intent | None = None) -> Sequence[Tombstone]:
        """`Ledger.last_check`, seen by the witness; the process may stand still around it."""
        plan = self._crash_plan
        self._checks += 1
        stands = self._checks == plan.freeze_at
        if stands and not plan.freeze_after:
            self._freeze()
        proof = self._world.proof(lock_id, self._place)
        stops = self._file.last_check(lock_id, intent)
        if stands and plan.freeze_after:
            self._freeze()
        self._proof = proof
        return stops

    def _freeze(self) -> None:
        """Nothing of the process goes on, its lease is not renewed."""
        plan = self._crash_plan
        self._world.tell(f"    {self.name} stands still for {plan.freeze:.0f} s")
        self._world.interleaving.sleep(self._operator, plan.freeze)
        self._renewed = self._world.interleaving.now
        if plan.paused:
            self.clock.stood += plan.freeze


class _LedgerSeam:
    """The ledger of a process; each of its calls is a step before, and one after, it is durable."""

    def __init__(self, process: Process, file: SqliteLedger) -> None:
        self._process = process
        self._file = file
        self._calls: dict[str, Callable[..., object]] = {}

    def __getattr__(self, name: str) -> Any:
        if name not in self._calls:
            self._calls[name] = self._wrapped(name)
        return self._calls[name]

    def close(self) -> None:
        """Do nothing: the connection is closed when the process is removed."""

    def _wrapped(self, name: str) -> Callable[..., object]:
        process = self._process
        file: Any = self._file
        member: Callable[..., object] = getattr(file, name)
        if name == "acquire":
            member = process._taken
        if name == "last_check":
            member = process._checked

        def called(*values: object, **options: object) -> object:
            process.step(f"ledger.{name}")
            if name in _ONE_STEP:
                return member(*values, **options)
            process._delay()
            found: object = member(*values, **options)
            process.step(f"ledger.{name} done")
            return found

        return called
