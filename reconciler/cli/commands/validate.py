"""`validate`: find everything wrong in a project, offline."""

import click

from reconciler.cli.options import Shared, examples, with_shared
from reconciler.cli.output import failures_as_json, print_diagnostics, say, say_json
from reconciler.cli.session import open_session
from reconciler.render.diagnostics import validate_json
from reconciler.workflow.validating import validate as check
from reconciler.workflow.validating import validation_exit_code


@click.command(
    epilog=examples(
        "reconciler validate",
        "reconciler validate campaigns/renewal.yaml --format json",
    )
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True
)
@with_shared
def validate(shared: Shared, paths: tuple[str, ...], form: str) -> int:
    """Check the project file and all manifests, or only those at PATH.

    Everything is checked on this machine: no vendor is asked, no credential is read.
    """
    with failures_as_json(form == "json"), open_session(shared, manifests=paths) as session:
        diagnostics, count = check(session)
    code = validation_exit_code(diagnostics)
    if form == "json":
        say_json(validate_json(diagnostics))
        return code
    print_diagnostics(diagnostics)
    if not code:
        say(f"Success! {count} campaign{'s are' if count != 1 else ' is'} valid.")
    return code
