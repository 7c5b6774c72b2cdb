"""A combination of the dimensions played: three runs, then healthy ones, and the oracle's word.

The first run meets the answer, the wrong clock and the death. The second and the third are other
writers' or its own. No run opens a gate that guards against a second campaign.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reconciler.errors import ReconcilerError
from reconciler.plan.gate_table import GATES
from reconciler.plan.model import Plan
from reconciler.resources.base import Desired
from reconciler.resources.marker import marker_for
from reconciler.simulator.faults import Fault
from reconciler.workflow.applying import ApplyResult, run_apply
from reconciler.workflow.planning import make_plan
from reconciler.workflow.session import Options
from tests.faults.console_actions import copy_campaign, seed_campaign
from tests.faults.dimensions import (
    ANSWERS,
    CLOCKS,
    DEATHS,
    HABITS,
    LAGS,
    WAITS,
    Combination,
    Writers,
    combination,
)
from tests.faults.fixtures import (
    ENVIRON,
    PROJECT_ID,
    ScheduledSession,
    catalogue,
    handlers,
    project_text,
)
from tests.faults.inline import GONE, RENEWED, single_threaded
from tests.faults.interleaving import Crash, Interleaving, Operator, dice
from tests.faults.oracle import Campaign, RunFacts, judge, second_campaigns, unnamed
from tests.faults.process import CrashPlan, Process
from tests.faults.scenario import TALK
from tests.faults.simulated_world import HERE, Place, SimulatedWorld, log_of
from tests.faults.vendor_habits import HabitualVendor, Wire
from tests.faults.verdicts import Verdict, unfinished

_GUARDS = frozenset({"recreate", "near-twin", "foreign-owner", "adopt-change", "ledger-behind"})
"""Gates that nobody opens, because a second campaign may be behind them."""
_RECOVERIES = 6
_PAUSE = 700.0
_RENAMED = Place(environment="live")
_APART = Place(file="other.db")
_OLDER = {"sms-1": "sms-2", "voice-1": "voice-2", "care-1": "care-2"}
"""A campaign of the console that stands before everything, for answers that name an old id."""


def play_combination(seed: int, *, verbose: bool = False) -> tuple[Combination, Verdict]:
    """Play the combination of a seed and judge it."""
    chosen = combination(seed)
    return chosen, play(chosen, seed, verbose=verbose)


def play(chosen: Combination, seed: int, *, verbose: bool = False) -> Verdict:
    """Play a combination and judge it; a second campaign outside of the promise is only counted."""
    GONE.clear()
    RENEWED.clear()
    interleaving = Interleaving(dice(f"matrix:{seed}:crew"))
    skew = CLOCKS[chosen.clocks][1]
    world = SimulatedWorld(seed, interleaving, verbose=verbose, skew=skew)
    try:
        with single_threaded():
            verdict = _Player(chosen, world).play()
        verdict.trace = (f"combination {seed}: {chosen}", *world.trace, "log:", *log_of(world))
        return verdict
    finally:
        world.close()


_NOTHING = ReconcilerError("it ended with neither a result nor an error")


@dataclass(slots=True)
class _Run:
    shown: list[Plan] = field(default_factory=list)
    applied: ApplyResult | None = None
    problem: ReconcilerError | None = None
    died: bool = False


class _Player:
    def __init__(self, chosen: Combination, world: SimulatedWorld) -> None:
        self._chosen = chosen
        self._world = world
        self._wrong: list[str] = []
        self._crashes = 0

    def play(self) -> Verdict:
        chosen, world = self._chosen, self._world
        self._prepare()
        first = CrashPlan(crash_at=DEATHS[chosen.death], skew=CLOCKS[chosen.clocks][0])
        later = {
            Writers.ONE: (HERE, HERE),
            Writers.RENAMED: (_RENAMED, _RENAMED),
            Writers.APART: (_APART, HERE),
        }[chosen.writers]
        self._run(HERE, first)
        for place in later:
            world.interleaving.now += WAITS[chosen.wait]
            self._run(place, CrashPlan())
        world.heal()
        places = tuple(dict.fromkeys(later))
        for place in places:
            self._recover(place)
        self._judge_end(places)
        if chosen.marker:
            self._judge_copy(places[0])
        return Verdict(
            seed=world.seed,
            violations=self._wrong,
            duplicates=world.duplicates,
            bare_creates=world.bare_creates,
            creates=world.creates,
            blocked=sum(
                1 for place in (HERE, _RENAMED, _APART) for _ in world.rows("intent", place)
            ),
            crashes=self._crashes,
            late=world.late,
        )

    def _prepare(self) -> None:
        chosen, world = self._chosen, self._world
        lag = LAGS[chosen.lag]
        habit, answer = HABITS[chosen.habit], ANSWERS[chosen.answer]
        lags = {"list_lag": lag, "get_lag": 0.0 if habit.returns_existing else lag}
        world.simulator.change_switches(
            {"kore": {**lags, **habit.kore}, "carecycle": {**lags, **habit.carecycle}}
        )
        seed_campaign(world, _OLDER[chosen.campaign], "by hand")
        world.interleaving.now += 7 * 86_400.0
        if answer.fault:
            fault = Fault.parse(f"*.create:{answer.fault}")
            world.simulator.faults.add(fault.model_copy(update={"body": answer.body}))

    def _run(self, place: Place, crash_plan: CrashPlan) -> _Run:
        run = _Run()
        self._world.interleaving.run([self._work(run, place, crash_plan)])
        return run

    def _work(self, run: _Run, place: Place, plan: CrashPlan) -> Callable[[Operator], None]:
        world, chosen = self._world, self._chosen

        def work(operator: Operator) -> None:
            process = Process(world, operator, plan, place)
            vendor = HabitualVendor(
                process.handler,
                world,
                habit=HABITS[chosen.habit],
                answer=ANSWERS[chosen.answer],
            )
            begun = world.interleaving.now
            try:
                session = _session(chosen, world, process, vendor.handler, place)
                talk = replace(TALK, show=run.shown.append)
                run.applied = run_apply(session, saved=None, ask=False, talk=talk)
            except Crash:
                self._crashes += 1
                run.died = True
            except ReconcilerError as problem:
                run.problem = problem
            finally:
                process.bury()
            world.tell(f"  {process.name} at {place}: {_told(run)}; sent {vendor.sent}")
            if not run.died:
                self._wrong += [
                    f"{process.name}: {text}"
                    for text in judge(self._facts(run, place, vendor, begun))
                ]

        return work

    def _facts(self, run: _Run, place: Place, vendor: HabitualVendor, begun: float) -> RunFacts:
        world, applied, problem = self._world, run.applied, run.problem
        wanted = _wanted(self._chosen)
        key, name = str(wanted.address), wanted.name
        intent = dict(world.rows("intent", place)).get(key)
        record = dict(world.rows("record", place)).get(key)
        return RunFacts(
            begun=begun,
            ended=world.interleaving.now,
            wanted=key,
            name=name,
            plan=run.shown[-1] if run.shown else None,
            outcomes=applied.outcomes if applied is not None else (),
            exit=int((applied or problem or _NOTHING).exit_code),
            refused=problem.code if problem is not None else "",
            sent=tuple(vendor.sent),
            campaigns=_campaigns(world),
            recorded=str(record["remote_id"]) if record else "",
            unknown=intent is not None and not intent.get("denied"),
            open_elsewhere=any(
                found == key and not body.get("denied")
                for other in (HERE, _RENAMED)
                if other != place and other.file == place.file
                for found, body in world.rows("intent", other)
            ),
        )

    def _recover(self, place: Place) -> None:
        """Healthy runs until nothing is left to do but what a person must decide."""
        last = ""
        for _ in range(_RECOVERIES):
            self._world.interleaving.now += _PAUSE
            run = self._run(place, CrashPlan(provable=False))
            last = unfinished(run.applied, run.problem)
            if not last or (run.problem is not None and run.problem.code == "apply-refused"):
                return
        if self._chosen.promised:
            self._wrong.append(f"not settled after {_RECOVERIES} healthy runs: {last}")

    def _judge_end(self, places: tuple[Place, ...]) -> None:
        """The promise, or outside of it that each side names every twin."""
        world = self._world
        twins = second_campaigns(_campaigns(world))
        if self._chosen.promised:
            self._wrong += [f"SECOND CAMPAIGN of {key}: {ids}" for key, ids in twins.items()]
            self._wrong += world.violations
            return
        for place in places:
            plan = self._plan(place)
            for ids in twins.values():
                known = {str(body["remote_id"]) for _, body in world.rows("record", place)}
                if silent := unnamed(ids, plan, known):
                    self._wrong.append(f"{place} names nowhere: {', '.join(silent)} of {ids}")

    def _judge_copy(self, place: Place) -> None:
        """A campaign that is copied with its marker is named as a twin of the recorded one."""
        world, chosen = self._world, self._chosen
        ids = {str(body["remote_id"]) for _, body in world.rows("record", place)}
        for one in world.campaigns():
            text = str(one.document.get("description"))
            if one.id in ids and "[rc-" in text:
                copy = copy_campaign(world, chosen.campaign, text)
                if unnamed([copy], self._plan(place), known=()):
                    self._wrong.append(f"{place} does not name {copy}, a copy of {one.id}")

    def _plan(self, place: Place) -> Plan:
        world, found = self._world, list[Plan]()

        def work(operator: Operator) -> None:
            process = Process(world, operator, CrashPlan(), place)
            session = _session(self._chosen, world, process, process.handler, place)
            found.append(make_plan(session, session.open_ledger()).plan)
            process.bury()

        world.interleaving.run([work])
        return found[0]


def _told(run: _Run) -> str:
    if run.died:
        return "died"
    if run.problem is not None:
        return f"exit {int(run.problem.exit_code)}, {run.problem.code}: {run.problem}"
    if run.applied is None:
        return "nothing"
    told = [f"{one.action} {one.outcome} {one.remote_id or ''}" for one in run.applied.outcomes]
    told += [f"{found.code}: {found.summary}" for found in run.applied.plan.diagnostics]
    return f"exit {int(run.applied.exit_code)}, {'; '.join(told)}"


def _session(
    chosen: Combination, world: SimulatedWorld, process: Process, wire: Wire, place: Place
) -> ScheduledSession:
    return ScheduledSession(
        options=Options(
            directory=world.folder,
            parallelism=1,
            lock_timeout=200.0,
            allow=frozenset(GATES) - _GUARDS,
        ),
        environ=ENVIRON,
        clock=process.clock,
        handlers=handlers(wire),
        wanted=(_wanted(chosen),),
        text=project_text(environment=place.environment, marker=chosen.marker),
        state=world.ledger_of(place),
        watched=process.ledger,
        others=process.ledger_of,
    )


def _wanted(chosen: Combination) -> Desired:
    one = catalogue()[chosen.campaign]
    if HABITS[chosen.habit].wide_names:
        one = replace(one, spec={**one.spec, "name": one.name.replace(" ", "  ")})
    id_ = PROJECT_ID if chosen.marker else ""
    return replace(one, marker=marker_for(id_, one.target, one.address))


def _campaigns(world: SimulatedWorld) -> tuple[Campaign, ...]:
    makers = {one.remote_id: one.key for one in world.created}
    return tuple(
        Campaign(
            id=one.id,
            name=one.name,
            ours=makers.get(one.id, ""),
            listed_from=world.seconds(one.list_from),
        )
        for one in world.campaigns()
    )
