"""No text of a stranger is anything but text on GitHub; shown by GitHub's own renderer."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.diagnostics import error
from reconciler.errors import OutcomeUnknown
from reconciler.plan.model import Plan
from reconciler.render.markdown.apply import apply_markdown
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.failure import failure_markdown
from reconciler.render.markdown.inline import code, prose
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.markdown.several import plans_markdown
from reconciler.render.shown import Shown
from reconciler.resources.outcome import ChangeOutcome, Outcome
from tests.support.github_markdown import rendered
from tests.support.hostile_plans import with_texts
from tests.support.payloads import PAYLOADS
from tests.support.plans import errored
from tests.support.sample_plans import drift, gates, remove, texts, update

HOSTILE = (
    "@octocat please look",
    "#1 and GH-1 and octo/repo#1",
    "https://evil.example www.evil.example a@evil.example",
    "[link](https://evil.example) ![image](https://evil.example/x.png)",
    "`code` ``more`` ```` ",
    "```\n</details>\n# title",
    "| a | b |\n| --- | --- |",
    "a|b\\|c\\\\|d",
    "<script>x</script><img src=x onerror=y></summary></details>",
    "<!-- comment",
    "&lt;b&gt; &#64;octocat &",
    "**bold** ~~gone~~ _so_ - [ ] task",
    "1. one\n2. two\n> quote\n---\n===",
    "[x]: https://evil.example\n\n[x]",
    " leading and trailing ",
    " ",
    "\\",
    "$$x$$ :tada:",
)
TEXTS = st.one_of(
    st.sampled_from((*HOSTILE, *PAYLOADS)),
    st.text("`~|<>&[]()@#*_\\!-=+:/.w \n\tx1", min_size=1, max_size=30),
    st.text(min_size=1, max_size=30),
)


def applied(plan: Plan) -> str:
    outcomes = [
        ChangeOutcome(
            address=one.address,
            target=one.target,
            action=one.action.value,
            outcome=outcome,
            message=one.name,
            remote_id=one.name,
        )
        for one, outcome in zip(plan.changes, Outcome, strict=False)
    ]
    return apply_markdown(plan, outcomes)


def shown(plan: Plan) -> Shown:
    return Shown(plan, "5" * 64)


def failed(plan: Plan) -> str:
    return failure_markdown(plan.id, [error("x", plan.id, plan.id)], 1)


FORMS: tuple[Callable[[Plan], str], ...] = (
    lambda plan: plan_markdown(shown(plan)),
    lambda plan: plans_markdown([shown(plan), shown(plan)]),
    lambda plan: drift_markdown(plan, plan.diagnostics),
    applied,
    failed,
)


def everything() -> Plan:
    """A plan with each part that a plan can have."""
    more, removed = gates(), remove()
    unclear = error(OutcomeUnknown.code, "unclear", address=update().changes[0].address)
    return replace(
        update(),
        changes=(*update().changes, *texts().changes, *removed.changes),
        drift=drift().drift,
        gates=(*more.gates, replace(more.gates[0], allowed_by="--allow")),
        diagnostics=(*errored().diagnostics, unclear),
        orphaned=removed.orphaned,
        unmanaged=removed.unmanaged,
    )


PLAN = everything()
EXPECTED = [rendered(form(with_texts(PLAN, "x"))) for form in FORMS]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_nothing_but_code(text: str) -> None:
    hostile = with_texts(PLAN, text)
    for form, plain in zip(FORMS, EXPECTED, strict=True):
        page = rendered(form(hostile))
        assert page.elements == plain.elements
        assert page.prose == plain.prose


@settings(max_examples=25)
@given(TEXTS)
def test_any_text_is_nothing_but_code(text: str) -> None:
    test_a_hostile_text_is_nothing_but_code(text)


def test_nothing_is_a_link() -> None:
    elements = [element for page in EXPECTED for element in page.elements]
    assert elements
    assert not [one for one in elements if one.partition(" ")[0].rpartition("/")[2] == "a"]


def test_a_text_that_is_empty_is_code_too() -> None:
    assert rendered(code("")).code == ["empty"]


@pytest.mark.parametrize(
    "text", [*HOSTILE, "deadbeef", "see GH-1", "a :tada: b", "1. one", "- one"]
)
def test_a_sentence_with_anything_that_is_not_plain_is_code(text: str) -> None:
    assert rendered(prose(text)).prose in ([], ["\n"])


@settings(max_examples=200)
@given(TEXTS)
def test_a_sentence_is_code_or_words_without_any_meaning(text: str) -> None:
    page = rendered(prose(text))
    assert page.elements in (["p []"], ["p []", "p/code []"])
    assert not set("".join(page.prose)) & set('@#<>[]()*_~`|\\/&$=!{}"') - set("()")


@pytest.mark.parametrize(
    "text",
    [
        "Outreach: up to 1,240 contacts by 1 campaign, from Mon 30 Nov 09:00 EST (14:00 UTC).",
        "Not certain: Kore.ai does not say whether a write starts a campaign.",
        "new list, hours, flow",
        "1,240",
    ],
)
def test_our_own_words_are_no_code(text: str) -> None:
    assert prose(text) == text
