"""Output that cannot be written decides nothing: not what is sent, recorded or answered."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

FULL = Path("/dev/full")
KEEP, GIVE = "echo $? >code;", "exit $(cat code)"
"""A shell answers what the last command of a pipe does, and ours is the first."""
ADDRESS = "kore_sms_campaign.renewal"


@pytest.fixture
def three(project: Project) -> Project:
    project.configure("sendsOnWrite: possibly\n        readBack: 1s")
    for name, contact_list in (
        ("a", "Open Bills"),
        ("b", "Plan Holders"),
        ("c", "Recent Visitors"),
    ):
        project.sms(name, contactLists=[contact_list])
    return project


def run_shell(project: Project, script: str) -> "subprocess.CompletedProcess[str]":
    """A shell, with `reconciler` as this interpreter runs it."""
    script = script.replace("reconciler", f"{sys.executable} -m reconciler")
    return subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=project.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def all_kept(run_line: Line, simulator: Simulator) -> None:
    assert len(simulator.campaigns()) == 3
    _, receipt = run_line("history", "--json").json["receipts"]
    assert [one["outcome"] for one in receipt["outcomes"]] == ["applied"] * 3


@pytest.mark.parametrize(
    "command",
    [
        f"{{ reconciler apply plan.json 2>&1; {KEEP} }} | head -1; {GIVE}",
        "reconciler apply plan.json 2>/dev/full",
        "reconciler apply plan.json 2>&-",
        "reconciler apply plan.json >&-",
    ],
)
def test_an_apply_continues_to_its_end_and_keeps_its_receipt(
    run_line: Line, three: Project, simulator: Simulator, command: str
) -> None:
    assert run_line("plan", "--out", "plan.json").code == 0
    assert run_shell(three, command).returncode == 0
    all_kept(run_line, simulator)


def test_a_lost_report_is_an_error_with_a_message(
    run_line: Line, three: Project, simulator: Simulator
) -> None:
    ran = run_shell(three, "reconciler apply --auto-approve -q >/dev/full")
    assert ran.returncode == 1
    assert ran.stderr == ("Error: standard output could not be written: No space left on device\n")
    all_kept(run_line, simulator)


@pytest.mark.parametrize("command", ["status", "drift --json", "plan --json", "history"])
def test_a_full_disk_is_one_line(three: Project, command: str) -> None:
    ran = run_shell(three, f"reconciler {command} >/dev/full")
    assert ran.returncode == 1
    assert ran.stderr == ("Error: standard output could not be written: No space left on device\n")


@pytest.mark.parametrize(
    ("command", "code"), [("status", 0), ("plan --json", 0), ("plan --detailed-exitcode", 2)]
)
def test_a_reader_that_goes_away_changes_no_answer(three: Project, command: str, code: int) -> None:
    ran = run_shell(three, f"{{ reconciler {command}; {KEEP} }} | head -c 1; {GIVE}")
    assert (ran.returncode, ran.stderr) == (code, "")


@pytest.mark.parametrize("command", [("apply",), ("start", ADDRESS)])
def test_a_yes_does_not_count_if_the_plan_could_not_be_shown(
    run_line: Line, project: Project, simulator: Simulator, command: tuple[str, ...]
) -> None:
    project.sms()
    if command[0] == "start":
        run_line("apply", "--auto-approve")
    simulator.clear_requests()
    controller, terminal = pty.openpty()
    os.write(controller, b"yes\n")
    with FULL.open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "reconciler", *command],
            cwd=project.folder,
            stdin=terminal,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    os.close(terminal)
    os.close(controller)
    assert ran.returncode == 1
    assert "not everything could be shown" in ran.stderr
    assert simulator.requests(mutating=True) == []
