"""What every file of `examples/ci` keeps to. Their own tools check their form in `tests/tools`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

KIT = Path(__file__).parents[3] / "examples/ci"
WORKFLOWS = sorted((KIT / "github/workflows").glob("*.yml"))
YAMLS = sorted(path for path in KIT.rglob("*") if path.suffix in (".yml", ".yaml"))
FILES = [*YAMLS, KIT / "Jenkinsfile", KIT / "Dockerfile", *sorted((KIT / "systemd").iterdir())]
NO_JOBS = ("action.yml", "Dockerfile", "reconciler-drift.timer")
OPERATOR = ("RECONCILER_ALLOWED_STATE", "RECONCILER_ALLOWED_CREDENTIALS")


def uncommented(path: Path) -> str:
    """A file without the comments that fill a line."""
    return re.sub(r"^\s*(#|//).*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)


def document(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def settings(node: object) -> Iterator[tuple[str, object]]:
    """Every key with its value, at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), value
            yield from settings(value)
    elif isinstance(node, list):
        for value in node:
            yield from settings(value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_the_operator_allows_is_no_literal_of_a_file(path: Path) -> None:
    if path.name not in NO_JOBS:
        text = path.read_text("utf-8")
        assert all(name in text for name in OPERATOR), "the file says where they come from"
    for key, value in settings(document(path)) if path in YAMLS else ():
        if key in OPERATOR:
            assert re.fullmatch(r"\$\{\{ vars\.\w+ \}\}|\$\(\w+\)", str(value))
    assert "RECONCILER_PLAN_KEY" not in uncommented(path)
    assert "pull_request_target" not in uncommented(path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_the_least_permissions(path: Path) -> None:
    workflow = document(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"]["contents"] == "read", name
        writes = {key for key, value in job["permissions"].items() if value == "write"}
        assert writes <= {"id-token", "pull-requests", "issues"}, name
        assert "issues" not in writes or name == "drift"
        steps = [step for step in job["steps"] if "checkout@" in str(step.get("uses"))]
        assert all(step["with"]["persist-credentials"] is False for step in steps), name


def test_nothing_that_runs_files_of_a_pull_request_may_write() -> None:
    jobs = document(KIT / "github/workflows/plan.yml")["jobs"]
    assert "pull-requests" not in jobs["plan"]["permissions"]
    assert jobs["plan"]["environment"] == "production-plan"
    drift = document(KIT / "github/workflows/drift.yml")["jobs"]["drift"]
    assert drift["environment"] == "production-drift", "which waits for nobody"
    assert "environment" not in jobs["comment"]
    assert "secrets." not in str(jobs["validate"]) + str(jobs["comment"])
    ref = "${{ github.event.repository.default_branch }}"
    assert jobs["comment"]["steps"][0]["with"]["ref"] == ref


def test_an_apply_is_never_cancelled() -> None:
    assert "concurrency" not in document(KIT / "github/workflows/apply.yml")
    assert "interruptible" not in document(KIT / "gitlab-ci.yml")["apply"]
    assert "abortPrevious" not in (KIT / "Jenkinsfile").read_text("utf-8")


def test_actions_of_others_are_pinned_by_commit_and_name_their_tag() -> None:
    for path in (*WORKFLOWS, *(KIT / "github/actions").rglob("action.yml")):
        for used in re.findall(r"uses: (.*)", path.read_text("utf-8")):
            ours = used == "$/.github/actions/reconciler"
            assert ours or re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


def test_no_expression_stands_in_a_command() -> None:
    for path in (*WORKFLOWS, *(KIT / "github/actions").rglob("action.yml")):
        for key, value in settings(document(path)):
            assert key != "run" or "${{" not in str(value), path.name


def test_every_script_that_a_file_runs_is_in_the_kit() -> None:
    pages = [*FILES, *(Path(__file__).parents[3] / "docs/guides").glob("*.md")]
    for path in pages:
        for name in re.findall(r"\.ci/([\w.-]+\.(?:sh|py))", path.read_text("utf-8")):
            assert (KIT / "scripts" / name).is_file(), f"{path.name}: {name}"


def test_a_script_can_be_run() -> None:
    scripts = [KIT / "try-it.sh", *(KIT / "scripts").glob("*.sh")]
    sourced = {"oidc.sh", "run.sh"}
    assert {one.name for one in scripts if not one.stat().st_mode & 0o111} == sourced


def test_jenkins_leaves_the_logic_to_the_scripts() -> None:
    assert len((KIT / "Jenkinsfile").read_text("utf-8").splitlines()) < 40


def test_the_page_of_the_kit_names_every_file() -> None:
    page = (KIT / "README.md").read_text("utf-8")
    tops = [path.name for path in (*KIT.iterdir(), *WORKFLOWS, *(KIT / "scripts").glob("*.*"))]
    others = {"forge.py", "run.sh", "README.md", "github"}
    missing = [name for name in tops if name not in page and name not in others]
    assert [name for name in missing if not name.startswith(".")] == []
