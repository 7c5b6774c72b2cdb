"""However a vendor spells its answers: apply, plan, apply, drift and import find no difference.

Rows about single records share one project and its runs. A row about whole answers has a run of its
own, which it shares with a row of the other vendor at most.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import KORE_CONTACT_LISTS
from tests.support.cli import Line, Project
from tests.support.variant_table import CAMPAIGNS, Round, Row, rounds, rows
from tests.support.vendor_variants import ChangedAnswers

QUICK = """sendsOnWrite: possibly
        readBack: 2s
        settle: 1s
        safety: {maxCreates: 1000, maxContacts: unlimited}"""
ACCOUNT: Tree = {
    "accounts": "any",
    "kore": {"preparing_seconds": 0, "windows_across_midnight": "accepted"},
    "carecycle": {"unknown_template": "ignored", "unknown_config": "accepted"},
}
ALLOWED = ("--allow", "creates-over-limit", "--allow", "duplicate-audience")
OTHER: Tree = {"name": "Another one", "description": "Not ours."}
Problems = Mapping[str, list[str]]


def test_the_table_is_large() -> None:
    assert len(rows()) >= 120
    assert sum(len(one.rows) for one in rounds()) == len(rows())


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("played", rounds(), ids=str)
def test_a_spelling_of_the_vendor_is_no_difference(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    played: Round,
) -> None:
    twisted(simulator, played, monkeypatch)
    project.configure(QUICK, played.version)
    for row in played.rows:
        declare(project, row, played.version)
    applied = run_line("apply", "--auto-approve", *ALLOWED)
    assert applied.code == 0, applied.err[applied.err.find("Error: ") :]
    assert differences(run_line, played, expected(played)) == {}
    writes = len(simulator.requests(mutating=True))
    again = run_line("apply", "--auto-approve")
    assert (again.code, len(simulator.requests(mutating=True))) == (0, writes), again.err
    second = tmp_path / "second"
    second.mkdir()
    monkeypatch.chdir(second)
    Project(second, project.url).configure(QUICK, played.version)
    imported = run_line("import", "Caf*")
    assert imported.code == 0, imported.err
    assert differences(run_line, played, expected(played, imported=True)) == {}
    adopted = run_line("apply", "--auto-approve")
    assert (adopted.code, len(simulator.requests(mutating=True))) == (0, writes), adopted.err
    assert run_line("drift").code == 0


def twisted(simulator: Simulator, played: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both vendors answer as the rows say."""
    simulator.change_switches(ACCOUNT)
    for row in played.rows:
        simulator.change_switches(row.variant.switches)
    simulator.seed_kore({**OTHER, "contactLists": ["Plan Holders"]})
    simulator.seed_carecycle(OTHER)
    ids = {
        name: simulator.console.add_contact_list(name, records)
        for name, records in KORE_CONTACT_LISTS.items()
    }
    for vendor in ("kore", "carecycle"):
        named = {row.campaign: row.variant for row in played.rows if row.vendor == vendor}
        if len(named) == 1:
            named[""] = next(iter(named.values()))
        react = ChangedAnswers(simulator.react, named, vendor=vendor, lists=ids)
        monkeypatch.setattr(simulator, "react", react)


def differences(run_line: Line, played: Round, expects: Mapping[str, str]) -> Problems:
    """By row: what a plan would change or reports, other than what is expected of it once."""
    document = run_line("plan", "--json").json
    numbers = {row.number: row for row in played.rows}
    found: dict[str, list[str]] = {row.name: [] for row in played.rows}
    of_address: dict[str, str] = {}
    for change in document["resource_changes"]:
        own = change["reconciler"]
        row = numbers[own["name"][-3:]]
        of_address[change["address"]] = row.name
        if own["action"] not in ("no-op", "adopt") or own["fields"]:
            found[row.name] += [own["action"], *(field["path"] for field in own["fields"])]
    assert len(of_address) == len(played.rows)
    reports: dict[str, list[str]] = {row.name: [] for row in played.rows}
    for entry in document["reconciler"]["diagnostics"]:
        name = of_address.get(entry["address"]) or played.only(entry["target"]).name
        reports[name].append(f"{entry['summary']} {entry['detail']}")
    for row in played.rows:
        wanted, said = expects[row.name], reports[row.name]
        if said and not (wanted and len(said) == 1 and wanted in said[0]):
            found[row.name] += said
        if wanted and not said:
            found[row.name].append(f"says nothing of {wanted!r}")
    return {name: problems for name, problems in found.items() if problems}


def expected(played: Round, *, imported: bool = False) -> Mapping[str, str]:
    """By row, what a plan says about it."""
    return {
        row.name: row.variant.expects
        if row.variant.imported_expects is None or not imported
        else row.variant.imported_expects
        for row in played.rows
    }


def declare(project: Project, row: Row, version: str) -> None:
    kind, spec = CAMPAIGNS[row.variant.campaign]
    if kind != "CareCycleCampaign" and version == "v1":
        spec = {key: value for key, value in spec.items() if key != "dncLists"}
    if kind == "KoreVoiceCampaign" and (version == "v1" or row.variant.campaign == "agentless"):
        spec = {**spec, "enableMachineDetect": False if version == "v1" else "no"}
    document = {"apiVersion": "reconciler/v1", "kind": kind, "metadata": {"name": row.address}}
    project.write(
        f"{row.address}.json", json.dumps({**document, "spec": {**spec, "name": row.campaign}})
    )
