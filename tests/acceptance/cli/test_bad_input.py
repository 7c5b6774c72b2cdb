"""What strangers, vendors and neighbours may try is refused with its place, and nothing is sent."""

import json
import shutil
import sqlite3
import subprocess

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import applied


def replaced(project: Project, old: str, new: str) -> None:
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("command", [("validate",), ("plan",), ("apply", "--auto-approve")])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("baseUrl: {url}", "baseUrl: 'https://[2001:db8::1%.kore.ai]'", "neither a host name nor"),
        ("baseUrl: {url}", "baseUrl: https://a..kore.ai", "neither a host name nor"),
        ("baseUrl: {url}", "baseUrl: https://platform.kore.ai/../x", "a path with dots"),
        ("appId: st-11111111-2222-5333-8444-555555555555", "appId: ..", "not an id"),
        ("kind: Project", "kind: Project\nstate: s3://b/../c", "without .., escapes"),
        ("kind: Project", "kind: Project\nmanifests: [/etc]", "outside the project"),
    ],
)
def test_a_project_file_that_leads_elsewhere_is_an_error_with_its_place(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    command: tuple[str, ...],
    old: str,
    new: str,
    said: str,
) -> None:
    project.sms()
    replaced(project, old.format(url=project.url), new)
    found = run_line(*command)
    assert found.code == 3, found.err
    assert said in found.err
    assert simulator.requests() == []


def test_a_store_without_an_address_is_no_panic(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    replaced(project, "kind: Project", "kind: Project\nstate: s3://bucket/acme")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    found = run_line("plan")
    assert found.code == 1
    assert "AWS_ENDPOINT_URL is not the URL of a store" in found.err


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("application/json", '{"status": "success", "data": NaN}'),
        ("application/json", '{"data": {"totalResults": 1e999}}'),
        ("application/json", '{"data": 1, "data": 2}'),
        ("text/html", '{"status": "success", "data": {"results": [], "totalResults": 0}}'),
    ],
)
def test_an_answer_that_is_not_strict_json_is_no_answer(
    run_line: Line, project: Project, simulator: Simulator, type_: str, body: str
) -> None:
    project.sms()
    project.configure("sendsOnWrite: possibly\n        maxWait: 1s")
    headers = {"content-type": type_}
    simulator.faults.add(
        Fault(
            kind=FaultKind.STATUS, match="kore.*", value=200, body=body, headers=headers, times=None
        )
    )
    found = run_line("plan", "--json", "--max-requests", "3")
    assert found.code in (1, 5)
    assert "NaN" not in found.out
    json.loads(found.out)


def edited(project: Project, statement: str) -> None:
    path = project.folder / ".reconciler" / "state.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("new", ["NaN", "Infinity", '"a","name":"b"'])
def test_a_ledger_that_is_not_strict_json_is_refused(
    run_line: Line, project: Project, simulator: Simulator, new: str
) -> None:
    applied(run_line, project, simulator)
    old = '"Campaign renewal"'
    edited(project, f"UPDATE entries SET body = replace(body, '{old}', '{new}')")  # noqa: S608
    for command in (("plan", "--json"), ("apply", "--auto-approve")):
        found = run_line(*command)
        assert found.code == 1
        assert "do not match their seal" in found.err
    assert simulator.requests(mutating=True) == []


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_ledger_in_the_shared_part_of_a_split_index_is_refused(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    for arguments in (
        ("init",),
        ("add", "--force", ".reconciler/state.db"),
        ("update-index", "--split-index"),
    ):
        command = ("git", "-C", str(project.folder), *arguments)
        subprocess.run(command, check=True, capture_output=True)
    for line in (("plan",), ("apply", "--auto-approve")):
        found = run_line(*line)
        assert found.code == 6
        assert "may be tracked by git" in found.err
        assert "`git update-index --no-split-index`" in found.err
    assert simulator.requests() == []


def test_a_flood_of_errors_is_not_printed(run_line: Line, project: Project) -> None:
    project.write("a.yaml", "---\nreconciler/: b\n" * 3_000)
    found = run_line("validate")
    assert found.code == 3
    assert "more than 1,000 errors; the rest is not shown" in found.err
    assert len(found.err) < 500_000
