import pytest

from reconciler.plan.model import Action, Change
from tests.support.campaigns import VOICE, desired, live, record
from tests.support.plans import ledger, lists, on_kore, plan


def only(*changes: Change) -> Change:
    (change,) = changes
    return change


def test_a_do_not_call_list_that_a_live_campaign_uses_is_not_reported() -> None:
    rows = on_kore(live("cd-2", VOICE, name="Other"))
    assert only(*plan(desired("calls", VOICE), live=rows).changes).warnings == ()


@pytest.mark.parametrize(
    ("used", "hint"),
    [("Do not cal", 'did you mean "Do not cal"?'), ("Elsewhere", "check the spelling")],
)
def test_a_do_not_call_list_that_nothing_proves_is_reported_with_the_create(
    used: str, hint: str
) -> None:
    rows = on_kore(live("cd-2", VOICE, name="Other", dncLists__name=used))
    (told,) = only(*plan(desired("calls", VOICE), live=rows).changes).warnings
    assert told.startswith('do-not-call list "Do not call" cannot be checked')
    assert told.endswith(hint)


def test_a_campaign_without_a_do_not_call_list_proves_and_suggests_nothing() -> None:
    rows = on_kore(live("cd-2", name="Other"))
    (told,) = only(
        *plan(desired("calls", VOICE, dncLists__name="None"), live=rows).changes
    ).warnings
    assert told.endswith("check the spelling")


def test_a_vendor_that_lists_them_proves_them() -> None:
    known = lists(Do_not_call=None, Callbacks=3)
    rows = on_kore(contact_lists=known)
    assert only(*plan(desired("calls", VOICE), live=rows).changes).warnings == ()


def test_an_update_reports_it_only_if_it_changes_the_list() -> None:
    one = desired(dncLists__name="New", priority="1")
    known = ledger(record(desired()))
    change = only(*plan(one, live=on_kore(live(dncLists__name="Old")), ledger=known).changes)
    assert change.action is Action.UPDATE
    assert len(change.warnings) == 1
    same = desired(dncLists__name="Old", priority="1")
    made = plan(same, live=on_kore(live(dncLists__name="Old")), ledger=known)
    assert only(*made.changes).warnings == ()
