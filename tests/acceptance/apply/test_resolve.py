"""`resolve`: an operator's claim about a create of unknown outcome, and when it is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import LedgerFailed
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.unknown_create import ADDRESS, QUICK, apply_without_answer, seed_as_sent

Pass = Callable[[float], None]


@pytest.fixture
def unsettled(run_line: Line, project: Project, simulator: Simulator) -> Project:
    return apply_without_answer(run_line, project, simulator)


def history(run_line: Line) -> list[dict[str, object]]:
    receipts: list[dict[str, object]] = run_line("history", "--json").json["receipts"]
    return receipts


@pytest.mark.usefixtures("unsettled")
def test_two_candidates_are_left_to_the_operator(run_line: Line, simulator: Simulator) -> None:
    first, second = seed_as_sent(simulator), seed_as_sent(simulator)
    assert run_line("apply", "--auto-approve").code == 7
    result = run_line("resolve", ADDRESS, "--adopt", second)
    assert result.code == 0
    assert second in result.out
    assert run_line("plan").code == 0
    assert first != second


@pytest.mark.usefixtures("unsettled")
def test_adopt_records_the_campaign_as_created_by_us(run_line: Line, simulator: Simulator) -> None:
    found = seed_as_sent(simulator, description="Edited since.")
    result = run_line("resolve", ADDRESS, "--adopt", found)
    assert result.code == 0
    assert "description" in result.err
    planned = run_line("plan", "--json").json
    (change,) = planned["resource_changes"]
    assert change["change"]["actions"] == ["update"]
    assert history(run_line)[-1]["operation"] == "resolve"


@pytest.mark.usefixtures("unsettled")
def test_not_created_frees_the_address_and_keeps_the_reason(
    run_line: Line, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    shift(60)
    result = run_line("resolve", ADDRESS, "--not-created", "--reason", "the vendor's log says so")
    assert result.code == 0
    assert history(run_line)[-1]["reason"] == "the vendor's log says so"
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 1


@pytest.mark.usefixtures("unsettled")
def test_not_created_is_refused_while_a_candidate_is_there(
    run_line: Line, simulator: Simulator
) -> None:
    found = seed_as_sent(simulator, description="Not quite it.")
    result = run_line("resolve", ADDRESS, "--not-created", "--reason", "I think so")
    assert result.code == 6
    assert found in result.err


@pytest.mark.usefixtures("unsettled")
@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("found", [{"name": "Renamed"}, {"description": "Edited."}])
def test_what_may_be_it_although_it_differs_is_settled_as_the_plan_advises(
    run_line: Line, simulator: Simulator, ours: bool, found: dict[str, str], skip_time: Pass
) -> None:
    one = seed_as_sent(simulator, **found)
    skip_time(2)
    planned = run_line("plan")
    said = " ".join(planned.err.split())
    assert (planned.code, f"{one} may be it, but its name or settings differ" in said) == (7, True)
    if ours:
        assert "If it is, give it back its name" in said
        simulator.edit(one, {"name": "Campaign renewal"})
        assert run_line("resolve", ADDRESS, "--adopt", one).code == 0
    else:
        assert "If not, make its name and description at the vendor unlike" in said
        simulator.edit(one, {"name": "Theirs", "description": "Theirs."})
        resolved = run_line("resolve", ADDRESS, "--not-created", "--reason", "it is theirs")
        assert resolved.code == 0, resolved.err
    assert run_line("plan").code == 0


@pytest.mark.usefixtures("unsettled")
def test_not_created_needs_a_complete_listing(run_line: Line, simulator: Simulator) -> None:
    simulator.seed_kore({"name": "Other", "campaignType": "sms"})
    simulator.faults.add("kore.list:list_wrong_total:*")
    assert run_line("resolve", ADDRESS, "--not-created", "--reason", "sure").code == 1
    assert run_line("plan").code in (1, 7)


@pytest.mark.usefixtures("unsettled")
def test_not_created_waits_until_the_vendor_must_have_listed_it(run_line: Line) -> None:
    result = run_line("resolve", ADDRESS, "--not-created", "--reason", "sure", "--no-wait")
    assert result.code == 6
    assert "may still appear" in result.err


@pytest.mark.usefixtures("unsettled")
def test_a_campaign_of_another_name_is_not_adopted(run_line: Line, simulator: Simulator) -> None:
    other = seed_as_sent(simulator)
    simulator.edit(other, {"name": "Another name"})
    result = run_line("resolve", ADDRESS, "--adopt", other)
    assert result.code == 6
    assert 'is named "Another name"' in result.err


@pytest.mark.usefixtures("unsettled")
def test_an_id_that_is_not_listed_is_not_adopted(run_line: Line) -> None:
    result = run_line("resolve", ADDRESS, "--adopt", "cd-nowhere")
    assert result.code == 6
    assert "lists no sms campaign cd-nowhere" in result.err


def test_a_campaign_of_another_address_is_not_adopted(
    run_line: Line, unsettled: Project, simulator: Simulator
) -> None:
    unsettled.sms("other")
    run_line("apply", "--auto-approve")
    (other,) = simulator.campaigns()
    result = run_line("resolve", ADDRESS, "--adopt", str(other["id"]))
    assert result.code == 6
    assert "managed by kore_sms_campaign.other" in result.err


def test_nothing_open_is_an_error_that_says_so(run_line: Line, new_project: Project) -> None:
    new_project.sms()
    result = run_line("resolve", ADDRESS, "--adopt", "cd-1")
    assert result.code == 1
    assert "no create of unknown outcome" in result.err
    assert not (new_project.folder / ".reconciler").exists()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--adopt", "cd-1", "--not-created", "--reason", "x"),
        (),
        ("--not-created",),
        ("--not-created", "--reason", " "),
    ],
)
def test_exactly_one_verdict_is_needed(run_line: Line, arguments: tuple[str, ...]) -> None:
    assert run_line("resolve", ADDRESS, *arguments).code == 3


def test_the_recovery_file_says_which_command_to_run(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LedgerFailed("disk full")

    project.configure(QUICK)
    project.sms()
    with monkeypatch.context() as patch:
        patch.setattr(SqliteLedger, "settle", full)
        result = run_line("apply", "--auto-approve")
    assert result.code == 1
    (path,) = Path(".reconciler").glob("recovery-*.json")
    assert str(path.absolute()) in "".join(result.err.split("\n"))
    command = str(json.loads(path.read_text())["then_run"])
    assert run_line(*command.split()[1:]).code == 0
    assert not path.exists()
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert len(simulator.campaigns()) == 1
