"""`validate`: find everything wrong in a project, offline."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.option_types import FilePath
from reconciler.cli.options import STANDARD_OUTPUT, Shared, examples, with_shared_as
from reconciler.cli.output import print_diagnostics, say
from reconciler.cli.output_files import Place, output_files
from reconciler.cli.repository_paths import locator
from reconciler.cli.run_record import run_record
from reconciler.cli.session import open_session
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError, worst
from reconciler.render.diagnostics import diagnostics_text, validate_json
from reconciler.render.findings.github import annotations
from reconciler.render.findings.gitlab import code_quality
from reconciler.render.findings.junit import junit
from reconciler.render.findings.sarif import sarif
from reconciler.safe_text import safe_json
from reconciler.workflow.validating import validate as check
from reconciler.workflow.validating import validation_exit_code

_REPORT = Place("--output", "the report")
_FORMS = ("text", "json", "sarif", "github", "gitlab", "junit")


@click.command(
    epilog=examples(
        "reconciler validate",
        "reconciler validate campaigns/renewal.yaml --format json",
        "reconciler validate --format gitlab --output code-quality.json",
    )
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    help="How to write the report: as text, or for a tool.",
)
@click.option(
    "--output",
    type=FilePath(dir_okay=False, allow_dash=True),
    help="Write the report to this file, and the text for people to the terminal.",
)
@with_shared_as(verbose=None, quiet=None)
def validate(shared: Shared, paths: tuple[str, ...], form: str, output: Path | None) -> int:
    """Check the project file and all manifests, or only those at PATH.

    Everything is checked on this machine: no vendor is asked, no credential is read.
    """
    alone = output in (None, STANDARD_OUTPUT)
    run_record().has_annotations = alone and form == "github"
    place = _REPORT._replace(path=STANDARD_OUTPUT if alone and form != "text" else output)
    with output_files(shared.directory, [place]) as files:
        try:
            with open_session(shared, manifests=paths) as session:
                diagnostics, count = check(session)
        except ReconcilerError as problem:
            found = problem.diagnostics
            files.write(place, lambda: _report(form, found))
            if run_record().has_annotations:
                # The runner obeys no annotation beside text for people.
                return problem.exit_code
            raise
        files.write(place, lambda: _report(form, diagnostics))
    code = validation_exit_code(diagnostics)
    if place.path == STANDARD_OUTPUT:
        run_record().diagnostics += diagnostics
        return worst((code, files.exit_code))
    print_diagnostics(diagnostics)
    if not code:
        say(f"Success! {count} campaign{'s are' if count != 1 else ' is'} valid.")
    return worst((code, files.exit_code))


def _report(form: str, found: Sequence[Diagnostic]) -> str:
    """The diagnostics in one of the forms."""
    project_file = run_record().project_file()
    locate = locator(project_file, os.environ)
    match form:
        case "json":
            return safe_json(validate_json(found))
        case "sarif":
            return safe_json(sarif(found, locate, __version__))
        case "gitlab":
            return safe_json(code_quality(found, locate, locate(project_file.name) or "."))
        case "junit":
            return junit(found, locate)
        case "github":
            return "".join(f"{line}\n" for line in annotations(found, locate))
        case _:
            return diagnostics_text(found, color=False)
