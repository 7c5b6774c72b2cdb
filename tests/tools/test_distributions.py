"""What a release is made of: the same bytes from every build, and a wheel that works on its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.programs import ROOT, copy_checkout, run


def built(folder: Path, umask: int, **environ: str) -> dict[str, bytes]:
    """The distributions that a fresh copy of the checkout builds, by name."""
    copy_checkout(folder)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", "dist"],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), **environ},
        umask=umask,
        capture_output=True,
        check=True,
    )
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


def pins(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").splitlines()
    return {line.partition(" ")[0] for line in lines if line[:1].isalnum()}


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    first = built(tmp_path / "a", 0o022, TZ="UTC", SOURCE_DATE_EPOCH="1764000000")
    second = built(tmp_path / "b", 0o077, TZ="Asia/Kolkata", SOURCE_DATE_EPOCH="1764000000")
    assert sorted(first) == sorted(second)
    assert {Path(name).suffix for name in first} == {".gz", ".whl"}
    for name, content in first.items():
        assert content == second[name], name


@pytest.mark.timeout(300)
def test_a_wheel_in_an_empty_environment_runs_the_demo(tmp_path: Path) -> None:
    distributions = built(tmp_path / "source", 0o022)
    (wheel,) = [name for name in distributions if name.endswith(".whl")]
    environment = tmp_path / "environment"
    assert run("uv", "venv", "--python", sys.executable, environment).code == 0
    install = ("uv", "pip", "install", "--python", environment)
    pinned = run(*install, "--require-hashes", "-r", ROOT / "requirements/runtime.txt")
    assert pinned.code == 0, pinned.text
    installed = run(*install, "--offline", tmp_path / "source/dist" / wheel)
    assert installed.code == 0, installed.text
    demo = subprocess.run(
        [environment / "bin/reconciler", "demo"],
        cwd=tmp_path,
        env={"PATH": os.defpath, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout + demo.stderr


def test_the_bill_of_materials_names_every_pin(tmp_path: Path) -> None:
    listed = tmp_path / "sbom.cdx.json"
    made = run(
        *("cyclonedx-py", "requirements", "--pyproject", ROOT / "pyproject.toml"),
        *("--output-reproducible", "--output-file", listed, ROOT / "requirements/cloud.txt"),
    )
    assert made.code == 0, made.text
    components = json.loads(listed.read_text("utf-8"))["components"]
    assert {f"{part['name']}=={part['version']}" for part in components} == pins("cloud")


def test_the_runtime_pins_hold_nothing_that_builds() -> None:
    assert "hatchling" not in {pin.partition("==")[0] for pin in pins("runtime")}
    assert {pin.partition("==")[0] for pin in pins("cloud") - pins("runtime")} == {"obstore"}


def test_every_pin_has_a_hash_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text, path.name
        assert text.count("--hash=sha256:") >= len(pins(path.stem)) > 0, path.name


def test_every_npm_package_has_an_exact_version() -> None:
    package = json.loads((ROOT / "tests/tools/package.json").read_text("utf-8"))
    assert all(version.replace(".", "").isdigit() for version in package["dependencies"].values())
    assert not list((ROOT / "tests/tools").glob("*lock*"))
