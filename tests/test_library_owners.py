"""Every library has one owner in the package; other modules use the owner.

Read from the syntax tree of every file, so that no module can be missed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.import_owners import OWNERS

PACKAGE = Path(__file__).parents[1] / "reconciler"
_BY_NAME = ("import_module", "__import__")


def imported(source: str) -> Iterator[str]:
    """The dotted names that a file imports, also inside functions and by name at run time."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            first = node.args[0]
            if called in _BY_NAME and isinstance(first, ast.Constant):
                yield str(first.value)


def trespasses(path: str, source: str) -> list[str]:
    """The libraries that a file of the package imports without owning them."""
    names = [f"{name}." for name in imported(source)]
    return sorted(
        library
        for library, owners in OWNERS.items()
        if any(name.startswith(f"{library}.") for name in names) and not path.startswith(owners)
    )


def test_every_library_is_imported_by_its_owners_only() -> None:
    found = {}
    for file in PACKAGE.rglob("*.py"):
        path = file.relative_to(PACKAGE).as_posix()
        if wrong := trespasses(path, file.read_text("utf-8")):
            found[path] = wrong
    assert found == {}


def test_every_owner_exists_and_uses_its_library() -> None:
    for library, owners in OWNERS.items():
        for owner in owners:
            place = PACKAGE / owner
            files = place.rglob("*.py") if place.is_dir() else [place]
            used = [name for file in files for name in imported(file.read_text("utf-8"))]
            assert any(f"{name}.".startswith(f"{library}.") for name in used), (library, owner)


@pytest.mark.parametrize("library", OWNERS)
@pytest.mark.parametrize(
    "planted",
    [
        "import {0}",
        "import {0}.inner as other",
        "from {0} import name",
        "from {0}.inner import name",
        "def late():\n    import {0}",
        "if TYPE_CHECKING:\n    from {0} import name",
        "import importlib\nimportlib.import_module('{0}')",
        "__import__('{0}.inner')",
    ],
)
def test_a_planted_import_is_seen(library: str, planted: str) -> None:
    assert library in trespasses("plan/model.py", planted.format(library))
    assert trespasses("plan/model.py", f"import {library.partition('.')[0]}_other") == []
