"""A vendor is one folder and one path: the rest of the package knows no vendor by name.

Read from the syntax tree of every file. Texts count, docstrings and comments do not.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.providers.discovery import built_in
from reconciler.providers.plugin_rules import faults
from reconciler.resources.kinds import BUILT_IN, of_provider

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reconciler"
EXCEPTIONS = {
    "providers/kore/": "the vendor's own folder",
    "providers/carecycle/": "the vendor's own folder",
    "resources/kore.py": "the vendor's own kinds",
    "resources/kore_specs.py": "the vendor's own kinds",
    "resources/kore_values.py": "the vendor's own kinds",
    "resources/carecycle.py": "the vendor's own kinds",
    "resources/carecycle_specs.py": "the vendor's own kinds",
    "resources/kinds.py": "the one registry: a built-in vendor begins with a line here",
    "simulator/kore/": "the vendor's own folder",
    "simulator/carecycle/": "the vendor's own folder",
    "simulator/core.py": "puts both vendors' APIs behind one server",
    "simulator/seed.py": "both vendors' accounts that every simulator starts with",
    "simulator/switches.py": "puts both vendors' switches into one document",
    "simulator/console.py": "both vendors' consoles, by hand",
    "simulator/control.py": "both vendors' consoles, over HTTP",
    "cli/commands/simulator.py": "tells how to reach each simulated vendor",
    "cli/demo_stage.py": "the demo plays with one vendor",
}
"""Files and folders that may name vendors, and why."""
EXAMPLES = {
    "address.py": "kore_sms_campaign.renewal",
    "simulator/faults.py": "kore.create:reset_after:1",
}
"""Files that name a vendor in one example of a message and nowhere else: the layers below them know
no vendor that they could ask for one."""
VENDOR = re.compile(r"kore|care[ _.-]?cycle", re.IGNORECASE)
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def words(source: str) -> Iterator[str]:
    """Every identifier and every text of a file; strings that stand alone are documentation."""
    tree = ast.parse(source)
    comments = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if id(node) in comments:
            continue
        for _, value in ast.iter_fields(node):
            values = value if isinstance(value, list) else [value]
            yield from (one for one in values if isinstance(one, str))
            yield from (repr(one) for one in values if isinstance(one, bytes))


def vendors_named(path: str, source: str) -> list[str]:
    """Where a file of the package names a vendor without permission."""
    if path.startswith(tuple(EXCEPTIONS)):
        return []
    example = EXAMPLES.get(path, "")
    found = (word.replace(example, "", 1) if example else word for word in words(source))
    return [word for word in (path, *found) if VENDOR.search(word)]


def test_nothing_but_its_own_folders_names_a_vendor() -> None:
    found = {}
    for file in PACKAGE.rglob("*.py"):
        path = file.relative_to(PACKAGE).as_posix()
        if named := vendors_named(path, file.read_text("utf-8")):
            found[path] = named
    assert found == {}


def test_the_pattern_knows_every_built_in_vendor() -> None:
    for plugin in built_in():
        for name in (plugin.name, plugin.title, *plugin.hosts):
            assert VENDOR.search(name), name


def test_every_exception_is_needed() -> None:
    for exception in EXCEPTIONS:
        place = PACKAGE / exception
        files = place.rglob("*.py") if place.is_dir() else [place]
        texts = (word for file in files for word in words(file.read_text("utf-8")))
        assert any(VENDOR.search(word) for word in (exception, *texts))
    for path, example in EXAMPLES.items():
        named = [word for word in words((PACKAGE / path).read_text("utf-8")) if VENDOR.search(word)]
        assert len(named) == 1
        assert example in named[0]


@pytest.mark.parametrize(
    "planted",
    [
        "import reconciler.providers.kore.api",
        "from reconciler.providers import carecycle",
        "from reconciler.providers.kore import api as other",
        "from elsewhere import CARECYCLE",
        "import elsewhere as kore",
        "KORE_ONLY = 1",
        "def _kore_credential(): pass",
        "async def of_carecycle(): pass",
        "class CareCycleThing: pass",
        "def any(korean): pass",
        "any(in_kore=1)",
        "any.kore_jwt",
        "x = 'https://platform.kore.ai'",
        "x = f'{y} of Kore.ai'",
        "x = b'kore'",
        "x = {'carecycle': 1}",
        "match x:\n    case 'kore': pass",
        "match x:\n    case Kind(kore=1): pass",
        "match x:\n    case {**kore}: pass",
        "def f():\n    global kore",
        "try: pass\nexcept Exception as kore: pass",
        "def f():\n    'documentation'\n    return 'Care Cycle'",
        "if provider == 'CARECYCLE': pass",
    ],
)
def test_a_planted_name_is_seen(planted: str) -> None:
    assert vendors_named("plan/model.py", planted)
    assert vendors_named("address.py", planted)
    assert vendors_named("providers/kore/any.py", planted) == []


@pytest.mark.parametrize(
    "harmless",
    ["'''Kore.ai, in a docstring.'''", "# CareCycle\nx = 1", "x: int\n'''As Kore.ai says.'''"],
)
def test_documentation_may_name_a_vendor(harmless: str) -> None:
    assert vendors_named("plan/model.py", harmless) == []


def test_an_example_is_no_leave_for_anything_else() -> None:
    for path, example in EXAMPLES.items():
        assert vendors_named(path, f"x = 'one looks like {example}'") == []
        assert vendors_named(path, f"x = 'one looks like {example} or kore'")
        assert vendors_named("plan/model.py", f"x = '{example}'")


def test_a_file_named_after_a_vendor_is_seen() -> None:
    assert vendors_named("workflow/kore_targets.py", "x = 1")


def test_built_in_plugins_keep_the_rules_of_third_parties() -> None:
    assert tuple(plugin.name for plugin in built_in()) == BUILT_IN
    for plugin in built_in():
        assert faults(plugin) == []
        assert plugin.kinds == of_provider(plugin.name)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_plugin_imports_no_http_and_no_token_library(name: str) -> None:
    assert _heavy_imports(f"import reconciler.providers.{name}.plugin") == ""


def test_validate_imports_no_http_and_no_token_library() -> None:
    run = "run(['-C', 'examples/two-environments', 'validate'])"
    assert _heavy_imports(f"from reconciler.cli.main import run\nassert {run} == 0") == ""


def test_what_is_built_does_import_them() -> None:
    code = "import reconciler.providers.kore.provider, reconciler.providers.kore.auth"
    assert {"httpx", "jwt"} <= set(_heavy_imports(code).split())


def _heavy_imports(code: str) -> str:
    """The heavy libraries that a new interpreter has imported after running some code."""
    heavy = {"httpx", "httpcore", "tenacity", "jwt", "cryptography", "starlette", "obstore"}
    code += f"\nimport sys\nprint('heavy:', *({heavy} & set(sys.modules)))"
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return ran.stdout.rpartition("heavy:")[2].strip()
