"""Reading a large account: what a run that ends early has read is kept."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from reconciler.errors import ExitCode
from reconciler.ledger.objects import store
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.watched_store import WatchedStore

COUNT = 60
pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture
def large(run_line: Line, project: Project, simulator: Simulator) -> Project:
    """An account of imported campaigns, and nothing cached."""
    for number in range(COUNT):
        simulator.seed_kore({"name": f"Campaign {number:02}"})
    assert run_line("import", "--all").code == 0
    Path(".reconciler/cache.db").unlink()
    return project


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> WatchedStore:
    """The store of every ledger in an object store."""
    watched = WatchedStore(MemoryStore())
    monkeypatch.setattr(store, "open_store", lambda _: watched)
    return watched


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


@pytest.mark.usefixtures("large")
def test_a_full_drift_is_continued_and_the_next_one_begins_anew(
    run_line: Line, simulator: Simulator
) -> None:
    assert run_line("apply", "--auto-approve").code == 0
    for _ in range(2):
        before = len(details(simulator))
        stopped = run_line("drift", "--refresh", "full", "--max-requests", "40")
        assert stopped.code == ExitCode.BUDGET
        assert run_line("drift", "--refresh", "full").code == 0
        read = details(simulator)[before:]
        assert len(read) == len(set(read)) == COUNT


def test_a_plan_about_one_campaign_keeps_what_was_read_of_the_others(
    run_line: Line, large: Project, simulator: Simulator
) -> None:
    assert run_line("plan").code == 0
    one = min((large.folder / "campaigns").iterdir()).stem
    assert run_line("plan", "--select", f"kore_sms_campaign.{one}", "--refresh", "full").code == 0
    before = len(details(simulator))
    assert run_line("plan").code == 0
    assert len(details(simulator)) == before


def test_a_runner_that_starts_with_nothing_reads_warm_from_the_bucket(
    run_line: Line, large: Project, simulator: Simulator, bucket: WatchedStore
) -> None:
    path = large.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8") + "state: s3://ledger/acme\n", "utf-8")
    assert run_line("apply", "--auto-approve").code == 0
    simulator.clear_requests()
    bucket.calls.clear()
    assert "No changes." in run_line("plan").out
    assert {one.operation for one in simulator.requests()} == {"kore.list"}
    assert len(bucket.calls) <= 4 + 1


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


def test_a_run_that_is_out_of_time_is_continued(
    run_line: Line, large: Project, simulator: Simulator, skip_time: Callable[[float], None]
) -> None:
    skip_time(0)
    path = large.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace("100000/minute", "40/minute"), "utf-8")
    before = len(details(simulator))
    stopped = run_line("plan", "--max-time", "50s", "--parallelism", "1")
    assert stopped.code == ExitCode.BUDGET
    assert 30 <= len(details(simulator)) - before < 40
    assert run_line("plan", "--parallelism", "1").code == 0
    read = details(simulator)[before:]
    assert len(read) == len(set(read)) == COUNT


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


def test_a_long_listing_says_how_far_it_is(
    run_line: Line, large: Project, skip_time: Callable[[float], None]
) -> None:
    skip_time(0)
    path = large.folder / "reconciler.yaml"
    # A wait for the rate limit lets time pass for the requests in flight, too.
    slow = "2/minute\n        pageSize: 10\n        timeouts: {read: 1h}"
    path.write_text(path.read_text("utf-8").replace("100000/minute", slow, 1), "utf-8")
    told = run_line("status").err.splitlines()
    assert told
    so_far = r"Reading the campaigns of retention: [2-5]0 so far, about \d+ (s|min) left\."
    assert all(re.fullmatch(so_far, line) for line in told)
    assert run_line("status", "-q").err == ""
