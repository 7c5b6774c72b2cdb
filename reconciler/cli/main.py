"""The entry point: the table of commands, and the group that imports a command when it is used.

`--help` needs only the table, so it imports no command.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple, NoReturn

import click

from reconciler import __version__
from reconciler.cli.group import Group
from reconciler.cli.job_report import report_to_job
from reconciler.cli.options import examples, shared_options
from reconciler.cli.output import print_failure
from reconciler.cli.run_record import recording, run_record
from reconciler.cli.runner import no_tracebacks, run_command
from reconciler.cli.signals import ending_tidily
from reconciler.cli.streams import LastingStreams, unwritten
from reconciler.errors import ExitCode, ReconcilerError, worst


class Listed(NamedTuple):
    """One command of the table."""

    place: str
    """`module:attribute` below `reconciler.cli.commands`."""
    help: str
    """At most 55 characters, so that no terminal cuts it off."""


COMMANDS = {
    "init": Listed("init:init", "Write a new project."),
    "validate": Listed("validate:validate", "Check manifests and project file; asks no vendor."),
    "plan": Listed("plan:plan", "Show what apply would do; writes to no vendor."),
    "show": Listed("show:show", "Show a saved plan."),
    "apply": Listed("apply:apply", "Apply a saved plan, or plan, ask and apply."),
    "drift": Listed("drift:drift", "Report what changed behind git's back."),
    "import": Listed("import_:import_", "Write manifests for live campaigns."),
    "resolve": Listed("resolve:resolve", "Settle a create whose outcome is not known."),
    "status": Listed("status:status", "Show the run state of campaigns, or accept one."),
    "start": Listed("start:start", "Start campaigns."),
    "stop": Listed("stop:stop", "Stop campaigns in an emergency, or clear a stop."),
    "schedule": Listed("schedule:schedule", "Start a campaign on a schedule, or stop that."),
    "lock": Listed("lock:lock", "Show who holds a lock, or release it."),
    "ledger": Listed("ledger:ledger", "Open a new environment for automation."),
    "history": Listed("history:history", "Show what was done, by whom, with which outcome."),
    "providers": Listed("providers:providers", "Show what each vendor's API can do."),
    "schema": Listed("schema:schema", "Print or write the JSON Schemas."),
    "simulator": Listed("simulator:simulator", "Serve the vendors' APIs on this machine."),
    "demo": Listed("demo:demo", "Play the whole story on an embedded simulator."),
    "help": Listed("help:help_", "Show what a command does and takes."),
}


class CommandGroup(Group):
    """The commands of the table, in its order; each is imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """See `click.Group.list_commands`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """See `click.Group.get_command`."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].place.partition(":")
        found = getattr(import_module(f"reconciler.cli.commands.{module}"), attribute)
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See `click.Group.resolve_command`; keeps which command it is."""
        found = super().resolve_command(ctx, args)
        run_record().command = args[0]
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """See `click.Group.format_commands`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, listed.help) for name, listed in COMMANDS.items()])


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog=examples("reconciler demo", "reconciler plan --out plan.json")
    + "\n\nExit codes: 0 fine, 1 error, 2 changes, 3 invalid input, 4 authentication, "
    "5 rate-limit budget, 6 refused, 7 outcome unknown.",
)
@click.version_option(__version__, "-V", "--version", prog_name="reconciler")
@shared_options
def cli() -> None:
    """Campaigns as code: plan and apply outbound SMS and voice campaigns."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    with LastingStreams() as streams, no_tracebacks(), ending_tidily(), recording() as record:
        code = run(arguments)
        sys.stdout.flush()
        lost = unwritten(sys.stdout)
        if lost is not None:
            print_failure(ReconcilerError(f"standard output could not be written: {lost}"))
            code = worst((ExitCode(code), ExitCode.ERROR))
        streams.finish(report_to_job(record, code))
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit code."""
    return run_command(cli, arguments)
