"""Signals to the real program over a real socket.

See docs/concepts/at-most-one-create.md#interrupts.
"""

import contextlib
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

import pytest

from reconciler.cli import session
from reconciler.clock import SystemClock
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.simulator.core import Simulator
from reconciler.workflow.session import Session
from tests.support.cli import Line, Project

Start = Callable[..., "subprocess.Popen[str]"]
_SLOW = "kore.create:slow=1.5:1"


@pytest.fixture
def two(project: Project) -> Project:
    project.configure("sendsOnWrite: possibly\n        settle: 1s")
    project.sms()
    project.sms("second", contactLists=["Open Bills"])
    return project


@pytest.fixture
def start(two: Project) -> Iterator[Start]:
    """Run the program beside the test; kill it at the end if it still runs."""
    running: list[subprocess.Popen[str]] = []

    def started(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            (sys.executable, "-m", "reconciler", *arguments),
            cwd=two.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield started
    for process in running:
        process.kill()
        process.communicate()


def until(true: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    clock, pause = SystemClock(), Event()
    end = clock.monotonic() + 20
    while not true():
        assert clock.monotonic() < end
        assert process.poll() is None, process.communicate()[1]
        pause.wait(0.01)


def read_until(words: str, process: "subprocess.Popen[str]") -> None:
    assert process.stderr is not None
    while words not in process.stderr.readline():
        assert process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_a_terminal_shows_a_read_gives_the_cursor_back(
    two: Project, simulator: Simulator, number: signal.Signals
) -> None:
    hide, show = b"\x1b[?25l", b"\x1b[?25h"
    simulator.faults.add("kore.list:slow=1:1")
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        (sys.executable, "-m", "reconciler", "plan"),
        cwd=two.folder,
        env={**os.environ, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    printed = b""
    while hide not in printed:
        printed += os.read(controller, 4096)
    process.send_signal(number)
    with contextlib.suppress(OSError):  # Linux: nobody holds the other end any more.
        while more := os.read(controller, 4096):
            printed += more
    os.close(controller)
    assert process.wait(20) == -number
    assert printed.rindex(show) > printed.rindex(hide)


def creates(simulator: Simulator) -> int:
    return len(simulator.requests(operation="kore.create"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_finishes_the_request_in_flight_and_sends_no_other(
    run_line: Line, start: Start, simulator: Simulator, number: signal.Signals
) -> None:
    simulator.faults.add(_SLOW)
    process = start("apply", "--auto-approve")
    until(lambda: creates(simulator) == 1, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=7)
    assert process.returncode == 1
    assert "1 applied, 0 refused, 0 unknown, 1 not attempted" in out
    assert "Stopping" in err
    assert creates(simulator) == 1
    assert "1 applied, 1 not attempted" in run_line("history").out
    assert run_line("lock", "list").out == "No lock is held.\n"
    assert run_line("apply", "--auto-approve").code == 0
    assert creates(simulator) == 2


def test_a_second_ctrl_c_exits_at_once_and_the_next_run_finds_what_was_in_flight(
    run_line: Line, start: Start, simulator: Simulator
) -> None:
    simulator.faults.add("kore.create:slow=60:1")
    process = start("apply", "--auto-approve")
    until(lambda: creates(simulator) == 1, process)
    process.send_signal(signal.SIGINT)
    read_until("Stopping", process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert process.returncode == 128 + signal.SIGINT
    assert run_line("plan").code == 7
    assert run_line("apply", "--auto-approve").code == 0
    assert creates(simulator) == 2
    assert len(simulator.campaigns()) == 2


def test_a_killed_run_has_a_receipt_of_what_it_did_and_of_what_is_not_known(
    run_line: Line, start: Start, simulator: Simulator
) -> None:
    simulator.faults.add("kore.create:slow=60:2")
    process = start("apply", "--auto-approve")
    until(lambda: creates(simulator) == 2, process)
    process.kill()
    process.communicate(timeout=5)
    receipt = run_line("history", "--json").json["receipts"][-1]
    assert [one["outcome"] for one in receipt["outcomes"]] == ["applied", "unknown"]
    assert {"who", "started_at", "plan_id", "run_id"} <= receipt.keys()
    assert run_line("apply", "--auto-approve", "--lock-timeout", "5m").code == 0
    killed, last = run_line("history", "--json").json["receipts"][-2:]
    assert killed == receipt
    assert [one["action"] for one in last["outcomes"]] == ["adopt"]


def test_a_hang_up_that_the_parent_ignores_does_not_end_the_run(
    start: Start, simulator: Simulator
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        simulator.faults.add("kore.create:slow=0.5:1")
        process = start("apply", "--auto-approve")
    finally:
        signal.signal(signal.SIGHUP, before)
    until(lambda: creates(simulator) == 1, process)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert creates(simulator) == 2


def test_sigterm_after_ctrl_c_does_not_cut_the_request_off(
    start: Start, simulator: Simulator
) -> None:
    simulator.faults.add(_SLOW)
    process = start("apply", "--auto-approve")
    until(lambda: creates(simulator) == 1, process)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=7)
    assert process.returncode == 1, err
    assert "1 applied" in out


def test_a_wait_for_the_rate_limit_is_left_at_once_and_sends_nothing(
    run_line: Line, start: Start, two: Project, simulator: Simulator
) -> None:
    path = two.folder / "reconciler.yaml"
    text = path.read_text("utf-8").replace("rateLimit: 100000/minute", "rateLimit: 4/minute", 1)
    path.write_text(text, "utf-8")
    process = start("apply", "--auto-approve")
    read_until("second: Creating", process)
    Event().wait(0.3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=7)
    assert process.returncode == 1
    assert "1 applied, 0 refused, 0 unknown, 1 not attempted" in out
    assert creates(simulator) == 1
    assert run_line("lock", "list").out == "No lock is held.\n"


def test_a_wait_for_the_lock_is_left_at_once(start: Start, two: Project) -> None:
    holder = subprocess.Popen(
        (sys.executable, "-c", _HOLD), cwd=two.folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        process = start("apply", "--auto-approve", "--lock-timeout", "5m")
        read_until("Waiting for the lock", process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=7)
        assert process.returncode == 1
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.parametrize("ask", [(), ("--auto-approve",)])
def test_ctrl_c_while_planning_shows_no_half_of_a_plan(
    run_line: Line,
    two: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    ask: tuple[str, ...],
) -> None:
    two.care()

    def handle(request: WireRequest) -> WireResponse:
        os.kill(os.getpid(), signal.SIGINT)
        return simulator.handle(request)

    handlers = dict.fromkeys(("retention", "care"), handle)
    monkeypatch.setattr(session, "Session", partial(Session, handlers=handlers))
    # The second Ctrl-C of a person ends the process; this is one that is pressed once.
    monkeypatch.setattr(os, "_exit", lambda _: None)
    ended = run_line("apply", *ask)
    assert (ended.code, ended.out) == (1, "")
    assert "Error: the run was interrupted while it planned\n\nNothing was sent.\n" in ended.err


_HOLD = """
import sys
from pathlib import Path
from reconciler.ledger.lease import Holder, Lease
from reconciler.clock import SystemClock
from reconciler.ledger.sqlite.ledger import SqliteLedger
ledger = SqliteLedger(Path(".reconciler/state.db").absolute(), "staging", SystemClock())
with Lease(ledger, SystemClock(), holder=Holder(operation="apply", who="ada", host="desk")):
    print("held", flush=True)
    sys.stdin.read()
    SystemClock().sleep(60)
"""


def test_a_read_that_waits_for_the_rate_limit_is_left_at_once(
    two: Project, start: Start, simulator: Simulator
) -> None:
    path = two.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace("100000/minute", "1/minute"), "utf-8")
    process = start("plan")
    until(lambda: bool(simulator.requests()), process)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 1
    assert process.stderr is not None
    assert process.stderr.read().strip() == "Interrupted; nothing was sent."
