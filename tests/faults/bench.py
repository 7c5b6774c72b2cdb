"""How long an apply of many creates takes, how much memory, and how often it writes its ledger.

Each measurement is a process of its own; the ledger is a file on disk, with no rate limit.
"""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from reconciler.clock import SystemClock
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.plan.gate_table import GATES
from reconciler.simulator.core import Simulator
from reconciler.simulator.server import serve
from reconciler.workflow.applying import run_apply
from reconciler.workflow.session import Options, Session
from tests.faults.fixtures import ENVIRON, handlers, manifest, project_text
from tests.faults.scenario import TALK
from tests.faults.simulated_world import memory_peak
from tests.support.ledgers import open_new

_PER_FILE = 500
_WRITES = ("put_intent", "update_intent", "settle", "put_record", "forget")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One apply of `creates` new campaigns."""

    creates: int
    socket: bool
    seconds: float
    peak_mib: int
    """Of the process that applies; in process it holds the simulator too."""
    ledger_writes: float
    """Per create: durable transactions about campaigns, without lease, plan and receipt."""

    @property
    def line(self) -> str:
        """For people."""
        where = "socket" if self.socket else "in process"
        return (
            f"{self.creates:6d} creates, {where:10s} {self.seconds:8.2f} s "
            f"{self.seconds / self.creates * 1000:7.2f} ms/create {self.peak_mib:5d} MiB "
            f"{self.ledger_writes:5.2f} ledger writes/create"
        )


def measure(creates: int, *, socket: bool) -> Measured:
    """Apply in a fresh process; with `socket` the simulator is in this one."""
    with ExitStack() as stack:
        url = ""
        if socket:
            url = stack.enter_context(serve(Simulator(seed=1))).url
        command = [sys.executable, "-m", "tests.faults", "--bench-one", str(creates), "--url", url]
        found = subprocess.run(command, check=True, capture_output=True)
    return Measured(**json.loads(found.stdout))


def measure_here(creates: int, url: str) -> None:
    """Apply in this process and print the measurement as JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "campaigns").mkdir()
        project = project_text(url or "http://127.0.0.1:9", rate="999999/second")
        (folder / "reconciler.yaml").write_text(project, "utf-8")
        for begin in range(0, creates, _PER_FILE):
            numbers = range(begin, min(begin + _PER_FILE, creates))
            documents = "---\n".join(manifest("sms", number) for number in numbers)
            (folder / "campaigns" / f"{begin}.yaml").write_text(documents, "utf-8")
        open_new(folder / "state.db")
        options = Options(directory=folder, allow=frozenset(GATES))
        simulated = {} if url else handlers(Simulator(seed=1).handle)
        session = _Counting(options, environ=ENVIRON, handlers=simulated)
        started = time.perf_counter()
        applied = run_apply(session, saved=None, ask=False, talk=TALK)
        seconds = time.perf_counter() - started
    if applied.exit_code != 0 or len(applied.outcomes) != creates:
        raise SystemExit(f"the apply ended with {applied.exit_code!r}")
    measured = Measured(
        creates=creates,
        socket=bool(url),
        seconds=seconds,
        peak_mib=memory_peak(),
        ledger_writes=_Counted.writes / creates,
    )
    sys.stdout.write(json.dumps(asdict(measured)))


class _Counted(SqliteLedger):
    writes = 0

    def __getattribute__(self, name: str) -> object:
        if name in _WRITES:
            _Counted.writes += 1
        return super().__getattribute__(name)


class _Counting(Session):
    def open_ledger(self, environment: str | None = None) -> SqliteLedger:
        name = environment or self.environment.name
        return _Counted(self.project.root / self.project.state, name, SystemClock())
