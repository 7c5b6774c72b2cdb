"""`status --accept`: a person accepts what the vendor shows, and drift compares with that."""

from collections.abc import Sequence

import pytest

from reconciler.errors import ApplyRefused
from reconciler.resources.base import RunState
from reconciler.resources.ledger_records import SeenState
from reconciler.run_state.accept import Sighting, accept
from reconciler.simulator.core import Simulator
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.session import Options, Session
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import ADDRESS, id_of, record_of, team

OTHER = "kore_sms_campaign.other"
WHY = ("--accept", "--reason", "agreed with sales")
ONCE = (*WHY, "--auto-approve")
READY = SeenState(RunState.DRAFT, "Ready", "", 0, "NORMAL")


@pytest.fixture
def started(run_line: Line, project: Project, simulator: Simulator) -> str:
    """Two campaigns of two teams; somebody started one of them in the console. Its id."""
    team(project, "renewal", "Spring Renewals 2026")
    team(project, "other", "Open Bills", "billing")
    assert run_line("apply", "--auto-approve").code == 0
    remote_id = id_of(simulator, "renewal")
    simulator.edit(remote_id, {"status": "Active"})
    simulator.clear_requests()
    return remote_id


@pytest.mark.parametrize("which", [(ADDRESS,), ("--select", "team=retention")])
def test_what_is_accepted_is_drift_no_more(
    run_line: Line, simulator: Simulator, started: str, which: tuple[str, ...]
) -> None:
    before = record_of()
    result = run_line("status", *which, *ONCE)
    assert result.code == 0, result.err
    rows = [" ".join(line.split()) for line in result.out.splitlines()]
    assert f"{ADDRESS} retention {started} Ready Active active" in rows
    after = record_of()
    assert after.seen == SeenState(RunState.ACTIVE, "Active", "", 0, "NORMAL")
    assert after.written_at == before.written_at
    assert record_of(OTHER).seen == READY
    assert simulator.requests(mutating=True) == []
    assert run_line("drift").code == 0


def test_the_history_says_who_agreed_to_what_and_why(run_line: Line, started: str) -> None:
    run_line("status", ADDRESS, *ONCE)
    receipt = run_line("history", "--json").json["receipts"][-1]
    assert (receipt["operation"], receipt["reason"]) == ("status --accept", "agreed with sales")
    (entry,) = receipt["outcomes"]
    assert (entry["action"], entry["outcome"], entry["status"]) == ("accept", "applied", "Active")
    assert entry["remote_id"] == started


@pytest.mark.usefixtures("started")
def test_nobody_agrees_without_a_terminal(run_line: Line) -> None:
    result = run_line("status", ADDRESS, *WHY)
    assert result.code == 1
    assert "--auto-approve" in result.err
    assert record_of().seen == READY


@pytest.mark.parametrize(
    "how",
    [
        ONCE,
        (ADDRESS, "--accept", "--auto-approve"),
        (ADDRESS, "--accept", "--reason", " ", "--auto-approve"),
        (ADDRESS, "--json", *ONCE),
        (ADDRESS, "--reason", "why"),
        (ADDRESS, "--auto-approve"),
        (ADDRESS, "--lock-timeout", "1s"),
        ("kore_sms_campaign.nobody", *ONCE),
        ("--select", "team=nobody", *ONCE),
    ],
)
@pytest.mark.usefixtures("started")
def test_accept_needs_addresses_and_a_reason(
    run_line: Line, simulator: Simulator, how: tuple[str, ...]
) -> None:
    assert run_line("status", *how).code == 3
    assert record_of().seen == READY
    assert simulator.requests(mutating=True) == []


def test_nothing_is_recorded_unless_all_can_be(
    run_line: Line, project: Project, simulator: Simulator, started: str
) -> None:
    team(project, "planned", "Open Bills")
    simulator.edit(started, {"name": "Somebody renamed it"})
    simulator.seed_kore({"name": "Campaign planned", "campaignType": "sms"})
    result = run_line("status", "--select", "team=retention", *ONCE)
    assert result.code == 1
    assert "planned cannot be accepted: the ledger has no record of it" in result.err
    assert ADDRESS not in result.err
    assert record_of().seen == READY


def test_a_campaign_that_is_gone_is_not_accepted_by_another_ones_state(
    run_line: Line, simulator: Simulator, started: str
) -> None:
    simulator.console.remove(started)
    simulator.seed_kore({"name": "Campaign renewal", "campaignType": "sms", "status": "Active"})
    result = run_line("status", ADDRESS, *ONCE)
    assert result.code == 1
    assert f"the vendor does not show {started}" in result.err
    assert record_of().seen == READY


def test_what_cannot_be_read_is_not_accepted(
    run_line: Line, simulator: Simulator, started: str
) -> None:
    simulator.edit(started, {"status": "Paused"})
    simulator.faults.add("kore.list:http_500:*")
    result = run_line("status", ADDRESS, *ONCE)
    assert result.code == 1
    assert record_of().seen == READY


def test_what_moved_while_somebody_was_asked_is_not_recorded(
    project: Project, simulator: Simulator, started: str
) -> None:
    def approve(_: object) -> None:
        simulator.edit(started, {"status": "Paused"})

    talk: Conversation[Sequence[Sighting]] = Conversation(
        show=lambda _: None, approve=approve, on_wait=lambda _: None, interrupted=lambda: False
    )
    with (
        Session(Options(directory=project.folder)) as session,
        pytest.raises(ApplyRefused, match="changed while you were asked"),
    ):
        accept(session, (ADDRESS,), "agreed", ask=True, talk=talk)
    assert record_of().seen == READY
