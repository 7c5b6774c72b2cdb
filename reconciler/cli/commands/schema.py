"""`schema`: the JSON Schemas of what people and tools read and write."""

from pathlib import Path

import click

from reconciler.cli.option_types import FilePath
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import say
from reconciler.cli.output_files import output_file, output_folder
from reconciler.config.sections import project_schema
from reconciler.manifests.schema import manifest_schema, serialised
from reconciler.plan.document.file import plan_schema
from reconciler.render.notification.document import notification_schema
from reconciler.render.values import foreign

NAMES = ("manifest", "project", "plan", "notification")


@click.command(
    epilog=examples(
        "reconciler schema manifest",
        "reconciler schema --out schemas",
    )
)
@click.argument("name", type=click.Choice(NAMES), required=False)
@click.option("--out", type=FilePath(file_okay=False), help="Write all of them here.")
@with_shared_as(config=None, environment=None, verbose=None, quiet=None)
def schema(shared: Shared, name: str | None, out: Path | None) -> int:
    """Print the JSON Schema of one kind of document, or write all with --out."""
    makers = {
        "manifest": manifest_schema,
        "project": project_schema,
        "plan": plan_schema,
        "notification": notification_schema,
    }
    if (name is None) == (out is None):
        raise click.UsageError("give either a name or --out")
    if name is not None:
        say(serialised(makers[name]()), nl=False)
    if out is not None:
        folder = output_folder(shared.directory / out, "the schemas")
        for kind, make in makers.items():
            path = folder / f"{kind}.schema.json"
            with output_file(path, "the schema") as write:
                write(serialised(make()))
            say(foreign(f"Wrote {path}"))
    return 0
