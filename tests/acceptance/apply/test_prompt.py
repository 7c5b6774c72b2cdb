"""The questions before an action that cannot be undone, on a real terminal."""

import re
from pathlib import Path

import pytest

from reconciler.cli import approval
from reconciler.clock import SystemClock
from reconciler.ledger.lease import Holder, Lease
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.terminal import answer, answer_in_a_process

ADDRESS = "kore_sms_campaign.renewal"


@pytest.mark.parametrize(
    ("text", "code", "created"), [("yes", 0, 1), ("y", 1, 0), ("YES", 1, 0), ("", 1, 0)]
)
def test_only_yes_is_yes(
    project: Project, simulator: Simulator, text: str, code: int, created: int
) -> None:
    project.sms()
    assert answer(project, text) == code
    assert len(simulator.campaigns()) == created


@pytest.mark.parametrize(("typed_before", "text", "code"), [("", "yes", 0), ("yes\n", "no", 1)])
def test_a_process_of_its_own_asks_too(
    project: Project, simulator: Simulator, typed_before: str, text: str, code: int
) -> None:
    project.sms()
    assert answer_in_a_process(project, text, typed_before=typed_before) == code
    assert len(simulator.campaigns()) == 1 - code


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


@pytest.mark.parametrize(
    "typed", [("yes\n", "no"), ("yes\n", ""), ("ye", "s"), ("yes\nyes\n", "no")], ids=repr
)
@pytest.mark.parametrize(
    "command",
    [
        ("apply",),
        ("start", ADDRESS),
        ("schedule", ADDRESS, "--off"),
        ("status", ADDRESS, "--accept", "--reason", "agreed"),
    ],
    ids=lambda command: command[0],
)
def test_what_is_typed_before_the_question_approves_nothing(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    command: tuple[str, ...],
    typed: tuple[str, str],
) -> None:
    before, answered = typed
    project.sms()
    if command != ("apply",):
        assert run_line("apply", "--auto-approve").code == 0
    simulator.clear_requests()
    history = run_line("history").out
    assert answer(project, answered, *command, typed_before=before) == 1
    assert simulator.requests(mutating=True) == []
    assert run_line("history").out == history


def test_a_lock_is_not_released_by_what_is_typed_before_the_question(
    run_line: Line, project: Project
) -> None:
    ledger = SqliteLedger(project.folder / ".reconciler" / "state.db", "staging", SystemClock())
    holder = Holder(operation="apply", who="ada", host="desk")
    with Lease(ledger, SystemClock(), holder=holder) as lease:
        release = ("lock", "release", lease.id)
        assert answer(project, "no", *release, typed_before="yes\n") == 1
        assert lease.id in run_line("lock", "list").out
        assert answer(project, "yes", *release) == 0
        assert run_line("lock", "list").out == "No lock is held.\n"
    ledger.close()


def test_every_question_is_asked_in_one_place() -> None:
    """Other ways to read the terminal would accept an answer from before the question."""
    reads = re.compile(r"\b(click\.(prompt|confirm|getchar|pause)|input)\(")
    folder = Path(approval.__file__).parents[1]
    found = [path.name for path in folder.rglob("*.py") if reads.search(path.read_text("utf-8"))]
    assert found == ["approval.py"]
