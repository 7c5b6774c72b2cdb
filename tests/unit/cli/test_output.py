"""All text of the command line goes through one module, which knows what a CI runner obeys."""

import ast
from pathlib import Path

import reconciler.cli
from reconciler.cli import output

FOLDER = Path(reconciler.cli.__file__).parent
PRINTS = {("click", "echo"), ("click", "secho"), ("click", "echo_via_pager")}


def test_no_other_module_prints() -> None:
    for path in FOLDER.rglob("*.py"):
        if path == Path(output.__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    assert (owner, name) not in PRINTS, path
                case ast.Call(func=ast.Name(id=name)):
                    assert name != "print", path
                case _:
                    pass
