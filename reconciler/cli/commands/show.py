"""`show`: print a saved plan."""

import os
from pathlib import Path

import click

from reconciler.cli.options import Shared, examples, with_shared
from reconciler.cli.output import failures_as_json, print_diagnostics, say_json
from reconciler.cli.views import print_plan
from reconciler.workflow.saved_plans import doubts, read_plan


@click.command(
    epilog=examples(
        "reconciler show plan.json",
        "reconciler show plan.json --json",
    )
)
@click.argument("planfile", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@with_shared
def show(shared: Shared, planfile: Path, as_json: bool) -> int:
    """Show a saved plan. No vendor is asked."""
    with failures_as_json(as_json):
        saved = read_plan(shared.directory / planfile)
        found = doubts(saved, os.environ)
    print_diagnostics((*found, *saved.plan.diagnostics))
    if as_json:
        say_json(saved.document)
    else:
        print_plan(saved.plan, shared, automation=True, saved=planfile, sha256=saved.sha256)
    return 0
