"""What start, schedule and stop record in the ledger, which drift compares with."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.address import Address
from reconciler.errors import LedgerFailed
from reconciler.plan.model import Selection
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.base import RunState
from reconciler.resources.ledger_records import SeenState
from reconciler.run_state.launch.model import Launches
from reconciler.run_state.launch.schedule import schedule
from reconciler.run_state.launch.start import start
from reconciler.run_state.stop.emergency import Order, stop
from reconciler.simulator.core import Simulator
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.session import Options, Session
from tests.support.cli import Line, Project
from tests.support.clocks import ScheduledClock
from tests.support.run_state_helpers import (
    ADDRESS,
    CARE,
    QUICK,
    applied,
    applied_care,
    hold_lease,
    record_of,
    status_of,
)

pytestmark = pytest.mark.usefixtures("skip_time")

ONCE = ("start", ADDRESS, "--auto-approve")
DAILY = (
    *("--daily", "1", "--from", "2036-04-01T09:00Z", "--until", "2036-04-30T18:00Z"),
    *("--allow", "reach-over-limit"),
)
READY = SeenState(RunState.DRAFT, "Ready", "", 0, "NORMAL")
ACTIVE = SeenState(RunState.ACTIVE, "Active")


@pytest.fixture
def ready(run_line: Line, project: Project, simulator: Simulator) -> str:
    """An applied campaign that does not run; its id."""
    project.configure(more=QUICK)
    return applied(run_line, project, simulator)


def session(
    project: Project, simulator: Simulator, after: Callable[[WireRequest], WireResponse | None]
) -> Session:
    """A session in which `after` sees each completed request, and may replace the answer."""

    def handle(request: WireRequest) -> WireResponse:
        response = simulator.handle(request)
        return after(request) or response

    return Session(Options(directory=project.folder), handlers={"retention": handle})


def talk() -> Conversation[Launches]:
    return Conversation(
        show=lambda _: None,
        approve=lambda _: None,
        on_wait=lambda _: None,
        interrupted=lambda: False,
    )


@pytest.mark.usefixtures("ready")
def test_a_confirmed_start_is_recorded_and_the_settings_keep_their_date(run_line: Line) -> None:
    before = record_of()
    assert run_line(*ONCE).code == 0
    after = record_of()
    assert after.seen is not None
    assert (before.seen, replace(after.seen, run="")) == (READY, ACTIVE)
    assert (after.written_at, after.spec) == (before.written_at, before.spec)
    assert run_line("drift").code == 0


def test_a_short_run_is_recorded_as_it_was_read(
    project: Project, simulator: Simulator, ready: str
) -> None:
    def finish(request: WireRequest) -> None:
        if "/trigger/" in request.path:
            simulator.edit(ready, {"status": "Completed"})

    with session(project, simulator, finish) as opened:
        started = start(opened, Selection(select=(ADDRESS,)), ask=False, talk=talk())
    assert started.exit_code == 0
    seen = record_of().seen
    assert seen is not None
    assert (seen.state, seen.status) == (RunState.FINISHED, "Completed")


@pytest.mark.parametrize("status", ["Active", "Ready", "Completed"])
def test_after_a_start_of_unknown_outcome_nothing_that_shows_is_drift(
    run_line: Line, simulator: Simulator, ready: str, status: str
) -> None:
    simulator.faults.add("kore.start:timeout_before")
    assert run_line(*ONCE).code == 7
    assert record_of().seen is None
    simulator.edit(ready, {"status": status})
    assert run_line("drift").code == 0


def test_a_start_that_no_reading_confirms_is_not_drift_when_it_shows_at_last(
    run_line: Line, simulator: Simulator, ready: str
) -> None:
    simulator.change_switches({"kore": {"transition_seconds": 60}})
    result = run_line(*ONCE)
    assert (result.code, "started, NOT CONFIRMED" in result.out) == (1, True)
    assert record_of().seen is None
    simulator.edit(ready, {"status": "Active"})
    assert run_line("drift").code == 0


@pytest.mark.usefixtures("ready")
def test_a_refused_start_does_not_change_the_record(run_line: Line, simulator: Simulator) -> None:
    simulator.seed_kore({"name": "Other", "status": "Active"})
    assert run_line(*ONCE, "--allow", "duplicate-audience").code == 1
    assert record_of().seen == READY


@pytest.mark.parametrize("shows", [True, False])
def test_a_schedule_is_recorded_even_where_the_vendor_shows_none(
    run_line: Line, simulator: Simulator, ready: str, shows: bool
) -> None:
    simulator.change_switches({"kore": {"schedule_shows": shows}})
    assert run_line("schedule", ADDRESS, *DAILY, "--auto-approve").code == 0
    assert record_of().seen == SeenState(RunState.SCHEDULED, "Ready", "", 0, "NORMAL")
    assert run_line("drift").code == 0
    simulator.edit(ready, {"status": "Completed"})
    assert run_line("schedule", ADDRESS, "--off", "--auto-approve").code == 0
    assert record_of().seen == SeenState(RunState.FINISHED, "Completed")


def test_a_schedule_that_may_be_set_makes_the_run_state_unknown(
    run_line: Line, simulator: Simulator, ready: str
) -> None:
    simulator.faults.add("kore.schedule:timeout_after")
    assert run_line("schedule", ADDRESS, *DAILY, "--auto-approve").code == 7
    assert record_of().seen is None
    simulator.edit(ready, {"status": "Active"})
    assert run_line("drift").code == 0


@pytest.mark.usefixtures("ready")
def test_a_schedule_that_cannot_be_read_after_it_is_off_is_warned_about(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    assert run_line("schedule", ADDRESS, *DAILY, "--auto-approve").code == 0
    off: list[WireRequest] = []

    def fail(request: WireRequest) -> WireResponse | None:
        if request.path.endswith("/schedule"):
            off.append(request)
        return WireResponse(500, {}, b"") if off and request.method == "GET" else None

    with session(project, simulator, fail) as opened:
        done = schedule(opened, Address.parse(ADDRESS), None, ask=False, talk=talk())
    assert done.exit_code == 0
    assert [one.code for one in done.outcome.diagnostics] == ["run-state-not-recorded"]
    assert record_of().seen == SeenState(RunState.SCHEDULED, "Ready", "", 0, "NORMAL")


def test_what_a_stop_confirmed_is_recorded(
    run_line: Line, project: Project, simulator: Simulator, ready: str
) -> None:
    care = applied_care(run_line, project, simulator)
    simulator.edit(ready, {"status": "Active"})
    simulator.edit(care, {"status": "active"})
    before = record_of()
    result = run_line("stop", "--all")
    assert result.code == 0, result.err
    assert record_of().seen == SeenState(RunState.FINISHED, "Stopped", "", 0, "NORMAL")
    assert record_of(CARE).seen == SeenState(RunState.PAUSED, "paused")
    assert record_of().written_at == before.written_at
    assert run_line("drift").code == 0


def test_what_a_stop_could_not_confirm_is_not_recorded(
    run_line: Line, simulator: Simulator, ready: str
) -> None:
    simulator.edit(ready, {"status": "Active"})
    simulator.faults.add("kore.stop:http_500:*")
    assert run_line("stop", "--all").code == 1
    assert record_of().seen == READY


def test_a_stop_records_nothing_under_a_lease_that_another_run_keeps(
    project: Project, simulator: Simulator, ready: str
) -> None:
    simulator.edit(ready, {"status": "Active"})
    hold_lease()
    handlers, clock = {"retention": simulator.handle}, ScheduledClock()
    with Session(Options(directory=project.folder), handlers=handlers, clock=clock) as opened:
        report = stop(opened, Order(reason="wrong list"), interrupted=lambda: False)
    assert report.exit_code == 0
    assert status_of(simulator, ready) == "Stopped"
    (told,) = report.warnings
    assert "the run state was not recorded: the environment is locked by ada on desk" in (
        told.summary
    )
    assert record_of().seen == READY


def test_a_start_whose_record_cannot_be_written_is_started_all_the_same(
    run_line: Line, simulator: Simulator, ready: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LedgerFailed("the disk is full")

    monkeypatch.setattr("reconciler.ledger.sqlite.ledger.SqliteLedger.put_record", fail)
    result = run_line(*ONCE)
    assert result.code == 0, result.err
    assert "the run state was not recorded: the disk is full" in result.err
    assert status_of(simulator, ready) == "Active"
