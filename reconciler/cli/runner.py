"""The error boundary of the command line: turns errors into text and an exit code."""

from collections.abc import Sequence

import click

from reconciler.cli.output import print_failure, say
from reconciler.errors import ExitCode, ReconcilerError, Unforeseen
from reconciler.safe_text import safe_lines

_LONGEST = 2_000
"""Characters of a line of a message."""


def run_command(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command; returns its exit code. Usage errors are 3, because 2 means changes."""
    try:
        code = command.main(arguments, prog_name="reconciler", standalone_mode=False)
    except click.ClickException as problem:
        _print_usage(problem)
        return ExitCode.INVALID
    except click.Abort:
        say("Interrupted; nothing was sent.", err=True)
        return ExitCode.ERROR
    except ReconcilerError as problem:
        print_failure(problem)
        return problem.exit_code
    except Exception as problem:  # noqa: BLE001 - no traceback: it could quote secrets
        print_failure(Unforeseen.of(problem))
        return ExitCode.ERROR
    return int(code or 0)


def _print_usage(problem: click.ClickException) -> None:
    """Print what click would print; the message may repeat a file's name."""
    context = problem.ctx if isinstance(problem, click.UsageError) else None
    if context is not None:
        say(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n", err=True)
    say(f"Error: {safe_lines(problem.format_message(), _LONGEST)}", err=True)
