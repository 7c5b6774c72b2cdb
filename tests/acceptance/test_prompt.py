"""The question before an apply, on a real terminal."""

import os
import pty
import subprocess
import sys

import pytest

from reconciler.simulator.core import Simulator
from tests.acceptance.conftest import Line, Project


def answer(project: Project, text: str, *command: str) -> int:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", *(command or ("apply",)), "--no-color"],
        cwd=project.folder,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    os.close(terminal)
    os.write(controller, f"{text}\n".encode())
    process.communicate(timeout=60)
    os.close(controller)
    return process.returncode


@pytest.mark.parametrize(
    ("text", "code", "created"), [("yes", 0, 1), ("y", 1, 0), ("YES", 1, 0), ("", 1, 0)]
)
def test_only_yes_is_yes(
    project: Project, simulator: Simulator, text: str, code: int, created: int
) -> None:
    project.sms()
    assert answer(project, text) == code
    assert len(simulator.campaigns()) == created


@pytest.mark.parametrize(("text", "status"), [("yes", "Active"), ("y", "Ready")])
def test_a_start_is_asked_for(
    run_line: Line, project: Project, simulator: Simulator, text: str, status: str
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    code = answer(project, text, "start", "kore_sms_campaign.renewal")
    assert code == (0 if text == "yes" else 1)
    assert [campaign["status"] for campaign in simulator.campaigns()] == [status]


@pytest.mark.parametrize(("text", "status"), [("yes", "Active"), ("y", "Ready")])
def test_several_starts_take_one_yes(
    run_line: Line, project: Project, simulator: Simulator, text: str, status: str
) -> None:
    project.sms()
    project.sms("second", contactLists=["Open Bills"])
    run_line("apply", "--auto-approve")
    addresses = ("kore_sms_campaign.renewal", "kore_sms_campaign.second")
    assert answer(project, text, "start", *addresses) == (0 if text == "yes" else 1)
    assert [campaign["status"] for campaign in simulator.campaigns()] == [status] * 2


@pytest.mark.parametrize(("text", "code"), [("yes", 0), ("no", 1)])
def test_a_run_state_is_accepted_by_a_yes(
    run_line: Line, project: Project, simulator: Simulator, text: str, code: int
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"status": "Active"})
    command = ("status", "kore_sms_campaign.renewal", "--accept", "--reason", "agreed")
    assert answer(project, text, *command) == code
    assert run_line("drift").code == (0 if text == "yes" else 2)


def test_without_a_terminal_nothing_is_approved(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    result = run_line("apply")
    assert result.code == 1
    assert "--auto-approve" in result.err
    assert simulator.campaigns() == []
