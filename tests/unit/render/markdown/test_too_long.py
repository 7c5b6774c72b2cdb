"""Whole texts that have no room for everything."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.plan.model import Plan
from reconciler.render.markdown.apply import apply_markdown
from reconciler.render.markdown.blocks import COMMENT
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.failure import failure_markdown
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.markdown.several import plans_markdown
from reconciler.render.shown import Shown
from reconciler.resources.outcome import ChangeOutcome, Outcome
from tests.support.github_markdown import rendered
from tests.support.hostile_plans import with_texts
from tests.support.plans import errored
from tests.support.sample_plans import drift, gates, update


def huge() -> Plan:
    """Many campaigns, and everything else that often, with long texts."""
    one = with_texts(
        replace(
            update(),
            drift=drift().drift,
            gates=gates().gates,
            diagnostics=errored().diagnostics,
            orphaned=(update().changes[0].address,),
        ),
        f"😀{'x | ` y ' * 40}",
    )
    times = 15
    return replace(
        one,
        environment="staging",
        changes=one.changes * times,
        drift=one.drift * times,
        gates=tuple(replace(gate, details=gate.details * times) for gate in one.gates),
        diagnostics=one.diagnostics * times,
        orphaned=one.orphaned * times,
        outreach=replace(one.outreach, notes=one.outreach.notes * times),
    )


HUGE = huge()
OUTCOMES = [
    ChangeOutcome(
        address=HUGE.changes[0].address,
        target="retention",
        action="update",
        outcome=outcome,
        message="x" * 1_000,
    )
    for outcome in Outcome
    for _ in range(30)
]


@pytest.mark.parametrize(
    "make",
    [
        lambda: plan_markdown(Shown(HUGE)),
        lambda: plans_markdown([Shown(HUGE), Shown(update()), Shown(HUGE)]),
        lambda: plans_markdown([Shown(update())] * 500),
        lambda: drift_markdown(HUGE, HUGE.diagnostics),
        lambda: apply_markdown(HUGE, OUTCOMES),
        lambda: failure_markdown("plan", HUGE.diagnostics * 20, 1),
    ],
    ids=["plan", "two of three", "many", "drift", "apply", "failure"],
)
def test_a_text_fits_into_a_comment(make: Callable[[], str]) -> None:
    text = make()
    assert COMMENT.limit // 3 < COMMENT.measure(text) <= COMMENT.limit
    assert rendered(text).elements[0].startswith("h2 ")
    assert "environment" in text[:100] or "failed" in text[:100]
    assert "not shown here" in text or "no room for" in text
