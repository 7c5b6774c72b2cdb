"""Texts of strangers, wherever they can write one, in every command and format.

The payloads are in `tests/support/payloads.py`. Whatever is printed must be harmless to a terminal,
to a reader and to a CI runner.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project, Result, sms
from tests.support.live_campaigns import live_twin
from tests.support.payloads import PAYLOADS, require_harmless
from tests.support.run_state_helpers import ADDRESS, QUICK, applied, ledger, lock

pytestmark = pytest.mark.usefixtures("skip_time")

READING = (
    *(
        ("validate",),
        *(("validate", "--format", form) for form in ("json", "sarif", "gitlab", "junit")),
        ("plan",),
        ("plan", "-v"),
        ("plan", "--json"),
    ),
    *(("plan", "-v", "--out", "plan.json"), ("show", "plan.json"), ("show", "plan.json", "--json")),
    ("show", "plan.json", "plan.json", "--markdown", "-"),
    *(
        ("drift", "-v", "--issue", "-"),
        ("drift", "--json"),
        ("drift", "--fail-on", "unmanaged,pending"),
    ),
    *(("status",), ("status", "--json"), ("history",), ("history", "--json"), ("history", ADDRESS)),
    *(("lock", "list"), ("providers",), ("providers", "--json"), ("schema", "plan")),
    *(("import", "--all", "-v", "--out", "new"), ("import", "*", "--out", "new")),
)
WRITING = (
    *(("apply", "--auto-approve"), ("apply", "--auto-approve", "--json")),
    *(("apply", "plan.json"), ("start", ADDRESS, "--auto-approve"), ("stop", ADDRESS)),
    *(("stop", "--all", "--account"), ("stop", "--clear", "--reason", "so")),
    *(("resolve", ADDRESS, "--adopt", "cd-1"), ("schedule", ADDRESS, "--off", "--auto-approve")),
)


def require_safe(result: Result, arguments: tuple[str, ...]) -> None:
    require_harmless(result.err)
    require_harmless(result.out)
    if {"--json", "json", "sarif", "gitlab"} & {*arguments}:
        assert "##" not in result.out
        assert result.out.isascii()
        json.loads(result.out)


def write_manifests(project: Project) -> None:
    """A valid and an invalid manifest for each payload, the latter under its name if possible."""
    for number, payload in enumerate(PAYLOADS):
        document = sms(f"m{number}", description=f"{payload}\n{payload}", contactLists=[payload])
        project.write(f"m{number}.json", json.dumps(document))


def break_manifests(project: Project) -> None:
    for number, payload in enumerate(PAYLOADS):
        if os.name == "posix" and "/" not in payload:
            project.write(
                f"{payload}.yaml", f"kind: {json.dumps(payload)}\n{json.dumps(payload)}: 1\n"
            )
        document = sms(f"w{number}", **{payload: payload}, priority=payload)
        document["metadata"] = {"name": payload, "labels": {payload: payload}, payload: payload}
        project.write(f"w{number}.json", json.dumps(document))


def fill_account(simulator: Simulator) -> None:
    """For each payload a campaign of either vendor that somebody made in the console."""
    for number, payload in enumerate(PAYLOADS):
        live_twin(
            simulator,
            f"live{number}",
            name=f"{payload} {number}",
            description=f"{payload}\n{payload}",
            contactLists=[payload],
            status=payload,
        )
        simulator.seed_carecycle({"name": f"{payload} {number}", "firstMessage": payload})


def test_what_a_vendor_and_a_branch_write_is_harmless_everywhere(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied(run_line, project, simulator)
    texts: Tree = {"description": "\n".join(PAYLOADS), "contactLists": [*PAYLOADS]}
    simulator.edit(remote_id, texts)
    fill_account(simulator)
    write_manifests(project)
    for command in (*READING, *WRITING):
        require_safe(run_line(*command), command)
    break_manifests(project)
    for command in READING:
        require_safe(run_line(*command), command)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_vendor_answers_is_harmless(
    run_line: Line, project: Project, simulator: Simulator, payload: str
) -> None:
    project.configure(f"{QUICK}\n        maxWait: 1s")
    project.sms()
    said: Tree = {"status": payload, "message": payload, "errors": [{"msg": payload, payload: 1}]}
    for status, body in ((200, json.dumps(said)), (400, json.dumps(said)), (401, payload)):
        simulator.faults.clear()
        simulator.faults.add(
            Fault(kind=FaultKind.STATUS, match="*", value=status, body=body, times=None)
        )
        for command in (("plan",), ("plan", "--json"), ("apply", "--auto-approve"), ("status",)):
            require_safe(run_line(*command), command)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_neighbour_writes_into_the_ledger_is_harmless(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    payload: str,
) -> None:
    monkeypatch.setenv("BUILD_URL", payload)
    monkeypatch.setenv("USER", payload)
    monkeypatch.setenv("LOGNAME", payload)
    applied(run_line, project, simulator)
    assert run_line("stop", ADDRESS, "--reason", payload).code == 0
    found = ledger()
    found.acquire(replace(lock(payload), who=payload, host=payload, run_url=payload))
    found.close()
    for command in (
        *(("lock", "list"), ("history",), ("history", "--json"), ("status",), ("status", "--json")),
        *(("apply", "--auto-approve"), ("lock", "release", "x")),
    ):
        require_safe(run_line(*command), command)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_stands_on_a_command_line_is_harmless(
    run_line: Line, project: Project, payload: str
) -> None:
    project.sms()
    for command in (
        *(
            ("show", payload),
            ("apply", payload),
            ("validate", payload),
            ("plan", "--select", payload),
        ),
        *(("plan", "--target", payload), ("plan", "-e", payload), ("plan", "--allow", payload)),
        *(("plan", f"--{payload}"), (payload,), ("status", payload), ("history", payload)),
        *(("import", payload), ("lock", "release", payload), ("plan", "--out", f"none/{payload}")),
        *(("plan", "-c", payload), ("-C", payload, "plan"), ("drift", "--fail-on", payload)),
        *(("plan", "--max-age", payload), ("plan", "--manifests", payload), ("schema", payload)),
        *(("resolve", payload, "--adopt", payload), ("resolve", ADDRESS, "--adopt", payload)),
        *(("start", payload), ("schedule", ADDRESS, "--daily", "1", "--from", payload)),
        *(("init", f"{payload}"), ("apply", "--expect-changes", payload)),
    ):
        result = run_line(*command)
        require_harmless(result.out)
        require_harmless(result.err)


def job(project: Project, *arguments: str, out: Path | None = None) -> tuple[str, str]:
    """The two streams of a process of a job on GitHub Actions."""
    command = [sys.executable, "-m", "reconciler", *arguments]
    environ = {
        **os.environ,
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(project.folder / "outputs"),
        "GITHUB_STEP_SUMMARY": str(project.folder / "summary"),
        "RECONCILER_ALLOWED_HOSTS": "127.0.0.1",
    }
    with (out or Path(os.devnull)).open("wb") as file:
        ran = subprocess.run(
            command,
            cwd=project.folder,
            env=environ,
            stdout=file if out is not None else subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
        )
    return (ran.stdout or b"").decode(), ran.stderr.decode()


def require_bracketed(text: str) -> list[str]:
    """Everything stands between two brackets; returns the lines after them, our own commands."""
    first, *lines = text.splitlines()
    assert first.startswith("::stop-commands::")
    token = first.removeprefix("::stop-commands::")
    assert len(token) >= 32
    end = lines.index(f"::{token}::")
    require_harmless("\n".join(lines[:end]))
    return lines[end + 1 :]


def test_the_log_of_a_job_obeys_nothing_between_two_brackets(project: Project) -> None:
    project.write("a.yaml", "kind: '::error::x'\n")
    out, err = job(project, "validate")
    assert out == ""
    annotations = require_bracketed(err)
    own = "::error title=reconciler%3A missing-field,file=campaigns/a.yaml,line=1,col=1::"
    assert annotations[0].startswith(own)
    assert all(line.startswith("::error title=reconciler%3A ") for line in annotations)
    (project.folder / "campaigns" / "a.yaml").unlink()
    project.sms()
    out, _ = job(project, "plan")
    assert require_bracketed(out) == []
    failed, planned = (project.folder / "summary").read_text("utf-8").split("\n\n## ")[:2]
    assert failed.startswith("## `reconciler validate` failed with exit code 3\n")
    assert planned.startswith("Plan for environment `staging` (default)\n")
    outputs = (project.folder / "outputs").read_text("utf-8").splitlines()
    codes = [outputs[at + 1] for at, line in enumerate(outputs) if line.startswith("exit_code<<")]
    assert codes == ["3", "0"]
    assert job(project, "plan")[0].splitlines()[0] != out.splitlines()[0]


def test_no_bracket_stands_in_a_document_or_a_file(project: Project) -> None:
    project.sms()
    out, _ = job(project, "plan", "--json")
    assert json.loads(out)["format_version"]
    path = project.folder / "plan.txt"
    job(project, "plan", out=path)
    assert "::" not in path.read_text("utf-8")
