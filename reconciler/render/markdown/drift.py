"""A plan into the Markdown of a drift report, for a comment, a summary or an issue."""

from collections.abc import Iterator, Sequence
from functools import partial

from reconciler.diagnostics import Diagnostic
from reconciler.plan.model import Plan
from reconciler.render.drift import (
    coverage_sentence,
    drift_sentence,
    lists_in_words,
    note_in_words,
    partial_in_words,
    twin_sentence,
    widest_first,
)
from reconciler.render.drift_steps import drift_steps
from reconciler.render.heading import heading_of
from reconciler.render.markdown.blocks import COMMENT, Block, Room, fitted, ready
from reconciler.render.markdown.plan import commit, drifted, environment, listed, place, problems
from reconciler.render.oldest_reading import oldest_read_in_words
from reconciler.render.values import foreign


def drift_markdown(plan: Plan, notes: Sequence[Diagnostic] = (), room: Room = COMMENT) -> str:
    """The whole report: where it applies, the sentences that sum it up, then each campaign."""
    sentences = (coverage_sentence(plan), twin_sentence(plan), partial_in_words(plan))
    first = [
        place(plan, f"## Drift in {environment(heading_of(plan))}", commit(plan)),
        Block(f"**{drift_sentence(plan)}**"),
        Block("\n".join(filter(None, sentences))),
        *listed("", filter(None, (oldest_read_in_words(plan),))),
        *problems(plan.diagnostics),
    ]
    changed = [partial(drifted, one) for one in widest_first(plan)]
    return fitted(first, [*changed, *ready(_lists(plan, notes))], room)


def _lists(plan: Plan, notes: Sequence[Diagnostic]) -> Iterator[Block]:
    for title, rows in lists_in_words(plan):
        yield from listed(title, rows)
    yield from listed("Notes:", map(note_in_words, notes))
    for step in drift_steps(plan):
        yield Block(step.text, lines=tuple(map(foreign, step.commands)), language="sh")
