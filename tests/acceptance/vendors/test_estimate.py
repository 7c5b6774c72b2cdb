"""`plan --estimate` says what a plan will cost, and sends nothing; a long read begins with that."""

from collections.abc import Callable

import pytest

from reconciler.errors import ExitCode
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

ACCOUNT = "67777ce93e25326494e90000"
pytestmark = pytest.mark.usefixtures("in_process")


def limited(project: Project, rate: str) -> None:
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace("100000/minute", rate), "utf-8")


@pytest.fixture
def large(run_line: Line, project: Project, simulator: Simulator) -> Project:
    """An account of 70 imported campaigns, at 10 requests a minute, and nothing cached."""
    for number in range(70):
        simulator.seed_kore({"name": f"Campaign {number:02}"})
    assert run_line("import", "--all").code == 0
    limited(project, "10/minute")
    return project


def estimated(run_line: Line, simulator: Simulator, *options: str) -> dict[str, int]:
    simulator.clear_requests()
    result = run_line("plan", "--estimate", "--json", *options)
    assert result.code == 0, result.err
    assert simulator.requests() == []
    (found,) = result.json["accounts"]
    assert (found["account"], found["targets"]) == (ACCOUNT, ["retention"])
    return {key: found[key] for key in ("requests", "pages", "campaigns", "seconds")}


@pytest.mark.usefixtures("large")
def test_an_estimate_is_what_the_plan_then_costs(
    run_line: Line, simulator: Simulator, skip_time: Callable[[float], None]
) -> None:
    skip_time(0)
    # The import has read everything.
    cached = {"requests": 1, "pages": 1, "campaigns": 0, "seconds": 0.0}
    assert estimated(run_line, simulator) == cached
    assert "Account" not in run_line("plan").err
    assert len(simulator.requests()) == 1
    everything = {"requests": 71, "pages": 1, "campaigns": 70, "seconds": 420.0}
    assert estimated(run_line, simulator, "--refresh", "full") == everything
    said = run_line("plan", "--estimate", "--refresh", "full").out
    assert said.splitlines() == [
        f"Account {ACCOUNT} (retention): 71 requests, about 7 min at 10 a minute.",
        "Nothing was sent. Campaigns that somebody changed, and failed requests, cost more.",
    ]
    read = run_line("plan", "--refresh", "full", "--parallelism", "1")
    assert len(simulator.requests()) == 71
    head = f"Account {ACCOUNT} (retention): 70 requests, about 7 min at 10 a minute."
    assert read.err.splitlines()[0] == head
    assert "Account" not in run_line("plan", "-q", "--no-cache").err


def test_an_estimate_counts_what_a_create_needs(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    # Both channels, and the contact lists.
    assert estimated(run_line, simulator)["requests"] == 3
    run_line("plan")
    assert len(simulator.requests()) == 3


def test_an_estimate_needs_no_credential_and_saves_nothing(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KORE_JWT")
    project.sms()
    assert run_line("plan", "--estimate").code == 0
    for output in ("--out", "--markdown"):
        refused = run_line("plan", "--estimate", output, "file")
        assert refused.code == ExitCode.INVALID
        assert "--estimate makes no plan" in refused.err
    assert not (project.folder / "file").exists()
