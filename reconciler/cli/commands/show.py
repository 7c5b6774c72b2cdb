"""`show`: print saved plans."""

import os
from pathlib import Path

import click

from reconciler.cli.option_types import FilePath
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import print_diagnostics, say, say_json
from reconciler.cli.outputs import Outputs, with_outputs
from reconciler.cli.views import print_plan
from reconciler.render.markdown.several import plans_markdown
from reconciler.render.shown import Shown
from reconciler.workflow.saved_plans import doubts, read_plan


@click.command(
    epilog=examples(
        "reconciler show plan.json",
        "reconciler show plan.json --json",
        "reconciler show staging.json production.json --markdown plans.md",
    )
)
@click.argument(
    "planfiles",
    type=FilePath(dir_okay=False),
    nargs=-1,
    required=True,
    metavar="PLANFILE...",
)
@with_outputs
@with_shared_as(config=None, environment=None, quiet=None)
def show(shared: Shared, outputs: Outputs, planfiles: tuple[Path, ...]) -> int:
    """Show saved plans, several of them one after another. No vendor is asked."""
    if outputs.as_json and len(planfiles) > 1:
        raise click.UsageError("--json prints one document: name one plan")
    with outputs.opened(shared) as files:
        saved = [read_plan(shared.directory / planfile) for planfile in planfiles]
        print_diagnostics(dict.fromkeys(one for plan in saved for one in doubts(plan, os.environ)))
        for number, (plan, planfile) in enumerate(zip(saved, planfiles, strict=True)):
            print_diagnostics(plan.plan.diagnostics)
            if outputs.as_json:
                say_json(plan.document)
            elif outputs.has_text:
                if number:
                    say()
                print_plan(plan.plan, shared, automation=True, saved=planfile, sha256=plan.sha256)
        shown = [Shown(one.plan, one.sha256, outputs.redact) for one in saved]
        outputs.show(files, shown, plans_markdown)
    return files.exit_code
