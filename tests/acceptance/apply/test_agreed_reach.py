"""An agreed plan binds the people: what it reaches when it is applied must be what was agreed."""

import pytest
from pydantic import JsonValue

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.contact_lists import LIST, resize


@pytest.fixture(autouse=True)
def saved(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("plan", "--out", "plan.json").code == 0


@pytest.mark.parametrize("records", [903, 860, 960, 3])
def test_a_list_may_grow_a_little_or_shrink(
    run_line: Line, simulator: Simulator, records: int
) -> None:
    resize(simulator, records)
    result = run_line("apply", "plan.json")
    assert result.code == 0, result.err
    assert f"Outreach: up to {records:,} contact" in result.out
    assert len(simulator.campaigns()) == 1


@pytest.mark.parametrize(
    ("records", "text"),
    [
        (1032, "kore_sms_campaign.renewal reaches 1,032 contacts now; 860 contacts were agreed"),
        (1_000_000, "reaches 1,000,000 contacts now"),
        (None, f'the size of contact list "{LIST}" cannot be read now'),
    ],
)
def test_a_list_that_grew_or_lost_its_size_is_refused(
    run_line: Line, simulator: Simulator, records: JsonValue, text: str
) -> None:
    resize(simulator, records)
    result = run_line("apply", "plan.json", "--json")
    assert result.code == 6
    assert text in result.err
    assert result.json["diagnostics"][0]["code"] == "reach-changed"
    assert simulator.campaigns() == []


def test_the_project_may_accept_more(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8")
    path.write_text(f"{text}safety: {{reachTolerance: {{percent: 100}}}}\n", "utf-8")
    resize(simulator, 1700)
    assert run_line("apply", "plan.json").code == 0


def test_a_plan_is_bound_to_the_place_of_its_ledger(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = project.folder / "reconciler.yaml"
    path.write_text(f"{path.read_text('utf-8')}state: elsewhere.db\n", "utf-8")
    result = run_line("apply", "plan.json")
    assert result.code == 6
    assert (
        "the ledger at .reconciler/state.db, and the project names elsewhere.db now" in result.err
    )
    assert simulator.campaigns() == []


@pytest.mark.parametrize("value", ["{percent: 101}", "{contacts: -1}", "{contact: 5}", "5"])
def test_a_tolerance_that_cannot_be_meant_is_invalid(
    run_line: Line, project: Project, value: str
) -> None:
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8")
    path.write_text(f"{text}safety: {{reachTolerance: {value}}}\n", "utf-8")
    result = run_line("validate")
    assert result.code == 3
    assert "safety.reachTolerance" in result.err
