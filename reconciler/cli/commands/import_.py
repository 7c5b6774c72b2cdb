"""`import`: turn live campaigns into manifests; the next plan changes nothing."""

from pathlib import Path

import click

from reconciler.cli.options import Planning, Shared, examples, with_reading, with_shared
from reconciler.cli.output import print_diagnostics, say
from reconciler.cli.session import planning_session
from reconciler.render.values import foreign
from reconciler.safe_text import safe_text
from reconciler.workflow.importing import Imported, import_campaigns
from reconciler.workflow.unmanaged import Found


@click.command(
    name="import",
    epilog=examples(
        "reconciler import 'Spring*'",
        "reconciler import --all --out campaigns/imported",
    ),
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Every live campaign that is not in git.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write here. Default: the project's first folder of manifests.",
)
@with_reading
@with_shared
def import_(
    shared: Shared, planning: Planning, names: tuple[str, ...], every: bool, out: Path | None
) -> int:
    """Write manifests for live campaigns, by NAME, id or pattern, or with --all.

    Writes one new file per campaign. Nothing is overwritten, sent or recorded. --select and
    --exclude take the addresses that the campaigns will have.
    """
    if every and names:
        raise click.UsageError("give names of campaigns or --all, not both")
    if not (every or names or planning.select):
        raise click.UsageError("give names of campaigns, --all, or --select ADDRESS")
    with planning_session(shared, planning) as session:
        imported = import_campaigns(session, names, out)
    print_diagnostics(imported.diagnostics)
    _report(imported, in_short=every and not shared.verbose)
    return imported.exit_code


def _report(imported: "Imported", *, in_short: bool) -> None:
    managed = [one for one in imported.passed if one.managed and in_short]
    for skipped in imported.passed:
        if skipped not in managed:
            say(f"Skipped {_called(skipped)}: {foreign(skipped.reason)}")
    if managed:
        say(f"{_number(len(managed), 'live campaign')} already managed.")
    for written in imported.written:
        say(f"Wrote {_shown(written.path)}: {written.address}, {_called(written.found)}")
    if not imported.written:
        say("Nothing was written.")
        return
    count = len(imported.written)
    say(f"\n{count} campaign{'s' if count != 1 else ''} written. Next:")
    if not imported.read_by_project:
        say("  add the folder to `manifests` in reconciler.yaml: it is not listed there")
    say(
        "  check the files: comments mark what the vendor does not show\n"
        "  reconciler plan    shows them as imported, with nothing to change\n"
        "  reconciler apply   records them in the ledger; nothing is sent for these"
    )
    if imported.waiting:
        say(
            f"\n{_number(imported.waiting, 'other manifest')} not applied yet: plan also shows "
            f"what apply would do with {'it' if imported.waiting == 1 else 'them'}."
        )


def _number(count: int, noun: str) -> str:
    return f"{count} {noun} is" if count == 1 else f"{count} {noun}s are"


def _shown(path: Path) -> str:
    here = Path.cwd()
    return foreign(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _called(found: "Found") -> str:

    return f'"{safe_text(found.live.name)}" ({safe_text(found.live.remote_id)})'
