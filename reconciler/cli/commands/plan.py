"""`plan`: what apply would do; writes nothing to a vendor."""

from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.estimate_view import print_estimates
from reconciler.cli.gates_help import gates_help
from reconciler.cli.option_types import FilePath
from reconciler.cli.options import (
    STANDARD_OUTPUT,
    Planning,
    Shared,
    examples,
    with_planning,
    with_shared,
)
from reconciler.cli.output import failures_as_json, print_diagnostics, say_json
from reconciler.cli.output_files import Place
from reconciler.cli.outputs import Outputs, with_outputs
from reconciler.cli.session import planning_session
from reconciler.cli.views import print_plan
from reconciler.errors import ExitCode, worst
from reconciler.plan.document.file import dump_plan, file_sha256
from reconciler.plan.gate_table import named_codes
from reconciler.render.markdown.several import plans_markdown
from reconciler.render.shown import Shown
from reconciler.workflow.estimating import estimates
from reconciler.workflow.planning import make_plan
from reconciler.workflow.saved_plans import signing_key

_PLAN = Place("--out", "the plan", mode=0o600)


@click.command(
    epilog=examples(
        "reconciler plan",
        "reconciler plan -e production --out plan.json --detailed-exitcode",
        "reconciler plan --markdown plan.md --redact lists,texts",
        "reconciler plan --estimate",
    )
    + gates_help(named_codes())
)
@click.option(
    "-o",
    "--out",
    type=FilePath(dir_okay=False, allow_dash=True),
    help="Save the plan here. - prints it, as --json does.",
)
@click.option(
    "--estimate",
    is_flag=True,
    help="Only print how many requests a plan needs, and how long they take. Sends nothing.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if there are changes.")
@click.option(
    "--refresh",
    type=click.Choice(("auto", "full")),
    default="auto",
    show_default=True,
    help="Read in full only what may have changed, or everything. After an interruption, full goes "
    "on where it was.",
)
@with_outputs
@with_planning
@with_shared
def plan(
    shared: Shared,
    planning: Planning,
    outputs: Outputs,
    out: Path | None,
    estimate: bool,
    detailed_exitcode: bool,
    refresh: str,
) -> int:
    """Show what apply would do. Writes nothing to a vendor.

    Exits 0, or 2 with --detailed-exitcode if there are changes.
    """
    if out == STANDARD_OUTPUT:
        outputs, out = replace(outputs, as_json=True), None
    if estimate:
        if out is not None or outputs.markdown is not None:
            raise click.UsageError("--estimate makes no plan that could be saved")
        if detailed_exitcode or planning.allow:
            raise click.UsageError("--estimate goes with neither --detailed-exitcode nor --allow")
        with (
            failures_as_json(outputs.as_json),
            planning_session(shared, planning, refresh_all=refresh == "full") as session,
        ):
            print_estimates(estimates(session, session.open_ledger()), as_json=outputs.as_json)
        return ExitCode.OK
    with outputs.opened(shared, _PLAN._replace(path=out)) as files:
        with planning_session(shared, planning, refresh_all=refresh == "full") as session:
            key = signing_key(session.environ)
            planned = make_plan(session, session.open_ledger())
        document = dump_plan(planned.plan, key) if outputs.as_json or out is not None else ""
        files.write(_PLAN, lambda: document)
        if files.is_missing(_PLAN):
            out = None
        sha256 = file_sha256(document) if out is not None else ""
        print_diagnostics(planned.plan.diagnostics)
        if outputs.as_json:
            say_json(document)
        elif outputs.has_text:
            print_plan(
                planned.plan, shared, automation=session.automation, saved=out, sha256=sha256
            )
        outputs.show(files, [Shown(planned.plan, sha256, outputs.redact)], plans_markdown)
    changed = detailed_exitcode and planned.plan.changes_campaigns
    changes = ExitCode.CHANGES if changed else ExitCode.OK
    return worst((planned.exit_code, files.exit_code, changes))
