"""Where test helpers are: no test imports from a test, and clocks are shared."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = ("support/", "faults/")
"""Where a clock may be defined; elsewhere `reconciler.testing.clock.ManualClock` does."""


def misplaced(path: str, source: str) -> list[str]:
    """What a file of the tests must not import or define, but does."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = []
        found += [name for name in names if _is_test_module(name)]
        if isinstance(node, ast.ClassDef) and node.name.endswith("Clock"):
            found += [] if path.startswith(CLOCKS) else [node.name]
    return found


def _is_test_module(name: str) -> bool:
    """Whether a dotted name is that of a `test_*.py` here."""
    first, _, rest = name.partition(".")
    file = TESTS / f"{rest.replace('.', '/')}.py"
    return first == "tests" and file.name.startswith("test_") and file.exists()


def test_helpers_stand_where_they_belong() -> None:
    found = {}
    for file in TESTS.rglob("*.py"):
        path = file.relative_to(TESTS).as_posix()
        if wrong := misplaced(path, file.read_text("utf-8")):
            found[path] = wrong
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "from tests.test_architecture import ROOT",
        "from tests import test_architecture",
        "import tests.test_architecture as other",
        "def late():\n    from tests.faults.test_limits import _WANTED",
        "class SlowClock: ...",
        "def late():\n    class Clock(SystemClock): ...",
    ],
)
def test_what_is_planted_is_seen(planted: str) -> None:
    assert misplaced("unit/test_address.py", planted)


@pytest.mark.parametrize("path", ["support/clocks.py", "faults/interleaving.py"])
def test_shared_clocks_are_let_be(path: str) -> None:
    assert misplaced(path, "class SlowClock: ...") == []
    assert misplaced(path, "from tests.support import clocks") == []
