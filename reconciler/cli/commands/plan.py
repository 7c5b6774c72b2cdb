"""`plan`: what apply would do; writes nothing to a vendor."""

from pathlib import Path

import click

from reconciler.cli.gates_help import gates_help
from reconciler.cli.options import (
    STANDARD_OUTPUT,
    Planning,
    Shared,
    examples,
    with_planning,
    with_shared,
)
from reconciler.cli.output import failures_as_json, print_diagnostics, say_json
from reconciler.cli.output_files import output_file
from reconciler.cli.session import planning_session
from reconciler.cli.views import print_plan
from reconciler.errors import ExitCode, worst
from reconciler.plan.document.file import dump_plan, file_sha256
from reconciler.workflow.planning import make_plan
from reconciler.workflow.saved_plans import signing_key


@click.command(
    epilog=examples(
        "reconciler plan",
        "reconciler plan -e production --out plan.json --detailed-exitcode",
    )
    + gates_help()
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Save the plan here. - prints it, as --json does.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if there are changes.")
@click.option(
    "--refresh",
    type=click.Choice(("auto", "full")),
    default="auto",
    show_default=True,
    help="Read only what may have changed, or everything.",
)
@with_planning
@with_shared
def plan(
    shared: Shared,
    planning: Planning,
    out: Path | None,
    as_json: bool,
    detailed_exitcode: bool,
    refresh: str,
) -> int:
    """Show what apply would do. Writes nothing to a vendor.

    Exits 0, or 2 with --detailed-exitcode if there are changes.
    """
    if out == STANDARD_OUTPUT:
        as_json, out = True, None
    with (
        failures_as_json(as_json),
        planning_session(shared, planning, refresh_all=refresh == "full") as session,
        output_file(out and shared.directory / out, "the plan", mode=0o600) as save,
    ):
        key = signing_key(session.environ)
        planned = make_plan(session, session.open_ledger())
        document = dump_plan(planned.plan, key) if as_json or out is not None else ""
        save(document)
    print_diagnostics(planned.plan.diagnostics)
    if as_json:
        say_json(document)
    else:
        sha256 = file_sha256(document) if out is not None else ""
        print_plan(planned.plan, shared, automation=session.automation, saved=out, sha256=sha256)
    changed = detailed_exitcode and planned.plan.changes_campaigns
    return worst((planned.exit_code, ExitCode.CHANGES if changed else ExitCode.OK))
