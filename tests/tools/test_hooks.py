"""The hook of `.pre-commit-hooks.yaml`, run by both programs from a clone, as users run it."""

import os
import shutil
from pathlib import Path

import pytest

from tests.tools.programs import Ran, copy_checkout, program, run

_GIT = str(shutil.which("git"))
_IDENTITY = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
_HOMES = ("PRE_COMMIT_HOME", "PREK_HOME")


def git(folder: Path, *arguments: str) -> str:
    ran = run(_GIT, *_IDENTITY, *arguments, cwd=folder)
    assert ran.code == 0, ran.text
    return ran.text.strip()


@pytest.fixture
def hooked(tmp_path: Path) -> Path:
    """A repository with a project and our hook, from a repository with the files of this one."""
    product = tmp_path / "product"
    copy_checkout(product)
    git(product, "init", "--quiet")
    git(product, "add", "--all")
    git(product, "commit", "--quiet", "--message", "The product")
    folder = tmp_path / "campaigns-repository"
    assert run("reconciler", "init", folder, cwd=tmp_path).code == 0
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {product}\n    rev: {git(product, 'rev-parse', 'HEAD')}\n"
        "    hooks: [{id: reconciler-validate}]\n",
        "utf-8",
    )
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


@pytest.mark.timeout(400)
@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_the_hook_validates_and_names_the_line(hooked: Path, runner: str) -> None:
    # prek takes the pinned uv, and fetches none.
    path = f"{program('uv').parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**dict.fromkeys(_HOMES, str(hooked.parent / "home")), "PATH": path}

    def hook() -> Ran:
        return run(runner, "run", "--all-files", cwd=hooked, environ=environ)

    passed = hook()
    assert passed.code == 0, passed.text
    assert "Passed" in passed.text
    manifest = hooked / "campaigns/renewal-reminder.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("contactLists", "contactList"), "utf-8")
    git(hooked, "add", "--all")
    failed = hook()
    assert failed.code == 1, failed.text
    assert "exit code: 3" in failed.text
    assert "campaigns/renewal-reminder.yaml:" in failed.text
