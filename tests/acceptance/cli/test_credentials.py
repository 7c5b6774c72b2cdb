"""A project file from a stranger's branch names what it likes; only the operator's own is used."""

import shlex
import sys
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import KORE_TOKEN
from tests.support.cli import Line, Project

JWT = "{token: {env: KORE_JWT}}"
USES = [("plan",), ("apply", "--auto-approve"), ("drift",), ("stop", "--all", "--reason", "x")]


def attack(project: Project, auth: str) -> None:
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace(JWT, auth), "utf-8")


@pytest.mark.parametrize("arguments", USES, ids=" ".join)
@pytest.mark.parametrize(
    "auth",
    [
        "{token: {env: AWS_SECRET_ACCESS_KEY}}",
        "{token: {env: CARECYCLE_API_KEY}}",
        "{token: {env: RECONCILER_PLAN_KEY}}",
        "{clientId: {env: AWS_SECRET_ACCESS_KEY}, clientSecret: {env: KORE_JWT}}",
        "{clientId: c, clientSecret: {env: KORE_JWT}, subject: {env: AWS_SECRET_ACCESS_KEY}}",
        "{token: {file: /etc/hostname}}",
        "{token: {file: ../secret}}",
        "{token: {file: link}}",
        "{token: {file: .git/config}}",
        "{token: {file: $HOME/secret}}",
        "{token: {exec: AWS_TOKEN}}",
    ],
)
def test_what_the_operator_does_not_allow_is_never_on_the_wire(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    auth: str,
    arguments: tuple[str, ...],
) -> None:
    project.sms()
    (project.folder / ".git").mkdir()
    (project.folder / ".git" / "config").write_text("canary", "utf-8")
    (project.folder / "link").symlink_to("/etc/hostname")
    for name in ("AWS_SECRET_ACCESS_KEY", "RECONCILER_PLAN_KEY", "RECONCILER_EXEC_AWS_TOKEN"):
        monkeypatch.setenv(name, "canary-of-the-operator" * 2)
    attack(project, auth)
    found = run_line(*arguments)
    assert found.code == 3, found.err
    assert simulator.requests() == []
    assert "canary" not in found.out + found.err
    assert "on reconciler.yaml:12:" in found.err


@pytest.mark.parametrize("automation", [{}, {"CI": "true"}])
def test_validate_warns_of_everything_at_once_with_the_line_to_set(
    run_line: Line,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    automation: dict[str, str],
) -> None:
    for name, value in automation.items():
        monkeypatch.setenv(name, value)
    project.sms()
    attack(project, "{clientId: {env: PROD_ID}, clientSecret: {file: /run/secrets/kore}}")
    found = run_line("validate")
    assert found.code == 0, found.err
    assert "environment variable PROD_ID is not allowed here for kore targets" in found.err
    assert "file /run/secrets/kore is not allowed here for kore targets" in found.err
    for name in ("PROD_ID", "/run/secrets/kore"):
        assert f",kore={name}'" in found.err


def test_the_line_that_is_printed_is_the_one_that_works(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    monkeypatch.setenv("PROD_TOKEN", KORE_TOKEN)
    attack(project, "{token: {env: PROD_TOKEN}}")
    told = " ".join(run_line("plan").err.replace("│", " ").split())
    name, _, listed = told.partition("set ")[2].partition(" where ")[0].partition("=")
    assert name == "RECONCILER_ALLOWED_CREDENTIALS"
    monkeypatch.setenv(name, shlex.split(listed)[0])
    assert run_line("plan").code == 0


def test_a_credential_may_come_from_a_file_or_a_helper_of_the_operator(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project.sms()
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "token").write_text(KORE_TOKEN, "utf-8")
    (folder / "token").chmod(0o600)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    command = shlex.join([sys.executable, "-c", f"print({KORE_TOKEN!r})"])
    monkeypatch.setenv("RECONCILER_EXEC_KORE_TOKEN", command)
    for auth in ("{token: {file: $CREDENTIALS_DIRECTORY/token}}", "{token: {exec: KORE_TOKEN}}"):
        project.configure()
        attack(project, auth)
        assert run_line("plan").code == 0, auth


def test_a_command_in_the_project_file_is_not_run(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    monkeypatch.setenv("RECONCILER_ALLOW_EXEC", "1")
    attack(project, f"{{token: {{exec: [touch, {project.folder / 'pwned'}]}}}}")
    for command in ("validate", "plan"):
        found = run_line(command)
        assert found.code == 3
        assert "set RECONCILER_EXEC_NAME='touch ARGUMENTS' where" in found.err.replace("\n", " ")
    assert not (project.folder / "pwned").exists()
