"""What the promise does not cover: each limit has a schedule that shows it."""

from dataclasses import replace

from reconciler.simulator.faults import Fault
from tests.faults.fixtures import project_text
from tests.faults.process import CrashPlan
from tests.faults.scenario import play_schedule
from tests.faults.schedule import ConsoleAction, OperatorRun, Round, Schedule

_WANTED = {"sms-1": "first"}


def _vouched(*rounds: Round, lag: float = 0.0) -> Schedule:
    return Schedule(
        seed=1,
        text=project_text(absent_after="1h"),
        switches={"kore": {"list_lag": lag}},
        faults=(Fault.parse("kore.create:timeout_after:1"),),
        rounds=rounds,
    )


def _round(
    wait: float = 0.0, skew: float = 0.0, console_actions: tuple[ConsoleAction, ...] = ()
) -> Round:
    operator_runs = (OperatorRun(crash_plan=CrashPlan(skew=skew)),)
    return Round(
        wanted=_WANTED, operator_runs=operator_runs, wait=wait, console_actions=console_actions
    )


def test_a_wall_clock_that_runs_ahead_does_not_shorten_absent_after() -> None:
    rounds = (_round(), _round(wait=60.0, skew=100_000.0), _round(wait=1.0))
    assert play_schedule(_vouched(*rounds, lag=600.0)).duplicates == 0


def test_a_campaign_renamed_while_its_create_is_unknown_is_not_made_again() -> None:
    renamed = ConsoleAction(after=1, what="rename", name="sms-1")
    rounds = (_round(), _round(wait=4000.0, console_actions=(renamed,)), _round(wait=1.0))
    assert play_schedule(_vouched(*rounds, lag=100.0)).duplicates == 0


def test_a_campaign_that_is_retired_before_it_is_listed_is_not_forgotten() -> None:
    retired = replace(_round(wait=1.0), wanted={"sms-1": "retired"})
    plan = _vouched(_round(), retired, _round(wait=1.0), lag=100.0)
    assert play_schedule(replace(plan, text=project_text(), faults=())).duplicates == 0


def test_a_wanted_campaign_that_was_archived_is_not_passed_over() -> None:
    archived = ConsoleAction(after=1, what="archive", name="care-1")
    wanted = {"care-1": "first"}
    rounds = [
        replace(one, wanted=wanted) for one in (_round(), _round(console_actions=(archived,)))
    ]
    plan = replace(_vouched(*rounds), text=project_text(), faults=())
    assert play_schedule(plan).violations == []


def test_without_absent_after_neither_creates_twice() -> None:
    renamed = ConsoleAction(after=1, what="rename", name="sms-1")
    rounds = (_round(), _round(4000.0, 100_000.0, (renamed,)), _round(wait=1.0))
    plan = _vouched(*rounds, lag=600.0)
    verdict = play_schedule(replace(plan, text=project_text()))
    assert (verdict.duplicates, verdict.violations) == (0, [])
