"""Every folder here is a broken project; `expected.txt` has the messages for its author."""

from datetime import date
from pathlib import Path

import pytest

from reconciler.config.load import load_project
from reconciler.diagnostics import Diagnostic
from reconciler.errors import InvalidInput
from reconciler.manifests.files import Sources
from reconciler.manifests.loader import load_manifests

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/reconciler.yaml"))


def line(found: Diagnostic) -> str:
    return f"{found.severity} {found.code} {found.source or '-'} {found.summary}"


def told(case: Path) -> tuple[Diagnostic, ...]:
    try:
        project = load_project(case / "reconciler.yaml", {})
    except InvalidInput as fault:
        return fault.diagnostics
    sources = Sources(project.root, project.manifests)
    return load_manifests(sources, project.scopes(), today=date(2026, 11, 20)).diagnostics


@pytest.mark.parametrize("name", CASES)
def test_the_problems_of_a_broken_project_are_reported(name: str) -> None:
    case = HERE / name
    expected = (case / "expected.txt").read_text(encoding="utf-8")
    root = f" {case}"
    found = [f"{line(one)}\n".replace(root, " <root>") for one in told(case)]
    assert "".join(found) == expected


@pytest.mark.parametrize("name", CASES)
def test_no_credential_is_ever_repeated(name: str) -> None:
    assert "canary" not in repr(told(HERE / name))
