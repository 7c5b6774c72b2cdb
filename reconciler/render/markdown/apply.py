"""The outcomes of an apply into Markdown: what happened first, then what the plan was."""

from collections.abc import Iterator, Sequence

from reconciler.plan.model import Plan
from reconciler.render.heading import heading_of
from reconciler.render.markdown.blocks import COMMENT, Block, Room, fitted
from reconciler.render.markdown.inline import code
from reconciler.render.markdown.plan import (
    commit,
    environment,
    listed,
    place,
    plan_details,
    problems,
)
from reconciler.render.report import by_outcome, incomplete_sentence, is_complete, what_to_do
from reconciler.render.summary import apply_sentence, by_hand_sentence, plan_sentence
from reconciler.resources.outcome import ChangeOutcome


def apply_markdown(plan: Plan, outcomes: Sequence[ChangeOutcome], room: Room = COMMENT) -> str:
    """The whole report; the plan has everything that the run found, too."""
    first = [
        place(
            plan,
            f"## Apply to {environment(heading_of(plan))}",
            [*commit(plan), f"plan {code(plan.id)}"],
        ),
        Block(f"**{_sentence(plan, outcomes)}**"),
        *_outcomes(plan, outcomes),
        *problems(plan.diagnostics),
        Block(by_hand_sentence(plan, ": see below.")),
    ]
    return fitted([one for one in first if one.text], plan_details(plan), room)


def _sentence(plan: Plan, outcomes: Sequence[ChangeOutcome]) -> str:
    if not outcomes:
        return "Nothing was applied." if plan.errored or plan.applyable else plan_sentence(plan)
    return (
        apply_sentence(plan, outcomes) if is_complete(outcomes) else incomplete_sentence(outcomes)
    )


def _outcomes(plan: Plan, outcomes: Sequence[ChangeOutcome]) -> Iterator[Block]:
    for title, rows in by_outcome(outcomes):
        yield from listed(title, rows)
    if advice := "\n".join(what_to_do(plan, outcomes) if outcomes else ()):
        yield Block(lines=tuple(advice.split("\n")), language="text")
