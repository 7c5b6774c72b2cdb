"""What reading an account costs at a vendor's rate, in requests and in minutes of a virtual clock.

`python -m tests.benchmarks.reads [CAMPAIGNS] [WARM]` prints one line for each figure. The simulator
answers in this process and takes no time, so all minutes are those that the rate limit imposes.
Every run is on a machine of its own: only the bucket with the ledger knows what others have read.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from obstore.store import MemoryStore

from reconciler.errors import ExitCode
from reconciler.ledger.base import Ledger
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.testing.clock import ManualClock
from reconciler.workflow.planning import make_plan
from reconciler.workflow.session import Options, Session
from tests.faults.fixtures import ENVIRON, ENVIRONMENT, manifest, project_text, write_project
from tests.support.ledgers import NOTE, lock
from tests.support.watched_store import WatchedStore

RATE = 50
INTERRUPTIONS = 5
LIST, GET = "kore.list", "kore.get"
PAGES: Mapping[str, Tree] = {
    "1,000 rows a page": {"list_maximum": 1000},
    "100 rows a page": {"list_maximum": 100},
    "50 rows a page": {"list_maximum": 50},
}


@dataclass(frozen=True, kw_only=True)
class _OnBucket(Session):
    """A session whose ledger lies in a bucket that counts requests."""

    store: WatchedStore = field(default_factory=lambda: WatchedStore(MemoryStore()))

    def open_ledger(self, environment: str | None = None) -> Ledger:
        return ObjectLedger(self.store, environment or ENVIRONMENT, self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a plan cost: requests by operation, requests to the bucket, and seconds."""

    code: ExitCode
    requests: Mapping[str, int]
    bucket: int
    seconds: float

    @property
    def ratio(self) -> float:
        """The time it took, over the time that so many requests need at the rate."""
        return self.seconds / (60 * sum(self.requests.values()) / RATE)


class Estate:
    """An account at Kore.ai, and a project with a manifest for each of its campaigns."""

    def __init__(self, folder: Path, campaigns: int, kore: Tree | None = None) -> None:
        self._folder = folder
        self.campaigns = campaigns
        self._clock = ManualClock()
        self._store = WatchedStore(MemoryStore())
        self.simulator = Simulator(clock=self._clock, seed=1)
        self.simulator.change_switches({"kore": kore or {}})
        write_project(folder, project_text(rate=f"{RATE}/minute"), [])
        (folder / "campaigns" / "all.yaml").unlink()
        for number in range(campaigns):
            text = manifest("sms", number)
            (folder / "campaigns" / f"sms-{number}.yaml").write_text(text, "utf-8")
        with self._session() as session:
            ledger = session.open_ledger()
            assert ledger.acquire(lock("opening")) is None
            ledger.note_created(NOTE, "opening")
            ledger.release("opening")
            for desired in session.load(ENVIRONMENT).desired[ENVIRONMENT]:
                self.simulator.seed_kore(desired.spec)

    def plan(self, max_requests: int | None = None) -> Run:
        """Plan on a machine that has nothing but the manifests."""
        self.simulator.clear_requests()
        self._store.calls.clear()
        begun = self._clock.monotonic()
        with self._session(max_requests) as session:
            code = make_plan(session, session.open_ledger()).exit_code
        return Run(
            code=code,
            requests=Counter(one.operation for one in self.simulator.requests()),
            bucket=len(self._store.calls),
            seconds=self._clock.monotonic() - begun,
        )

    def plan_interrupted(self) -> list[Run]:
        """The same in several runs, of which all but the last end before everything is read."""
        budget = self.campaigns // (INTERRUPTIONS + 1) + self.campaigns // 50
        return [*(self.plan(budget) for _ in range(INTERRUPTIONS)), self.plan()]

    def _session(self, max_requests: int | None = None) -> _OnBucket:
        # One thread: on a shared clock, the wait of one would count as the time that another takes.
        options = Options(directory=self._folder, max_requests=max_requests, parallelism=1)
        answer = self.simulator.handle
        return _OnBucket(
            options,
            ENVIRON,
            self._clock,
            handlers={"kore": answer, "care": answer},
            store=self._store,
        )


def main() -> None:
    """Print every figure."""
    many, warm = (int(word) for word in (*sys.argv[1:], "3000", "1000")[:2])
    with tempfile.TemporaryDirectory() as name:
        _tell(f"first plan of {many:,}", Estate(Path(name), many).plan(), goal="ratio 0.95 to 1.05")
    with tempfile.TemporaryDirectory() as name:
        runs = Estate(Path(name), many).plan_interrupted()
        again = sum(run.requests[GET] for run in runs) - many
        _print(f"{many:,} after {INTERRUPTIONS} interruptions", read_twice=again, goal="0")
    for what, kore in PAGES.items():
        with tempfile.TemporaryDirectory() as name:
            estate = Estate(Path(name), warm, kore)
            estate.plan()
            _tell(f"warm plan of {warm:,} on a new runner, {what}", estate.plan())


def _tell(what: str, run: Run, goal: str = "") -> None:
    _print(
        what,
        **run.requests,
        bucket=run.bucket,
        minutes=round(run.seconds / 60, 2),
        ratio=round(run.ratio, 3),
        goal=goal,
    )


def _print(what: str, **figures: object) -> None:
    sys.stdout.write(json.dumps({"what": what, **figures}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
