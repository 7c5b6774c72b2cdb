"""Names that look the same: adopted, or a gate; never a plain create beside the live campaign."""

from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.live_campaigns import live_twin

CAFE, CAFE_DECOMPOSED = "Caf\u00e9 R\u00e9novation", "Cafe\u0301 Re\u0301novation"
LOOK_ALIKES = {
    "two blanks": ("Spring sale", "Spring  sale"),
    "no-break space": ("Spring sale", "Spring\u00a0sale"),
    "zero-width space": ("Spring sale", "Spring \u200bsale"),
    "trailing blank": ("Spring sale", "Spring sale "),
    "apostrophe": ("Don't wait", "Don\u2019t wait"),
    "dash": ("May - June", "May \u2013 June"),
}


@pytest.mark.parametrize(("name", "live_name"), LOOK_ALIKES.values(), ids=LOOK_ALIKES)
@pytest.mark.parametrize("vendor", ["kore", "carecycle"])
def test_a_name_that_looks_like_a_live_one_stops_apply(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    vendor: str,
    name: str,
    live_name: str,
) -> None:
    manifest, remote_id = _beside(project, simulator, vendor, name, live_name)
    planned = run_line("plan")
    assert (planned.code, "1 to add" in planned.out) == (0, True), planned.err
    assert f"write metadata.remoteId: {remote_id}" in planned.out
    applied = run_line("apply", "--auto-approve")
    assert (applied.code, "--allow near-twin" in applied.err) == (6, True)
    project.pin(manifest, remote_id)
    assert "Plan: 1 to import, 0 to add" in run_line("plan").out
    assert simulator.requests(mutating=True) == []


def _beside(
    project: Project, simulator: Simulator, vendor: str, name: str, live_name: str
) -> tuple[Path, str]:
    if vendor == "carecycle":
        body = {"name": live_name, "description": "Reminds."}
        return project.care(name=name), simulator.seed_carecycle(body)
    return project.sms(name=name), live_twin(simulator, name=live_name)


def test_an_accepted_near_twin_stays_and_the_campaign_is_created(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    _beside(project, simulator, "carecycle", "Check-up", "CHECK-UP")
    assert run_line("apply", "--auto-approve", "--allow", "near-twin").code == 0
    assert sorted(str(one["name"]) for one in simulator.campaigns()) == ["CHECK-UP", "Check-up"]
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_saved_plan_is_refused_once_another_near_twin_appeared(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    _beside(project, simulator, "carecycle", "Check-up", "CHECK-UP")
    assert run_line("plan", "--out", "plan.json", "--allow", "near-twin").code == 0
    other = simulator.seed_carecycle({"name": "check-up"})
    applied = run_line("apply", "plan.json")
    assert (applied.code, simulator.requests(mutating=True)) == (6, [])
    assert f"the account has campaign {other} now, whose name looks the same" in applied.err


@pytest.mark.parametrize("vendor", ["kore", "carecycle"])
@pytest.mark.parametrize(("name", "live_name"), [(CAFE, CAFE_DECOMPOSED), (CAFE_DECOMPOSED, CAFE)])
def test_a_name_in_another_encoding_is_the_same_name(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    vendor: str,
    name: str,
    live_name: str,
) -> None:
    _beside(project, simulator, vendor, name, live_name)
    planned = run_line("plan")
    assert "Plan: 1 to import, 0 to add, 0 to change" in planned.out, planned.out + planned.err
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.requests(mutating=True) == []
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_vendor_that_composes_names_shows_no_drift_and_creates_nothing_again(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"carecycle": {"name_spelling": "normalised"}})
    simulator.change_switches({"kore": {"name_spelling": "normalised"}})
    project.sms(name=CAFE_DECOMPOSED)
    project.care(name=CAFE_DECOMPOSED)
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0
    Path(".reconciler/state.db").unlink()
    assert "Plan: 2 to import, 0 to add" in run_line("plan").out


def test_a_vendor_that_joins_blanks_is_met_at_the_gate_after_the_ledger_is_lost(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"carecycle": {"name_spelling": "normalised"}})
    project.care(name="Check  up")
    run_line("apply", "--auto-approve")
    Path(".reconciler/state.db").unlink()
    sent = len(simulator.requests(mutating=True))
    applied = run_line("apply", "--auto-approve")
    assert (applied.code, "near-twin" in applied.err) == (6, True)
    assert len(simulator.requests(mutating=True)) == sent
