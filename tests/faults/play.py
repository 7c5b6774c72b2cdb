"""A schedule played to its end, then new runs on a healthy world until nothing is left to do."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from reconciler.errors import ApplyRefused, ReconcilerError
from reconciler.plan.gates.rules import GATE_CODES
from reconciler.plan.model import Plan
from reconciler.resources.base import Desired
from reconciler.workflow.applying import ApplyResult, run_apply
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.resolving import OperatorAnswer, resolve
from reconciler.workflow.session import Options
from tests.faults.deeds import action_of, seed_campaign
from tests.faults.ending import judge_end, unfinished
from tests.faults.estate import (
    ENVIRON,
    PlayedSession,
    catalogue,
    edited,
    handlers,
    retired,
)
from tests.faults.inline import GONE, RENEWED, single_threaded
from tests.faults.naive import naive_apply
from tests.faults.process import Fate, Process
from tests.faults.schedule import Play, Round, Schedule
from tests.faults.stage import Stage, effective_creates, log_of
from tests.faults.turns import Actor, Crash, Crew, dice

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
class Verdict:
    """What a schedule came to."""

    seed: int
    violations: list[str]
    duplicates: int
    bare_creates: int
    creates: int
    blocked: int = 0
    """Addresses whose create stays unknown, as reported with exit code 7."""
    crashes: int = 0
    trace: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    applied: ApplyResult | None = None
    problem: ReconcilerError | None = None


def play(plan: Schedule, *, naive: bool = False, verbose: bool = False) -> Verdict:
    """Play a schedule and judge it."""
    crew = Crew(dice(f"crew:{plan.seed}"))
    GONE.clear()
    RENEWED.clear()
    stage = Stage(plan.seed, crew, naive=naive, verbose=verbose)
    try:
        with single_threaded():
            verdict = _Player(plan, stage).play()
        verdict.trace = (*plan.lines(), *stage.trace, "request log:", *log_of(stage))
        return verdict
    finally:
        stage.close()


class _Player:
    def __init__(self, plan: Schedule, stage: Stage) -> None:
        self._plan = plan
        self._stage = stage
        self._crashes = 0

    def play(self) -> Verdict:
        plan, stage = self._plan, self._stage
        stage.simulator.change_switches(plan.switches)
        for name in plan.seeded:
            seed_campaign(stage, name, "second")
        for number, one in enumerate(plan.rounds):
            if number == plan.faults_from:
                for fault in plan.faults:
                    stage.simulator.faults.add(fault)
            self._round(one)
        blocked = self._recover(plan.rounds[-1].wanted)
        if effective_creates(stage) != len(stage.created):
            stage.violation("the request log and the witness count different creates")
        return Verdict(
            seed=plan.seed,
            violations=stage.violations,
            duplicates=stage.duplicates,
            bare_creates=stage.bare_creates,
            creates=stage.creates,
            blocked=blocked,
            crashes=self._crashes,
        )

    def _round(self, one: Round) -> None:
        stage = self._stage
        stage.crew.now += one.wait
        base = stage.ticks
        deeds = sorted(one.deeds, key=lambda deed: deed.after)
        stage.events = [
            (base + deed.after, f"{deed.what} {deed.name}", action_of(stage, deed))
            for deed in deeds
        ]
        alone = len(one.plays) == 1
        runs = [_Run() for _ in one.plays]
        stage.crew.run(
            [
                self._work(run, play_, one.wanted, alone=alone)
                for run, play_ in zip(runs, one.plays, strict=True)
            ]
        )

    def _work(
        self, run: _Run, play_: Play, wanted: dict[str, str], *, alone: bool
    ) -> Callable[[Actor], None]:
        def work(actor: Actor) -> None:
            process = Process(self._stage, actor, play_.fate)
            session = self._session(process, play_, wanted, alone=alone)
            try:
                if self._stage.naive:
                    naive_apply(session, self._stage)
                elif play_.resolves:
                    _resolve_all(session)
                else:
                    talk = replace(TALK, interrupted=process.interrupted)
                    run.applied = run_apply(session, saved=None, ask=play_.ask, talk=talk)
            except Crash:
                self._crashes += 1
            except ReconcilerError as problem:
                run.problem = problem
            finally:
                process.bury()
            self._judge(run, process)

        return work

    def _session(
        self, process: Process, play_: Play, wanted: dict[str, str], *, alone: bool
    ) -> PlayedSession:
        allow = frozenset(GATE_CODES)
        if not alone or _something_hides(self._stage):
            allow -= {"recreate"}
        return PlayedSession(
            options=Options(
                directory=self._stage.folder,
                parallelism=1,
                lock_timeout=play_.lock_timeout,
                allow=allow,
            ),
            environ=ENVIRON,
            clock=process.clock,
            handlers=handlers(process.handler),
            wanted=tuple(_desired(wanted)),
            text=self._plan.text,
            state=self._stage.state,
            watched=process.ledger,
        )

    def _judge(self, run: _Run, process: Process) -> None:
        stage = self._stage
        said = run.problem or (run.applied and f"exit {int(run.applied.exit_code)}") or "died"
        stage.tell(f"    {process.name}: {said}")
        if run.applied is not None:
            for outcome in run.applied.outcomes:
                stage.tell(f"      {outcome.address} {outcome.action}: {outcome.outcome}")
            for found in run.applied.plan.diagnostics:
                stage.tell(f"      {found.severity} {found.code}: {found.summary}")
            if run.applied.plan.errored and process.changes:
                stage.violation(f"{process.name}: wrote after a plan with errors")
        if run.problem is not None and process.changes:
            stage.violation(f"{process.name}: wrote, then ended with {run.problem.code}")

    def _recover(self, wanted: dict[str, str]) -> int:
        stage = self._stage
        stage.heal()
        last = ""
        for _ in range(_RECOVERIES):
            stage.crew.now += _PAUSE
            run = _Run()
            fate = Fate(provable=False)
            stage.crew.run(
                [self._work(run, Play(fate=fate, lock_timeout=200.0), wanted, alone=True)]
            )
            if stage.naive:
                return 0
            last = unfinished(run.applied, run.problem)
            if run.applied is not None and not last:
                return judge_end(stage, wanted, run.applied.plan)
        if not stage.touched:
            stage.violation(f"not settled after {_RECOVERIES} recovery runs: {last}")
        return 0


def _resolve_all(session: PlayedSession) -> None:
    """Say of every open create that it did not happen; what refuses that is no fault."""
    for address in sorted(session.open_ledger().view().intents):
        verdict = OperatorAnswer(reason="the operator says so")
        with contextlib.suppress(ApplyRefused):
            resolve(session, address, verdict, on_wait=lambda _: None)


def _desired(wanted: dict[str, str]) -> Iterator[Desired]:
    for name, want in sorted(wanted.items()):
        one = catalogue()[name]
        yield retired(one) if want == "retired" else edited(one, want)


def _something_hides(stage: Stage) -> bool:
    """Whether a recorded campaign exists that a listing does not show: not to be made again."""
    now = stage.simulator.world.now()
    ids = {str(body["remote_id"]) for _, body in stage.rows("record")}
    return any(one.id in ids and not stage.visible(one, now) for one in stage.campaigns())


def with_fate(plan: Schedule, fate: Fate) -> Schedule:
    """The schedule with another fate of the first process of its last round."""
    last = plan.rounds[-1]
    plays = (replace(last.plays[0], fate=fate), *last.plays[1:])
    return replace(plan, rounds=(*plan.rounds[:-1], replace(last, plays=plays)))
