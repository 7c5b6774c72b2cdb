"""The error boundary of the command line: turns errors into text and an exit code."""

from collections.abc import Sequence

import click

from reconciler.cli.output import print_failure
from reconciler.errors import ExitCode, ReconcilerError, Unforeseen


def run_command(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command; returns its exit code. Usage errors are 3, because 2 means changes."""
    try:
        code = command.main(arguments, prog_name="reconciler", standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        return ExitCode.INVALID
    except click.Abort:
        click.echo("Interrupted; nothing was sent.", err=True)
        return ExitCode.ERROR
    except ReconcilerError as problem:
        print_failure(problem)
        return problem.exit_code
    except Exception as problem:  # noqa: BLE001 - no traceback: it could quote secrets
        print_failure(Unforeseen.of(problem))
        return ExitCode.ERROR
    return int(code or 0)
