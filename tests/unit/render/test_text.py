from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.plan.model import Plan, SendsOnWrite
from reconciler.render.text import plan_text
from reconciler.resources.base import Lifecycle, Metadata
from tests.support.campaigns import CARE, NOW, desired, live, record
from tests.support.plans import facts, ledger, on_care, on_kore, plan


def lines(made: Plan, *, verbose: bool = False) -> list[str]:
    return plan_text(made, color=False, verbose=verbose).split("\n")


def test_the_summary_is_terraforms_and_outreach_follows() -> None:
    text = lines(plan(desired()))
    at = text.index("Plan: 1 to add, 0 to change, 0 to destroy.")
    assert text[at + 1].startswith("Outreach: up to 10 contacts by 1 campaign")


def test_an_empty_plan_says_exactly_that() -> None:
    one = desired()
    made = plan(one, live=on_kore(live()), ledger=ledger(record(one)))
    assert "No changes. Your campaigns match the manifests." in lines(made)


def test_an_adoption_counts_as_import_and_as_change_if_it_changes() -> None:
    changed = desired("b", name="B", priority="1")
    made = plan(desired(), changed, live=on_kore(live(), live("cd-2", name="B")))
    assert "Plan: 2 to import, 0 to add, 1 to change, 0 to destroy." in lines(made)


def test_forgetting_alone_changes_only_the_ledger() -> None:
    one = desired(metadata=Metadata(lifecycle=Lifecycle.RELEASED))
    text = lines(plan(one, ledger=ledger(record(one))))
    assert "Only the ledger changes: 1 forgotten." in text


def test_what_is_for_a_person_counts_in_none() -> None:
    text = lines(plan(desired(description="impossible")))
    assert "Nothing to apply." in text
    assert "  # kore_sms_campaign.renewal must be changed by hand" in text


def test_changes_for_a_person_are_listed_after_the_sentences_that_tools_read() -> None:
    text = lines(plan(desired(description="impossible")))
    assert text[-2] == "1 change must be made by hand: see above."
    assert not [line for line in lines(plan(desired())) if "by hand" in line]


def test_what_only_the_ledger_learns_is_not_called_no_changes() -> None:
    one = desired("renamed")
    made = plan(one, live=on_kore(live()), ledger=ledger(record(desired())))
    text = lines(made)
    assert "Only the ledger changes: 1 moved." in text
    assert "No changes. Your campaigns match the manifests." not in text


def test_the_legend_has_only_symbols_that_occur() -> None:
    text = lines(plan(desired()))
    assert "  + create" in text
    assert "  ~ update in-place" not in text


def test_requests_are_shown_only_when_verbose() -> None:
    made = plan(desired())
    assert "    POST /campaigns?campaignType=sms" not in lines(made)
    assert "    POST /campaigns?campaignType=sms" in lines(made, verbose=True)


def test_unchanged_campaigns_are_counted_and_listed_when_verbose() -> None:
    one = desired("b", name="B")
    known = ledger(record(one, "cd-2"))
    made = plan(one, desired(), live=on_kore(live("cd-2", name="B")), ledger=known)
    assert "  # (1 unchanged campaign not shown)" in lines(made)
    assert "  # kore_sms_campaign.b is unchanged" in lines(made, verbose=True)


def test_colour_only_adds_codes() -> None:
    made = plan(desired())
    plain = plan_text(made, color=False, verbose=True)
    coloured = plan_text(made, color=True, verbose=True)
    assert "\x1b" not in plain
    stripped = coloured
    for code in ("0", "1", "2", "31", "32", "33", "35", "1;33"):
        stripped = stripped.replace(f"\x1b[{code}m", "")
    assert stripped == plain


def test_an_archived_campaign_is_called_so() -> None:
    one = desired("care", CARE, metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    made = plan(one, live=on_care(live("u-1", CARE)))
    (change,) = made.changes
    archived = replace(change, requests=(replace(change.requests[0], method="PATCH"),))
    text = lines(replace(made, changes=(archived,)))
    assert "  # carecycle_campaign.care will be archived" in text
    assert "Plan: 0 to add, 0 to change, 1 to destroy." in text


@pytest.mark.parametrize(
    ("seconds", "age"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "up to 60s ago (target retention)"),
        (119, "up to 119s ago (target retention)"),
        (180, "up to 3m ago (target retention)"),
        (10_800, "up to 3h ago (target retention)"),
        (200_000, "up to 2d ago (target retention)"),
    ],
)
def test_the_age_of_the_oldest_reading_is_shown(seconds: int, age: str) -> None:
    made = plan(desired(), live=on_kore(oldest_read=NOW))
    aged = replace(made, created_at=NOW + timedelta(seconds=seconds))
    assert f"The live campaigns were read {age}." in lines(aged)


def test_a_target_that_never_sends_is_not_called_irreversible() -> None:
    targets = {"retention": facts(sends_on_write=SendsOnWrite.NEVER), "care": facts("care")}
    assert not [line for line in lines(plan(desired(), targets=targets)) if "irreversible" in line]
