"""`python -m reconciler` in a stranger's branch runs no code of that branch."""

import subprocess
import sys
from pathlib import Path

import pytest

PLANTED = "raise SystemExit('pwned')\n"


@pytest.mark.parametrize("flags", [[], ["-P"]])
def test_a_planted_module_is_not_imported(tmp_path: Path, flags: list[str]) -> None:
    for name in ("click", "json", "pydantic", "uuid", "ruamel", "httpx", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(PLANTED, "utf-8")
    ran = subprocess.run(
        [sys.executable, *flags, "-m", "reconciler", "providers"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "pwned" not in ran.stderr


def test_a_planted_package_registers_no_provider(tmp_path: Path) -> None:
    info = tmp_path / "evil-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[reconciler.providers]\nevil = evil:PLUGIN\n", "utf-8")
    (tmp_path / "evil.py").write_text(PLANTED, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "reconciler", "providers"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "evil" not in ran.stdout + ran.stderr
