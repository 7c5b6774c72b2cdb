"""What the promise does not cover, or not yet: each by a schedule that shows it."""

from dataclasses import replace

from reconciler.simulator.faults import Fault
from tests.faults.estate import project_text
from tests.faults.play import play
from tests.faults.process import Fate
from tests.faults.schedule import Deed, Play, Round, Schedule

_WANTED = {"sms-1": "first"}


def _vouched(*rounds: Round, lag: float = 0.0) -> Schedule:
    return Schedule(
        seed=1,
        text=project_text(absent_after="1h"),
        switches={"kore": {"list_lag": lag}},
        faults=(Fault.parse("kore.create:timeout_after:1"),),
        rounds=rounds,
    )


def _round(wait: float = 0.0, skew: float = 0.0, deeds: tuple[Deed, ...] = ()) -> Round:
    plays = (Play(fate=Fate(skew=skew)),)
    return Round(wanted=_WANTED, plays=plays, wait=wait, deeds=deeds)


def test_a_wall_clock_that_runs_ahead_does_not_shorten_absent_after() -> None:
    rounds = (_round(), _round(wait=60.0, skew=100_000.0), _round(wait=1.0))
    assert play(_vouched(*rounds, lag=600.0)).duplicates == 0


def test_a_campaign_renamed_while_its_create_is_unknown_is_not_made_again() -> None:
    renamed = Deed(after=1, what="rename", name="sms-1")
    rounds = (_round(), _round(wait=4000.0, deeds=(renamed,)), _round(wait=1.0))
    assert play(_vouched(*rounds, lag=100.0)).duplicates == 0


def test_a_campaign_that_is_retired_before_it_is_listed_is_not_forgotten() -> None:
    retired = replace(_round(wait=1.0), wanted={"sms-1": "retired"})
    plan = _vouched(_round(), retired, _round(wait=1.0), lag=100.0)
    assert play(replace(plan, text=project_text(), faults=())).duplicates == 0


def test_a_wanted_campaign_that_was_archived_is_not_passed_over() -> None:
    archived = Deed(after=1, what="archive", name="care-1")
    wanted = {"care-1": "first"}
    rounds = [replace(one, wanted=wanted) for one in (_round(), _round(deeds=(archived,)))]
    plan = replace(_vouched(*rounds), text=project_text(), faults=())
    assert play(plan).violations == []


def test_without_absent_after_neither_creates_twice() -> None:
    renamed = Deed(after=1, what="rename", name="sms-1")
    rounds = (_round(), _round(4000.0, 100_000.0, (renamed,)), _round(wait=1.0))
    plan = _vouched(*rounds, lag=600.0)
    verdict = play(replace(plan, text=project_text()))
    assert (verdict.duplicates, verdict.violations) == (0, [])
