"""Validate, plan, apply, plan: over real HTTP, as a person would."""

import io
import json
import sys
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

SAMPLES = Path(__file__).parent / "samples"


def creates(simulator: Simulator) -> list[object]:
    return [
        json.loads(logged.body)
        for logged in simulator.requests(mutating=True)
        if logged.operation.endswith("create")
    ]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_the_advanced_sms_body_is_the_vendors_own_sample(
    run_line: Line, project: Project, simulator: Simulator, api: str
) -> None:
    project.configure(api=api)
    example = Path(__file__).parents[3] / "examples/kore/campaigns/support-sms.yaml"
    project.write("support.yaml", example.read_text("utf-8"))
    assert run_line("apply", "--auto-approve").code == 0
    sample = json.loads((SAMPLES / "create-sms-advanced.json").read_text("utf-8"))
    assert creates(simulator) == [sample]


def test_apply_creates_and_the_next_plan_is_empty(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("validate").out == "Success! 1 campaign is valid.\n"
    assert run_line("plan").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 2
    applied = run_line("apply", "--auto-approve")
    assert "Apply complete! Resources: 1 added, 0 changed, 0 destroyed." in applied.out
    again = run_line("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "No changes. Your campaigns match the manifests." in again.out
    assert run_line("apply", "--auto-approve").out.endswith("this plan contacts nobody.\n")


def test_a_plan_sends_nothing_but_reads(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    run_line("plan")
    assert simulator.requests(mutating=True) == []


def test_a_carecycle_campaign_is_made_in_two_steps(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.write(
        "care.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up, redial: true, features: {transfers: true}}\n",
    )
    applied = run_line("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    assert [r.method for r in simulator.requests(mutating=True)] == ["POST", "PATCH"]
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_every_example_kind_applies_once_and_settles(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    for source in (Path(__file__).parents[3] / "examples/kore/campaigns").iterdir():
        project.write(source.name, source.read_text("utf-8"))
    applied = run_line("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    assert "Resources: 5 added" in applied.out
    assert len(creates(simulator)) == 5
    again = run_line("plan", "--detailed-exitcode")
    assert again.code == 0, again.out


def test_the_document_says_exactly_which_requests_leave(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    planned = run_line("plan", "--json").json
    (change,) = planned["resource_changes"]
    (request,) = change["reconciler"]["requests"]
    run_line("apply", "--auto-approve")
    (sent,) = simulator.requests(mutating=True)
    assert (request["method"], request["path"], request["query"], request["body"]) == (
        sent.method,
        sent.path,
        sent.query,
        json.loads(sent.body),
    )


def test_apply_json_is_one_document_with_outcomes(run_line: Line, project: Project) -> None:
    project.sms()
    (outcome,) = run_line("apply", "--auto-approve", "--json").json["outcomes"]
    assert outcome["address"] == "kore_sms_campaign.renewal"
    assert outcome["outcome"] == "applied"


def test_verbose_shows_the_requests(run_line: Line, project: Project) -> None:
    project.sms()
    assert "POST /campaign/api/v2/public/" in run_line("plan", "-v").out


def test_a_console_edit_is_drift_and_is_corrected(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms(priority=5)
    run_line("apply", "--auto-approve")
    (campaign,) = simulator.campaigns()
    simulator.edit(str(campaign["id"]), {"priority": "1"})
    plan = run_line("plan", "--detailed-exitcode", "--json")
    assert plan.code == 2
    (change,) = plan.json["resource_changes"]
    (field,) = change["reconciler"]["fields"]
    assert (field["path"], field["before"], field["after"]) == ("priority", "1", "5")
    assert field["attribution"] == "drift"
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_managed_unchanged_campaign_costs_no_read_of_its_own(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    run_line("plan")
    simulator.clear_requests()
    run_line("plan")
    assert [r.operation for r in simulator.requests()] == ["kore.list"]


def test_manifests_come_from_standard_input(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = project.sms().read_text("utf-8")
    (project.folder / "campaigns" / "renewal.json").unlink()
    feed(monkeypatch, text)
    plan = run_line("plan", "--manifests", "-")
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in plan.out, plan.err


def feed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
