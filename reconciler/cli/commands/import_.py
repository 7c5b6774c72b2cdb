"""`import`: turn live campaigns into manifests; the next plan changes nothing."""

from datetime import datetime
from pathlib import Path

import click

from reconciler.cli.option_types import FilePath, Moment, Words
from reconciler.cli.options import Planning, Shared, examples, with_reading, with_shared_as
from reconciler.cli.output import print_diagnostics, say
from reconciler.cli.session import planning_session
from reconciler.render.values import foreign
from reconciler.safe_text import safe_text
from reconciler.workflow.importing import Imported, Request, import_campaigns
from reconciler.workflow.unmanaged import Found, Wanted

_SELECTED = 5
"""Campaigns that the next commands choose one by one."""


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
    type=FilePath(file_okay=False),
    help="Write here. Default: the project's first folder of manifests.",
)
@click.option(
    "--status",
    "statuses",
    type=Words(),
    metavar="STATUS",
    help="Only these statuses, such as active,draft.",
)
@click.option("--since", type=Moment(), help="Only campaigns that were created then or later.")
@click.option("--dry-run", is_flag=True, help="Show what would be written and what it would cost.")
@with_reading
@with_shared_as(verbose="Name the campaigns that are managed already, too.")
def import_(
    shared: Shared,
    planning: Planning,
    names: tuple[str, ...],
    every: bool,
    out: Path | None,
    statuses: str | None,
    since: datetime | None,
    dry_run: bool,
) -> int:
    """Write manifests for live campaigns, by NAME, id or pattern, or with --all.

    Writes one new file per campaign. Nothing is overwritten, sent or recorded. --select and
    --exclude take the addresses that the campaigns will have. --status and --since choose from the
    complete listing; a campaign whose age the vendor does not show is taken.
    """
    if every and names:
        raise click.UsageError("give names of campaigns or --all, not both")
    if not (every or names or planning.select):
        raise click.UsageError("give names of campaigns, --all, or --select ADDRESS")
    words = tuple(word.strip() for word in (statuses or "").split(",") if word.strip())
    request = Request(
        wanted=Wanted(patterns=names, statuses=words, since=since),
        out=out,
        dry_run=dry_run,
        announce=(lambda _target, _requests: None) if shared.quiet else _announce,
    )
    with planning_session(shared, planning) as session:
        imported = import_campaigns(session, request)
    print_diagnostics(imported.diagnostics)
    _report_skipped(imported, in_short=every and not shared.verbose)
    if dry_run:
        _report_dry_run(imported)
    else:
        _report_written(imported, shared)
    return imported.exit_code


def _announce(target: str, requests: int) -> None:
    if requests:
        lines = f"Target {target}: up to {requests:,} request{'s' if requests != 1 else ''}"
        say(f"{foreign(lines)} to read the campaigns in full.", err=True)


def _report_dry_run(imported: Imported) -> None:
    for one in imported.written:
        status = safe_text(one.found.live.status)
        say(f"Would write {_shown(one.path)}: {one.address}, {_called(one.found)}, {status}")
    say("Nothing was written." + (" To write, leave out --dry-run." if imported.written else ""))


def _report_skipped(imported: Imported, *, in_short: bool) -> None:
    managed = [one for one in imported.passed if one.managed and in_short]
    for skipped in imported.passed:
        if skipped not in managed:
            say(f"Skipped {_called(skipped)}: {_reason(skipped.reason)}")
    if managed:
        say(f"{_number(len(managed), 'live campaign')} already managed.")


def _reason(text: str) -> str:
    """Why a campaign is skipped: a sentence, or one with the commands to run below it."""
    lines = [foreign(line) for line in text.split("\n")]
    return "\n".join(lines) if len(lines) > 1 else f"{lines[0]}."


def _report_written(imported: Imported, shared: Shared) -> None:
    for written in imported.written:
        say(f"Wrote {_shown(written.path)}: {written.address}, {_called(written.found)}")
    if not imported.written:
        say("Nothing was written.")
        return
    count = len(imported.written)
    say(f"\n{count} campaign{'s' if count != 1 else ''} written. Next:")
    if not imported.read_by_project:
        say("  Add the folder to `manifests` in reconciler.yaml: it is not listed there.")
    say("  Check the files: comments mark what the vendor does not show.")
    say("  plan shows them as imported and apply records them; nothing is sent for them:")
    select, others = _select(imported)
    for command in ("plan", "apply"):
        say(f"    {foreign(shared.again(command, *select))}")
    if others:
        say(f"  Both also cover {others}: read the plan first, or use --select.")


def _select(imported: Imported) -> tuple[list[str], str]:
    """The options that choose what was written; or the other manifests, if these are too many."""
    if not imported.others:
        return [], ""
    if len(imported.written) <= _SELECTED:
        chosen = [str(one.address) for one in imported.written]
        return [word for address in chosen for word in ("--select", address)], ""
    many = imported.others != 1
    return [], f"{imported.others:,} other manifest{'s' if many else ''}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun} is" if count == 1 else f"{count} {noun}s are"


def _shown(path: Path) -> str:
    here = Path.cwd()
    return foreign(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _called(found: Found) -> str:
    return f'"{safe_text(found.live.name)}" ({safe_text(found.live.remote_id)})'
