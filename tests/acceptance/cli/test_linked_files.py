"""Links, pipes and devices in a stranger's branch show nothing, and nothing waits for them."""

import os
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

LINE = "kore: canary-of-the-operator"


@pytest.mark.parametrize("command", ["validate", "plan"])
@pytest.mark.parametrize("target", ["../.env", "../../outside.yaml", "../.env.yaml", "/etc/passwd"])
def test_a_linked_manifest_shows_no_line(
    run_line: Line, project: Project, simulator: Simulator, target: str, command: str
) -> None:
    project.sms()
    for name in (".env", ".env.yaml", "../outside.yaml"):
        (project.folder / name).write_text(LINE, "utf-8")
    (project.folder / "campaigns" / "link.yaml").symlink_to(target)
    found = run_line(command)
    assert found.code == 3
    assert "campaigns/link.yaml is outside the project" in found.err
    assert "canary" not in found.out + found.err
    assert "root:" not in found.out + found.err
    assert simulator.requests() == []


@pytest.mark.parametrize("manifests", [".env", ".git/config", "credentials.json", "id_rsa"])
def test_a_file_that_is_no_manifest_shows_no_line(
    run_line: Line, project: Project, manifests: str
) -> None:
    path = project.folder / manifests
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'{{"private_key": "{LINE}"', "utf-8")
    config = project.folder / "reconciler.yaml"
    config.write_text(f"manifests: [{manifests}]\n{config.read_text('utf-8')}", "utf-8")
    found = run_line("validate")
    assert found.code == 3
    assert "canary" not in found.out + found.err


@pytest.mark.parametrize("target", ["/etc/passwd", ".env", "../outside.yaml", "/dev/zero"])
def test_a_linked_project_file_shows_no_line(run_line: Line, tmp_path: Path, target: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in (".env", "../outside.yaml"):
        (folder / name).write_text(LINE, "utf-8")
    (folder / "reconciler.yaml").symlink_to(target)
    found = run_line("-C", str(folder), "validate")
    assert found.code == 3
    assert "is a link that leads elsewhere" in found.err
    assert "root:" not in found.out + found.err
    assert "canary" not in found.out + found.err


def test_a_mounted_project_is_read(run_line: Line, project: Project) -> None:
    (project.folder / "..2026").mkdir()
    (project.folder / "reconciler.yaml").rename(project.folder / "..2026" / "reconciler.yaml")
    (project.folder / "..data").symlink_to("..2026")
    (project.folder / "reconciler.yaml").symlink_to("..data/reconciler.yaml")
    project.sms()
    assert run_line("plan").code == 0


def test_a_pipe_or_a_device_is_not_waited_for(run_line: Line, project: Project) -> None:
    project.sms()
    pipe = project.folder / "campaigns" / "pipe.yaml"
    os.mkfifo(pipe)
    found = run_line("validate")
    assert found.code == 3
    assert "campaigns/pipe.yaml cannot be read: not a regular file" in found.err
    pipe.unlink()
    (project.folder / "reconciler.yaml").unlink()
    os.mkfifo(project.folder / "reconciler.yaml")
    found = run_line("validate")
    assert found.code == 3
    assert "reconciler.yaml cannot be read: not a regular file" in found.err
    found = run_line("-c", "/dev/zero", "validate")
    assert found.code == 3
    assert "/dev/zero cannot be read: not a regular file" in found.err


@pytest.mark.parametrize("link", ["reconciler.yaml", ".gitignore", "campaigns"])
def test_a_new_project_is_not_written_through_a_link(
    run_line: Line, tmp_path: Path, link: str
) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "new"
    folder.mkdir()
    if link == "campaigns":
        elsewhere.mkdir()
    (folder / link).symlink_to(elsewhere)  # leads nowhere yet, or to a folder
    found = run_line("init", str(folder))
    assert found.code == 3
    assert f"{link} is a link" in found.err
    assert not elsewhere.exists() or list(elsewhere.iterdir()) == []
