"""A plan into the drift report: drift, pending, unmanaged and orphaned campaigns, and coverage.

Expanding drift comes first: it may reach people whom nobody approved.
"""

from collections.abc import Iterator, Sequence

from reconciler.diagnostics import Diagnostic
from reconciler.plan.model import Action, Attribution, Change, Movement, Plan
from reconciler.render.change import drift_text
from reconciler.render.heading import heading_of, heading_text
from reconciler.render.style import Painter
from reconciler.render.values import foreign, quoted

_TITLES = {
    Movement.EXPANDING: "Expanding: live may reach more people, at other times, or with other "
    "content than was applied",
    Movement.CONTRACTING: "Contracting: nobody more is contacted than was applied",
}
_PENDING = {
    Action.CREATE: "not created yet",
    Action.DELETE: "not removed yet",
    Action.FORGET: "not forgotten yet",
}


def drift_report(
    plan: Plan, notes: Sequence[Diagnostic] = (), *, color: bool, verbose: bool = False
) -> str:
    """The whole report: where it applies, what drifted, and the sentences that sum it up."""
    painter = Painter(color)
    sections = [
        heading_text(heading_of(plan), painter),
        *_drift(plan, painter, verbose=verbose),
        *_listed("Pending: manifests moved, and were not applied:", _pending(plan)),
        *_listed("Unmanaged: live campaigns that are in no manifest:", _unmanaged(plan)),
        *_listed(
            "Orphaned: in the ledger, but in no manifest:",
            [foreign(str(address)) for address in plan.orphaned],
        ),
        *_listed("Notes:", [_note(found) for found in notes]),
        *_partial(plan),
        "\n".join((coverage_sentence(plan), *_twins(plan), painter.bold(drift_sentence(plan)))),
    ]
    return "\n\n".join(sections) + "\n"


def coverage_sentence(plan: Plan) -> str:
    """`41 of 44 live campaigns are in git.`."""
    noun = "campaign is" if plan.live_count == 1 else "campaigns are"
    return f"{plan.managed_count} of {plan.live_count} live {noun} in git."


def drift_sentence(plan: Plan) -> str:
    """`Drift: 1 expanding, 2 contracting.`, or the sentence that there is no drift."""
    expanding = sum(1 for change in plan.drift if change.movement is Movement.EXPANDING)
    if plan.drift:
        return f"Drift: {expanding} expanding, {len(plan.drift) - expanding} contracting."
    if plan.errored:
        return "Whether there is drift is not known: not everything could be read or compared."
    return "No drift. Managed fields are as they were last applied."


def _drift(plan: Plan, painter: Painter, *, verbose: bool) -> Iterator[str]:
    for movement, title in _TITLES.items():
        moved = [change for change in plan.drift if change.movement is movement]
        if moved:
            yield painter.bold(title)
            yield from (drift_text(item, painter, within=True, verbose=verbose) for item in moved)


def _listed(title: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield "\n".join([title, *(f"  - {row}" for row in rows)])


def _pending(plan: Plan) -> list[str]:
    changes = {change.address: change for change in plan.changes}
    return [foreign(f"{address}: {_why(changes[address])}") for address in plan.pending]


def _why(change: Change) -> str:
    if change.adopts:
        return "not imported yet"
    moved = (Attribution.PENDING, Attribution.BOTH)
    paths = ", ".join(row.path for row in change.fields if row.attribution in moved)
    return _PENDING.get(change.action) or paths or change.reason


def _unmanaged(plan: Plan) -> list[str]:
    return [
        foreign(f"{campaign.type} {campaign.remote_id} on {campaign.target}: ")
        + quoted(campaign.name)
        for campaign in plan.unmanaged
    ]


def _note(found: Diagnostic) -> str:
    place = f" ({found.source})" if found.source is not None else ""
    return foreign(f"{found.summary}{place}. {found.detail}")


def _twins(plan: Plan) -> Iterator[str]:
    newer = sum(1 for twin in plan.twins if twin.newer)
    if newer:
        live = "1 live campaign looks" if newer == 1 else f"{newer} live campaigns look"
        yield f"{live} like a managed campaign, and nobody manages it."


def _partial(plan: Plan) -> Iterator[str]:
    if plan.selection.partial:
        yield "This report is partial: campaigns were left out by --target, --select or --exclude."
