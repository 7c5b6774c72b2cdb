"""The emergency stop: running campaigns are stopped whatever is broken; every doubt is reported."""

import json
import threading

import pytest

from reconciler.cli.run_record import recording
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.run_state.stop.emergency import Order, stop
from reconciler.simulator.core import Simulator
from reconciler.workflow.session import Options, Session
from tests.support.cli import Line, Project, sms
from tests.support.clocks import ScheduledClock
from tests.support.live_campaigns import live_twin
from tests.support.run_state_helpers import (
    ADDRESS,
    CARE,
    QUICK,
    applied,
    applied_care,
    hold_lease,
    id_of,
    ledger,
    sent,
    status_of,
    team,
)

pytestmark = pytest.mark.usefixtures("skip_time")

ALL = ("stop", "--all", "--reason", "wrong list")


@pytest.fixture
def running(run_line: Line, project: Project, simulator: Simulator) -> str:
    """A running campaign; its id."""
    project.configure(more=QUICK)
    remote_id = applied(run_line, project, simulator)
    simulator.edit(remote_id, {"status": "Active"})
    return remote_id


def test_everything_that_runs_is_stopped_and_confirmed(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    care = applied_care(run_line, project, simulator)
    simulator.edit(care, {"status": "active"})
    result = run_line(*ALL)
    assert result.code == 0, result.err
    assert status_of(simulator, running) == "Stopped"
    assert status_of(simulator, care) == "paused"
    assert result.out.count(" stopped\n") == 2
    operations = [request.operation for request in simulator.requests()]
    assert operations.index("kore.stop") < len(operations) - 1
    assert operations.count("kore.stop") == 1


@pytest.mark.usefixtures("running")
def test_a_stopped_environment_sends_nothing_until_it_is_cleared(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    sent = (
        "Created through reconciler before the stop: 1 campaign. Messages sent so far: 0, as the "
        "vendor counts them."
    )
    assert f"{sent} To see what they do now:\n    reconciler status\n" in run_line(*ALL).out
    simulator.clear_requests()
    project.sms(priority=2)
    assert run_line("plan").code == 0
    applied_again = run_line("apply", "--auto-approve")
    assert applied_again.code == 6
    assert "wrong list" in applied_again.err
    assert "stop --clear" in applied_again.err
    assert run_line("start", ADDRESS, "--auto-approve").code == 6
    shown = run_line("status").out
    assert "\nEnvironment staging was STOPPED by " in shown
    assert (
        f": wrong list\n{sent}\nNothing is sent until the stop is cleared:\n"
        "    reconciler stop --clear --reason TEXT\n\n"
    ) in shown
    assert simulator.requests(mutating=True) == []
    assert run_line("stop", "--clear").code == 3
    assert run_line("stop", "--clear", "--reason", "list mended").code == 0
    assert run_line("stop", "--clear", "--reason", "again").code == 1
    assert run_line("apply", "--auto-approve", "--allow", "ran-before").code == 0


@pytest.mark.usefixtures("running")
def test_every_command_to_copy_is_for_the_environment_that_was_given(
    run_line: Line, project: Project
) -> None:
    clear = f"\n    reconciler stop --clear {ADDRESS} --reason TEXT -e staging\n"
    stopped = run_line("stop", ADDRESS, "-e", "staging").out
    assert clear in stopped
    assert f"\n    reconciler status {ADDRESS} -e staging\n" in stopped
    project.sms(priority=2)
    assert clear in run_line("status", "-e", "staging").out
    with recording():
        refused = run_line("start", ADDRESS, "--auto-approve", "-e", "staging")
    assert clear in refused.err


def test_an_apply_with_nothing_to_do_is_refused_too(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    run_line(*ALL)
    assert run_line("apply", "--auto-approve").code == 6
    assert status_of(simulator, running) == "Stopped"


def test_it_needs_no_valid_manifests(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    project.write("broken.yaml", "spec: [")
    project.sms(priorty=2)
    result = run_line(*ALL)
    assert result.code == 0, result.err
    assert "2 problems in the manifests" in result.err
    assert status_of(simulator, running) == "Stopped"


def test_what_only_an_invalid_manifest_names_is_said_not_to_be_looked_at(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    project.write("broken.yaml", "spec: [")
    result = run_line(*ALL)
    assert result.code == 0, result.err
    assert "Everything that is known is stopped." in result.out
    assert "Everything is stopped." not in result.out
    simulator.edit(running, {"status": "Active"})
    (project.folder / ".reconciler" / "state.db").unlink()
    project.sms(priorty=2)
    lost = run_line(*ALL)
    assert lost.code == 1
    assert "is stopped." not in lost.out
    assert "campaigns that only invalid manifests name were not looked at" in lost.err
    assert status_of(simulator, running) == "Active"
    assert run_line(*ALL, "--account").code == 0
    assert status_of(simulator, running) == "Stopped"


def test_where_nothing_is_known_nothing_is_called_stopped(run_line: Line, project: Project) -> None:
    project.sms()
    result = run_line(*ALL)
    assert result.code == 0, result.err
    assert "Nothing was stopped: neither the ledger nor a manifest names a live" in result.out


def test_a_stop_without_a_ledger_says_that_other_runs_are_not_held_back(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    state = project.folder / ".reconciler/state.db"
    state.write_bytes(b"not a ledger, and long enough to be told from an empty file")
    result = run_line(*ALL)
    assert result.code == 1
    assert "could not be written to the ledger" in result.err
    assert "the run state was not recorded" in result.err
    assert status_of(simulator, running) == "Stopped"


def test_it_waits_for_no_lease_before_it_stops(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    hold_lease()
    assert run_line("start", ADDRESS, "--auto-approve").code == 6
    clock, stopped_after = ScheduledClock(), list[float]()

    def handler(request: WireRequest) -> WireResponse:
        if "/trigger/" in request.path:
            stopped_after.append(clock.slept)
        return simulator.handle(request)

    handlers = {"retention": handler}
    with Session(Options(directory=project.folder), handlers=handlers, clock=clock) as session:
        report = stop(session, Order(reason="at once"), interrupted=lambda: False)
    assert report.exit_code == 0
    assert stopped_after == [0.0]
    assert status_of(simulator, running) == "Stopped"


def test_a_stop_of_one_address_does_not_stop_the_others(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    care = applied_care(run_line, project, simulator)
    simulator.edit(care, {"status": "active"})
    assert run_line("stop", CARE).code == 0
    assert status_of(simulator, care) == "paused"
    assert status_of(simulator, running) == "Active"


def test_an_unknown_address_is_reported_after_the_others_are_stopped(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    result = run_line("stop", "kore_sms_campaign.other", ADDRESS)
    assert result.code == 3
    assert "kore_sms_campaign.other" in result.err
    assert status_of(simulator, running) == "Stopped"


def test_a_label_and_an_address_choose_together(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    team(project, "second", "Open Bills")
    care = applied_care(run_line, project, simulator)
    second = id_of(simulator, "second")
    for remote_id, status in ((second, "Active"), (care, "active")):
        simulator.edit(remote_id, {"status": status})
    result = run_line("stop", CARE, "--select", "team=retention")
    assert result.code == 0, result.err
    assert [status_of(simulator, one) for one in (running, second, care)] == [
        "Active",
        "Stopped",
        "paused",
    ]


def test_a_label_stops_what_it_finds_and_says_that_others_may_be_left_out(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    team(project, "renewal", "Spring Renewals 2026")
    project.write("broken.yaml", "spec: [")
    result = run_line("stop", "--select", "team=retention")
    assert result.code == 1
    assert status_of(simulator, running) == "Stopped"
    assert "campaigns of team=retention may have been left out" in result.err
    assert run_line("stop", ADDRESS).code == 0


def test_a_label_that_matches_nothing_is_reported_and_stops_nothing(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    result = run_line("stop", "--select", "team=nobody")
    assert result.code == 3
    assert "no manifest has the label team=nobody" in result.err
    assert status_of(simulator, running) == "Active"
    assert ledger().tombstones() == (), "it holds nothing"
    assert "held back" not in result.out + result.err
    assert "Run it again" not in result.err


@pytest.mark.usefixtures("running")
def test_an_unmanaged_campaign_is_stopped_only_with_account(
    run_line: Line, simulator: Simulator
) -> None:
    voice = {"campaignType": "voice", "dialingMode": "Progressive", "queue_name": "Billing Queue"}
    other = simulator.seed_kore({"name": "Not ours", "status": "Active", **voice})
    assert run_line(*ALL).code == 0
    assert status_of(simulator, other) == "Active"
    result = run_line(*ALL, "--account")
    assert result.code == 0, result.err
    assert status_of(simulator, other) == "Stopped"
    assert other in result.out


def test_a_campaign_that_only_a_manifest_knows_is_found_by_its_name(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    remote_id = simulator.seed_kore(
        {"name": "CAMPAIGN RENEWAL", "campaignType": "sms", "status": "Active"}
    )
    assert run_line(*ALL).code == 0
    assert status_of(simulator, remote_id) == "Stopped"


def test_schedules_are_switched_off_even_if_no_reading_shows_one(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    simulator.edit(running, {"status": "Ready"})
    simulator.change_switches({"kore": {"schedule_shows": False}})
    how = (
        *("--daily", "1", "--from", "2036-04-01T09:00Z", "--until", "2036-04-30T18:00Z"),
        *("--allow", "reach-over-limit"),
    )
    assert run_line("schedule", ADDRESS, *how, "--auto-approve").code == 0
    result = run_line(*ALL)
    assert result.code == 0, result.err
    assert [request.query["enableSchedule"] for request in sent(simulator, "kore.schedule")] == [
        "true",
        "false",
    ]


def test_a_scheduled_campaign_is_ready_again_afterwards(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    schedule: Tree = {"isSchedulingEnabled": True, "isRecurrenceEnabled": True}
    simulator.edit(running, {"status": "Scheduled", "schedule": schedule})
    result = run_line(*ALL)
    assert result.code == 0, result.err
    assert status_of(simulator, running) == "Ready"


def test_a_scheduled_campaign_on_v1_is_stopped(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more=QUICK, api="v1")
    remote_id = applied(run_line, project, simulator)
    simulator.edit(remote_id, {"status": "Scheduled"})
    assert run_line(*ALL).code == 0
    assert status_of(simulator, remote_id) == "Stopped"
    assert sent(simulator, "kore.schedule") == []


@pytest.mark.parametrize(
    "fault",
    ["timeout_before", "reset_before", "http_500_before", "timeout_after", "html", "truncated"],
)
def test_a_stop_is_repeated_until_a_reading_confirms_it(
    run_line: Line, simulator: Simulator, running: str, fault: str
) -> None:
    simulator.faults.add(f"kore.stop:{fault}")
    result = run_line(*ALL)
    assert result.code == 0, result.err
    assert status_of(simulator, running) == "Stopped"


def test_what_cannot_be_confirmed_is_not_called_stopped(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    simulator.faults.add("kore.stop:http_500:*")
    result = run_line(*ALL)
    assert result.code == 1
    assert "NOT CONFIRMED" in result.out
    assert "Run it again" in result.err
    assert status_of(simulator, running) == "Active"


def test_without_any_reading_known_campaigns_are_stopped_blindly(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    simulator.faults.add("kore.list:http_500:*")
    simulator.faults.add("kore.get:http_500:*")
    result = run_line(*ALL)
    assert result.code in (1, 7)
    assert "NOT CONFIRMED" in result.out
    assert status_of(simulator, running) == "Stopped"


def test_a_missing_credential_of_one_target_does_not_prevent_the_stop_of_others(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    running: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    applied_care(run_line, project, simulator)
    monkeypatch.delenv("CARECYCLE_API_KEY")
    result = run_line(*ALL)
    assert result.code == 3
    assert "CARECYCLE_API_KEY" in result.err
    assert status_of(simulator, running) == "Stopped"


def test_targets_are_stopped_side_by_side(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    care = applied_care(run_line, project, simulator)
    simulator.edit(care, {"status": "active"})
    barrier = threading.Barrier(2, timeout=20)

    def handler(request: WireRequest) -> WireResponse:
        if request.method == "PATCH" or "/trigger/" in request.path:
            barrier.wait()
        return simulator.handle(request)

    handlers = {"retention": handler, "care": handler}
    with Session(Options(directory=project.folder), handlers=handlers) as session:
        report = stop(session, Order(reason="both at once"), interrupted=lambda: False)
    assert report.exit_code == 0
    assert (status_of(simulator, running), status_of(simulator, care)) == ("Stopped", "paused")


def test_an_unknown_status_counts_as_running(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    simulator.edit(running, {"status": "Running"})
    simulator.change_switches({"kore": {"stop_idle": "accepted"}})
    assert run_line(*ALL).code == 0
    assert status_of(simulator, running) == "Stopped"


def test_what_the_vendor_still_prepares_is_not_called_stopped(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    simulator.edit(running, {"status": "Preparing"})
    result = run_line(*ALL)
    assert result.code == 1
    assert "Preparing" in result.out


def test_a_quiet_carecycle_account_costs_readings_and_nothing_else(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied_care(run_line, project, simulator)
    result = run_line(*ALL)
    assert result.code == 0
    assert "was not running" in result.out
    assert simulator.requests(mutating=True) == []


def test_a_stop_is_unsettled_while_a_create_is_unsettled(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more=f"{QUICK}\n        settle: 1s")
    simulator.faults.add("kore.create:timeout_before")
    project.sms()
    assert run_line("apply", "--auto-approve").code == 7
    result = run_line(*ALL)
    assert result.code == 7
    assert "may still appear" in result.err


def test_a_stop_settles_an_unclear_start(
    run_line: Line, simulator: Simulator, running: str
) -> None:
    simulator.edit(running, {"status": "Ready"})
    simulator.faults.add("kore.start:timeout_before")
    assert run_line("start", ADDRESS, "--auto-approve").code == 7
    assert run_line("stop", ADDRESS).code == 0
    assert run_line("stop", "--clear", ADDRESS, "--reason", "known now").code == 0
    assert run_line("start", ADDRESS, "--auto-approve").code == 0


def test_the_receipt_names_what_was_stopped_and_why_and_no_name_or_text(
    run_line: Line, running: str
) -> None:
    run_line(*ALL)
    receipt = run_line("history", "--json").json["receipts"][-1]
    assert (receipt["operation"], receipt["reason"]) == ("stop", "wrong list")
    assert receipt["outcomes"][0]["remote_id"] == running
    assert "Campaign renewal" not in json.dumps(receipt)


@pytest.mark.parametrize(
    "how",
    [
        (),
        ("--all", ADDRESS),
        ("--account",),
        ("--all", "--clear"),
        ("nonsense",),
        ("--all", "--select", "a=b"),
    ],
)
@pytest.mark.usefixtures("project")
def test_stop_needs_names_or_all(run_line: Line, how: tuple[str, ...]) -> None:
    assert run_line("stop", *how).code == 3


def test_an_emergency_is_not_slowed_by_the_targets_own_limit(
    run_line: Line, project: Project, simulator: Simulator, running: str
) -> None:
    path = project.folder / "reconciler.yaml"
    slow = "rateLimit: 1/minute\n        maxWait: 1s"
    path.write_text(path.read_text("utf-8").replace("rateLimit: 100000/minute", slow), "utf-8")
    assert run_line("start", ADDRESS, "--auto-approve").code == 5
    assert run_line(*ALL).code == 0
    assert status_of(simulator, running) == "Stopped"


@pytest.mark.parametrize(
    ("lags", "code"), [({"list_lag": 60}, 0), ({"list_lag": 60, "get_lag": 60}, 7)]
)
def test_a_campaign_that_is_too_new_to_be_listed_is_not_taken_for_gone(
    run_line: Line, project: Project, simulator: Simulator, lags: Tree, code: int
) -> None:
    simulator.change_switches({"kore": {**lags, "sends_on_create": True}})
    project.configure(more=QUICK)
    project.sms()
    run_line("apply", "--auto-approve")
    assert simulator.campaigns()[0]["status"] == "Active"
    result = run_line(*ALL)
    assert result.code == code, result.out
    assert "gone" not in result.out
    if code == 0:
        assert simulator.campaigns()[0]["status"] == "Stopped"


def test_a_stop_of_one_campaign_does_not_stop_others_with_its_name(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    ids = []
    for name in ("first", "second"):
        remote_id = live_twin(simulator)
        ids.append(remote_id)
        document = sms("renewal")
        document["metadata"] = {"name": name, "remoteId": remote_id}
        project.write(f"{name}.json", json.dumps(document))
    assert run_line("apply", "--auto-approve").code == 0
    for remote_id in ids:
        simulator.edit(remote_id, {"status": "Active"})
    result = run_line("stop", "kore_sms_campaign.first")
    assert result.code == 0, result.err
    assert "The chosen campaigns are stopped; no others were checked." in result.out
    assert [status_of(simulator, one) for one in ids] == ["Stopped", "Active"]
    every = run_line("stop", "--all")
    assert every.out.count("kore_sms_campaign.") == 2
    assert "Everything is stopped." in every.out
