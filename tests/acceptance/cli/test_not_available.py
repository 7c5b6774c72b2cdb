"""Settings without an effect are refused, because their author relies on them."""

import json

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms

TOLD = "not available in this version"
ABOVE = {
    "project": ("kind: Project\n", "kind: Project\npolicy: {packs: [us-federal]}\n"),
    "environment": ("  staging:\n", "  staging:\n    policy: {packs: [us-federal]}\n"),
    "target": ("      care:\n", "      care:\n        policy: {packs: [us-federal]}\n"),
}


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "drift"])
@pytest.mark.parametrize(("old", "new"), ABOVE.values(), ids=ABOVE)
def test_policy_is_refused_in_every_place(
    run_line: Line, project: Project, command: str, old: str, new: str
) -> None:
    project.sms()
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    result = run_line(command)
    assert result.code == 3
    assert f"policy: {TOLD}" in result.err


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "drift"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("waive", [{"rule": "nothing-like-it", "reason": "x"}]),
        ("audience", {"zones": ["America/New_York"]}),
    ],
)
def test_metadata_for_rules_is_refused(
    run_line: Line, project: Project, command: str, key: str, value: object
) -> None:
    document = sms("renewal")
    document["metadata"] = {"name": "renewal", key: value}
    project.write("renewal.json", json.dumps(document))
    result = run_line(command)
    assert result.code == 3
    assert f"metadata.{key}: {TOLD}" in result.err


@pytest.mark.parametrize("code", ["policy"])
def test_a_gate_that_no_plan_meets_may_be_allowed_with_a_warning(
    run_line: Line, project: Project, simulator: Simulator, code: str
) -> None:
    project.sms()
    told = f"gate {code} is {TOLD}"
    planned = run_line("plan", "--json", "--allow", code)
    assert planned.code == 0
    assert told in planned.err
    assert planned.json["errored"] is False
    applied = run_line("apply", "--auto-approve", "--allow", code)
    assert applied.code == 0
    assert told in applied.err
    assert len(simulator.campaigns()) == 1
    assert TOLD not in run_line("plan", "--allow", "delete").err
