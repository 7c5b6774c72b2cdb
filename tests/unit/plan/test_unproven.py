from dataclasses import replace
from typing import Any

import pytest

from reconciler.plan.model import Action, Plan, TargetFacts
from reconciler.resources.ledger_records import Binding
from tests.support.campaigns import VOICE, desired, live, record
from tests.support.plans import KORE, facts, ledger, lists, on_kore, plan

FIRST = "Not verified, because the vendor does not list these:"
LOOK = "Check the spelling."
FLOW = Binding(target="retention", path="experienceFlowName", name="Voice Flow", remote="cf-1")
BOUND = ledger(bindings=(FLOW,))


def unchecked(made: Plan) -> str:
    """The note on names; "" if there is none."""
    notes = [note for note in made.outreach.notes if note.startswith("Not verified")]
    return "".join(notes)


def test_names_that_no_call_checks_are_noted_once_for_the_plan() -> None:
    made = plan(desired("a", name="A"), desired("b", name="B"))
    assert unchecked(made) == (f'{FIRST} caller "+919876543210", flow "SMS Support Flow". {LOOK}')


def test_a_queue_and_a_template_are_noted_too() -> None:
    made = plan(
        desired("calls", VOICE, dialingMode="Preview", queue_name="Billing"),
        desired("t", experienceFlowName=None, message={"template_name": "Due", "message": "Hi"}),
    )
    for name in ('queue "Billing"', 'template "Due"', 'do-not-call list "Do not call"'):
        assert name in unchecked(made)


def test_what_a_live_campaign_names_is_known() -> None:
    rows = on_kore(live("cd-2", VOICE, name="Other"))
    assert unchecked(plan(desired("calls", VOICE), live=rows, ledger=BOUND)) == ""


def test_a_flow_whose_id_the_vendor_showed_is_known() -> None:
    assert "flow" in unchecked(plan(desired("calls", VOICE)))
    assert "flow" not in unchecked(plan(desired("calls", VOICE), ledger=BOUND))


@pytest.mark.parametrize(
    ("used", "hint"),
    [("Do not cal", ' (did you mean "Do not cal"?)'), ("Do not write", ""), ("Elsewhere", "")],
)
def test_a_name_that_is_almost_known_is_suggested(used: str, hint: str) -> None:
    rows = on_kore(live("cd-2", VOICE, name="Other", dncLists__name=used))
    note = unchecked(plan(desired("calls", VOICE), live=rows, ledger=BOUND))
    assert note == f'{FIRST} do-not-call list "Do not call"{hint}. {LOOK}'


def test_every_account_has_its_global_do_not_call_list() -> None:
    made = plan(desired("calls", VOICE, dncLists__name="Default Global DNC"))
    assert "do-not-call" not in unchecked(made)


def test_a_vendor_that_lists_do_not_call_lists_proves_them() -> None:
    rows = on_kore(contact_lists=lists(Do_not_call=None, Callbacks=3))
    assert "do-not-call" not in unchecked(plan(desired("calls", VOICE), live=rows))


def test_an_update_notes_only_what_it_changes() -> None:
    known = ledger(record(desired()))
    new = desired(dncLists__name="New", priority="1")
    made = plan(new, live=on_kore(live(dncLists__name="Old")), ledger=known)
    assert unchecked(made) == f'{FIRST} do-not-call list "New". {LOOK}'
    same = desired(dncLists__name="Old", priority="1")
    made = plan(same, live=on_kore(live(dncLists__name="Old")), ledger=known)
    assert unchecked(made) == ""


def test_many_names_end_with_a_number() -> None:
    made = plan(*(desired(f"c{n}", name=f"N{n}", experienceFlowName=f"F{n}") for n in range(30)))
    assert " and 11 more. " in unchecked(made)


def targets(**able: Any) -> dict[str, TargetFacts]:
    """Both targets; Kore.ai's is able to do more."""
    return {"retention": facts(capabilities=replace(KORE, **able)), "care": facts("care")}


GLOBAL = targets(without_exclusion={"sms": "no list"})


def test_sms_campaigns_without_a_do_not_call_list_are_named_once() -> None:
    made = plan(desired("a", name="A"), desired("b", name="B"), targets=GLOBAL)
    assert (
        "Without a do-not-call list: kore_sms_campaign.a, kore_sms_campaign.b; no list."
        in made.outreach.notes
    )


@pytest.mark.parametrize("name", ["Do not call", None])
def test_a_manifest_that_answers_for_the_do_not_call_list_is_not_named(name: str | None) -> None:
    made = plan(desired(dncLists__name=name), targets=GLOBAL)
    assert not [note for note in made.outreach.notes if note.startswith("Without")]


@pytest.mark.parametrize(("shown", "count"), [({"dncLists__name": None}, 1), ({}, 0)])
def test_an_update_is_named_only_if_a_reading_shows_no_list(
    shown: dict[str, object], count: int
) -> None:
    made = plan(
        desired(priority="1"),
        live=on_kore(live(**shown)),
        ledger=ledger(record(desired())),
        targets=GLOBAL,
    )
    assert len([note for note in made.outreach.notes if note.startswith("Without")]) == count


def test_an_update_notes_what_it_may_lose() -> None:
    made = plan(
        desired(priority="1"),
        live=on_kore(live()),
        ledger=ledger(record(desired())),
        targets=targets(update_loses=("dispositions", "schedules")),
    )
    assert made.changes[0].action is Action.UPDATE
    assert made.outreach.notes[-1] == (
        "Settings that only the console of Kore.ai has may be lost in an update: dispositions, "
        "schedules."
    )
