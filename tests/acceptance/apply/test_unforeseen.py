"""Unexpected faults: each is an outcome and a short message, and other work continues."""

import json
from typing import Any

import pytest

from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.providers.kore import answers
from reconciler.providers.kore import provider as adapter
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import ADDRESS, applied, sent
from tests.support.unknown_create import QUICK

pytestmark = pytest.mark.usefixtures("skip_time")

SECRET = "a phone list"  # noqa: S105


def explode(*_: object, **__: object) -> None:
    raise TypeError(SECRET)


def odd(simulator: Simulator, operation: str, headers: dict[str, str]) -> None:
    simulator.faults.add(
        Fault(kind=FaultKind.HEADERS, match=operation, headers=headers, times=None)
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"date": "Fri, 31 Dec 99999 23:59:59 GMT"},
        {"date": "Mon, 01 Jan 0001 00:00:00 +2359"},
        {"date": "Fri, 27 Nov 2026 12:00:00 +99999999999999999999"},
        {"retry-after": "9" * 5000},
        {"retry-after": "-1e999"},
        {"date": "never", "retry-after": "nan", "content-type": "Application/JSON;charset=x"},
    ],
)
def test_no_header_of_a_vendor_breaks_a_run(
    run_line: Line, project: Project, simulator: Simulator, headers: dict[str, str]
) -> None:
    odd(simulator, "*", headers)
    project.configure(QUICK)
    project.sms()
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert len(simulator.campaigns()) == 1


def test_a_fault_after_a_create_left_is_an_unknown_outcome_and_the_next_run_adopts_it(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.configure(QUICK)
    project.sms("first")
    project.sms("second", contactLists=["Recent Visitors"])
    with monkeypatch.context() as patch:
        patch.setattr(answers, "answer", explode)
        result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert SECRET not in result.out + result.err
    assert "Traceback" not in result.err
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 2


def test_an_unexpected_fault_is_a_short_message_without_source_lines(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    monkeypatch.setattr("reconciler.workflow.planning.build_plan", explode)
    result = run_line("plan")
    assert result.code == 1
    assert "unexpected error TypeError at reconciler/workflow/planning.py:" in result.err
    assert "Please report it" in result.err
    assert SECRET not in result.err
    assert len(result.err.splitlines()) <= 4


@pytest.mark.parametrize("broken", ["started", "finished"])
def test_a_display_that_breaks_does_not_break_the_run(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    project.configure(QUICK)
    project.sms("first")
    project.sms("second", contactLists=["Recent Visitors"])
    monkeypatch.setattr(f"reconciler.cli.terminal.progress.{broken}", explode)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    _, receipt = json.loads(run_line("history", "--json").out)["receipts"]
    assert [one["outcome"] for one in receipt["outcomes"]] == ["applied", "applied"]
    assert len(simulator.campaigns()) == 2


def test_a_read_back_that_breaks_does_not_lose_what_was_created(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.configure(QUICK)
    project.sms()
    monkeypatch.setattr("reconciler.apply.awaited.overruled_before", explode)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert "not yet visible" in result.err
    _, receipt = json.loads(run_line("history", "--json").out)["receipts"]
    assert [one["outcome"] for one in receipt["outcomes"]] == ["applied"]
    assert len(simulator.campaigns()) == 1


def test_a_record_that_cannot_be_written_at_first_is_written_in_the_same_run(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, calls = SqliteLedger.settle, list[object]()

    def broken_once(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            explode()
        settle(*arguments)

    project.configure(QUICK)
    project.sms()
    monkeypatch.setattr(SqliteLedger, "settle", broken_once)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert len(simulator.campaigns()) == 1


def test_a_lease_that_cannot_be_released_hides_no_outcome(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.configure(QUICK)
    project.sms()
    monkeypatch.setattr(SqliteLedger, "release", explode)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert "Apply complete" in result.out


def test_a_stop_continues_with_the_next_campaign(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.configure(QUICK)
    applied(run_line, project, simulator, "first")
    project.sms("second", contactLists=["Recent Visitors"])
    assert run_line("apply", "--auto-approve").code == 0
    for campaign in simulator.campaigns():
        simulator.edit(str(campaign["id"]), {"status": "Active"})
    broken = str(simulator.campaigns()[0]["id"])
    monkeypatch.setattr(adapter.KoreProvider, "requests", _broken_for(broken))
    result = run_line("stop", "--all", "--reason", "wrong list")
    assert result.code != 0
    assert "unexpected error TypeError" in result.out + result.err
    states = {str(one["id"]): one["status"] for one in simulator.campaigns()}
    assert states[broken] == "Active"
    assert all(state != "Active" for id_, state in states.items() if id_ != broken)


@pytest.mark.parametrize(
    "method", ["view", "add_tombstone", "lock", "acquire", "put_record", "add_receipt"]
)
def test_a_stop_continues_whatever_its_ledger_does(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    project.configure(f"{QUICK}\n        timeouts: {{create: 1s}}")
    applied(run_line, project, simulator)
    (campaign,) = simulator.campaigns()
    simulator.edit(str(campaign["id"]), {"status": "Active"})
    monkeypatch.setattr(SqliteLedger, method, explode)
    monkeypatch.setattr("reconciler.run_state.stop.in_flight.MARGIN_SECONDS", 0.0)
    result = run_line("stop", ADDRESS, "--reason", "wrong list")
    assert simulator.campaigns()[0]["status"] == "Stopped", result.err
    assert "unexpected error TypeError" in result.out + result.err or method == "lock"
    assert str(campaign["id"]) in result.out


def _broken_for(remote_id: str) -> object:
    requests = adapter.KoreProvider.requests

    def broken(provider: adapter.KoreProvider, write: object) -> object:
        if getattr(write, "live", None) is not None and write.live.remote_id == remote_id:  # type: ignore[attr-defined]
            raise TypeError(SECRET)
        return requests(provider, write)  # type: ignore[arg-type]

    return broken


def test_a_fault_after_a_start_left_is_an_unknown_outcome(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    simulator.change_switches({"kore": {"preparing_seconds": 0}})
    applied(run_line, project, simulator)
    monkeypatch.setattr("reconciler.run_state.launch.start.watch", explode)
    result = run_line("start", ADDRESS, "--auto-approve")
    assert result.code == 7, result.err
    assert len(sent(simulator, "kore.start")) == 1
    assert SECRET not in result.out + result.err
    assert json.loads(run_line("history", "--json").out)["receipts"][-1]["operation"] == "start"
