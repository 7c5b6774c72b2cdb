"""However a vendor spells its answers: apply, plan, apply, drift and import find no difference."""

import json
from pathlib import Path

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.variant_table import CAMPAIGNS, rows
from tests.support.vendor_variants import ChangedAnswers, Variant

ROWS = rows()
QUICK = "sendsOnWrite: possibly\n        readBack: 2s\n        settle: 1s"
ACCOUNT: Tree = {
    "accounts": "any",
    "kore": {"preparing_seconds": 0, "windows_across_midnight": "accepted"},
    "carecycle": {"unknown_template": "ignored", "unknown_config": "accepted"},
}


def test_the_table_is_large() -> None:
    assert len(ROWS) >= 120


@pytest.mark.parametrize(("api", "name"), ROWS, ids=[f"{api}: {name}" for api, name in ROWS])
def test_a_spelling_of_the_vendor_is_no_difference(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    api: str,
    name: str,
) -> None:
    variant = ROWS[api, name]
    simulator.change_switches(ACCOUNT)
    simulator.change_switches(variant.switches)
    other: Tree = {"name": "Another one", "description": "Not ours."}
    simulator.seed_kore({**other, "contactLists": ["Plan Holders"]})
    simulator.seed_carecycle(other)
    monkeypatch.setattr(simulator, "react", ChangedAnswers(simulator, variant))
    version = "v1" if api == "kore-v1" else "v2"
    project.configure(QUICK, version)
    declare(project, variant, version)
    applied = run_line("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    quiet(run_line, variant.expects)
    writes = len(simulator.requests(mutating=True))
    again = run_line("apply", "--auto-approve")
    assert (again.code, len(simulator.requests(mutating=True))) == (0, writes), again.err
    second = tmp_path / "second"
    second.mkdir()
    monkeypatch.chdir(second)
    Project(second, project.url).configure(QUICK, version)
    imported = run_line("import", "Caf*")
    assert imported.code == 0, imported.err
    own = variant.imported_expects
    quiet(run_line, variant.expects if own is None else own)
    adopted = run_line("apply", "--auto-approve")
    assert (adopted.code, len(simulator.requests(mutating=True))) == (0, writes), adopted.err
    assert run_line("drift").code == 0


def quiet(run_line: Line, expects: str) -> None:
    """The plan is empty, and says what the row expects, once, or nothing."""
    plan = run_line("plan", "--detailed-exitcode")
    assert plan.code == 0, plan.out
    assert plan.err.count(expects) == 1 if expects else not plan.err, plan.err


def declare(project: Project, variant: Variant, version: str) -> None:
    kind, spec = CAMPAIGNS[variant.campaign]
    if kind != "CareCycleCampaign" and version == "v1":
        spec = {key: value for key, value in spec.items() if key != "dncLists"}
    if kind == "KoreVoiceCampaign" and (version == "v1" or variant.campaign == "agentless"):
        spec = {**spec, "enableMachineDetect": False if version == "v1" else "no"}
    document = {"apiVersion": "reconciler/v1", "kind": kind, "metadata": {"name": "a"}}
    project.write("a.json", json.dumps({**document, "spec": spec}))
