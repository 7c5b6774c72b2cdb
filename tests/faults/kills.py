"""SIGKILL and SIGHUP to the real program over a real socket, then runs that recover.

The simulator runs here, so that the witness sees each request arrive as in the schedules.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.errors import ExitCode
from reconciler.providers.wire import WireRequest
from reconciler.simulator.core import Reaction, Simulator
from reconciler.simulator.server import serve
from tests.faults.fixtures import ENVIRON, project_text, write_project
from tests.faults.interleaving import Dice, Interleaving, dice
from tests.faults.simulated_world import Sender, SimulatedWorld, effective_creates, log_of
from tests.faults.verdicts import judge_receipts
from tests.support.ledgers import open_new

_ROOT = Path(__file__).resolve().parents[2]
_APPLY = (sys.executable, "-m", "reconciler", "apply", "--auto-approve")
_LONGEST = 90.0
_RECOVERIES = 4
_CAMPAIGNS = [(kind, number) for number in (1, 2, 3) for kind in ("sms", "voice", "care")]
_RUNS_PER_WORLD = 8
_HANGUPS = 0.2
"""The share of runs that get SIGHUP in place of SIGKILL."""
_ENDED = frozenset({*map(int, ExitCode), -signal.SIGKILL, -signal.SIGHUP})
"""How a run may end that got SIGHUP: before it began, the system ends it."""
_FAULTS = ("kore.create:slow=0.05:*", "kore.create:slow=0.2:*", "kore.list:slow=0.03:*")


@dataclass(slots=True)
class Killed:
    """The results of the kills in one world."""

    seed: int
    kills: int = 0
    """Processes that were killed while they ran."""
    mid_run: int = 0
    """Those of them that had sent something."""
    creates: int = 0
    duplicates: int = 0
    bare_creates: int = 0
    blocked: int = 0
    violations: list[str] = field(default_factory=list)
    trace: tuple[str, ...] = ()


class _Watched(Simulator):
    """A simulator that shows every request to the witness; `trigger` may act before or after."""

    witness: SimulatedWorld
    trigger: Callable[[bool], None] = staticmethod(lambda _: None)

    def __init__(self, seed: int) -> None:
        super().__init__(seed=seed)
        self._one = threading.RLock()

    def react(self, request: WireRequest) -> Reaction:
        """See `Simulator.react`."""
        with self._one:
            if getattr(self, "_within", False):
                return super().react(request)
            self._within = True
            try:
                self.trigger(False)
                holder = self.witness.holder()
                sender = Sender("run", self.world.now(), holder, fenced=True)
                reaction, _ = self.witness.receive(request, sender)
                self.trigger(True)
                return reaction
            finally:
                self._within = False


def kill_runs(seed: int, wanted_kills: int) -> Killed:
    """Kill at most this many runs in one world, recover, and judge it."""
    chance = dice(f"kills:{seed}")
    found = Killed(seed)
    world = SimulatedWorld(seed, Interleaving(dice(f"{seed}")), verbose=True)
    simulator = _Watched(seed)
    world.simulator.world.store.close()
    world.simulator, simulator.witness = simulator, world
    if chance.random() < 0.7:
        simulator.faults.add(chance.choice(_FAULTS))
    try:
        with serve(simulator) as address, tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            world.state = folder / "state.db"
            open_new(world.state)
            text = project_text(address.url, patience="readBack: 2s, settle: 2s")
            for number in range(1, _RUNS_PER_WORLD + 1):
                if found.kills >= wanted_kills:
                    break
                # One more campaign for each run, so that it has something to create.
                write_project(folder, text, _CAMPAIGNS[: number + 1])
                # Some lose their terminal instead: they must end by themselves, with a receipt.
                hung_up = dice(f"hangup:{seed}:{number}").random() < _HANGUPS
                end = signal.SIGHUP if hung_up else signal.SIGKILL
                _killed_run(folder, simulator, chance, found, end)
            simulator.trigger = lambda _: None
            simulator.faults.clear()
            _recover(folder, world, found)
            judge_receipts(world)
        _judge(world, found)
    finally:
        world.close()
    return found


def _killed_run(
    folder: Path, simulator: _Watched, chance: Dice, found: Killed, end: signal.Signals
) -> None:
    """Start a run and send it a signal after some requests or answers, or after some time."""
    run = _start(folder)
    at, after = chance.randint(1, 13), chance.random() < 0.5
    delay = chance.choice((0.0, 0.0, chance.random() * 0.02, chance.random() * 0.3))
    seen = [0]

    def trigger(done: bool) -> None:
        seen[0] += done is after
        if seen[0] == at:
            seen[0] += 1000
            if delay:
                threading.Timer(delay, run.send_signal, [end]).start()
            else:
                run.send_signal(end)

    simulator.trigger = trigger
    timed = chance.random() < 0.15
    try:
        run.communicate(timeout=chance.random() * 1.5 if timed else _LONGEST)
    except subprocess.TimeoutExpired:
        run.kill()
    run.communicate(timeout=_LONGEST)
    if end == signal.SIGHUP and run.returncode not in _ENDED:
        found.violations.append(f"a run that lost its terminal ended with {run.returncode}")
    if run.returncode == -signal.SIGKILL:
        found.kills += 1
        found.mid_run += bool(seen[0])
    simulator.witness.tell(f"run ended with {run.returncode}, after {seen[0] % 1000} requests")


def _recover(folder: Path, world: SimulatedWorld, found: Killed) -> None:
    code, said = 1, ""
    for _ in range(_RECOVERIES):
        run = _start(folder)
        _, errors = run.communicate(timeout=_LONGEST)
        code, said = run.returncode, errors.decode()
        world.tell(f"recovery ended with {code}")
        if code == 0:
            break
    found.blocked = len(list(world.rows("intent")))
    if code not in (0, 7) or (code == 7) != bool(found.blocked):
        found.violations.append(f"recovery ended with {code}: {said[-400:]}")


def _judge(world: SimulatedWorld, found: Killed) -> None:
    open_keys = {key for key, _ in world.rows("intent")}
    live = {campaign.id for campaign in world.campaigns()}
    recorded = {key: str(body["remote_id"]) for key, body in world.rows("record")}
    made = {one.key for one in world.created} | recorded.keys()
    for key in sorted(made - open_keys):
        if recorded.get(key) not in live:
            found.violations.append(f"{key} is settled, but no live campaign is recorded for it")
    if effective_creates(world) != len(world.created):
        found.violations.append("the request log and the witness count different creates")
    found.violations += world.violations
    found.creates, found.duplicates = world.creates, world.duplicates
    found.bare_creates = world.bare_creates
    found.trace = (*world.trace, "request log:", *log_of(world))


def _start(folder: Path) -> subprocess.Popen[bytes]:
    environ = {key: value for key, value in os.environ.items() if key != "CI"}
    path = os.pathsep.join([*filter(None, sys.path), str(_ROOT)])
    return subprocess.Popen(
        [*_APPLY, "--allow", "duplicate-audience"],
        cwd=folder,
        env={**environ, **ENVIRON, "PYTHONPATH": path, "RECONCILER_STATE_DIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
