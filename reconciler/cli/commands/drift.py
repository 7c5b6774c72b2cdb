"""`drift`: what changed behind git's back; cannot write to a vendor."""

from pathlib import Path

import click

from reconciler.cli.options import (
    STANDARD_OUTPUT,
    Planning,
    Shared,
    examples,
    with_reading,
    with_shared,
)
from reconciler.cli.output import (
    failures_as_json,
    print_diagnostics,
    print_failure,
    say,
    say_document,
    say_json,
)
from reconciler.cli.output_files import output_file
from reconciler.cli.session import planning_session
from reconciler.errors import ReconcilerError, worst
from reconciler.plan.document.file import dump_plan
from reconciler.render.drift import drift_report
from reconciler.render.metrics import drift_metrics
from reconciler.workflow.drifting import Concern, Drift, find_drift


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
    )
)
@click.option(
    "--fail-on",
    "concerns",
    type=Concerns(),
    default=frozenset[str](),
    help="Exit 2 for these as well.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option(
    "--refresh",
    type=click.Choice(("auto", "full")),
    default="full",
    show_default=True,
    help="Read only what may have changed, or everything.",
)
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write counts to this file in Prometheus' text format. - is standard output; the report "
    "then goes to standard error.",
)
@with_reading
@with_shared
def drift(
    shared: Shared,
    planning: Planning,
    concerns: frozenset[str],
    as_json: bool,
    refresh: str,
    metrics: Path | None,
) -> int:
    """Report what changed behind git's back. Writes nothing to a vendor.

    Exits 2 if there is drift or a twin, else 0. With -q a report is printed only if there is drift.
    """
    alone = metrics == STANDARD_OUTPUT
    if alone and as_json:
        raise click.UsageError("--json and --metrics - both need standard output")
    file = None if alone or metrics is None else shared.directory / metrics
    with (
        failures_as_json(as_json),
        planning_session(shared, planning, refresh_all=refresh == "full") as session,
        output_file(file, "the metrics file") as publish,
    ):
        found = find_drift(session, {Concern(word) for word in concerns})
        _report(found, shared, as_json=as_json, err=alone)
        if alone:
            say_document(drift_metrics(found.plan))
        try:
            publish(drift_metrics(found.plan))
        except ReconcilerError as problem:
            # The report is printed already, and matters more than the metrics.
            print_failure(problem)
            return worst((found.exit_code, problem.exit_code))
    return found.exit_code


def _report(found: "Drift", shared: Shared, *, as_json: bool, err: bool) -> None:
    if as_json:
        print_diagnostics(found.plan.diagnostics)
        say_json(dump_plan(found.plan))
    elif found.exit_code or not shared.quiet:
        print_diagnostics(found.plan.diagnostics)
        report = drift_report(found.plan, found.notes, color=shared.color, verbose=shared.verbose)
        say(report, nl=False, err=err)
