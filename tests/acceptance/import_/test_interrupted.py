"""Importing a large account: a run that ends early is continued, and reads nothing twice."""

from pathlib import Path

import pytest

from reconciler.errors import ExitCode
from reconciler.simulator.core import Simulator
from tests.support.cli import Line

COUNT = 60


def read_in_full(simulator: Simulator) -> list[str]:
    return [one.path for one in simulator.requests(operation="kore.get")]


@pytest.mark.usefixtures("project", "in_process")
def test_an_import_that_runs_out_of_requests_is_continued(
    run_line: Line, simulator: Simulator
) -> None:
    for number in range(COUNT):
        simulator.seed_kore({"name": f"Campaign {number:02}"})
    for _ in range(3):
        stopped = run_line("import", "--all", "--max-requests", "18")
        assert stopped.code == ExitCode.BUDGET
        assert "What was read is kept: run this again to go on." in stopped.err
        assert list(Path().rglob("campaign-*.yaml")) == []
    assert run_line("import", "--all").code == 0
    assert len(list(Path().rglob("campaign-*.yaml"))) == COUNT
    read = read_in_full(simulator)
    assert len(read) == len(set(read)) == COUNT
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert len(read_in_full(simulator)) == COUNT
