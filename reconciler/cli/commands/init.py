"""`init`: a new project that validates."""

from pathlib import Path

import click

from reconciler.cli.options import Shared, examples, with_shared
from reconciler.cli.output import say
from reconciler.clock import SystemClock
from reconciler.render.values import foreign
from reconciler.workflow.scaffold import scaffold


@click.command(
    epilog=examples(
        "reconciler init",
        "reconciler init campaigns-as-code",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@with_shared
def init(shared: Shared, folder: Path) -> int:
    """Write a new project into FOLDER. Existing files are never overwritten."""
    for path in scaffold(shared.directory / folder, SystemClock().new_id()):
        say(foreign(f"Wrote {path}"))
    say(
        "\nNext: put your account into reconciler.yaml, then\n"
        "  reconciler validate   checks everything, offline\n"
        "  reconciler plan       reads the account and shows what would change\n"
        "\nIf the account has campaigns already, remove the sample that apply would create,\n"
        "campaigns/renewal-reminder.yaml, then\n"
        "  reconciler import --all   writes their manifests"
    )
    return 0
