"""Many creates at a vendor's rate cost little more than themselves if their answers prove them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import ExitCode
from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.benchmarks.creates import PROVEN, UNPROVEN, bound, play
from tests.support.cli import Line, Project

NUMBER = 45
RATE = 10
"""A minute; so that few campaigns need several minutes of the clock."""


@pytest.mark.parametrize("kore", [PROVEN, UNPROVEN], ids=["proven", "unproven"])
def test_an_apply_of_many_creates_takes_no_longer_than_its_requests(
    tmp_path: Path, kore: Tree
) -> None:
    played = play(tmp_path, NUMBER, kore, rate=RATE)
    assert played.result.exit_code is ExitCode.OK
    assert played.requests["kore.create"] == NUMBER
    assert played.requests["kore.get"] == (0 if kore == PROVEN else NUMBER)
    assert played.seconds <= bound(NUMBER, proven=kore == PROVEN, rate=RATE)


def limited(project: Project, requests: int) -> None:
    file = project.folder / "reconciler.yaml"
    text = file.read_text("utf-8").replace("100000/minute", f"{requests}/minute")
    file.write_text(text, "utf-8")


@pytest.mark.usefixtures("in_process")
def test_apply_says_how_long_it_will_take(
    run_line: Line, project: Project, skip_time: Callable[[float], None]
) -> None:
    skip_time(0)
    limited(project, 4)
    for number in range(5):
        project.sms(f"c{number}")
    applied = run_line("apply", "--auto-approve", "--allow", "duplicate-audience")
    assert applied.code == 0
    # Five creates and a listing, or a reading of each; planning has sent three requests already.
    assert (
        "Applying to retention takes about 2 min to 3 min: 6 to 11 requests at the rate limit"
        in applied.err
    )
    assert applied.err.index("Applying to") < applied.err.index("c0: Creating")


@pytest.mark.usefixtures("in_process")
def test_an_apply_that_runs_out_of_requests_is_continued_without_a_second_create(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    for number in range(9):
        project.sms(f"c{number:02}")
    command = ("apply", "--auto-approve", "--allow", "duplicate-audience", "--max-requests", "7")
    codes = [run_line(*command).code for _ in range(2)]
    # In the second run the plan reads by id what the first one created.
    codes += [run_line(*command[:-2]).code]
    assert codes == [ExitCode.BUDGET, ExitCode.BUDGET, ExitCode.OK]
    made = [one for one in simulator.requests(operation="kore.create") if one.effective]
    assert len(made) == len({json.loads(one.body or "{}")["name"] for one in made}) == 9
    history = run_line("history", "--json")
    told = [
        entry["outcome"]
        for receipt in json.loads(history.out)["receipts"]
        for entry in receipt["outcomes"]
        if entry["action"] == "create"
    ]
    assert told.count("applied") == 9
