"""Plans as people and tools see them."""

import re
from collections.abc import Callable

import pytest

from reconciler.plan.document.file import dump_plan, load_plan
from reconciler.plan.model import Plan
from reconciler.render.text import plan_text
from tests.golden.conftest import Golden
from tests.support.plans import errored
from tests.support.sample_plans import (
    adopt,
    appeared,
    by_hand,
    create,
    drift,
    failed,
    forget_only,
    gates,
    hostile,
    ledger_only,
    nothing,
    partial,
    remove,
    unsettled,
    unsettled_elsewhere,
    update,
)

NO_CHANGES = re.compile(
    r"^No changes\.|Plan: (0 to import, )?0 to add, 0 to change, 0 to destroy", re.MULTILINE
)
"""What tfcmt and Atlantis look for, and others much alike."""

CASES: dict[str, Callable[[], Plan]] = {
    made.__name__: made
    for made in (
        create,
        nothing,
        update,
        adopt,
        drift,
        remove,
        by_hand,
        ledger_only,
        forget_only,
        unsettled,
        unsettled_elsewhere,
        appeared,
        gates,
        errored,
        failed,
        partial,
        hostile,
    )
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_text_of_a_plan(case: str, golden: Golden) -> None:
    golden(f"plan_{case}.txt", plan_text(CASES[case](), color=False, verbose=False))


@pytest.mark.parametrize("case", ["create", "drift", "hostile"])
def test_the_verbose_text_of_a_plan_has_the_requests(case: str, golden: Golden) -> None:
    golden(f"plan_{case}_verbose.txt", plan_text(CASES[case](), color=False, verbose=True))


def test_the_coloured_text_of_a_plan(golden: Golden) -> None:
    golden("plan_update_coloured.txt", plan_text(update(), color=True, verbose=False))


def test_the_document_of_a_plan(golden: Golden) -> None:
    golden("plan_update.json", dump_plan(update()))


@pytest.mark.parametrize("case", sorted(CASES))
def test_tools_for_terraform_see_no_changes_only_where_nobody_has_to_do_anything(case: str) -> None:
    text = plan_text_of(CASES[case])
    assert bool(NO_CHANGES.search(text)) == (case == "nothing")


def test_tools_for_terraform_see_what_is_moved_and_imported() -> None:
    moved = re.findall(r"^ *# (.*?) has moved to (.*?)$", plan_text_of(ledger_only), re.MULTILINE)
    assert moved == [("kore_sms_campaign.renewal", "kore_sms_campaign.renamed")]
    imported = re.findall(r"^ *# (.*?) will be imported$", plan_text_of(adopt), re.MULTILINE)
    assert imported == ["kore_sms_campaign.renewal"]


def plan_text_of(case: Callable[[], Plan]) -> str:
    return plan_text(case(), color=False, verbose=False)


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_saved_plan_reads_like_the_plan_itself(case: str) -> None:
    made = CASES[case]()
    again = load_plan(dump_plan(made).encode()).plan
    assert plan_text(again, color=True, verbose=True) == plan_text(made, color=True, verbose=True)


@pytest.mark.parametrize("case", sorted(CASES))
def test_no_line_of_a_plan_is_a_command_to_a_runner(case: str) -> None:
    text = plan_text(CASES[case](), color=False, verbose=True)
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]
    assert "##[" not in text
    assert all(character == "\n" or character.isprintable() for character in text)
