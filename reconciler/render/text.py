"""A plan into Terraform-style text for a terminal or a CI log."""

from collections.abc import Iterator

from reconciler.address import Address
from reconciler.plan.model import Action, Change, Plan
from reconciler.render.change import LEGEND, SYMBOLS, action_of, change_text, drift_text, has_block
from reconciler.render.gates import gate_sections
from reconciler.render.heading import heading_of, heading_text, saved_plan_lines
from reconciler.render.next_steps import after_plan
from reconciler.render.oldest_reading import oldest_read_in_words
from reconciler.render.outreach import plan_outreach
from reconciler.render.style import Painter
from reconciler.render.summary import (
    by_hand_sentence,
    plan_sentence,
    unsettled,
)
from reconciler.render.values import foreign
from reconciler.resources.name_spelling import quoted

RULE = "─" * 77
MAY_UNDO = "Unless the manifests say the same, the following plan may undo these changes."


def plan_text(plan: Plan, *, color: bool, verbose: bool, sha256: str = "") -> str:
    """The whole plan: where it applies, what it does, the exact summary line and the outreach.

    A saved plan, whose file has this `sha256`, also shows its id, commit, expiry and hashes.
    """
    painter = Painter(color)
    heading = [
        heading_text(heading_of(plan), painter),
        *(saved_plan_lines(plan, sha256) if sha256 else ()),
    ]
    sections = [
        "\n".join(heading),
        *_drift(plan, painter, verbose=verbose),
        *_changes(plan, painter, verbose=verbose),
        *_orphans(plan),
        *gate_sections(plan.gates, painter),
        *_remarks(plan),
        _summary(plan, painter),
    ]
    return "\n\n".join(sections) + "\n"


def _drift(plan: Plan, painter: Painter, *, verbose: bool) -> Iterator[str]:
    if not plan.drift:
        return
    yield painter.bold("Note: Campaigns have changed outside of reconciler")
    yield ("reconciler detected the following changes to managed fields since the last apply:")
    for change in plan.drift:
        yield drift_text(change, painter, verbose=verbose)
    yield MAY_UNDO
    yield RULE


def _changes(plan: Plan, painter: Painter, *, verbose: bool) -> Iterator[str]:
    shown = [one for one in plan.changes if not is_quiet(one)]
    quiet = [one for one in plan.changes if is_quiet(one)]
    symbols = {SYMBOLS[action_of(one)] for one in shown if has_block(one)}
    legend = [f"  {painter.symbol(one)} {words}" for one, words in LEGEND.items() if one in symbols]
    if legend:
        opening = "Campaign actions are indicated with the following symbols:"
        yield "\n".join([opening, *legend])
    if plan.errored:
        problem = "reconciler planned the following actions, but then encountered a problem:"
        yield f"Planning failed. {problem}" if shown else _FAILED
    elif any(one.action is not Action.MANUAL or one.appeared for one in shown):
        yield "reconciler will perform the following actions:"
    elif shown:
        yield "These need a person:"
    waiting = unsettled(plan)
    for change in shown:
        yield change_text(change, painter, verbose=verbose, unsettled=change.address in waiting)
    if verbose:
        for change in quiet:
            yield change_text(change, painter)
    elif quiet and shown:
        noun = "campaign" if len(quiet) == 1 else "campaigns"
        yield painter.dim(f"  # ({len(quiet)} unchanged {noun} not shown)")


def is_quiet(change: Change) -> bool:
    """Whether apply does nothing about a campaign, not even in the ledger."""
    return change.action is Action.NO_OP and not change.settles


OLDER = "Note: older campaigns look like managed ones:"
_FAILED = "Planning failed. reconciler encountered a problem while making this plan."


def _orphans(plan: Plan) -> Iterator[str]:
    if orphans := left_alone(plan):
        lines = [orphans_in_words(plan), *(f"  - {foreign(str(one))}" for one in orphans)]
        yield "\n".join(lines)


def left_alone(plan: Plan) -> list[Address]:
    """The campaigns that are in the ledger only, and that the plan does not remove."""
    planned = {one.address for one in plan.changes}
    return [one for one in plan.orphaned if one not in planned]


def orphans_in_words(plan: Plan) -> str:
    """The title of a list of these campaigns."""
    why = (
        "not removed, because they were not created by reconciler or are not selected"
        if plan.prune
        else "not removed without --prune"
    )
    return f"In no manifest any more, and left as they are; {why}:"


def _remarks(plan: Plan) -> Iterator[str]:
    if remark := partial_in_words(plan):
        yield foreign(remark)
    older = older_twins(plan)
    if older:
        lines = [OLDER, *(f"  - {foreign(row)}" for row in older)]
        yield "\n".join(lines)
    if remark := oldest_read_in_words(plan):
        yield foreign(remark)


def partial_in_words(plan: Plan) -> str:
    """That a selection left campaigns out; "" if it did not."""
    selection = plan.selection
    if not selection.partial:
        return ""
    flags = [f"--target {one}" for one in selection.targets]
    flags += [f"--select {one}" for one in selection.select]
    flags += [f"--exclude {one}" for one in selection.exclude]
    return f"This plan is partial ({' '.join(flags)}): other campaigns were left out."


def older_twins(plan: Plan) -> list[str]:
    """Campaigns that were there before those that they look like, each in a sentence."""
    return [
        f"{one.remote_id} {quoted(one.name)} on {one.target} {one.likeness} {one.address}"
        for one in plan.twins
        if not one.newer
    ]


def _summary(plan: Plan, painter: Painter) -> str:
    lines = []
    if plan.has_changes or not plan.errored:
        lines += [painter.bold(plan_sentence(plan)), plan_outreach(plan)]
    for sentence in filter(None, (by_hand_sentence(plan, ": see above."), *after_plan(plan))):
        lines.append(painter.severity(sentence, "warning"))
    if plan.errored:
        lines.append("This plan cannot be applied: fix its errors first.")
    return "\n".join(lines)
