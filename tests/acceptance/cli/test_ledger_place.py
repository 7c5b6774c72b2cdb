"""A stranger's branch brings a ledger or a cache, or names another place for them."""

import os
import shutil
import sqlite3
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import JsonValue

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

STATE, CACHE = ".reconciler/state.db", ".reconciler/cache.db"
READS = [("plan",), ("apply", "--auto-approve"), ("drift",), ("status",), ("history",)]
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True)


def poison(cache: Path) -> None:
    """Make a cache say that the live campaign is as the manifest wants it."""
    with sqlite3.connect(cache) as connection:
        for target, body in connection.execute("SELECT target, body FROM reads").fetchall():
            changed = body.replace(b'"9:00 PM"', b'"6:00 PM"')
            connection.execute(
                "UPDATE reads SET body = ?, sha256 = ? WHERE target = ?",
                (changed, sha256(changed).hexdigest(), target),
            )
    connection.close()


@pytest.fixture
def applied(run_line: Line, project: Project, simulator: Simulator) -> Project:
    """A campaign whose hours somebody made longer, with a cache that hides it."""
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    (campaign,) = simulator.campaigns()
    strategy = campaign["dialingStrategy"]
    assert isinstance(strategy, dict)
    days: list[JsonValue] = [
        {"day": day, "start": "9:00 AM", "end": "9:00 PM"} for day in ("MO", "TU", "WE", "TH", "FR")
    ]
    hours: JsonValue = {"frequency": "WEEKLY", "timezone": "America/New_York", "days": days}
    simulator.edit(str(campaign["id"]), {"dialingStrategy": {**strategy, "callingHours": hours}})
    assert run_line("plan", "--detailed-exitcode").code == 2
    poison(project.folder / CACHE)
    return project


def test_the_attack_is_one(run_line: Line, applied: Project) -> None:
    assert (applied.folder / CACHE).exists()
    assert "No changes." in run_line("plan").out


@needs_git
@pytest.mark.parametrize("arguments", READS, ids=" ".join)
@pytest.mark.parametrize("name", [STATE, CACHE])
def test_a_committed_ledger_or_cache_is_refused(
    run_line: Line,
    applied: Project,
    simulator: Simulator,
    name: str,
    arguments: tuple[str, ...],
) -> None:
    git(applied.folder, "init")
    git(applied.folder, "add", "--force", name)
    before = len(simulator.requests())
    found = run_line(*arguments)
    assert found.code == 6
    assert "is tracked by git" in found.err
    assert f"git rm --cached {name}" in found.err.replace("\n", " ")
    assert len(simulator.requests()) == before
    assert run_line("validate").code == 0
    git(applied.folder, "rm", "--cached", name)
    assert run_line("plan").code == 0


def test_a_cache_in_the_work_tree_of_a_ci_job_is_not_read(
    run_line: Line, applied: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CI", "true")
    before = (applied.folder / CACHE).read_bytes()
    assert run_line("plan", "--detailed-exitcode").code == 2
    assert (applied.folder / CACHE).read_bytes() == before
    outside = tmp_path.with_name(f"{tmp_path.name}-cache")
    monkeypatch.setenv("RECONCILER_CACHE_DIR", str(outside))
    assert run_line("plan", "--detailed-exitcode").code == 2
    assert len(list(outside.glob("*.db"))) == 1


@pytest.mark.parametrize("link", [".reconciler", STATE, CACHE])
def test_a_linked_ledger_or_cache_is_refused(
    run_line: Line, applied: Project, simulator: Simulator, link: str
) -> None:
    elsewhere = applied.folder / "elsewhere"
    (applied.folder / link).rename(elsewhere)
    (applied.folder / link).symlink_to(elsewhere)
    before = len(simulator.requests())
    found = run_line("apply", "--auto-approve")
    assert found.code == 6
    assert f"is reached through a link, {link}" in found.err
    assert len(simulator.requests()) == before


@pytest.mark.parametrize("state", [".reconciler/state.db", "/dev/zero"])
def test_a_pipe_or_a_device_is_no_ledger(run_line: Line, project: Project, state: str) -> None:
    project.sms()
    (project.folder / STATE).unlink()
    os.mkfifo(project.folder / STATE)
    path = project.folder / "reconciler.yaml"
    path.write_text(f"state: {state}\n{path.read_text('utf-8')}", "utf-8")
    found = run_line("plan")
    assert found.code == 6
    assert "is a pipe or a device" in found.err


@pytest.mark.parametrize("state", ["s3://strangers-bucket/ledger", "/elsewhere/x.db", "other/x.db"])
def test_a_ci_job_uses_no_place_that_its_operator_does_not_allow(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    project.sms()
    path = project.folder / "reconciler.yaml"
    path.write_text(f"state: {state}\n{path.read_text('utf-8')}", "utf-8")
    monkeypatch.setenv("CI", "true")
    for arguments in READS:
        found = run_line(*arguments)
        assert found.code == 3
        assert "is not allowed here" in found.err
        assert "RECONCILER_ALLOWED_STATE=" in found.err
        assert "on reconciler.yaml:1" in found.err
    assert simulator.requests() == []
    warned = run_line("validate")
    assert warned.code == 0
    assert "RECONCILER_ALLOWED_STATE=" in warned.err


@pytest.mark.parametrize(
    ("listed", "state", "allowed"),
    [
        ("{0}/ledgers", "{0}/ledgers/a.db", True),
        ("x,{0}/ledgers/", "{0}/ledgers/deep/a.db", True),
        ("{0}/ledgers", "{0}/ledgers-of-others/a.db", False),
        ("{0}/ledgers", ".reconciler/other.db", True),
        ("s3://bucket", "{0}/a.db", False),
    ],
)
def test_places_are_compared_by_whole_segments(
    run_line: Line,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    listed: str,
    state: str,
    allowed: bool,
) -> None:
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    project.sms()
    path = project.folder / "reconciler.yaml"
    path.write_text(f"state: {state.format(elsewhere)}\n{path.read_text('utf-8')}", "utf-8")
    monkeypatch.setenv("RECONCILER_ALLOWED_STATE", listed.format(elsewhere))
    assert run_line("plan").code == (0 if allowed else 3)


def test_a_saved_plan_is_for_the_place_of_its_ledger(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    assert run_line("plan", "--out", "plan.json").code == 0
    path = project.folder / "reconciler.yaml"
    path.write_text(f"state: .reconciler/empty.db\n{path.read_text('utf-8')}", "utf-8")
    found = run_line("apply", "plan.json")
    assert found.code == 6
    assert "it was made with the ledger at .reconciler/state.db" in found.err
    assert simulator.campaigns() == []
