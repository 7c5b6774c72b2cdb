"""The CI files of this repository and of `examples/ci`, by what reads them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from tests.tools.programs import ROOT

_PLACES = (ROOT / ".github", ROOT / "examples/ci")


def files(pattern: str) -> list[Path]:
    return sorted(path for place in _PLACES for path in place.rglob(pattern))


WORKFLOWS = files("workflows/*.y*ml")
ACTIONS = files("action.y*ml")
BY_SCHEMA = {
    "github-workflows": WORKFLOWS,
    "github-actions": ACTIONS,
    "dependabot": files("dependabot.yml"),
    "gitlab-ci": files("*gitlab-ci*.yml"),
    "azure-pipelines": files("azure-pipelines*.yml"),
    "bitbucket-pipelines": files("bitbucket-pipelines*.yml"),
}
"""Files by the name of the schema that check-jsonschema has for them."""

DOCKERFILES = files("Dockerfile*")
KUBERNETES = files("kubernetes/*.y*ml")
UNITS = files("systemd/*")
SCRIPTS = [*files("*.sh"), ROOT / ".ci/run", ROOT / "tests/tools/debian.sh"]

_SCRIPT_KEYS = {"run", "script", "bash", "before_script", "after_script", "after-script"}
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\$\(\w+(\.\w+)+\)", re.DOTALL)
"""What the runner replaces before the shell sees it: GitHub's and Azure's expressions."""


class Block(NamedTuple):
    """Lines of shell in a CI file."""

    file: Path
    place: str
    script: str


def blocks(path: Path) -> Iterator[Block]:
    """Every shell script in a CI file, with expressions replaced by a word."""
    yield from _blocks_in(path, YAML(typ="safe").load(path.read_text("utf-8")), "")


def _blocks_in(path: Path, value: Any, place: str) -> Iterator[Block]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _blocks_in(path, item, f"{place}/{number}")
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        lines = [item] if isinstance(item, str) else item
        if key in _SCRIPT_KEYS and isinstance(lines, list):
            script = "\n".join(line for line in lines if isinstance(line, str))
            yield Block(path, f"{place}/{key}", _EXPRESSION.sub("expression", script))
        yield from _blocks_in(path, item, f"{place}/{key}")
