"""`history`: receipts as people and programs read them."""

from collections.abc import Callable

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project
from tests.support.unknown_create import apply_without_answer

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
    assert header.split() == [
        *("FINISHED", "OPERATION", "WHO", "COMMIT", "PLAN", "CAMPAIGNS", "OUTCOMES")
    ]
    assert "ledger init" in opened
    assert first.endswith("kore_sms_campaign.renewal and 1 more  1 applied, 1 refused")
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
    assert len(run_line("history", "--json").json["receipts"]) == 3
    run_line("schedule", ADDRESS, "--off", "--auto-approve")
    assert run_line("history").out.splitlines()[-1].endswith("schedule off")


def test_an_open_create_is_shown_as_unknown_with_who_sent_it_and_when(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    apply_without_answer(run_line, project, simulator)
    text = run_line("history").out
    assert "\nCreates that are not settled:\nCAMPAIGN " in text
    (row,) = (line for line in text.splitlines() if line.startswith(ADDRESS))
    assert row.endswith("  unknown")
    document = run_line("history", ADDRESS, "--json").json
    (create,) = document["open"]
    (receipt,) = document["receipts"]
    assert (create["address"], create["outcome"]) == (ADDRESS, "unknown")
    assert (create["who"], create["host"]) == (receipt["who"], receipt["host"])
    assert create["plan_id"] == receipt["plan_id"]
    assert create["sent_at"] <= receipt["finished_at"]
    assert run_line("history", "kore_sms_campaign.other", "--json").json["open"] == []


def test_after_a_refused_credential_the_rest_is_not_attempted_and_recorded_so(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    project.sms("second", contactLists=["Open Bills"])
    simulator.faults.add(Fault(kind=FaultKind.STATUS, match="kore.create", value=401, body="{}"))
    result = run_line("apply", "--auto-approve")
    assert result.code == 4
    assert len(simulator.requests(operation="kore.create")) == 1
    assert result.err.count("Error: ") == 1
    assert "Check the credential, then run apply again after " in result.err
    second = "kore_sms_campaign.second"
    assert f"For the same reason nothing was sent for 1 more campaign: {second}.\n" in result.err
    assert f"{second}: Creating..." not in result.err
    assert f"{second}: Creation not attempted: the vendor refused the credential" in result.err
    receipt = run_line("history", "--json").json["receipts"][-1]
    assert [one["outcome"] for one in receipt["outcomes"]] == ["refused", "skipped"]
    assert "unknown: the vendor refused the credential (401)" in run_line("history").out


def test_runs_are_chosen_by_the_time_of_their_end(
    run_line: Line, project: Project, shift: Callable[[float], None]
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    every = run_line("history", "--json").json["receipts"]
    end = str(every[-1]["finished_at"])
    day = end[:10]
    assert len(every) == 2
    # The environment was opened long before.
    assert run_line("history", "--json", "--since", day, "--until", day).json["receipts"] == (
        [one for one in every if one["finished_at"] >= day]
    )
    assert run_line("history", "--json", "--since", end).json["receipts"][-1] == every[-1]
    assert run_line("history", "--json", "--until", end).json["receipts"] in ([], every[:1])
    shift(2 * 86_400)
    project.sms("second", contactLists=["Open Bills"])
    run_line("apply", "--auto-approve")
    assert len(run_line("history", "--json", "--until", day).json["receipts"]) == 2
    later = run_line("history", "--since", "2099-01-01")
    assert later.out == "Nothing is recorded in environment staging in that time.\n"
    assert run_line("history", "--since", "yesterday").code == 3


def test_a_gate_that_was_opened_is_shown_with_what_opened_it(
    run_line: Line, project: Project
) -> None:
    project.configure("sendsOnWrite: possibly\n        safety: {maxCreates: 0}")
    project.sms()
    run_line("apply", "--auto-approve", "--allow", "creates-over-limit")
    assert run_line("history").out.endswith(
        "1 applied, gate creates-over-limit accepted by --allow\n"
    )
    receipt = run_line("history", "--json").json["receipts"][-1]
    assert receipt["gates"] == {"creates-over-limit": "--allow"}


def test_the_receipt_of_a_write_that_may_send_names_lists_records_and_channel(
    run_line: Line, project: Project
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    run_line("start", ADDRESS, "--auto-approve", "--allow", "reach-over-limit")
    for receipt in run_line("history", "--json").json["receipts"][1:]:
        (entry,) = receipt["outcomes"]
        assert (entry["channel"], len(entry["lists"])) == ("SMS", 1)
        assert entry["records"] > 0
