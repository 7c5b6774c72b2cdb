"""A plan into the drift report: drift, pending, unmanaged and orphaned campaigns, and coverage.

Expanding drift comes first: it may reach people whom nobody approved.
"""

from collections.abc import Iterator, Sequence

from reconciler.diagnostics import Diagnostic
from reconciler.plan.model import Action, Attribution, Change, Movement, Plan
from reconciler.render.change import drift_text
from reconciler.render.drift_steps import drift_steps
from reconciler.render.heading import heading_of, heading_text
from reconciler.render.oldest_reading import oldest_read_in_words
from reconciler.render.style import Painter
from reconciler.render.values import foreign, quoted

_TITLES = {
    Movement.EXPANDING: "Expanding: these may reach more people, at other times, or with other "
    "content than was applied",
    Movement.CONTRACTING: "Contracting: nobody more is contacted than was applied",
}
_PENDING = {
    Action.CREATE: "not created yet",
    Action.DELETE: "not removed yet",
    Action.FORGET: "not forgotten yet",
}


def drift_report(
    plan: Plan,
    notes: Sequence[Diagnostic] = (),
    *,
    counted: Sequence[str] = (),
    color: bool,
    verbose: bool = False,
) -> str:
    """The whole report: where it applies, what drifted, what sums it up, and what to do.

    `counted` is what `--fail-on` counts besides drift.
    """
    painter = Painter(color)
    sentences = (
        coverage_sentence(plan),
        twin_sentence(plan),
        foreign(oldest_read_in_words(plan)),
        painter.bold(drift_sentence(plan)),
        f"--fail-on counts as well: {', '.join(counted)}." if counted else "",
    )
    sections = [
        heading_text(heading_of(plan), painter),
        *_drift(plan, painter, verbose=verbose),
        *(part for title, rows in lists_in_words(plan) for part in _listed(title, rows)),
        *_listed("Notes:", [*map(note_in_words, notes)]),
        *filter(None, (partial_in_words(plan),)),
        "\n".join(filter(None, sentences)),
        *filter(None, ("\n".join(_steps(plan)),)),
    ]
    return "\n\n".join(sections) + "\n"


def coverage_sentence(plan: Plan) -> str:
    """`In git: 41 of 44 live campaigns.`."""
    noun = "campaign" if plan.live_count == 1 else "campaigns"
    return f"In git: {plan.managed_count} of {plan.live_count} live {noun}."


def drift_sentence(plan: Plan) -> str:
    """`Drift: 1 expanding, 2 contracting.`, or the sentence that there is no drift."""
    expanding = sum(1 for change in plan.drift if change.movement is Movement.EXPANDING)
    if plan.drift:
        return f"Drift: {expanding} expanding, {len(plan.drift) - expanding} contracting."
    if plan.errored:
        return "Whether there is drift is not known: not everything could be read or compared."
    return "No drift. Managed fields are as they were last applied."


def twin_sentence(plan: Plan) -> str:
    """How many campaigns look like managed ones and are newer; "" for none."""
    newer = sum(1 for twin in plan.twins if twin.newer)
    if not newer:
        return ""
    live = "1 live campaign looks" if newer == 1 else f"{newer} live campaigns look"
    return f"{live} like a managed campaign, and nobody manages it."


def partial_in_words(plan: Plan) -> str:
    """That a selection left campaigns out; "" if it did not."""
    left_out = "campaigns were left out by --target, --select or --exclude"
    return f"This report is partial: {left_out}." if plan.selection.partial else ""


def widest_first(plan: Plan) -> list[Change]:
    """What changed behind git's back, expanding drift first."""
    return [one for movement in _TITLES for one in plan.drift if one.movement is movement]


def lists_in_words(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """The campaigns of which the report says less, each list with its title."""
    yield "Pending: changed in manifests, and not applied yet:", _pending(plan)
    yield "Unmanaged: live campaigns that are in no manifest:", _unmanaged(plan)
    yield "Orphaned: in the ledger, but in no manifest:", [*map(str, plan.orphaned)]


def note_in_words(found: Diagnostic) -> str:
    """What is worth knowing, in one line."""
    place = f" ({found.source})" if found.source is not None else ""
    return f"{found.summary}{place}. {found.detail}"


def _steps(plan: Plan) -> Iterator[str]:
    for step in drift_steps(plan):
        yield foreign(step.text)
        yield from (f"    {foreign(command)}" for command in step.commands)


def _drift(plan: Plan, painter: Painter, *, verbose: bool) -> Iterator[str]:
    for movement, title in _TITLES.items():
        moved = [change for change in plan.drift if change.movement is movement]
        if moved:
            yield painter.bold(title)
            yield from (drift_text(item, painter, within=True, verbose=verbose) for item in moved)


def _listed(title: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield "\n".join([title, *(f"  - {foreign(row)}" for row in rows)])


def _pending(plan: Plan) -> list[str]:
    changes = {change.address: change for change in plan.changes}
    return [f"{address}: {_why(changes[address])}" for address in plan.pending]


def _why(change: Change) -> str:
    if change.adopts:
        return "not imported yet"
    moved = (Attribution.PENDING, Attribution.BOTH)
    paths = ", ".join(row.path for row in change.fields if row.attribution in moved)
    return _PENDING.get(change.action) or paths or change.reason


def _unmanaged(plan: Plan) -> list[str]:
    return [
        f"{campaign.type} {campaign.remote_id} on {campaign.target}: {quoted(campaign.name)}"
        for campaign in plan.unmanaged
    ]
