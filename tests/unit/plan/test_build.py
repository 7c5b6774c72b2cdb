from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.address import Address
from reconciler.diagnostics import Position, error, warning
from reconciler.plan.document.file import dump_plan
from reconciler.plan.model import Action, Change, Plan, Protection, Selection
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.exemptions import Exemption
from reconciler.resources.snapshot import TargetSnapshot
from tests.support.campaigns import CARE, SMS, desired, intent, live, record
from tests.support.plans import KORE, facts, ledger, lists, on_care, on_kore, plan, snapshot


def only(made: Plan) -> Change:
    (change,) = made.changes
    return change


def codes(made: Plan) -> list[str]:
    return [found.code for found in made.diagnostics]


def managed(lifecycle: Lifecycle) -> Desired:
    return desired(metadata=Metadata(lifecycle=lifecycle))


def test_a_manifest_without_a_campaign_is_created() -> None:
    made = plan(desired())
    change = only(made)
    assert (change.action, change.before, change.remote_id) == (Action.CREATE, None, None)
    assert [request.method for request in change.requests] == ["POST"]
    assert (made.applyable, made.has_changes, made.errored) == (True, True, False)
    assert made.pending == (change.address,)


def test_a_create_shows_the_defaults_and_records_what_is_declared() -> None:
    one = desired()
    del one.spec["priority"]
    change = only(plan(one))
    assert change.after is not None
    assert change.after["priority"] == "5"
    assert change.desired == one.spec


def test_a_create_carries_the_ids_of_its_name() -> None:
    made = plan(desired("care", CARE), live=on_care(live("u-1", CARE, state=RunState.ARCHIVED)))
    assert only(made).seen_ids == ("u-1",)


def test_an_applied_manifest_is_a_no_op() -> None:
    one = desired()
    made = plan(one, live=on_kore(live()), ledger=ledger(record(one)))
    assert only(made).action is Action.NO_OP
    assert not made.applyable
    assert (made.has_changes, made.pending, made.drift) == (False, (), ())


def test_an_edited_manifest_is_an_update() -> None:
    one = desired(priority="1")
    made = plan(one, live=on_kore(live()), ledger=ledger(record(desired())))
    change = only(made)
    assert change.action is Action.UPDATE
    assert [(field.path, field.before, field.after) for field in change.fields] == [
        ("priority", "5", "1")
    ]
    assert made.pending == (one.address,)


def test_a_console_edit_is_drift_and_an_update() -> None:
    one = desired()
    made = plan(one, live=on_kore(live(priority="1")), ledger=ledger(record(one)))
    assert only(made).action is Action.UPDATE
    assert [change.address for change in made.drift] == [one.address]
    assert made.pending == ()


def test_a_live_campaign_with_the_same_name_is_adopted() -> None:
    change = only(plan(desired(), live=on_kore(live())))
    assert (change.action, change.remote_id, change.adopts) == (Action.ADOPT, "cd-1", True)
    assert not change.writes


def test_an_adoption_that_changes_is_an_update_that_adopts() -> None:
    change = only(plan(desired(priority="1"), live=on_kore(live())))
    assert (change.action, change.adopts) == (Action.UPDATE, True)


def test_an_ambiguous_name_is_an_error_that_lists_the_ids() -> None:
    made = plan(desired(), live=on_kore(live("cd-1"), live("cd-2")))
    assert (made.changes, made.errored, made.applyable) == ((), True, False)
    assert codes(made) == ["ambiguous-name"]
    assert "cd-1, cd-2" in made.diagnostics[0].detail
    assert "metadata.remoteId" in made.diagnostics[0].detail


def test_a_campaign_that_vanished_is_drift_and_created_again() -> None:
    one = desired()
    made = plan(one, ledger=ledger(record(one, "cd-9")))
    assert only(made).action is Action.CREATE
    assert "cd-9 is gone" in only(made).reason
    assert [(entry.action, entry.remote_id) for entry in made.drift] == [(Action.DELETE, "cd-9")]
    assert made.pending == ()


def test_a_vanished_campaign_with_a_namesake_is_adopted_not_created() -> None:
    one = desired()
    made = plan(one, live=on_kore(live("cd-2")), ledger=ledger(record(one, "cd-9")))
    assert (only(made).action, only(made).remote_id) == (Action.ADOPT, "cd-2")
    assert made.drift[0].remote_id == "cd-9"


def test_a_pin_that_is_not_listed_is_an_error() -> None:
    made = plan(desired(metadata=Metadata(remote_id="cd-9")))
    assert (codes(made), made.changes) == (["remote-id-not-found"], ())


def test_two_manifests_never_mean_one_campaign() -> None:
    metadata = Metadata(remote_id="cd-1")
    twins = desired("a", metadata=metadata), desired("b", name="B", metadata=metadata)
    made = plan(*twins, live=on_kore(live()))
    assert codes(made) == ["same-campaign"]
    assert [str(change.address) for change in made.changes] == [f"{SMS}.a"]


def test_a_campaign_of_another_manifest_is_not_taken_by_name() -> None:
    owner = desired("owner", name="Owner")
    made = plan(owner, desired("b"), live=on_kore(live("cd-1")), ledger=ledger(record(owner)))
    assert codes(made) == ["name-still-held"]
    assert [str(change.address) for change in made.changes] == [f"{SMS}.owner"]


def test_an_open_intent_blocks_its_address_only() -> None:
    one, other = desired(), desired("other", name="Other")
    made = plan(one, other, ledger=ledger(intents={one.address: intent(one)}))
    assert {change.address.name: change.action for change in made.changes} == {
        "other": Action.CREATE,
        "renewal": Action.MANUAL,
    }
    assert codes(made) == ["outcome-unknown"]
    assert not made.errored
    assert made.applyable


def test_an_open_intent_without_a_manifest_is_reported() -> None:
    made = plan(ledger=ledger(intents={desired().address: intent(desired())}))
    assert codes(made) == ["outcome-unknown"]


def test_a_changed_immutable_field_is_an_error_at_its_line() -> None:
    position = Position(9, 3)
    one = desired("care", CARE, templateId="b" * 8, positions={"templateId": position})
    known = record(desired("care", CARE, templateId="a" * 8), "u-1")
    made = plan(one, live=on_care(live("u-1", CARE, templateId="a" * 8)), ledger=ledger(known))
    assert codes(made) == ["immutable-field"]
    assert str(made.diagnostics[0].source) == "campaigns/care.yaml:9:3"
    assert only(made).action is Action.MANUAL


def test_an_immutable_field_changed_at_the_vendor_is_for_a_person() -> None:
    one = desired("care", CARE, templateId="a" * 8)
    row = live("u-1", CARE, templateId="b" * 8)
    made = plan(one, live=on_care(row), ledger=ledger(record(one, "u-1")))
    assert (only(made).action, made.errored) == (Action.MANUAL, False)
    assert "templateId cannot be changed" in only(made).reason


def test_a_blocked_campaign_with_differences_is_for_a_person() -> None:
    row = live(priority="1", blocked=("it is Active: stop it first",))
    change = only(plan(desired(), live=on_kore(row), ledger=ledger(record(desired()))))
    assert (change.action, change.requests) == (Action.MANUAL, ())
    assert change.reason == "it is Active: stop it first"


def test_a_blocked_campaign_without_differences_is_a_no_op() -> None:
    row = live(blocked=("it is Active: stop it first",))
    made = plan(desired(), live=on_kore(row), ledger=ledger(record(desired())))
    assert only(made).action is Action.NO_OP


@pytest.mark.parametrize("rows", [(), (live(),)])
def test_a_write_that_the_provider_cannot_make_is_for_a_person(rows: tuple[Live, ...]) -> None:
    change = only(plan(desired(description="impossible"), live=on_kore(*rows)))
    assert change.action is Action.MANUAL
    assert change.reason == "the queue is not known: open it in the console"


@pytest.mark.parametrize("rows", [(), (live(priority="1"),)])
def test_a_write_that_the_api_lacks_is_for_a_person(rows: tuple[Live, ...]) -> None:
    unable = replace(KORE, create=Ability.NO, update=Ability.NO)
    targets = {"retention": facts(capabilities=unable), "care": facts("care")}
    assert only(plan(desired(), live=on_kore(*rows), targets=targets)).action is Action.MANUAL


def test_a_target_that_could_not_be_read_fails_alone() -> None:
    problem = error("read-failed", "page 2 is missing", target="retention")
    broken = {
        "retention": TargetSnapshot(target="retention", problem=problem),
        "care": snapshot("care"),
    }
    made = plan(desired(), desired("care", CARE), live=broken)
    assert [change.target for change in made.changes] == ["care"]
    assert made.diagnostics == (problem,)
    assert (made.errored, made.complete, made.applyable) == (True, False, False)


@pytest.mark.parametrize("state", [{}, {"retention": TargetSnapshot(target="retention")}])
def test_nothing_is_planned_against_what_was_not_read(state: dict[str, TargetSnapshot]) -> None:
    made = plan(desired(), live=state)
    assert (codes(made), made.changes) == (["not-read"], ())


def test_an_unknown_contact_list_is_an_error_with_a_suggestion() -> None:
    known = lists(**{"Renewal_Due_-_May/June_2026": 3})
    at = {"contactLists": Position(7, 3)}
    made = plan(desired(positions=at), live=on_kore(contact_lists=known))
    assert (codes(made), made.changes) == (["unknown-contact-list"], ())
    assert made.diagnostics[0].detail == 'Did you mean "Renewal Due - May/June 2026"?'
    assert str(made.diagnostics[0].source) == "campaigns/renewal.yaml:7:3"


def test_an_unknown_contact_list_stops_an_update_of_the_lists() -> None:
    live_lists = on_kore(live(), contact_lists=lists(Other=1))
    made = plan(desired(contactLists=["New"]), live=live_lists, ledger=ledger(record(desired())))
    assert codes(made) == ["unknown-contact-list"]
    assert made.errored


@pytest.mark.parametrize("name", ["New", "new"])
def test_of_lists_that_look_alike_each_is_known_and_no_size_is(name: str) -> None:
    made = plan(desired(contactLists=[name]), live=on_kore(contact_lists=lists(New=1, new=5)))
    assert not made.errored
    assert (made.outreach.records, made.outreach.unknown_sizes) == (None, True)


def test_contact_lists_that_were_not_asked_for_are_not_judged() -> None:
    assert not plan(desired()).errored


def test_a_create_has_seen_every_campaign_whose_name_looks_the_same() -> None:
    made = plan(desired("care", CARE), live=on_care(live("u-1", CARE, name="CARE")))
    assert (only(made).action, only(made).seen_ids) == (Action.CREATE, ("u-1",))


def test_another_target_than_the_applied_one_is_an_error() -> None:
    one = desired()
    made = plan(one, ledger=ledger(replace(record(one), target="elsewhere")))
    assert (codes(made), made.changes) == (["target-changed"], ())


def test_a_protected_campaign_is_managed_like_any_other() -> None:
    one = managed(Lifecycle.PROTECTED)
    known = ledger(record(one, protected=True))
    change = only(plan(one, live=on_kore(live()), ledger=known))
    assert (change.action, change.settles) == (Action.NO_OP, False)


@pytest.mark.parametrize(
    ("lifecycle", "known", "learnt"),
    [
        (Lifecycle.PROTECTED, False, Protection.PROTECT),
        (Lifecycle.MANAGED, True, Protection.UNPROTECT),
    ],
)
def test_the_ledger_learns_of_a_protection(
    lifecycle: Lifecycle, known: bool, learnt: Protection
) -> None:
    one = managed(lifecycle)
    made = plan(one, live=on_kore(live()), ledger=ledger(record(one, protected=known)))
    assert (only(made).action, only(made).protection) == (Action.NO_OP, learnt)
    assert (made.applyable, made.has_changes) == (True, False)


def test_nothing_is_learnt_of_a_campaign_that_is_in_no_record() -> None:
    one = desired(priority="1", metadata=Metadata(lifecycle=Lifecycle.PROTECTED))
    blocked = live(blocked=("it is Active: stop it first",))
    change = only(plan(one, live=on_kore(blocked)))
    assert (change.action, change.protection) == (Action.MANUAL, Protection.KEEP)


def test_warnings_of_loading_are_shown_and_stop_nothing() -> None:
    made = plan(desired(), diagnostics=(warning("soon", "an ignore expires soon"),))
    assert (codes(made), made.errored) == (["soon"], False)


def test_a_second_campaign_of_a_managed_name_is_unmanaged() -> None:
    one = desired()
    made = plan(one, live=on_kore(live("cd-1"), live("cd-2")), ledger=ledger(record(one)))
    assert [campaign.remote_id for campaign in made.unmanaged] == ["cd-2"]


def test_drift_that_expands_comes_first() -> None:
    first, second = desired("a", name="A"), desired("b", name="B")
    rows = live("cd-1", name="A", priority="1"), live("cd-2", name="B", contactLists=["X"])
    known = ledger(record(first, "cd-1"), record(second, "cd-2"))
    made = plan(first, second, live=on_kore(*rows), ledger=known)
    assert [(one.address.name, one.movement.value) for one in made.drift] == [
        ("b", "expanding"),
        ("a", "contracting"),
    ]


def test_live_campaigns_nobody_knows_are_unmanaged() -> None:
    rows = (
        live("cd-1"),
        live("cd-2", name="Other"),
        live("cd-3", name="Old", state=RunState.ARCHIVED),
    )
    made = plan(desired(), live=on_kore(*rows))
    assert [campaign.remote_id for campaign in made.unmanaged] == ["cd-2"]
    assert (made.managed_count, made.live_count) == (1, 2)


def test_a_campaign_of_a_manifest_that_was_not_selected_is_managed() -> None:
    chosen = Selection(select=(f"{SMS}.renewal",))
    other = desired("other", name="Other")
    rows = live("cd-1"), live("cd-2", name="Other")
    made = plan(desired(), other, live=on_kore(*rows), selection=chosen)
    assert [change.address.name for change in made.changes] == ["renewal"]
    assert (made.unmanaged, made.complete) == ((), False)


def test_changes_are_in_the_order_of_their_addresses() -> None:
    names = ["c", "a", "b"]
    made = plan(*(desired(name, name=name) for name in names))
    assert [change.address.name for change in made.changes] == sorted(names)


def test_an_ignored_field_is_sent_as_read() -> None:
    ignore = (Exemption("contactLists", "the dialer team owns the lists"),)
    one = desired(priority="1", contactLists=["Ours"], metadata=Metadata(ignore=ignore))
    change = only(plan(one, live=on_kore(live(contactLists=["Theirs"]))))
    assert change.requests[0].body is not None
    assert change.requests[0].body["contactLists"] == ["Theirs"]
    assert change.after is not None
    assert change.after["contactLists"] == ["Theirs"]


def test_a_moved_manifest_keeps_its_campaign() -> None:
    old = desired("old")
    made = plan(desired("new"), live=on_kore(live()), ledger=ledger(record(old)))
    change = only(made)
    assert (change.action, change.moved_from) == (Action.NO_OP, Address(SMS, "old"))
    assert change.reason == f"moved from {SMS}.old"
    assert made.orphaned == ()
    assert made.applyable
    assert not made.has_changes


def test_a_moved_manifest_finds_a_campaign_that_was_renamed_at_the_vendor() -> None:
    made = plan(
        desired("new"), live=on_kore(live(name="Console")), ledger=ledger(record(desired("old")))
    )
    assert (only(made).action, only(made).remote_id) == (Action.UPDATE, "cd-1")


def test_a_pinned_manifest_moves_too() -> None:
    one = desired("new", name="New", metadata=Metadata(remote_id="cd-1"))
    made = plan(one, live=on_kore(live()), ledger=ledger(record(desired("old"))))
    assert only(made).moved_from == Address(SMS, "old")


def test_a_moved_manifest_whose_campaign_is_gone_is_a_recreate() -> None:
    made = plan(desired("new"), ledger=ledger(record(desired("old"), "cd-9"), serial=3))
    assert [gate.code for gate in made.gates if gate.code == "recreate"] == ["recreate"]


NAMES = st.lists(st.sampled_from("ABCDEFGH"), unique=True, max_size=6)


@given(NAMES, st.data())
def test_a_plan_of_equal_snapshots_is_empty_and_ignores_order(
    names: list[str], data: st.DataObject
) -> None:
    def planned(order: list[str]) -> Plan:
        manifests = [desired(name.lower(), name=name) for name in order]
        rows = [live(f"cd-{name}", name=name) for name in order]
        records = [record(one, f"cd-{one.name}") for one in manifests]
        return plan(*manifests, live=on_kore(*rows), ledger=ledger(*records))

    made = planned(names)
    assert not made.has_changes
    assert (made.drift, made.gates, made.diagnostics) == ((), (), ())
    assert dump_plan(planned(data.draw(st.permutations(names)))) == dump_plan(made)


@pytest.mark.parametrize("unlisted", [frozenset(), frozenset({"cd-1"})])
def test_a_campaign_that_a_reading_found_is_not_gone_however_old_its_record(
    unlisted: frozenset[str],
) -> None:
    one = desired()
    change = only(plan(one, live=on_kore(unlisted=unlisted), ledger=ledger(record(one))))
    assert (change.action is Action.MANUAL) is bool(unlisted)
    assert ("cd-1 exists, but the vendor's listing does not show it" in change.reason) is bool(
        unlisted
    )


def test_a_pinned_campaign_that_no_listing_shows_holds_its_address_only() -> None:
    one = desired(metadata=Metadata(remote_id="cd-7"))
    made = plan(one, desired("new", name="New"), live=on_kore(unlisted=frozenset({"cd-7"})))
    assert [change.action for change in made.changes] == [Action.CREATE, Action.MANUAL]
    assert (made.diagnostics, made.errored) == ((), False)
