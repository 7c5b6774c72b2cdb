"""`history`: receipts as people and programs read them."""

from collections.abc import Callable

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project

ADDRESS = "kore_sms_campaign.renewal"


def test_an_empty_history_is_reported_without_making_a_ledger(
    run_line: Line, new_project: Project
) -> None:
    result = run_line("history")
    assert (result.code, result.out) == (0, "Nothing is recorded in environment staging.\n")
    assert not (new_project.folder / ".reconciler").exists()


def test_every_run_is_a_row_with_its_outcomes(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    project.sms()
    project.sms("second", contactLists=["Open Bills"])
    simulator.faults.add(Fault(kind=FaultKind.STATUS, match="kore.create", value=422, body="{}"))
    run_line("apply", "--auto-approve")
    shift(301)
    run_line("apply", "--auto-approve")
    header, opened, first, second = run_line("history").out.splitlines()
    assert header.split() == ["FINISHED", "OPERATION", "WHO", "COMMIT", "PLAN", "OUTCOMES"]
    assert "ledger init" in opened
    assert first.endswith("1 applied, 1 refused")
    assert second.endswith("1 applied")


def test_the_history_of_an_address_has_its_id_and_nothing_of_others(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    project.sms("second", contactLists=["Open Bills"])
    run_line("apply", "--auto-approve")
    ids = {str(row["name"]): str(row["id"]) for row in simulator.campaigns()}
    _, row = run_line("history", ADDRESS).out.splitlines()
    assert ids["Campaign renewal"] in row
    assert "create" in row
    assert ids["Campaign second"] not in row


def test_the_document_holds_hashes_and_no_texts(run_line: Line, project: Project) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    result = run_line("history", "--json")
    _, receipt = result.json["receipts"]
    assert len(receipt["plan_sha256"]) == 64
    assert len(receipt["outcomes"][0]["bodies_sha256"][0]) == 64
    assert "Sends a link" not in result.out
    assert "+1202555" not in result.out


def test_an_address_that_was_never_touched_has_no_history(run_line: Line, project: Project) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    assert "Nothing is recorded about" in run_line("history", "kore_sms_campaign.other").out


def test_what_is_no_address_is_a_usage_error(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("history", "renewal").code == 3


def test_the_document_about_an_address_has_nothing_of_others(
    run_line: Line, project: Project
) -> None:
    project.sms()
    project.sms("second", contactLists=["Open Bills"])
    run_line("apply", "--auto-approve")
    (receipt,) = run_line("history", "--json", ADDRESS).json["receipts"]
    assert [one["address"] for one in receipt["outcomes"]] == [ADDRESS]


def test_a_launch_is_one_row_and_a_schedule_has_its_dates(run_line: Line, project: Project) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    how = ("--weekly", "1", "--days", "MO,WE", "--from", "2027-04-01T09:00Z")
    until = ("--until", "2027-04-30T18:00Z", "--auto-approve", "--allow", "reach-over-limit")
    assert run_line("schedule", ADDRESS, *how, *until).code == 0
    dates = "weekly 1 on MO WE from 2027-04-01T09:00:00Z until 2027-04-30T18:00:00Z"
    for command in (("history",), ("history", ADDRESS)):
        *_, applied, row = run_line(*command).out.splitlines()
        assert " apply " in applied
        assert row.endswith(dates)
    assert len(run_line("history", "--json").json["receipts"]) == 4
    run_line("schedule", ADDRESS, "--off", "--auto-approve")
    assert run_line("history").out.splitlines()[-1].endswith("schedule off")
