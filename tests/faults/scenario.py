"""Plays a schedule to its end, then new runs without faults until nothing is left to do."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from unittest import mock

from reconciler.apply import read_back
from reconciler.errors import ApplyRefused, ExitCode, ReconcilerError
from reconciler.plan.gate_table import GATES
from reconciler.plan.model import Plan
from reconciler.providers.kore import paging
from reconciler.providers.kore import provider as kore_provider
from reconciler.providers.paging import PageSizes
from reconciler.resources.base import Desired
from reconciler.resources.outcome import Outcome
from reconciler.workflow.applying import ApplyResult, run_apply
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.resolving import OperatorAnswer, resolve
from reconciler.workflow.session import Options
from tests.faults.console_actions import action_of, seed_campaign
from tests.faults.fixtures import (
    ENVIRON,
    ScheduledSession,
    catalogue,
    edited,
    handlers,
    retired,
)
from tests.faults.inline import GONE, RENEWED, single_threaded
from tests.faults.interleaving import Crash, Interleaving, Operator, dice
from tests.faults.naive import naive_apply
from tests.faults.process import CrashPlan, Process
from tests.faults.schedule import OperatorRun, Round, Schedule
from tests.faults.simulated_world import SimulatedWorld, effective_creates, log_of
from tests.faults.verdicts import (
    Verdict,
    judge_end,
    judge_receipts,
    judge_settings,
    unfinished,
)

_RECOVERIES = 8
_PAUSE = 700.0
"""Seconds between recovery runs: more than a lease and any lag."""
TALK = Conversation[Plan](
    show=lambda _: None,
    approve=lambda _: None,
    on_wait=lambda _: None,
    interrupted=lambda: False,
)


@dataclass(slots=True)
class _Run:
    applied: ApplyResult | None = None
    problem: ReconcilerError | None = None


def play_schedule(plan: Schedule, *, naive: bool = False, verbose: bool = False) -> Verdict:
    """Play a schedule and judge it."""
    interleaving = Interleaving(dice(f"crew:{plan.seed}"))
    GONE.clear()
    RENEWED.clear()
    world = SimulatedWorld(plan.seed, interleaving, naive=naive, verbose=verbose)
    world.most_unproven = plan.most_unproven
    few = mock.patch.object(read_back, "MOST_UNPROVEN", plan.most_unproven)
    sizes = PageSizes(documented=1, larger=(8, 4, 2)) if plan.small_pages else paging.SIZES
    pages = mock.patch.object(kore_provider, "SIZES", sizes)
    try:
        with single_threaded(), few, pages:
            verdict = _Player(plan, world).play()
        verdict.trace = (*plan.lines(), *world.trace, "request log:", *log_of(world))
        return verdict
    finally:
        world.close()


class _Player:
    def __init__(self, plan: Schedule, world: SimulatedWorld) -> None:
        self._plan = plan
        self._world = world
        self._crashes = 0

    def play(self) -> Verdict:
        plan, world = self._plan, self._world
        world.simulator.change_switches(plan.switches)
        for name in plan.seeded:
            seed_campaign(world, name, "second")
        for number, one in enumerate(plan.rounds):
            if number == plan.faults_from:
                for fault in plan.faults:
                    world.simulator.faults.add(fault)
            self._round(one)
        blocked = self._recover(plan.rounds[-1].wanted)
        if effective_creates(world) != len(world.created):
            world.violation("the request log and the witness count different creates")
        return Verdict(
            seed=plan.seed,
            violations=world.violations,
            duplicates=world.duplicates,
            bare_creates=world.bare_creates,
            creates=world.creates,
            blocked=blocked,
            crashes=self._crashes,
            late=world.late,
        )

    def _round(self, one: Round) -> None:
        world = self._world
        world.interleaving.now += one.wait
        base = world.ticks
        console_actions = sorted(one.console_actions, key=lambda action: action.after)
        world.events = [
            (base + action.after, f"{action.what} {action.name}", action_of(world, action))
            for action in console_actions
        ]
        alone = len(one.operator_runs) == 1
        runs = [_Run() for _ in one.operator_runs]
        world.interleaving.run(
            [
                self._work(run, operator_run, one.wanted, alone=alone)
                for run, operator_run in zip(runs, one.operator_runs, strict=True)
            ]
        )

    def _work(
        self, run: _Run, operator_run: OperatorRun, wanted: dict[str, str], *, alone: bool
    ) -> Callable[[Operator], None]:
        def work(operator: Operator) -> None:
            process = Process(self._world, operator, operator_run.crash_plan)
            session = self._session(process, operator_run, wanted, alone=alone)
            try:
                if self._world.naive:
                    naive_apply(session, self._world)
                elif operator_run.resolves:
                    _resolve_all(session)
                else:
                    talk = replace(TALK, interrupted=process.interrupted)
                    run.applied = run_apply(session, saved=None, ask=operator_run.ask, talk=talk)
            except Crash:
                self._crashes += 1
            except ReconcilerError as problem:
                run.problem = problem
            finally:
                process.bury()
            self._judge(run, process, alone=alone)

        return work

    def _session(
        self, process: Process, operator_run: OperatorRun, wanted: dict[str, str], *, alone: bool
    ) -> ScheduledSession:
        # A campaign that somebody renamed may be ours, and only a person can tell.
        allow = frozenset(GATES) - {"near-twin"}
        if not alone or _something_hides(self._world):
            allow -= {"recreate"}
        return ScheduledSession(
            options=Options(
                directory=self._world.folder,
                parallelism=1,
                lock_timeout=operator_run.lock_timeout,
                allow=allow,
            ),
            environ=ENVIRON,
            clock=process.clock,
            handlers=handlers(process.handler),
            wanted=tuple(desired(wanted)),
            text=self._plan.text,
            state=self._world.state,
            watched=process.ledger,
        )

    def _judge(self, run: _Run, process: Process, *, alone: bool) -> None:
        world = self._world
        said = run.problem or (run.applied and f"exit {int(run.applied.exit_code)}") or "died"
        world.tell(f"    {process.name}: {said}")
        if run.applied is not None:
            for outcome in run.applied.outcomes:
                world.tell(f"      {outcome.address} {outcome.action}: {outcome.outcome}")
            for found in run.applied.plan.diagnostics:
                world.tell(f"      {found.severity} {found.code}: {found.summary}")
            if (
                alone
                and run.applied.exit_code is ExitCode.UNKNOWN
                and not self._unknown(run.applied)
            ):
                world.violation(f"{process.name}: exit 7, and nothing is unknown")
            if run.applied.plan.errored and process.changes:
                world.violation(f"{process.name}: wrote after a plan with errors")
            if run.applied.exit_code == ExitCode.OK:
                judge_settings(world, run.applied.plan, process.started)
        if run.problem is not None and process.changes:
            world.violation(f"{process.name}: wrote, then ended with {run.problem.code}")

    def _unknown(self, applied: ApplyResult) -> bool:
        """Whether an outcome is unknown, or the ledger has a create that nobody denied."""
        intents = [body for _, body in self._world.rows("intent") if not body.get("denied")]
        return bool(intents) or any(one.outcome is Outcome.UNKNOWN for one in applied.outcomes)

    def _recover(self, wanted: dict[str, str]) -> int:
        world = self._world
        world.heal()
        last = ""
        for _ in range(_RECOVERIES):
            world.interleaving.now += _PAUSE
            run = _Run()
            crash_plan = CrashPlan(provable=False)
            world.interleaving.run(
                [
                    self._work(
                        run,
                        OperatorRun(crash_plan=crash_plan, lock_timeout=200.0),
                        wanted,
                        alone=True,
                    )
                ]
            )
            if world.naive:
                return 0
            last = unfinished(run.applied, run.problem)
            if not last:
                judge_receipts(world)
                return judge_end(world, wanted, run.applied.plan) if run.applied is not None else 0
        if not world.touched:
            world.violation(f"not settled after {_RECOVERIES} recovery runs: {last}")
        return 0


def _resolve_all(session: ScheduledSession) -> None:
    """Claim of every open create that it did not happen; a refusal is not a failure."""
    for address in sorted(session.open_ledger().view().intents):
        verdict = OperatorAnswer(reason="the operator says so")
        with contextlib.suppress(ApplyRefused):
            resolve(session, [address], verdict, on_wait=lambda _: None, on_pause=lambda _: None)


def desired(wanted: dict[str, str]) -> Iterator[Desired]:
    """The manifests of these names, each with its description, or retired."""
    for name, want in sorted(wanted.items()):
        one = catalogue()[name]
        yield retired(one) if want == "retired" else edited(one, want)


def _something_hides(world: SimulatedWorld) -> bool:
    """Whether a recorded campaign exists that a listing misses; it must not be created again."""
    now = world.simulator.world.now()
    ids = {str(body["remote_id"]) for _, body in world.rows("record")}
    return any(one.id in ids and not world.visible(one, now) for one in world.campaigns())


def with_crash_plan(plan: Schedule, crash_plan: CrashPlan) -> Schedule:
    """The schedule with another crash plan of the first process of its last round."""
    last = plan.rounds[-1]
    operator_runs = (replace(last.operator_runs[0], crash_plan=crash_plan), *last.operator_runs[1:])
    return replace(plan, rounds=(*plan.rounds[:-1], replace(last, operator_runs=operator_runs)))
