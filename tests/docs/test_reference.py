"""The generated parts of the pages are current, and the code describes everything in them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.config.variables import VARIABLES
from reconciler.errors import MEANINGS, ExitCode
from reconciler.plan.gate_table import met_codes
from tests.docs.reference import PARTS, ROOT, pages, refreshed

_VARIABLE = re.compile(
    r"(?:RECONCILER|GITHUB|GITLAB|CI|CIRCLE|BITBUCKET|BUILDKITE)_[A-Z_0-9]+|BUILD_[A-Z]+|GIT_COMMIT"
    r"|CI|NO_COLOR|COLUMNS|TERM|CREDENTIALS_DIRECTORY"
)


@pytest.mark.parametrize("page", [*pages()], ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_is_current(page: Path) -> None:
    text = page.read_text("utf-8")
    assert refreshed(text) == text, "run `make docs`"


def test_every_generated_part_is_on_a_page() -> None:
    text = "".join(page.read_text("utf-8") for page in pages())
    named = set(re.findall(r"^<!-- generated: ([\w -]+) -->$", text, re.MULTILINE))
    assert named == set(PARTS)


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"plan document", "commands"}))
def test_every_row_has_a_meaning(part: str) -> None:
    rows = [line for line in PARTS[part]().splitlines() if line.startswith("| `")]
    assert [row for row in rows if re.search(r"\| +\|$", row)] == []


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(ExitCode)


def test_every_gate_has_advice() -> None:
    text = (ROOT / "docs" / "reference" / "gates.md").read_text("utf-8")
    headings = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert headings == [*met_codes()]


def texts_of(path: Path) -> Iterator[str]:
    """The texts of a module that are not docstrings."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_variable_that_the_package_reads_is_listed() -> None:
    own = ROOT / "reconciler" / "config" / "variables.py"
    modules = [path for path in (ROOT / "reconciler").rglob("*.py") if path != own]
    found = {text for path in modules for text in texts_of(path) if _VARIABLE.fullmatch(text)}
    # GitHub's three variables have one prefix in the code and three endings.
    together = {"GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"}
    assert found | together == {name.removesuffix("*") for name in VARIABLES}
