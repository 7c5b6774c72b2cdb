"""Many schedules, sweeps and kills over several processes, and the table of figures."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from tests.faults.dimensions import Combination
from tests.faults.kills import Killed, kill_runs
from tests.faults.matrix import play_combination
from tests.faults.scenario import play_schedule
from tests.faults.schedule import schedule
from tests.faults.sweep import Case, cases, sweep
from tests.faults.upsets import LOSSES, STANDSTILLS, play_late, play_loss, play_standstill
from tests.faults.verdicts import Verdict

Item = TypeVar("Item")
Result = TypeVar("Result")
_KILLS_AT_ONCE = 5
SEEDS = Path(__file__).with_name("seeds.txt")


@dataclass(slots=True)
class Figures:
    """What was played, and the results."""

    what: str
    played: int = 0
    crashes: int = 0
    creates: int = 0
    duplicates: int = 0
    bare_creates: int = 0
    blocked: int = 0
    late: int = 0
    """Writes that had passed their last check, and arrived after the lease was lost."""
    failures: list[str] = field(default_factory=list)

    def add(self, found: Verdict | Killed, replay: str) -> None:
        """Count one; a failure says how to see it again."""
        self.played += 1
        self.crashes += found.crashes if isinstance(found, Verdict) else found.mid_run
        self.creates += found.creates
        self.duplicates += found.duplicates
        self.bare_creates += found.bare_creates
        self.blocked += found.blocked
        self.late += found.late if isinstance(found, Verdict) else 0
        if found.violations:
            self.failures.append(f"{replay}: {'; '.join(found.violations[:3])}")

    def join(self, others: "Figures") -> None:
        """Add the counts of another report."""
        self.played += others.played
        self.crashes += others.crashes
        self.creates += others.creates
        self.duplicates += others.duplicates
        self.bare_creates += others.bare_creates
        self.blocked += others.blocked
        self.late += others.late
        self.failures += others.failures

    @property
    def line(self) -> str:
        """One row of the table."""
        return (
            f"{self.what:24s} {self.played:6d} {self.crashes:8d} {self.creates:8d} "
            f"{self.duplicates:10d} {self.bare_creates:14d} {self.blocked:8d} "
            f"{self.late:6d} {len(self.failures):8d}"
        )


HEADER = f"{'':24s} played  crashes  creates duplicates without-intent  unknown   late failures"


def known_seeds() -> list[int]:
    """Seeds that failed before, from `seeds.txt`: a number, then what it found."""
    lines = SEEDS.read_text("utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line.strip() and not line.startswith("#")]


def random_schedules(seeds: Iterable[int], *, processes: int, naive: bool = False) -> Figures:
    """(b), or (e) with `naive`: play these seeds."""
    found = Figures("(e) naive control" if naive else "(b) random schedules")
    for verdict in _over(_play_naive if naive else _play, list(seeds), processes):
        option = " --naive" if naive else ""
        found.add(verdict, f"python -m tests.faults --seed {verdict.seed}{option} -v")
    return found


def systematic(stride: int, *, processes: int, every: int = 1, start: int = 0) -> Figures:
    """(a): every `every`th case, crashing at every `stride`th step."""
    found = Figures("(a) systematic crashes")
    jobs = [(case, stride) for case in cases()[start::every]]
    for case, verdicts in _over(_sweep, jobs, processes):
        for step, verdict in verdicts:
            replay = f"python -m tests.faults --case {case.scenario} --fault '{case.fault}'"
            found.add(verdict, f"{replay} --step {step} -v")
    return found


def combinations(seeds: Iterable[int], *, processes: int) -> tuple[Figures, Figures]:
    """(f) and (g): the combinations of these seeds that the promise covers, and the others."""
    covered, beyond = Figures("(f) combinations"), Figures("(g) beyond the promise")
    for chosen, verdict in _over(_combine, list(seeds), processes):
        row = covered if chosen.promised else beyond
        row.add(verdict, f"python -m tests.faults --combination {verdict.seed} -v")
    return covered, beyond


def upsets() -> Figures:
    """(h): every run that stands still, every ledger that goes back, a request that comes late."""
    found = Figures("(h) upsets")
    verdicts = [*map(play_standstill, STANDSTILLS), *map(play_loss, LOSSES), play_late()]
    for verdict in verdicts:
        found.add(verdict, "python -m pytest tests/faults/test_upsets.py")
    return found


def kills(number: int, *, processes: int, first: int = 0) -> Figures:
    """(c): until this many processes were killed."""
    found = Figures("(c) kill -9")
    seed = first
    while found.crashes < number:
        missing = number - found.crashes
        batch = [(seed + i, min(_KILLS_AT_ONCE, missing)) for i in range(-(-missing // 5))]
        seed += len(batch)
        for killed in _over(_kill, batch, processes):
            found.add(killed, f"python -m tests.faults --kill-seed {killed.seed} -v")
    return found


def _over(work: Callable[[Item], Result], items: list[Item], processes: int) -> Iterator[Result]:
    if processes <= 1:
        yield from map(work, items)
        return
    chunk = max(1, min(50, len(items) // (processes * 8)))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, items, chunksize=chunk)


def _short(verdict: Verdict) -> Verdict:
    verdict.trace = ()
    return verdict


def _play(seed: int) -> Verdict:
    return _short(play_schedule(schedule(seed)))


def _combine(seed: int) -> tuple[Combination, Verdict]:
    chosen, verdict = play_combination(seed)
    return chosen, _short(verdict)


def _play_naive(seed: int) -> Verdict:
    return _short(play_schedule(schedule(seed), naive=True))


def _sweep(job: tuple[Case, int]) -> tuple[Case, list[tuple[int, Verdict]]]:
    case, stride = job
    return case, [(step, _short(verdict)) for step, verdict in sweep(case, stride=stride)]


def _kill(job: tuple[int, int]) -> Killed:
    killed = kill_runs(*job)
    if not killed.violations:
        killed.trace = ()
    return killed
