"""`drift`: what changed behind git's back; cannot write to a vendor."""

from collections.abc import Sequence
from pathlib import Path

import click

from reconciler.cli.option_types import FilePath
from reconciler.cli.options import (
    STANDARD_OUTPUT,
    Planning,
    Shared,
    examples,
    with_reading,
    with_shared_as,
)
from reconciler.cli.output import print_diagnostics, say, say_json
from reconciler.cli.output_files import Place
from reconciler.cli.outputs import Outputs, with_outputs
from reconciler.cli.session import planning_session
from reconciler.command_lines import with_options
from reconciler.errors import ExitCode, worst
from reconciler.plan.document.file import dump_plan
from reconciler.render.drift import drift_report
from reconciler.render.markdown.blocks import COMMENT, Room
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.metrics import drift_metrics
from reconciler.render.shown import Shown
from reconciler.workflow.announcing import announce, check_settings
from reconciler.workflow.drifting import Concern, Drift, find_drift

_METRICS = Place("--metrics", "the metrics file")
_ISSUE = Place("--issue", "the issue")


class Concerns(click.ParamType[frozenset[str]]):
    """`pending`, `unmanaged`, or both, separated by a comma."""

    name = "pending,unmanaged"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[str]:
        """See `click.ParamType.convert`."""
        if isinstance(value, frozenset):
            return value
        words = frozenset(word.strip() for word in str(value).split(","))
        unknown = sorted(words - {"pending", "unmanaged"})
        if unknown:
            self.fail(f"{unknown[0]!r} is neither pending nor unmanaged", param, ctx)
        return words


@click.command(
    epilog=examples(
        "reconciler drift --metrics /var/lib/node_exporter/drift.prom",
        "reconciler drift --fail-on pending,unmanaged --json",
        "reconciler drift --issue issue.md --redact lists,texts",
    )
)
@click.option(
    "--fail-on",
    "concerns",
    type=Concerns(),
    default=frozenset[str](),
    help="Exit 2 for these as well.",
)
@click.option(
    "--refresh",
    type=click.Choice(("auto", "full")),
    default="auto",
    show_default=True,
    help="Read in full what may have changed and the oldest share of the rest, or everything. "
    "After an interruption, full goes on where it was.",
)
@click.option(
    "--metrics",
    type=FilePath(dir_okay=False, allow_dash=True),
    help="Write counts to this file in Prometheus' text format. - is standard output; the report "
    "then goes to standard error.",
)
@click.option(
    "--issue",
    type=FilePath(dir_okay=False, allow_dash=True),
    help="Write the text of an issue about the environment to this file, as Markdown. - is "
    "standard output; the report then goes to standard error.",
)
@click.option(
    "--exit-zero-on",
    "calm",
    type=click.Choice(("drift",)),
    help="Exit 0 in place of 2, for schedulers that count any other code as a failed run.",
)
@with_outputs
@with_reading
@with_shared_as(
    verbose="Show encoded texts, too.",
    quiet="Print no progress, and a report only if there is drift.",
)
def drift(
    shared: Shared,
    planning: Planning,
    outputs: Outputs,
    concerns: frozenset[str],
    calm: str | None,
    refresh: str,
    metrics: Path | None,
    issue: Path | None,
) -> int:
    """Report what changed behind git's back. Writes nothing to a vendor.

    Exits 2 if there is drift or a twin, else 0. With -q a report is printed only if there is drift.

    The webhooks of RECONCILER_NOTIFY are told when drift begins, grows and ends.
    """
    places = _METRICS._replace(path=metrics), _ISSUE._replace(path=issue)
    with outputs.opened(shared, *places) as files:
        with planning_session(shared, planning, refresh_all=refresh == "full") as session:
            check_settings(session)
            found = find_drift(session, {Concern(word) for word in concerns})
            untold = announce(session, found)
        _report(found, shared, outputs, err=STANDARD_OUTPUT in (metrics, issue))
        files.write(_METRICS, lambda: drift_metrics(found.plan))

        def markdown(shown: Sequence[Shown], room: Room) -> str:
            return drift_markdown(shown[0].plan, found.notes, room)

        shown = [Shown(found.plan, hidden=outputs.redact)]
        outputs.show(files, shown, markdown)
        files.write(_ISSUE, lambda: markdown(shown, COMMENT))
        print_diagnostics(untold)
    code = ExitCode.OK if calm and found.exit_code is ExitCode.CHANGES else found.exit_code
    return worst((code, files.exit_code))


def _report(found: "Drift", shared: Shared, outputs: Outputs, *, err: bool) -> None:
    if outputs.as_json:
        print_diagnostics(found.plan.diagnostics)
        say_json(dump_plan(found.plan))
    elif found.exit_code or not shared.quiet:
        print_diagnostics(found.plan.diagnostics)
        if outputs.has_text:
            report = drift_report(
                found.plan,
                found.notes,
                counted=found.counted,
                color=shared.color,
                verbose=shared.verbose,
            )
            say(with_options(report, shared.given), nl=False, err=err)
