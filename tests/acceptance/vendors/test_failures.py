"""Bad input, refused credentials and broken listings: the right exit code, and nothing sent."""

import json

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project


def test_usage_errors_are_not_mistaken_for_changes(run_line: Line) -> None:
    assert run_line("plan", "--no-such-option").code == 3
    assert run_line("no-such-command").code == 3


def test_a_missing_project_file_is_invalid(
    run_line: Line, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    result = run_line("plan")
    assert result.code == 3
    assert "reconciler.yaml" in result.err


def test_every_error_of_every_file_is_shown_at_once(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms("first", priorty=5)
    project.sms("second", contactLists=[])
    result = run_line("plan")
    assert result.code == 3
    assert "first.json" in result.err
    assert "second.json" in result.err
    assert "priority" in result.err
    assert simulator.requests() == []


def test_a_missing_variable_is_named_with_its_place(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KORE_JWT")
    project.sms()
    result = run_line("plan")
    assert result.code == 3
    assert "KORE_JWT" in result.err
    assert "reconciler.yaml:12:" in result.err


def test_a_refused_credential_names_its_origin_and_not_itself(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KORE_JWT", "secret-canary")
    project.sms()
    result = run_line("plan")
    assert result.code == 4
    assert "retention" in result.err
    assert "environment variable KORE_JWT" in result.err
    assert "secret-canary" not in result.err + result.out


@pytest.mark.parametrize(
    "fault", ["http_500:*", "list_wrong_total:*", "list_repeats_page:*", "html:*", "truncated:*"]
)
def test_an_incomplete_listing_plans_no_create(
    run_line: Line, project: Project, simulator: Simulator, fault: str
) -> None:
    for number in range(3):
        simulator.seed_kore({"name": f"Other {number}", "campaignType": "sms"})
    simulator.faults.add(f"kore.list:{fault}")
    project.sms()
    result = run_line("plan", "--json")
    assert result.code == 1
    assert result.json["errored"] is True
    assert result.json["resource_changes"] == []
    assert run_line("apply", "--auto-approve").code in (1, 6)
    assert simulator.requests(mutating=True) == []


def test_a_broken_target_does_not_hide_the_other(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.faults.add("kore.list:http_500:*")
    project.sms()
    project.write(
        "care.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up}\n",
    )
    result = run_line("plan", "--json")
    assert result.code == 1
    addresses = [change["address"] for change in result.json["resource_changes"]]
    assert addresses == ["carecycle_campaign.check-up"]


def test_the_request_limit_of_a_run_is_its_own_exit_code(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("plan", "--max-requests", "1").code == 5


def test_a_name_full_of_escapes_cannot_write_to_the_terminal(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.seed_kore({"name": "\x1b[2Jcleared\u202e", "campaignType": "sms"})
    project.sms(description="\x1b]0;title\x07 text")
    result = run_line("plan")
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out + result.err


def test_an_early_end_is_still_one_json_document(run_line: Line, project: Project) -> None:
    project.sms(contactLists=[])
    result = run_line("plan", "--json")
    assert result.code == 3
    assert json.loads(result.out)["valid"] is False


def test_a_contact_list_that_does_not_exist_is_found_before_anything_is_sent(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms(contactLists=["Spring Renewal 2026"])
    result = run_line("plan")
    assert result.code != 0
    assert "Spring Renewals 2026" in result.err
    assert simulator.requests(mutating=True) == []
