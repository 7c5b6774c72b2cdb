"""The programs that `make tools` has installed; a missing one fails the test that needs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_TOOLS = ROOT / ".tools"
_FOLDERS = (
    _TOOLS / "tools/bin",
    _TOOLS / "checkov/bin",
    _TOOLS / "supply-chain/bin",
    _TOOLS / "node/node_modules/.bin",
    _TOOLS / "debian/bin",
    Path(sys.executable).parent,
)


class Ran(NamedTuple):
    code: int
    text: str
    """Both of its outputs."""


def program(name: str) -> Path:
    """Where a program is.

    Raises AssertionError if it is not installed.
    """
    for folder in _FOLDERS:
        if (path := folder / name).exists():
            return path
    raise AssertionError(f"{name} is not installed: make tools")


def run(
    name: str,
    *arguments: str | Path,
    cwd: Path = ROOT,
    given: str = "",
    environ: dict[str, str] | None = None,
) -> Ran:
    """Run a program to its end, with `given` as its standard input."""
    ran = subprocess.run(
        [program(name), *arguments],
        cwd=cwd,
        input=given,
        env={**os.environ, **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout)


def refused(ran: Ran, word: str) -> None:
    """Check that a program refused what it was given, and named the fault."""
    assert ran.code != 0, ran.text
    assert word in ran.text, ran.text


def copy_checkout(folder: Path) -> None:
    """Copy what git has, or would add, into a new folder, with fresh times."""
    git = str(shutil.which("git"))
    listed = run(git, "ls-files", "-z", "--cached", "--others", "--exclude-standard").text
    for name in listed.split("\0"):
        if (source := ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
