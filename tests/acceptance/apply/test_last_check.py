"""Right before the first byte: a run that lost its lease, or was stopped, sends nothing more."""

import contextlib
import json
import shutil
from collections.abc import Callable, Sequence

import pytest

from reconciler.clock import SystemClock
from reconciler.errors import ExitCode
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.plan.model import Plan
from reconciler.resources.ledger_records import Intent, Tombstone
from reconciler.simulator.core import Simulator
from reconciler.workflow.applying import run_apply
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.session import Options, Session
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import ADDRESS, QUICK, applied

TALK = Conversation[Plan](
    show=lambda _: None,
    approve=lambda _: None,
    on_wait=lambda _: None,
    interrupted=lambda: False,
)
Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Do something while the next run stands still, right before its first last check."""

    def let(happen: Callable[[], object]) -> None:
        real, due = SqliteLedger.last_check, [happen]

        def frozen(
            self: SqliteLedger, lock_id: str, intent: Intent | None = None
        ) -> Sequence[Tombstone]:
            if due:
                due.pop()()
            return real(self, lock_id, intent)

        monkeypatch.setattr(SqliteLedger, "last_check", frozen)

    return let


def ledger_of(project: Project) -> SqliteLedger:
    return SqliteLedger(project.folder / ".reconciler" / "state.db", "staging", SystemClock())


def release(project: Project) -> None:
    """As a person who believes that the holder is dead."""
    with contextlib.closing(ledger_of(project)) as ledger:
        held = ledger.lock()
        assert held is not None
        assert ledger.release(held.id)


def stop(project: Project) -> None:
    with contextlib.closing(ledger_of(project)) as ledger:
        ledger.add_tombstone(Tombstone("wrong text", "eve", SystemClock().now()))


def apply_beside(project: Project) -> ExitCode:
    """Another operator's run, in the middle of the frozen one."""
    with Session(Options(directory=project.folder)) as session:
        return run_apply(session, saved=None, ask=False, talk=TALK).exit_code


def description(simulator: Simulator) -> object:
    (campaign,) = simulator.campaigns()
    return campaign["description"]


def test_a_frozen_update_never_overwrites_a_newer_one(
    run_line: Line, project: Project, simulator: Simulator, meanwhile: Meanwhile
) -> None:
    project.configure(more=QUICK)
    applied(run_line, project, simulator)
    project.sms(description="old")

    def newer() -> None:
        release(project)
        project.sms(description="new")
        assert apply_beside(project) is ExitCode.OK

    meanwhile(newer)
    late = run_line("apply", "--auto-approve")
    assert late.code != 0
    assert "no longer held by this run" in " ".join(late.err.split())
    assert description(simulator) == "new"
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_frozen_create_is_not_sent_beside_the_next_holders(
    run_line: Line, project: Project, simulator: Simulator, meanwhile: Meanwhile
) -> None:
    project.sms()

    def newer() -> None:
        release(project)
        assert apply_beside(project) is ExitCode.UNKNOWN, "the frozen run may have sent it"

    meanwhile(newer)
    late = run_line("apply", "--auto-approve")
    assert late.code != 0
    assert late.err.count("Error:") == 1
    assert "no longer held by this run" in late.err
    assert simulator.requests(mutating=True) == []


@pytest.mark.parametrize("held", ["create", "start"])
def test_a_stop_right_before_the_first_byte_holds_a_write_back(
    run_line: Line, project: Project, simulator: Simulator, meanwhile: Meanwhile, held: str
) -> None:
    project.configure(more=QUICK)
    if held == "start":
        applied(run_line, project, simulator)
    project.sms()
    simulator.clear_requests()
    meanwhile(lambda: stop(project))
    command = ("start", ADDRESS) if held == "start" else ("apply",)
    stopped = run_line(*command, "--auto-approve")
    assert stopped.code == 6
    assert "wrong text" in stopped.err
    writes = {request.operation for request in simulator.requests(mutating=True)}
    assert f"kore.{held}" not in writes


def test_a_ledger_that_was_replaced_during_the_run_sends_nothing_more(
    run_line: Line, project: Project, simulator: Simulator, meanwhile: Meanwhile
) -> None:
    project.sms()
    state = project.folder / ".reconciler" / "state.db"

    def restore() -> None:
        shutil.copy(state, state.with_name("backup.db"))
        state.with_name("backup.db").replace(state)

    meanwhile(restore)
    broken = run_line("apply", "--auto-approve")
    assert broken.code == 1
    assert "was moved or replaced during the run" in " ".join(broken.err.split())
    assert simulator.requests(mutating=True) == []
    assert json.loads(run_line("plan", "--json").out)["errored"] is False
