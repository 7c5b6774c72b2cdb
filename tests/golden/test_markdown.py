"""Plans, drift and applies as people read them on a code host."""

from dataclasses import replace

from reconciler.plan.model import Plan
from reconciler.render.markdown.apply import apply_markdown
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.markdown.several import plans_markdown
from reconciler.render.redact import Hidden
from reconciler.render.shown import Shown
from reconciler.resources.outcome import ChangeOutcome, Outcome
from tests.golden.conftest import Golden
from tests.support.plans import errored
from tests.support.sample_plans import by_hand, create, drift, every_drift, gates, texts, update


def test_a_plan(golden: Golden) -> None:
    golden("plan_update.md", plan_markdown(Shown(update(), "5" * 64)))


def test_a_plan_with_words(golden: Golden) -> None:
    golden("plan_texts.md", plan_markdown(Shown(texts())))


def test_a_plan_with_drift(golden: Golden) -> None:
    golden("plan_drift.md", plan_markdown(Shown(drift())))


def test_a_plan_that_cannot_be_applied(golden: Golden) -> None:
    golden("plan_errored.md", plan_markdown(Shown(errored())))


def test_a_plan_without_the_names_of_lists(golden: Golden) -> None:
    shown = Shown(update(), hidden=frozenset({Hidden.LISTS}))
    golden("plan_redacted.md", plan_markdown(shown))


def test_several_plans(golden: Golden) -> None:
    production = replace(update(), environment="production", is_default=True)
    golden("plans.md", plans_markdown([*map(Shown, (update(), production, gates()))]))


def test_a_drift_report(golden: Golden) -> None:
    golden("drift_everything.md", drift_markdown(every_drift()))


def test_an_apply_that_is_not_complete(golden: Golden) -> None:
    golden("apply_partial.md", apply_markdown(drift(), outcomes(drift(), *Outcome)))


def test_an_apply_that_is_complete(golden: Golden) -> None:
    golden("apply_complete.md", apply_markdown(create(), outcomes(create(), Outcome.APPLIED)))


def test_an_apply_of_nothing_but_tasks(golden: Golden) -> None:
    golden("apply_by_hand.md", apply_markdown(by_hand(), ()))


def outcomes(plan: Plan, *kinds: Outcome) -> list[ChangeOutcome]:
    return [
        ChangeOutcome(
            address=one.address,
            target=one.target,
            action=one.action.value,
            outcome=kind,
            message="" if kind is Outcome.APPLIED else "the vendor said no",
        )
        for one, kind in zip(plan.changes, kinds, strict=False)
    ]
