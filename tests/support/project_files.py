"""Project files as people write them, for the tests of this folder."""

import textwrap
from pathlib import Path

import pytest

from reconciler.config.load import load_project
from reconciler.config.project import Project
from reconciler.diagnostics import Diagnostic
from reconciler.errors import InvalidInput

KORE = """\
provider: kore
baseUrl: https://platform.kore.ai
appId: st-1
accountId: acc-1
auth: {token: {env: KORE_JWT}}
"""
CARE = """\
provider: carecycle
baseUrl: https://api.carecycle.ai
auth: {apiKey: {env: CARE_KEY}}
"""


def written(top: str = "", **environments: dict[str, str]) -> str:
    """A project file: `top` at its top level, and targets by environment and name."""
    lines = ["apiVersion: reconciler/v1", "kind: Project", *top.splitlines(), "environments:"]
    for environment, targets in (environments or {"staging": {"retention": KORE}}).items():
        lines += [f"  {environment}:", "    targets:"]
        for name, target in targets.items():
            lines += [f"      {name}:", textwrap.indent(target.rstrip(), " " * 8)]
    return "\n".join(lines) + "\n"


def project(folder: Path, text: str, environ: dict[str, str] | None = None) -> Project:
    path = folder / "reconciler.yaml"
    path.write_text(text, encoding="utf-8")
    return load_project(path, environ or {})


def problems(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[Diagnostic]:
    with pytest.raises(InvalidInput) as caught:
        project(folder, text, environ)
    return list(caught.value.diagnostics)
