"""Every `--help` fits a terminal of 80 columns, is whole, and has two examples."""

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from reconciler.cli.main import COMMANDS, cli

LINES = [(), *((name,) for name in COMMANDS), ("lock", "list"), ("lock", "release")]


@pytest.mark.parametrize("words", LINES)
def test_a_help_fits_and_has_examples_that_parse(words: tuple[str, ...]) -> None:
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(
        cli, [*words, "--help"], prog_name="reconciler"
    )
    assert shown.exit_code == 0
    assert max(len(line) for line in shown.output.splitlines()) <= 80
    several = re.compile(r"(\[ARGS\]|\]|ADDRESS)\.\.\.")
    assert "..." not in several.sub("", shown.output)
    examples = [line for line in shown.output.splitlines() if line.startswith("    reconciler ")]
    assert len(examples) >= 2, shown.output
    for example in examples:
        command: click.Command = cli
        for word in shlex.split(example.rstrip("\\"))[1:]:
            if isinstance(command, click.Group):
                found = command.get_command(click.Context(command), word)
                assert found is not None, example
                command = found
