"""Reading a large account: what a run that ends early has read is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import ExitCode
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

COUNT = 60


@pytest.fixture
def large(run_line: Line, project: Project, simulator: Simulator) -> Project:
    """An account of imported campaigns, and nothing cached."""
    for number in range(COUNT):
        simulator.seed_kore({"name": f"Campaign {number:02}"})
    assert run_line("import", "--all").code == 0
    Path(".reconciler/cache.db").unlink()
    return project


def details(simulator: Simulator) -> list[str]:
    return [one.path for one in simulator.requests(operation="kore.get")]


@pytest.mark.usefixtures("large")
def test_a_run_that_is_out_of_requests_is_continued(run_line: Line, simulator: Simulator) -> None:
    before = len(details(simulator))
    for _ in range(4):
        stopped = run_line("plan", "--max-requests", "14")
        assert stopped.code == ExitCode.BUDGET
        assert "What was read is kept: run this again to go on." in stopped.err
    assert run_line("plan").code == 0
    read = details(simulator)[before:]
    assert len(read) == len(set(read)) == COUNT


@pytest.mark.usefixtures("large")
def test_a_read_that_fails_keeps_what_it_has_read(run_line: Line, simulator: Simulator) -> None:
    before = len(details(simulator))
    simulator.faults.add("kore.get:status=400:31")
    assert run_line("plan", "--parallelism", "1").code == 1
    assert run_line("plan").code == 0
    read = details(simulator)[before:]
    assert (len(read), len(set(read))) == (COUNT + 1, COUNT)


def test_a_read_ends_before_its_time_does(
    run_line: Line, project: Project, skip_time: Callable[[float], None]
) -> None:
    skip_time(0)
    text = Path("reconciler.yaml").read_text("utf-8")
    Path("reconciler.yaml").write_text(text.replace("100000/minute", "1/minute"), "utf-8")
    project.sms()
    ended = run_line("plan", "--max-time", "30s")
    assert ended.code == ExitCode.BUDGET
    assert "--max-time 30s is used up" in ended.err


def test_a_long_read_says_how_far_it_is(
    run_line: Line, large: Project, skip_time: Callable[[float], None]
) -> None:
    skip_time(0)
    path = large.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace("100000/minute", "10/minute"), "utf-8")
    told = run_line("plan", "--parallelism", "1").err.splitlines()
    lines = [line for line in told if line.startswith("Target retention: ")]
    assert 4 <= len(lines) <= 7
    assert lines[-1].startswith("Target retention: 5")
    assert " of 60 requests done, about " in lines[0]
    Path(".reconciler/cache.db").unlink()
    assert "requests done" not in run_line("plan", "-q").err
