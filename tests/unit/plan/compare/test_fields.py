from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.plan.compare.fields import Comparison, compare
from reconciler.plan.compare.leaves import Bindings, Sides
from reconciler.plan.model import Attribution, FieldChange, Movement
from reconciler.resources.base import Desired, Live, Metadata
from reconciler.resources.exemptions import Exemption
from reconciler.resources.ledger_records import Binding, Record
from reconciler.resources.message_text import encodings
from reconciler.resources.tree import at, has
from tests.support.campaigns import CARE, WEEK, desired, live, record

FLOW = "experienceFlowName"


def compared(
    one: Desired,
    row: Live,
    known: Record | None = None,
    *bindings: Binding,
    full_body: bool = False,
) -> Comparison:
    return compare(
        Sides(
            desired=one,
            live=row,
            record=known,
            bindings=Bindings(bindings),
            full_body=full_body,
        )
    )


def bound(name: str, remote: str) -> Binding:
    return Binding("retention", FLOW, name, remote)


def shown(remote: str, **changes: Any) -> Live:
    return live(references={FLOW: remote}, **changes)


def change(
    path: str, before: JsonValue, after: JsonValue, attribution: Attribution = Attribution.PENDING
) -> FieldChange:
    return FieldChange(path=path, before=before, after=after, attribution=attribution)


def test_equal_trees_have_no_difference() -> None:
    one = desired()
    found = compared(one, shown("cf-1"), record(one), bound("SMS Support Flow", "cf-1"))
    assert (found.fields, found.drift, found.notes) == ((), (), ())
    assert found.before == found.after


@pytest.mark.parametrize(
    ("last", "now", "wanted", "attribution"),
    [
        ("5", "1", "5", Attribution.DRIFT),
        ("5", "5", "1", Attribution.PENDING),
        ("5", "1", "2", Attribution.BOTH),
        (None, "1", "2", Attribution.PENDING),
    ],
)
def test_a_difference_is_attributed_to_whoever_moved(
    last: str | None, now: str, wanted: str, attribution: Attribution
) -> None:
    one = desired(priority=wanted)
    known = record(desired(priority=last)) if last else None
    found = compared(one, live(priority=now), known)
    assert found.fields == (change("priority", now, wanted, attribution),)
    drifted = attribution in (Attribution.DRIFT, Attribution.BOTH)
    assert [field.path for field in found.drift] == (["priority"] if drifted else [])
    assert found.pending == (attribution in (Attribution.PENDING, Attribution.BOTH))


def test_a_live_change_to_what_the_manifest_declares_is_no_drift() -> None:
    found = compared(desired(priority="1"), live(priority="1"), record(desired()))
    assert (found.fields, found.drift) == ((), ())


def test_drift_runs_from_last_applied_to_live() -> None:
    one = desired()
    found = compared(one, live(priority="1"), record(one))
    moved = change("priority", "5", "1", Attribution.DRIFT)
    assert found.drift == (replace(moved, movement=Movement.CONTRACTING),)


def test_an_adopted_flow_drifts_once_another_id_is_shown() -> None:
    one = desired()
    known = record(one, assumed=(FLOW,), references={FLOW: "cf-1"})
    assert compared(one, shown("cf-1"), known).drift == ()
    (moved,) = compared(one, shown("cf-2"), known).drift
    assert (moved.path, moved.before, moved.after) == (FLOW, "SMS Support Flow", "flow cf-2")


def test_contact_lists_are_sets() -> None:
    row = live()
    row.spec["contactLists"] = ["B", "A", "B"]
    assert compared(desired(contactLists=["A", "B"]), row).fields == ()


def test_calling_hours_differ_as_a_whole_list() -> None:
    path = "dialingStrategy.callingHours.days"
    row = live(dialingStrategy__callingHours__days=WEEK[:4])
    (field,) = compared(desired(), row).fields
    assert (field.path, field.before, field.after) == (path, WEEK[:4], WEEK)


@pytest.mark.parametrize("encoding", [0, 1, 2])
def test_a_message_is_the_same_in_every_encoding_and_shown_as_text(encoding: int) -> None:
    text = "Your policy renews soon, reply YES"
    content = {"experienceFlowName": None, "message__message": text}
    one, row = desired(**content), live(**content)
    del one.spec["experienceFlowName"]
    row.spec["message"] = {"message": encodings(text)[encoding]}
    found = compared(one, row)
    assert found.fields == ()
    assert at(found.before, "message.message") == at(found.after, "message.message") == text


def test_a_field_that_is_not_declared_is_not_compared() -> None:
    one = desired()
    del one.spec["priority"]
    assert compared(one, live(priority="1")).fields == ()


def test_what_is_never_compared_makes_no_difference_in_the_document() -> None:
    found = compared(desired(), live())
    assert not has(found.after, "schedule")


def test_an_ignored_field_is_taken_as_read() -> None:
    ignore = (Exemption("dialingStrategy", "the vendor's staff tunes it"),)
    one = desired(metadata=Metadata(ignore=ignore))
    row = live(dialingStrategy__callingHours__timezone="Asia/Dubai", priority="1")
    found = compared(one, row)
    assert [field.path for field in found.fields] == ["priority"]
    assert at(found.after, "dialingStrategy.callingHours.timezone") == "Asia/Dubai"


def test_a_field_that_cannot_be_read_and_is_as_last_applied_is_noted_once() -> None:
    one = desired()
    found = compared(one, live(), record(one))
    assert found.fields == ()
    (note,) = found.notes
    assert note.startswith("experienceFlowName cannot be verified")
    assert note.endswith("what was last applied is assumed to be in force")
    assert found.before == found.after
    assert at(found.before, FLOW) == "SMS Support Flow"


def test_a_field_that_cannot_be_read_and_is_edited_is_a_change() -> None:
    one = desired(experienceFlowName="Other")
    (field,) = compared(one, live(), record(desired())).fields
    assert (field.before, field.after, field.readable) == (None, "Other", False)
    assert field.attribution is Attribution.PENDING


def test_a_field_that_cannot_be_read_is_assumed_at_adoption() -> None:
    found = compared(desired(), live())
    assert found.fields == ()
    assert "the manifest is assumed to be in force" in found.notes[0]
    assert not has(found.before, FLOW)


def test_a_field_that_cannot_be_read_and_was_never_sent_is_still_to_be_sent() -> None:
    one = desired()
    known = record(one)
    draft = replace(known, spec={key: value for key, value in known.spec.items() if key != FLOW})
    (found,) = compared(one, live(), draft).fields
    assert (found.path, found.after) == (FLOW, "SMS Support Flow")
    assert (found.readable, found.attribution) == (False, Attribution.PENDING)


@pytest.mark.parametrize("assumed", [False, True])
def test_a_full_body_update_shows_what_it_sends_unproven(assumed: bool) -> None:
    one = desired(priority="1")
    known = replace(record(desired()), assumed=(FLOW,)) if assumed else None
    found = compared(one, live(), known, full_body=True)
    assert {(field.path, field.readable) for field in found.fields} == {
        ("priority", True),
        (FLOW, False),
    }
    assert found.notes == ()
    assert not has(found.before, FLOW)


def test_a_full_body_update_does_not_doubt_what_was_sent_before() -> None:
    found = compared(desired(priority="1"), live(), record(desired()), full_body=True)
    assert found.paths == {"priority"}


def test_an_unproven_field_alone_is_no_reason_to_update() -> None:
    assert compared(desired(), live(), full_body=True).fields == ()


def test_a_bound_name_is_compared_by_its_id() -> None:
    one = desired()
    found = compared(one, shown("cf-1"), None, bound("SMS Support Flow", "cf-1"))
    assert (found.fields, found.notes) == ((), ())


def test_another_id_than_the_bound_one_is_drift_under_its_known_name() -> None:
    one = desired()
    bindings = bound("SMS Support Flow", "cf-1"), bound("Sales Flow", "cf-2")
    found = compared(one, shown("cf-2"), record(one), *bindings)
    assert found.fields == (change(FLOW, "Sales Flow", "SMS Support Flow", Attribution.DRIFT),)


def test_another_id_of_no_known_name_is_shown_as_an_id() -> None:
    one = desired()
    found = compared(one, shown("cf-9"), record(one), bound("SMS Support Flow", "cf-1"))
    assert found.fields[0].before == "flow cf-9"


def test_a_new_name_over_a_bound_one_is_a_readable_change() -> None:
    one = desired(experienceFlowName="Other")
    found = compared(one, shown("cf-1"), record(desired()), bound("SMS Support Flow", "cf-1"))
    assert found.fields == (change(FLOW, "SMS Support Flow", "Other"),)


def test_an_id_without_any_binding_cannot_be_verified() -> None:
    one = desired()
    found = compared(one, shown("cf-1"), record(one))
    assert found.fields == ()
    assert len(found.notes) == 1


def test_a_binding_of_another_target_proves_nothing() -> None:
    one = desired()
    found = compared(one, shown("cf-1"), record(one), Binding("prod", FLOW, one.name, "cf-1"))
    assert len(found.notes) == 1


def test_a_dropped_field_is_reported_as_unmanaged() -> None:
    one = desired()
    del one.spec["priority"]
    notes = compared(one, live(), record(desired())).notes
    assert "priority is no longer in the manifest" in notes[-1]


def test_after_is_before_with_the_manifest_over_it() -> None:
    row = live("u-1", CARE, smsCompanyName="Ours")
    found = compared(desired("care", CARE, enablePulse=False), row)
    assert found.after == {**found.before, "enablePulse": False}
    assert found.before["smsCompanyName"] == "Ours"


NAMES = st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=5)


@given(st.sampled_from("12345"), st.sampled_from("12345"), NAMES, NAMES)
def test_exactly_the_unequal_fields_differ(
    wanted: str, now: str, wanted_lists: list[str], now_lists: list[str]
) -> None:
    one = desired(priority=wanted, contactLists=wanted_lists)
    found = compared(one, live(priority=now, contactLists=now_lists))
    differing = {"priority"} if wanted != now else set()
    differing |= {"contactLists"} if set(wanted_lists) != set(now_lists) else set()
    assert found.paths == differing
    assert (found.before == found.after) == (not differing)


CF_1 = "cf-22222222-3333-5444-8555-666666666666"
CF_2 = "cf-55555555-6666-5777-8888-999999999999"


def test_a_reference_that_is_declared_by_its_id_is_proven() -> None:
    found = compared(desired(**{FLOW: CF_1}), shown(CF_1), full_body=True)
    assert (found.fields, found.notes) == ((), ())
    assert found.before[FLOW] == CF_1


def test_another_reference_than_the_declared_id_is_a_difference_before_any_apply() -> None:
    found = compared(desired(**{FLOW: CF_1}), shown(CF_2))
    assert found.fields == (change(FLOW, f"flow {CF_2}", CF_1),)


def test_a_name_for_what_was_declared_by_its_id_is_taken_as_true() -> None:
    before = record(desired(**{FLOW: CF_1}), references={FLOW: CF_1})
    found = compared(desired(), shown(CF_1), before)
    assert found.fields == ()
    assert "the manifest is assumed to be in force" in found.notes[0]


def overruled(one: Desired, **left: JsonValue) -> Record:
    """The record of a manifest for whose values the vendor returned others."""
    return replace(record(one), overruled=left)


def test_what_was_sent_and_not_taken_over_is_not_sent_again() -> None:
    one = desired(priority="3")
    found = compared(one, live(priority="5"), overruled(one, priority="5"))
    assert (found.fields, found.pending) == ((), False)
    assert [(one.path, one.before, one.after) for one in found.overruled] == [
        ("priority", "5", "3")
    ]
    assert at(found.after, "priority") == "3"


def test_what_was_not_taken_over_is_drift_from_what_was_sent() -> None:
    one = desired(contactLists=["A"])
    found = compared(one, live(contactLists=["A", "B"]), overruled(one, contactLists=["A", "B"]))
    (moved,) = found.drift
    assert (moved.before, moved.after) == (["A"], ["A", "B"])
    assert (moved.attribution, moved.movement) == (Attribution.DRIFT, Movement.EXPANDING)


@pytest.mark.parametrize(
    ("shown", "wanted", "attribution"),
    [
        ("5", "4", Attribution.PENDING),
        ("2", "4", Attribution.BOTH),
    ],
)
def test_once_the_manifest_moves_on_it_is_a_change_again(
    shown: str, wanted: str, attribution: Attribution
) -> None:
    known = overruled(desired(priority="3"), priority="5")
    found = compared(desired(priority=wanted), live(priority=shown), known)
    assert found.overruled == ()
    assert found.fields == (change("priority", shown, wanted, attribution),)
    drifted = attribution is not Attribution.PENDING
    assert [one.before for one in found.drift] == (["5"] if drifted else [])


def test_what_was_never_in_force_is_not_sent_again_although_the_vendor_shows_a_third_value() -> (
    None
):
    one = desired(priority="3")
    found = compared(one, live(priority="2"), overruled(one, priority="5"))
    assert found.fields == ()
    assert [(one.before, one.after) for one in found.overruled] == [("2", "3")]


def test_a_name_that_the_vendor_spells_its_own_way_is_in_force_so_its_drift_is_corrected() -> None:
    one = desired(name="spring renewal")
    known = overruled(one, name="Spring Renewal")
    found = compared(one, live(name="Summer Renewal"), known)
    assert (found.overruled, [one.path for one in found.fields]) == ((), ["name"])


@pytest.mark.parametrize(
    ("path", "sent", "shown", "same"),
    [
        ("contactLists", ["Spring  Renewals"], ["spring renewals"], True),
        ("name", "spring renewal", "Spring Renewal", True),
        ("dncLists.name", "DNC", "dnc", True),
        ("contactLists", ["Spring"], ["Summer"], False),
        ("dialingStrategy.callingHours.timezone", "Asia/Kolkata", "Asia/Calcutta", True),
        ("dialingStrategy.callerId.phoneNumber", "ACME", "acme", False),
    ],
)
def test_names_that_the_vendor_spells_differently_are_equal_but_texts_are_not(
    path: str, sent: JsonValue, shown: JsonValue, same: bool
) -> None:
    one = desired(**{path.replace(".", "__"): sent})
    row = live(**{path.replace(".", "__"): shown})
    found = compared(one, row, overruled(one, **{path: shown}))
    assert (found.fields, bool(found.overruled)) == ((), not same)
    assert bool(found.drift) is not same
