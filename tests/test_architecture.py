"""Rules for the whole package: its layers, its schemas, and the size of modules."""

import subprocess
import sys
from pathlib import Path

import click

from reconciler.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[1]


def test_the_layers_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_published_schemas_are_the_generated_ones(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reconciler", "schema", "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    for path in (ROOT / "schemas").glob("*.json"):
        assert path.read_text("utf-8") == (tmp_path / path.name).read_text("utf-8"), path.name


def test_no_module_grows_beyond_one_idea() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "reconciler").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


def test_the_table_has_every_command_with_a_line_that_fits() -> None:
    folder = ROOT / "reconciler/cli/commands"
    places = {listed.place.partition(":")[0] for listed in COMMANDS.values()}
    assert places == {path.stem for path in folder.glob("*.py")} - {"__init__"}
    for name, listed in COMMANDS.items():
        assert len(listed.help) <= 55, name
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert command.name == name
        assert command.help, name


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from reconciler.cli.main import run\n"
        "run(['--help'])\n"
        "heavy = {'pydantic', 'httpx', 'deepdiff', 'ruamel', 'starlette', 'rich.console'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
