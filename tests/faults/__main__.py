"""`python -m tests.faults`: replay one seed, or play many and print figures."""

import argparse
import os
import sys
import time

from tests.faults.bench import measure, measure_here
from tests.faults.kills import kill_runs
from tests.faults.matrix import play_combination
from tests.faults.report import (
    HEADER,
    Figures,
    combinations,
    kills,
    known_seeds,
    random_schedules,
    systematic,
    upsets,
)
from tests.faults.scenario import play_schedule
from tests.faults.schedule import schedule
from tests.faults.sweep import Case, schedule_of
from tests.faults.verdicts import Verdict

_BATCH = 200


def main() -> int:
    """Parse, play, print; 1 if anything failed."""
    arguments = _parser().parse_args()
    if arguments.bench_one:
        measure_here(arguments.bench_one, arguments.url)
        return 0
    if arguments.seed is not None:
        verdict = play_schedule(schedule(arguments.seed), naive=arguments.naive, verbose=True)
        return _shown(verdict, arguments.verbose)
    if arguments.combination is not None:
        _, verdict = play_combination(arguments.combination, verbose=True)
        return _shown(verdict, arguments.verbose)
    if arguments.case:
        case = Case(arguments.case, arguments.fault)
        plan = schedule_of(case, arguments.step, provable=arguments.step % 2 == 0)
        return _shown(play_schedule(plan, verbose=True), arguments.verbose)
    if arguments.kill_seed is not None:
        killed = kill_runs(arguments.kill_seed, 5)
        _say("\n".join([*(killed.trace if arguments.verbose else ()), *killed.violations]))
        return bool(killed.violations)
    return _many(arguments)


def _shown(verdict: Verdict, verbose: bool) -> int:
    _say("\n".join(verdict.trace if verbose else ()))
    _say("\n".join(verdict.violations) or "nothing wrong")
    return bool(verdict.violations)


def _many(arguments: argparse.Namespace) -> int:
    first, number, processes = arguments.first, arguments.schedules, arguments.processes
    begin = time.perf_counter()
    _say(f"first seed: {first}")
    rows = [_random(arguments, until=begin + arguments.seconds if arguments.seconds else None)]
    rate = rows[0].played / (time.perf_counter() - begin)
    control = random_schedules(
        range(first, first + max(20, number // 20)), processes=processes, naive=True
    )
    if arguments.stride:
        rows.insert(0, systematic(arguments.stride, processes=processes))
    if arguments.combinations:
        seeds = range(first, first + arguments.combinations)
        rows += combinations(seeds, processes=processes)
    rows.append(upsets())
    if arguments.kills:
        rows.append(kills(arguments.kills, processes=processes, first=first))
    _say(HEADER)
    for row in (*rows, control):
        _say(row.line)
    _say(f"{rate:.0f} schedules a second with {processes} processes")
    failed = _failures(rows, control)
    for creates in arguments.bench:
        for socket in (False, True):
            _say(measure(creates, socket=socket).line)
    return failed


def _random(arguments: argparse.Namespace, *, until: float | None) -> Figures:
    """The known seeds and a number of new ones, or new ones until the time is over."""
    first, number, processes = arguments.first, arguments.schedules, arguments.processes
    if until is None:
        return random_schedules(
            [*known_seeds(), *range(first, first + number)], processes=processes
        )
    found = random_schedules(known_seeds(), processes=processes)
    while time.perf_counter() < until:
        found.join(random_schedules(range(first, first + _BATCH), processes=processes))
        first += _BATCH
    return found


def _failures(rows: list[Figures], control: Figures) -> int:
    found = [failure for row in rows for failure in row.failures]
    if not control.duplicates:
        found.append("the naive control made no duplicate: the harness is blind")
    _say("\n".join(f"FAILED {failure}" for failure in found[:30]) or "all invariants held")
    return bool(found)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, help="replay one random schedule")
    parser.add_argument("--naive", action="store_true", help="with --seed: the control")
    parser.add_argument("--combination", type=int, help="replay one combination of dimensions")
    parser.add_argument("--case", default="", help="replay one case of the sweep")
    parser.add_argument("--fault", default="", help="with --case: its fault")
    parser.add_argument("--step", type=int, default=1, help="with --case: where it crashes")
    parser.add_argument("--kill-seed", type=int, help="replay one world of kills")
    parser.add_argument("-v", "--verbose", action="store_true", help="schedule, steps and requests")
    parser.add_argument("--schedules", type=int, default=2000)
    parser.add_argument(
        "--seconds", type=float, default=0, help="random schedules for so long, not --schedules"
    )
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--combinations", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stride", type=int, default=7, help="of the sweep; 0 leaves it out")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--bench", type=int, nargs="*", default=[], help="numbers of creates")
    parser.add_argument("--bench-one", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
