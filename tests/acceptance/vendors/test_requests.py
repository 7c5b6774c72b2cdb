"""The requests in `--json` are those that the vendors received, for every kind."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.request_log import LoggedRequest
from tests.contract.accounts import SPECS, spec_for
from tests.support.cli import Line, Project

UNKNOWN = "(known after apply)"
GATES = ("duplicate-audience", "updates-over-limit", "delete")
ALLOWED = tuple(word for gate in GATES for word in ("--allow", gate))


@pytest.fixture(params=["v1", "v2"])
def api(request: pytest.FixtureRequest, project: Project) -> str:
    """A project with a campaign of every kind and variant, on both vendors."""
    project.configure(api=request.param)
    for variant, (kind, _) in SPECS.items():
        manifest = {
            "apiVersion": "reconciler/v1",
            "kind": kind,
            "metadata": {"name": variant},
            "spec": {**spec_for(request.param, variant), "name": f"Campaign {variant}"},
        }
        project.write(f"{variant}.json", json.dumps(manifest))
    return str(request.param)


def planned(document: Any) -> list[Any]:
    """Every request of a document, with ids from the outcomes where the plan had none."""
    ids = {one["address"]: one["remote_id"] for one in document.get("outcomes", ())}
    return [
        [one["method"], one["path"].replace(UNKNOWN, ids.get(change["address"], UNKNOWN)),
         one["query"], one["body"]]
        for change in document["resource_changes"]
        for one in change["reconciler"]["requests"]
    ]  # fmt: skip


def received(requests: Iterable[LoggedRequest]) -> list[Any]:
    return [
        [one.method, one.path, dict(one.query), json.loads(one.body) if one.body else None]
        for one in requests
    ]


def by_text(requests: list[Any]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in requests)


def change_everything(simulator: Simulator, project: Project) -> None:
    """Change the description of every campaign, and remove one manifest."""
    for path in sorted((project.folder / "campaigns").iterdir()):
        manifest = json.loads(path.read_text("utf-8"))
        manifest["spec"]["description"] = "Changed in git."
        path.write_text(json.dumps(manifest), "utf-8")
    (project.folder / "campaigns/simple.json").unlink()
    for campaign in simulator.campaigns():
        status = {"kore": "Ready", "carecycle": "draft"}[str(campaign["vendor"])]
        simulator.edit(str(campaign["id"]), {"status": status})


@pytest.mark.usefixtures("api")
def test_a_plan_counts_what_it_reads_and_says_what_it_would_write(
    run_line: Line, simulator: Simulator
) -> None:
    document = run_line("plan", "--json").json
    requests = document["reconciler"]["requests"]
    assert requests == {"read": len(simulator.requests()), "planned": len(SPECS) + 1}
    assert len(planned(document)) == requests["planned"]
    assert simulator.requests(mutating=True) == []


@pytest.mark.usefixtures("api")
def test_apply_writes_what_was_planned_and_counts_every_request(
    run_line: Line, simulator: Simulator
) -> None:
    said = run_line("plan", "--out", "plan.json", "--json").json
    simulator.clear_requests()
    applied = run_line("apply", "plan.json", "--json", *ALLOWED)
    assert applied.code == 0, applied.err
    document, writes = applied.json, received(simulator.requests(mutating=True))
    assert planned({**said, "outcomes": document["outcomes"]}) == planned(document)
    assert by_text(writes) == by_text(planned(document))
    assert len(writes) == document["reconciler"]["requests"]["planned"]
    assert document["requests_sent"] == len(simulator.requests())


@pytest.mark.usefixtures("api")
def test_updates_and_removals_are_reported_as_they_are_sent(
    run_line: Line, simulator: Simulator, project: Project
) -> None:
    assert run_line("apply", "--auto-approve", *ALLOWED).code == 0
    change_everything(simulator, project)
    simulator.clear_requests()
    applied = run_line("apply", "--auto-approve", "--json", "--prune", *ALLOWED)
    assert applied.code == 0, applied.err
    writes = received(simulator.requests(mutating=True))
    assert by_text(writes) == by_text(planned(applied.json))
    assert sorted(method for method, *_ in writes) == ["DELETE", "PATCH", *["PUT"] * 5]
    assert applied.json["requests_sent"] == len(simulator.requests())


@pytest.mark.usefixtures("api")
def test_the_next_plan_is_counted_too(run_line: Line, simulator: Simulator) -> None:
    assert run_line("apply", "--auto-approve", *ALLOWED).code == 0
    simulator.clear_requests()
    requests = run_line("plan", "--json").json["reconciler"]["requests"]
    assert requests == {"read": len(simulator.requests()), "planned": 0}
