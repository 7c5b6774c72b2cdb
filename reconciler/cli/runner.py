"""The error boundary of the command line: a command into an exit code, its errors into text."""

from collections.abc import Sequence

import click

from reconciler.cli.output import print_failure
from reconciler.errors import ExitCode, ReconcilerError, Unforeseen


def run_command(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command; its exit code. Usage errors are 3, because 2 means that there are changes."""
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
    except Exception as problem:  # noqa: BLE001 - no traceback: it would quote what it holds
        print_failure(Unforeseen.of(problem))
        return ExitCode.ERROR
    return int(code or 0)
