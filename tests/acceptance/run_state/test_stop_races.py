"""The emergency stop in races: requests in flight, pages that shift."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.address import Address
from reconciler.errors import ExitCode
from reconciler.plan.model import Selection
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.run_state.launch.model import Launches
from reconciler.run_state.launch.start import start
from reconciler.run_state.stop.emergency import Order, stop
from reconciler.run_state.stop.report import Report
from reconciler.simulator.core import Simulator
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.session import Options, Session
from tests.support.changing_pages import ChangingAccount, fill_two_pages, seeded
from tests.support.cli import Line, Project
from tests.support.clocks import ScheduledClock
from tests.support.run_state_helpers import (
    ADDRESS,
    QUICK,
    applied,
    free_lease,
    hold_lease,
    ledger,
    lock,
    record_of,
    sent,
    status_of,
)

ALL = ("stop", "--all", "--reason", "wrong list")
TALK = Conversation[Launches](
    show=lambda _: None, approve=lambda _: None, on_wait=lambda _: None, interrupted=lambda: False
)
Handler = Callable[[WireRequest], WireResponse]


@pytest.fixture
def renewal(run_line: Line, project: Project, simulator: Simulator) -> str:
    """A campaign that does not run; its id."""
    project.configure(more=QUICK)
    return applied(run_line, project, simulator)


@pytest.fixture
def clock() -> ScheduledClock:
    return ScheduledClock()


def run_stop(
    project: Project,
    handler: Handler,
    clock: ScheduledClock,
    *,
    terms: tuple[str, ...] = (),
    interrupted: Callable[[], bool] = lambda: False,
) -> Report:
    handlers = {"retention": handler}
    order = Order(terms=terms, reason="wrong list")
    with Session(Options(directory=project.folder), handlers=handlers, clock=clock) as session:
        return stop(session, order, interrupted=interrupted)


def test_a_start_that_takes_effect_after_the_first_stops_is_stopped_before_a_confirmation(
    run_line: Line, project: Project, simulator: Simulator, renewal: str
) -> None:
    project.configure(more=QUICK.replace("create: 1s", "create: 60s"))
    entered, landed = threading.Event(), threading.Event()

    def slow(request: WireRequest) -> WireResponse:
        if request.query.get("trigger") == "play":
            entered.set()
            landed.wait(3)
        return simulator.handle(request)

    def run() -> None:
        options = Options(directory=project.folder)
        with Session(options, handlers={"retention": slow}) as session:
            start(session, Selection(select=(ADDRESS,)), ask=False, talk=TALK)

    starting = threading.Thread(target=run)
    starting.start()
    assert entered.wait(20)
    result = run_line(*ALL)
    starting.join()
    assert result.code == 0, result.err
    assert "has the lock" in result.err
    assert status_of(simulator, renewal) == "Stopped"
    assert len(sent(simulator, "kore.start")) == 1


def test_the_stop_keeps_reading_until_the_lease_is_released(
    project: Project, simulator: Simulator, renewal: str, clock: ScheduledClock
) -> None:
    hold_lease()
    clock.later = [
        (5, lambda: simulator.edit(renewal, {"status": "Active"})),
        (15, free_lease),
    ]
    report = run_stop(project, simulator.handle, clock)
    assert (report.exit_code, report.errors) == (ExitCode.OK, ())
    assert status_of(simulator, renewal) == "Stopped"
    assert 15 <= clock.slept < 30
    assert record_of().seen is not None


def test_a_lease_that_is_never_released_counts_until_no_request_can_take_effect(
    project: Project, simulator: Simulator, renewal: str, clock: ScheduledClock
) -> None:
    hold_lease()
    clock.later = [(30, lambda: simulator.edit(renewal, {"status": "Active"}))]
    report = run_stop(project, simulator.handle, clock)
    assert report.exit_code is ExitCode.OK
    assert status_of(simulator, renewal) == "Stopped"
    assert 31 <= clock.slept < 45, "the write timeout of 1 s, and 30 s"
    assert ledger().lock() == lock(), "it took no lease"


def test_another_lease_is_of_a_run_that_found_the_stop(
    project: Project, simulator: Simulator, renewal: str, clock: ScheduledClock
) -> None:
    def hand_over() -> None:
        free_lease()
        hold_lease("plan")

    hold_lease()
    clock.later = [(5, hand_over)]
    assert run_stop(project, simulator.handle, clock).exit_code is ExitCode.OK
    assert clock.slept < 15
    assert status_of(simulator, renewal) == "Ready"


def test_an_interrupt_while_a_request_may_take_effect_confirms_nothing(
    run_line: Line, project: Project, simulator: Simulator, renewal: str, clock: ScheduledClock
) -> None:
    simulator.faults.add("kore.start:timeout_before")
    assert run_line("start", ADDRESS, "--auto-approve").code == 7
    simulator.edit(renewal, {"status": "Active"})
    hold_lease()
    report = run_stop(project, simulator.handle, clock, interrupted=lambda: clock.slept > 3)
    assert report.exit_code is ExitCode.UNKNOWN
    assert "ada on desk (apply) began before this stop" in str(report.errors[-1])
    assert [one.result for one in report.campaigns] == ["NOT CONFIRMED"]
    assert status_of(simulator, renewal) == "Stopped", "it was stopped all the same"
    free_lease()
    assert run_line("stop", "--clear", "--reason", "mended").code == 0
    assert run_line("start", ADDRESS, "--auto-approve").code == 6, "it settles nothing"


@pytest.mark.parametrize("others_come", [False, True])
def test_a_running_campaign_that_the_pages_miss_is_stopped(
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    *,
    renewal: str,
    clock: ScheduledClock,
    others_come: bool,
) -> None:
    victims = fill_two_pages(simulator)
    simulator.edit(renewal, {"status": "Active"})
    ChangingAccount(simulator, monkeypatch).shift(victims, replace=others_come, walks=9)
    report = run_stop(project, simulator.handle, clock)
    assert report.exit_code is ExitCode.OK
    assert [one.result for one in report.campaigns] == ["stopped"]
    assert status_of(simulator, renewal) == "Stopped"


@pytest.mark.parametrize("how", [("--all", "--account"), ("--all",)])
def test_a_campaign_that_the_pages_miss_is_found_by_the_next_walk(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    how: tuple[str, ...],
) -> None:
    project.configure(more=QUICK)
    project.sms()
    victims = fill_two_pages(simulator)
    running = seeded(simulator, "Campaign renewal", "Active")
    ChangingAccount(simulator, monkeypatch).shift(victims, replace=True)
    result = run_line("stop", *how, "--reason", "wrong list")
    assert result.code == 0, result.err
    assert status_of(simulator, running) == "Stopped"


def crowded(simulator: Simulator, number: int) -> None:
    for place in range(number):
        seeded(simulator, f"Bulk {place:05}")


@pytest.mark.parametrize("answer", [None, WireResponse(502, {}, b"bad gateway")])
def test_the_first_stop_on_a_large_account_is_sent_before_the_first_page_is_read(
    project: Project,
    simulator: Simulator,
    *,
    renewal: str,
    clock: ScheduledClock,
    answer: WireResponse | None,
) -> None:
    crowded(simulator, 500)
    simulator.edit(renewal, {"status": "Active"})
    sent_: list[str] = []
    lost = [answer] if answer is not None else []

    def handler(request: WireRequest) -> WireResponse:
        is_stop = "/trigger/" in request.path
        sent_.append("stop" if is_stop else request.path.rsplit("/", 1)[1])
        return lost.pop() if is_stop and lost else simulator.handle(request)

    report = run_stop(project, handler, clock, terms=(ADDRESS,))
    assert report.exit_code is ExitCode.OK
    assert status_of(simulator, renewal) == "Stopped"
    stops = ["stop"] if answer is None else ["stop", "stop"]
    assert sent_[: 1 + len(stops)] == [renewal, *stops]
    assert sent_[1 + len(stops)] == "getAllCampaignDetails"


def test_campaigns_that_show_a_schedule_are_switched_off_first(
    project: Project, simulator: Simulator, *, renewal: str, clock: ScheduledClock
) -> None:
    crowded(simulator, 30)
    found = ledger()
    found.acquire(lock())
    for one in simulator.campaigns():
        name = str(one["name"])
        address = Address("kore_sms_campaign", name.lower().replace(" ", "-"))
        known = replace(record_of(), address=address, remote_id=str(one["id"]), name=name)
        found.put_record(known, lock().id)
    found.release(lock().id)
    found.close()
    schedule: Tree = {"isSchedulingEnabled": True, "isRecurrenceEnabled": True}
    simulator.edit(renewal, {"status": "Scheduled", "schedule": schedule})
    simulator.clear_requests()
    assert run_stop(project, simulator.handle, clock).exit_code is ExitCode.OK
    names = [request.query["campaignName"] for request in sent(simulator, "kore.schedule")]
    assert (names[0], len(names)) == ("Campaign renewal", 31)
    assert status_of(simulator, renewal) == "Ready"
