"""The entry point: every command under one group, every error as text and an exit code."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from reconciler import __version__
from reconciler.cli.commands import (
    apply,
    demo,
    drift,
    history,
    import_,
    init,
    lock,
    plan,
    providers,
    resolve,
    schedule,
    schema,
    show,
    simulator,
    start,
    status,
    stop,
    validate,
)
from reconciler.cli.options import shared_options
from reconciler.cli.output import print_failure
from reconciler.cli.streams import LastingStreams, unread
from reconciler.errors import ExitCode, ReconcilerError, Unforeseen, worst


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 error, 2 changes, 3 invalid input, 4 authentication, "
    "5 rate-limit budget, 6 refused, 7 outcome unknown.",
)
@click.version_option(__version__, "-V", "--version", prog_name="reconciler")
@shared_options
def cli() -> None:
    """Campaigns as code: plan and apply outbound SMS and voice campaigns."""


for command in (
    init.init,
    validate.validate,
    plan.plan,
    show.show,
    apply.apply,
    drift.drift,
    import_.import_,
    resolve.resolve,
    status.status,
    start.start,
    stop.stop,
    schedule.schedule,
    lock.lock,
    history.history,
    providers.providers,
    schema.schema,
    simulator.simulator,
    demo.demo,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    with LastingStreams():
        code = run(arguments)
        sys.stdout.flush()
        lost = unread(sys.stdout)
        if lost is not None:
            print_failure(ReconcilerError(f"standard output could not be written: {lost}"))
            code = worst((ExitCode(code), ExitCode.ERROR))
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; its exit code. Usage errors are 3: 2 means that there are changes."""
    try:
        code = cli.main(arguments, prog_name="reconciler", standalone_mode=False)
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
