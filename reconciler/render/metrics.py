"""A drift run as a file in Prometheus' text format, for node_exporter's textfile collector.

A run that could not read or compare everything counts nothing: a zero would end an alert.
"""

from collections.abc import Iterator, Mapping

from reconciler.plan.model import Movement, Plan

_Samples = Mapping[str, float]
"""Labels behind the environment's, written out, and the value."""


def drift_metrics(plan: Plan) -> str:
    """Gauges of one environment, each with its help and type."""
    environment = plan.environment.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    lines: list[str] = []
    for name, meaning, samples in _gauges(plan):
        lines += [f"# HELP reconciler_{name} {meaning}", f"# TYPE reconciler_{name} gauge"]
        lines += [
            f'reconciler_{name}{{environment="{environment}"{labels}}} {value:.15g}'
            for labels, value in samples.items()
        ]
    return "\n".join(lines) + "\n"


def _gauges(plan: Plan) -> Iterator[tuple[str, str, _Samples]]:
    if not plan.errored:
        yield from _counts(plan)
    facts = (
        (
            "drift_complete",
            "1 when everything was read and compared; after a failed reading nothing is counted.",
            int(plan.complete),
        ),
        ("drift_requests", "Requests that the run took.", plan.requests_read),
        (
            "drift_timestamp_seconds",
            "When the run was made; an old one means that none comes to its end.",
            plan.created_at.timestamp(),
        ),
    )
    for name, meaning, number in facts:
        yield name, meaning, {"": number}


def _counts(plan: Plan) -> Iterator[tuple[str, str, _Samples]]:
    moved = {
        f',movement="{movement}"': sum(1 for one in plan.drift if one.movement is movement)
        for movement in (Movement.EXPANDING, Movement.CONTRACTING)
    }
    yield "drift_campaigns", "Campaigns that moved away from what was last applied.", moved
    counts = (
        ("pending_campaigns", "Campaigns whose manifests were not applied.", len(plan.pending)),
        ("unmanaged_campaigns", "Live campaigns in no manifest.", len(plan.unmanaged)),
        ("orphaned_campaigns", "Campaigns in the ledger only.", len(plan.orphaned)),
        ("managed_campaigns", "Live campaigns in git.", plan.managed_count),
        ("live_campaigns", "Live campaigns.", plan.live_count),
    )
    for name, meaning, number in counts:
        yield name, meaning, {"": number}
