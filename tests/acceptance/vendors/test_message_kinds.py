"""A plain text and an approved template: a plan compares which of them people get."""

import json

from pydantic import JsonValue

from reconciler.resources.tree import at
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms
from tests.support.written_campaigns import settled, template

TEXT = "Your plan renews soon."


def plain(project: Project) -> None:
    document = sms("renewal", priority=3)
    spec = document["spec"]
    assert isinstance(spec, dict)
    del spec["experienceFlowName"]
    spec["message"] = {"message": TEXT}
    project.write("renewal.json", json.dumps(document))


def template_of(simulator: Simulator) -> object:
    return at(simulator.campaigns()[0], "message.template_name")


def edited(simulator: Simulator, **message: JsonValue) -> None:
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"message": message})


def test_a_template_in_place_of_a_plain_text_is_drift(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    plain(project)
    settled(run_line)
    edited(simulator, template_name="Renewal Notice", templateId="cmt-1", message="PHA%2B")
    drift = run_line("drift")
    assert drift.code == 2
    assert 'template_name = "Renewal Notice" # expanding' in drift.out
    settled(run_line)
    assert template_of(simulator) is None


def test_a_plain_text_in_place_of_a_template_is_drift(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    template(project, TEXT)
    settled(run_line)
    edited(simulator, template_name=None, templateId=None, message=TEXT)
    drift = run_line("drift")
    assert drift.code == 2
    assert 'template_name = "Renewal Notice" -> null # expanding' in drift.out
    settled(run_line)
    assert template_of(simulator) == "Renewal Notice"


def test_a_campaign_with_a_template_is_not_taken_for_the_plain_text_of_a_manifest(
    run_line: Line, project: Project
) -> None:
    template(project, TEXT)
    settled(run_line)
    (project.folder / ".reconciler" / "state.db").unlink()
    plain(project)
    plan = run_line("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert 'template_name = "Renewal Notice" -> null' in plan.out


def test_a_manifest_may_turn_from_a_template_to_a_plain_text(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    template(project, TEXT)
    settled(run_line)
    plain(project)
    assert 'template_name = "Renewal Notice" -> null' in run_line("plan").out
    settled(run_line)
    assert template_of(simulator) is None
