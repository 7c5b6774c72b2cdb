"""Every `--help` fits a terminal of 80 columns, is whole, and has two examples."""

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from reconciler.cli.main import COMMANDS, cli
from reconciler.plan.gate_table import GATES, launch_codes, named_codes

LINES = [
    (),
    *((name,) for name in COMMANDS),
    ("lock", "list"),
    ("lock", "release"),
    ("ledger", "init"),
]


@pytest.mark.parametrize("words", LINES)
def test_a_help_fits_and_has_examples_that_parse(words: tuple[str, ...]) -> None:
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(
        cli, [*words, "--help"], prog_name="reconciler"
    )
    assert shown.exit_code == 0
    assert max(len(line) for line in shown.output.splitlines()) <= 80
    several = re.compile(r"(\[ARGS\]|\]|ADDRESS|PLANFILE)\.\.\.")
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


@pytest.mark.parametrize("words", LINES)
def test_every_option_says_what_it_does_and_which_numbers_it_takes(words: tuple[str, ...]) -> None:
    found: click.Command = cli
    for word in words:
        assert isinstance(found, click.Group)
        below = found.get_command(click.Context(found), word)
        assert below is not None
        found = below
    options = [one for one in found.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not (one.help or one.hidden)] == []
    assert "None" not in found.get_help(click.Context(found))


def test_help_prints_what_the_option_prints() -> None:
    for words in (("plan",), ("lock", "release"), ()):
        asked = CliRunner().invoke(cli, ["help", *words], prog_name="reconciler")
        option = CliRunner().invoke(cli, [*words, "--help"], prog_name="reconciler")
        assert (asked.exit_code, asked.output) == (0, option.output)


@pytest.mark.parametrize("words", [("plam",), ("help", "plam"), ("help", "plan", "x")])
def test_an_unknown_command_is_an_error(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, list(words), prog_name="reconciler")
    assert shown.exit_code == 2
    assert "no command " in shown.output
    assert ("Did you mean plan?" in shown.output) == (words[-1] == "plam")


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("plan", named_codes()),
        ("apply", named_codes()),
        ("start", launch_codes()),
        ("schedule", launch_codes()),
    ],
)
def test_exactly_the_gates_that_a_command_can_meet_are_explained(
    command: str, codes: tuple[str, ...]
) -> None:
    shown = CliRunner().invoke(cli, [command, "--help"], prog_name="reconciler").output
    assert [code for code in GATES if f"  {code} " in shown] == list(codes)


READING = frozenset({"verbose", "quiet"})
NOT_TAKEN = {
    **dict.fromkeys(("plan", "apply", "drift", "import"), frozenset[str]()),
    **dict.fromkeys(("status", "start", "schedule", "ledger init"), frozenset({"verbose"})),
    **dict.fromkeys(("validate", "resolve", "stop", "history"), READING),
    **dict.fromkeys(("lock list", "lock release"), READING),
    "init": READING | {"config"},
    "show": frozenset({"config", "environment", "quiet"}),
    **dict.fromkeys(("schema", "simulator"), READING | {"config", "environment"}),
}
"""Shared options that would have no effect."""


@pytest.mark.parametrize(("command", "without"), NOT_TAKEN.items())
def test_a_command_takes_no_shared_option_that_has_no_effect(
    command: str, without: frozenset[str]
) -> None:
    found: click.Command = cli
    for word in command.split():
        assert isinstance(found, click.Group)
        below = found.get_command(click.Context(found), word)
        assert below is not None
        found = below
    shared = {"directory", "config", "environment", "no_color", "verbose", "quiet"}
    assert shared - {param.name for param in found.params} == without


@pytest.mark.parametrize("command", ["plan", "drift", "import"])
def test_only_what_takes_the_lock_can_wait_for_it(command: str) -> None:
    shown = CliRunner().invoke(cli, [command, "--lock-timeout", "1s"], prog_name="reconciler")
    assert "No such option" in shown.output
