"""Runs that stand still while others go on, and ledgers that go back, each with the oracle's word.

No run here opens gate `ledger-behind`: a second campaign may be behind it.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.plan.gate_table import GATES
from reconciler.resources.ledger_records import Tombstone
from reconciler.workflow.applying import ApplyResult, run_apply
from reconciler.workflow.session import Options
from tests.faults.fixtures import (
    ENVIRON,
    ENVIRONMENT,
    ScheduledSession,
    handlers,
    project_text,
)
from tests.faults.inline import GONE, RENEWED, single_threaded
from tests.faults.interleaving import Crash, Interleaving, Operator, dice
from tests.faults.process import CrashPlan, Process
from tests.faults.scenario import TALK, desired
from tests.faults.simulated_world import SimulatedWorld, log_of
from tests.faults.verdicts import Verdict
from tests.support.ledgers import open_new

Wanted = dict[str, str]
_STILL = 400.0
"""Longer than a lease."""
_SOON = 20.0
BEFORE: dict[str, Wanted] = {
    "create": {},
    "create-care": {},
    "update": {"sms-1": "first"},
    "update-care": {"care-1": "first"},
    "delete": {"sms-1": "first"},
}
"""Each write that may be held up, and what is there before."""
FROZEN: dict[str, Wanted] = {
    "create": {"sms-1": "first"},
    "create-care": {"care-1": "first"},
    "update": {"sms-1": "second"},
    "update-care": {"care-1": "second"},
    "delete": {"sms-1": "retired"},
}
"""What the run that stands still wants."""
NEWER: dict[str, Wanted] = {
    **FROZEN,
    "update": {"sms-1": "third"},
    "update-care": {"care-1": "third"},
    "delete": {"sms-1": "third"},
}
"""What the run wants that takes its place."""
OTHERS = ("releases the lock", "waits for the lease", "stops the environment")
LOSSES = ("an older copy", "a lost log", "another ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """A run that stands still at the last check of its first write."""

    write: str
    after: bool = False
    """After the ledger has answered, in place of before it is asked."""
    paused: bool = False
    """Its clock since boot stands still as well."""
    others: str = OTHERS[0]
    seconds: float = _STILL


@dataclass(slots=True)
class _Run:
    applied: ApplyResult | None = None
    problem: ReconcilerError | None = None


@dataclass(slots=True)
class _Stage:
    """A world in which runs are played."""

    world: SimulatedWorld
    crashes: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self, wanted: Wanted, plan: CrashPlan | None = None) -> _Run:
        found = _Run()
        self.world.interleaving.run([self.work(found, wanted, plan or CrashPlan())])
        self.world.interleaving.now += 1.0
        return found

    def work(self, found: _Run, wanted: Wanted, plan: CrashPlan) -> Callable[[Operator], None]:
        world = self.world

        def work(operator: Operator) -> None:
            process = Process(world, operator, plan)
            session = ScheduledSession(
                options=Options(
                    directory=world.folder,
                    parallelism=1,
                    lock_timeout=2 * _STILL,
                    allow=frozenset(GATES) - {"ledger-behind", "recreate"},
                ),
                environ=ENVIRON,
                clock=process.clock,
                handlers=handlers(process.handler),
                wanted=tuple(desired(wanted)),
                text=project_text(),
                state=world.state,
                watched=process.ledger,
                others=process.ledger_of,
            )
            try:
                found.applied = run_apply(session, saved=None, ask=False, talk=TALK)
            except Crash:
                self.crashes += 1
            except ReconcilerError as problem:
                found.problem = problem
            finally:
                process.bury()

        return work

    def descriptions(self) -> list[object]:
        return [one.document.get("description") for one in self.world.campaigns()]

    def verdict(self) -> Verdict:
        world = self.world
        found = Verdict(
            seed=world.seed,
            violations=[*world.violations, *self.wrong],
            duplicates=world.duplicates,
            bare_creates=world.bare_creates,
            creates=world.creates,
            crashes=self.crashes,
            late=world.late,
        )
        found.trace = (*world.trace, "log:", *log_of(world))
        return found


@contextlib.contextmanager
def _stage(seed: int) -> Iterator[_Stage]:
    GONE.clear()
    RENEWED.clear()
    world = SimulatedWorld(seed, Interleaving(dice(f"upsets:{seed}")), verbose=True)
    try:
        with single_threaded():
            yield _Stage(world)
    finally:
        world.close()


def play_standstill(chosen: Standstill, seed: int = 1) -> Verdict:
    """Let a run stand still while others go on; a newer write must never be overwritten."""
    with _stage(seed) as stage:
        if BEFORE[chosen.write]:
            stage.run(BEFORE[chosen.write])
        world = stage.world
        frozen = CrashPlan(
            freeze_at=1,
            freeze=chosen.seconds,
            freeze_after=chosen.after,
            paused=chosen.paused,
            provable=False,
        )
        newer = stage.work(_Run(), NEWER[chosen.write], CrashPlan(provable=False))

        def meanwhile(operator: Operator) -> None:
            world.interleaving.sleep(operator, _SOON)
            if chosen.others == OTHERS[2]:
                _stop(world)
                return
            if chosen.others == OTHERS[0]:
                _release(world)
            newer(operator)

        world.interleaving.run([stage.work(_Run(), FROZEN[chosen.write], frozen), meanwhile])
        _judge(stage, chosen)
        return stage.verdict()


def _judge(stage: _Stage, chosen: Standstill) -> None:
    """What lives at the end, whatever the runs said."""
    live = stage.descriptions()
    if chosen.write.startswith("create"):
        # The intent of the run that stood still blocks the address, so nobody created anything.
        if live:
            stage.wrong.append(f"{len(live)} created, though the first run may have done it")
        return
    (before,) = BEFORE[chosen.write].values()
    (newer,) = NEWER[chosen.write].values()
    expected = before if chosen.others == OTHERS[2] else newer
    if live != [expected]:
        stage.wrong.append(f"STALE OVERWRITE: {live} lives, and {expected} was applied last")


def play_late(seed: int = 1) -> Verdict:
    """Let a create hang on the wire after its last check, until its lock was released."""
    with _stage(seed) as stage:
        world = stage.world
        hangs = CrashPlan(stall_at=1, stall=_STILL, provable=False)

        def meanwhile(operator: Operator) -> None:
            world.interleaving.sleep(operator, _SOON)
            _release(world)

        world.interleaving.run([stage.work(_Run(), FROZEN["create"], hangs), meanwhile])
        return stage.verdict()


def _release(world: SimulatedWorld) -> None:
    """`lock release`, by somebody who believes that the holder is dead."""
    with contextlib.closing(SqliteLedger(world.state, ENVIRONMENT, world.clock)) as ledger:
        if (holder := ledger.lock()) is not None:
            ledger.release(holder.id)


def _stop(world: SimulatedWorld) -> None:
    with contextlib.closing(SqliteLedger(world.state, ENVIRONMENT, world.clock)) as ledger:
        ledger.add_tombstone(Tombstone("wrong text", "eve", world.clock.now()))


def play_loss(how: str, seed: int = 1) -> Verdict:
    """Let the ledger go back behind a create that no listing shows; it must not be repeated."""
    with _stage(seed) as stage:
        world = stage.world
        stage.run({"sms-1": "first"})
        older = _whole(world.state)
        world.simulator.change_switches({"kore": {"list_lag": 1e6, "get_lag": 1e6}})
        both = {"sms-1": "first", "sms-2": "first"}
        stage.run(both)
        before_log = world.state.read_bytes()
        world.forget_ledgers()
        _remove(world.state)
        if how == LOSSES[2]:
            open_new(world.state)
        else:
            world.state.write_bytes(older if how == LOSSES[0] else before_log)
        world.interleaving.now += 100.0
        again = stage.run(both)
        if again.problem is None or "this machine has seen the ledger" not in str(again.problem):
            stage.wrong.append(f"{how} met no gate: {again.problem or 'it was applied'}")
        return stage.verdict()


def _whole(path: Path) -> bytes:
    """The file with everything that is in its log, as a backup has it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


PLAIN = Standstill(write="update")
STANDSTILLS = tuple(
    replace(PLAIN, write=write, after=after, paused=paused, others=others)
    for write in BEFORE
    for after in (False, True)
    for paused in (False, True)
    for others in OTHERS
)
"""Every one of them."""
