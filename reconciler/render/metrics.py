"""A drift run as a file in Prometheus' text format, for node_exporter's textfile collector.

A run that could not read or compare everything writes no counts: a zero would end an alert.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reconciler.plan.model import Movement, Plan
from reconciler.render.oldest_reading import oldest_reading

_Samples = Mapping[str, float]
"""The value by its labels after the environment's, as text."""


class Metric(NamedTuple):
    """A gauge: its meaning, and its labels besides `environment`."""

    meaning: str
    labels: tuple[str, ...] = ()


METRICS: Mapping[str, Metric] = {
    "drift_campaigns": Metric("Campaigns that differ from what was last applied.", ("movement",)),
    "pending_campaigns": Metric("Campaigns whose manifests have changes that are not applied."),
    "unmanaged_campaigns": Metric("Live campaigns in no manifest."),
    "twin_campaigns": Metric("Live campaigns with the name or marker of managed ones, newer."),
    "orphaned_campaigns": Metric("Campaigns in the ledger only."),
    "managed_campaigns": Metric("Live campaigns in git."),
    "live_campaigns": Metric("Live campaigns."),
    "drift_oldest_reading_timestamp_seconds": Metric(
        "Time of the oldest reading of a campaign on which the counts rest."
    ),
    "drift_complete": Metric(
        "1 if everything was read and compared; after a failed read there are no counts."
    ),
    "drift_requests": Metric("Requests that the run sent."),
    "drift_timestamp_seconds": Metric("Time of the run; if it is old, no run has finished since."),
}
"""Every metric, in the order of the file, by its name without `reconciler_`."""


def drift_metrics(plan: Plan) -> str:
    """Gauges of one environment, each with its help and type."""
    environment = plan.environment.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    lines: list[str] = []
    for name, samples in _gauges(plan):
        lines += [
            f"# HELP reconciler_{name} {METRICS[name].meaning}",
            f"# TYPE reconciler_{name} gauge",
        ]
        lines += [
            f'reconciler_{name}{{environment="{environment}"{labels}}} {value:.15g}'
            for labels, value in samples.items()
        ]
    return "\n".join(lines) + "\n"


def _gauges(plan: Plan) -> Iterator[tuple[str, _Samples]]:
    if not plan.errored:
        yield from _counts(plan)
    yield "drift_complete", {"": int(plan.complete)}
    yield "drift_requests", {"": plan.requests_read}
    yield "drift_timestamp_seconds", {"": plan.created_at.timestamp()}


def _counts(plan: Plan) -> Iterator[tuple[str, _Samples]]:
    yield (
        "drift_campaigns",
        {
            f',movement="{movement}"': sum(
                1 for change in plan.drift if change.movement is movement
            )
            for movement in (Movement.EXPANDING, Movement.CONTRACTING)
        },
    )
    yield "pending_campaigns", {"": len(plan.pending)}
    yield "unmanaged_campaigns", {"": len(plan.unmanaged)}
    yield "twin_campaigns", {"": sum(1 for twin in plan.twins if twin.newer)}
    yield "orphaned_campaigns", {"": len(plan.orphaned)}
    yield "managed_campaigns", {"": plan.managed_count}
    yield "live_campaigns", {"": plan.live_count}
    if oldest := oldest_reading(plan):
        yield "drift_oldest_reading_timestamp_seconds", {"": oldest[0].timestamp()}
