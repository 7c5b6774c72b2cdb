"""What `validate` says about the names of campaigns, and what `import` writes for odd ones."""

import json

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, care
from tests.support.live_campaigns import live_twin

ODD = {
    "leading blank": (" Check-up", "begins with U+0020 SPACE"),
    "trailing no-break space": ("Check-up\u00a0", "ends with U+00A0 NO-BREAK SPACE"),
    "tab": ("Check\tup", "has a control character at position 6: U+0009"),
    "zero-width space": (
        "Check\u200bup",
        "has an invisible character at position 6: U+200B ZERO WIDTH SPACE",
    ),
}


@pytest.mark.parametrize(("name", "fault"), ODD.values(), ids=ODD)
def test_an_odd_name_is_refused_with_its_place_and_its_character(
    run_line: Line, project: Project, simulator: Simulator, name: str, fault: str
) -> None:
    manifest = project.care(name=name)
    column = manifest.read_text("utf-8").index(json.dumps(name)) + 1
    for command in ("validate", "plan", "apply"):
        refused = run_line(command)
        assert refused.code == 3
        assert "on campaigns/check-up.json:1:" in refused.err
        assert f"spec.name {fault}" in refused.err
        assert "set metadata.remoteId to its id" in refused.err
    (found,) = run_line("validate", "--format", "json").json["diagnostics"]
    assert found["range"]["start"]["column"] == column
    assert simulator.requests() == []


@pytest.mark.parametrize(("name", "fault"), ODD.values(), ids=ODD)
@pytest.mark.parametrize("vendor", ["kore", "carecycle"])
def test_a_live_campaign_with_an_odd_name_is_imported_by_its_id(
    run_line: Line, project: Project, simulator: Simulator, vendor: str, name: str, fault: str
) -> None:
    if vendor == "kore":
        remote_id = live_twin(simulator, name=name)
    else:
        remote_id = simulator.seed_carecycle({"name": name, "description": "Reminds."})
    imported = run_line("import", remote_id)
    assert imported.code == 0, imported.err
    (written,) = (project.folder / "campaigns").iterdir()
    assert f"remoteId: {remote_id}" in written.read_text("utf-8")
    checked = run_line("validate", "--format", "json")
    (found,) = checked.json["diagnostics"]
    assert (checked.code, found["severity"]) == (0, "warning")
    assert found["summary"] == f"spec.name {fault}"
    assert "Plan: 1 to import, 0 to add, 0 to change" in run_line("plan").out
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert simulator.requests(mutating=True) == []


def test_a_word_in_two_alphabets_is_a_warning_that_names_the_letters(
    run_line: Line, project: Project
) -> None:
    project.care(name="Ch\u0435ck-up")
    checked = run_line("validate")
    assert checked.code == 0
    assert "U+0435 CYRILLIC SMALL LETTER IE" in checked.err
    assert "U+0043 LATIN CAPITAL LETTER C" in checked.err


def test_a_name_in_another_environment_is_checked_too(run_line: Line, project: Project) -> None:
    overridden = {**care("check-up"), "overrides": {"staging": {"name": "Check-up "}}}
    project.write("check-up.json", json.dumps(overridden))
    assert "spec.name ends with U+0020 SPACE" in run_line("validate").err
