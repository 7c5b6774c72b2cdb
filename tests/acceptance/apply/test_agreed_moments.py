"""An agreed plan binds the moments: nobody is contacted earlier than was agreed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from reconciler.clock import SystemClock
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.contact_lists import own_time_zones

# The calling hours are MO-FR 9:00 AM to 6:00 PM in New York.
SUNDAY = datetime(2036, 12, 7, 12, tzinfo=UTC)
MONDAY_IN_KIRIBATI = datetime(2036, 12, 7, 21, tzinfo=UTC)
NIGHT = datetime(2036, 12, 8, 7, tzinfo=UTC)
NOON = datetime(2036, 12, 8, 17, tzinfo=UTC)

At = Callable[[datetime], None]


@pytest.fixture
def at(shift: Callable[[float], None]) -> At:
    real = SystemClock().now()
    return lambda moment: shift((moment - real).total_seconds())


def test_a_plan_of_the_night_may_be_applied_at_noon(
    run_line: Line, project: Project, simulator: Simulator, at: At
) -> None:
    project.sms()
    at(NIGHT)
    shown = run_line("plan", "--out", "plan.json")
    assert "from Mon 8 Dec 09:00 EST (14:00 UTC)" in shown.out
    at(NOON)
    result = run_line("apply", "plan.json")
    assert result.code == 0, result.err
    assert "Outreach: up to 860 contacts by 1 campaign, at once." in result.out
    assert len(simulator.campaigns()) == 1


def test_a_plan_from_monday_is_refused_if_somebody_may_be_contacted_now(
    run_line: Line, project: Project, simulator: Simulator, at: At
) -> None:
    project.sms()
    at(SUNDAY)
    own_time_zones(simulator, on=False)
    assert "from Mon 8 Dec 09:00 EST (14:00 UTC)" in run_line("plan", "--out", "plan.json").out
    at(MONDAY_IN_KIRIBATI)
    own_time_zones(simulator, on=True)
    result = run_line("apply", "plan.json", "--json")
    assert result.code == 6
    assert result.json["diagnostics"][0]["code"] == "reach-changed"
    assert "may contact people at once; Mon 8 Dec 09:00 EST (14:00 UTC) was agreed" in result.err
    assert simulator.campaigns() == []
