"""Every CI file passes the tool that knows its kind, and each tool refuses a planted fault."""

from pathlib import Path

import pytest

from tests.tools.ci_files import (
    ACTIONS,
    BY_SCHEMA,
    DOCKERFILES,
    KUBERNETES,
    SCRIPTS,
    UNITS,
    WORKFLOWS,
    Block,
    blocks,
)
from tests.tools.programs import ROOT, Ran, refused, run

BLOCKS = [
    block
    for schema, paths in BY_SCHEMA.items()
    if schema != "dependabot"
    for path in paths
    for block in blocks(path)
]


def shellcheck(block: Block) -> Ran:
    # SC1091: a file that a block reads in is a script, and is checked as such.
    return run("shellcheck", "--shell=bash", "--exclude=SC1091", "-", given=block.script)


def fits_schema(schema: str, *paths: Path) -> Ran:
    transform = ["--data-transform", schema] if schema in {"gitlab-ci", "azure-pipelines"} else []
    # Azure's schema has patterns that are not ECMAScript's with the flag for Unicode.
    patterns = ["--regex-variant", "nonunicode"]
    schema = f"vendor.{schema}"
    return run("check-jsonschema", "--builtin-schema", schema, *patterns, *transform, *paths)


def test_there_are_files_of_every_kind() -> None:
    kinds = [*BY_SCHEMA.values(), DOCKERFILES, KUBERNETES, UNITS]
    assert all(kinds)


@pytest.mark.parametrize("schema", BY_SCHEMA)
def test_a_file_fits_the_schema_of_its_service(schema: str) -> None:
    assert fits_schema(schema, *BY_SCHEMA[schema]).code == 0


@pytest.mark.parametrize(
    ("schema", "text", "word"),
    [
        ("github-workflows", "on: push\njobs: {a: {runs-on: x, step: []}}", "step"),
        ("github-actions", "name: x\nruns: {using: composite, steps: []}", "description"),
        ("dependabot", "version: 2\nupdates: [{package-ecosystem: pip}]", "schedule"),
        ("gitlab-ci", "job: {script: [x], when: sometimes}", "sometimes"),
        ("azure-pipelines", "steps: [{scripts: x}]", "scripts"),
        (
            "bitbucket-pipelines",
            "pipelines: {default: [{step: {script: [x], size: huge}}]}",
            "huge",
        ),
    ],
)
def test_a_file_that_its_service_would_not_read_is_refused(
    tmp_path: Path, schema: str, text: str, word: str
) -> None:
    file = tmp_path / "file.yml"
    file.write_text(text, "utf-8")
    refused(fits_schema(schema, file), word)


def test_workflows_and_actions_have_no_known_weakness() -> None:
    files = [*WORKFLOWS, *ACTIONS, *BY_SCHEMA["dependabot"]]
    ran = run("zizmor", "--offline", "--quiet", *files)
    assert ran.code == 0, ran.text


def test_a_title_that_could_run_as_a_command_is_found(tmp_path: Path) -> None:
    workflow = tmp_path / "workflow.yml"
    workflow.write_text(
        "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n",
        "utf-8",
    )
    refused(run("zizmor", "--offline", workflow), "template-injection")


@pytest.mark.parametrize(
    "block", BLOCKS, ids=lambda block: f"{block.file.relative_to(ROOT)}:{block.place}"
)
def test_a_script_in_a_ci_file_has_no_slip(block: Block) -> None:
    ran = shellcheck(block)
    assert ran.code == 0, ran.text


def test_a_slip_in_a_script_of_a_ci_file_is_found(tmp_path: Path) -> None:
    workflow = tmp_path / "workflow.yml"
    workflow.write_text("jobs: {a: {steps: [{run: 'rm -rf $HOME/${{ x }}'}]}}", "utf-8")
    (block,) = blocks(workflow)
    refused(shellcheck(block), "SC2086")


def test_the_shell_scripts_have_no_slip() -> None:
    ran = run("shellcheck", *SCRIPTS)
    assert ran.code == 0, ran.text


@pytest.mark.parametrize("path", DOCKERFILES, ids=str)
def test_a_dockerfile_follows_the_rules(path: Path) -> None:
    ran = run("hadolint", path)
    assert ran.code == 0, ran.text


def test_a_dockerfile_with_a_moving_base_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM python\n", "utf-8")
    refused(run("hadolint", file), "DL3006")


@pytest.mark.parametrize("path", KUBERNETES, ids=str)
def test_a_kubernetes_object_has_only_known_fields(path: Path) -> None:
    ran = run("kubernetes-validate", "--strict", path)
    assert ran.code == 0, ran.text


def test_a_kubernetes_object_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pod.yaml"
    file.write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
        "spec: {containers: [{name: a, image: b, imagePolicy: Never}]}\n",
        "utf-8",
    )
    refused(run("kubernetes-validate", "--strict", file), "imagePolicy")


def test_systemd_has_nothing_to_say_about_the_units() -> None:
    assert run("systemd-analyze", "verify", *UNITS) == (0, "")


def test_systemd_refuses_a_time_that_never_comes(tmp_path: Path) -> None:
    (tmp_path / "a.service").write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
    timer = tmp_path / "a.timer"
    timer.write_text("[Timer]\nOnCalendar=Monday at nine\n", "utf-8")
    refused(run("systemd-analyze", "verify", timer), "Monday at nine")
