"""`init`: a new project that validates."""

import shlex
from pathlib import Path

import click

from reconciler.cli.option_types import FilePath
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import say
from reconciler.clock import SystemClock
from reconciler.render.values import foreign
from reconciler.workflow.scaffold import sampled, scaffold


@click.command(
    epilog=examples(
        "reconciler init",
        f"reconciler init campaigns-as-code --provider {sampled()[-1]}",
    )
)
@click.argument("folder", type=FilePath(file_okay=False), default=".")
@click.option(
    "--provider",
    type=click.Choice(sampled()),
    default=sampled()[0],
    show_default=True,
    help="The vendor of the first account.",
)
@with_shared_as(
    config=None,
    environment="The name of the environment. Default: staging.",
    verbose=None,
    quiet=None,
)
def init(shared: Shared, folder: Path, provider: str) -> int:
    """Write a new project into FOLDER, with one environment.

    Existing files are never overwritten; only .gitignore gets the lines that it lacks.
    """
    if shared.config is not None:
        raise click.UsageError("init writes reconciler.yaml: leave out --config")
    made = scaffold(
        shared.directory / folder,
        SystemClock().new_id(),
        provider=provider,
        environment=shared.environment or "staging",
    )
    for path in made.written:
        say(foreign(f"Wrote {path}"))
    enter = "" if folder == Path() else f"  cd {foreign(shlex.quote(str(folder)))}\n"
    say(
        "\nNext: put your account into reconciler.yaml, and its credential into the environment\n"
        "variable that is named there. Then\n"
        f"{enter}"
        "  reconciler validate   checks everything, offline\n"
        "  reconciler plan       reads the account and shows what would change\n"
        "\nIf the account has campaigns already, remove the sample that apply would create,\n"
        f"{made.manifest}, then\n"
        "  reconciler import --all   writes their manifests"
    )
    return 0
