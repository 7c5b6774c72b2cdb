from dataclasses import replace
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.plan.listing_index import ListingIndex
from reconciler.plan.match import (
    Absent,
    Ambiguous,
    Gone,
    Matched,
    PinMissing,
    Taken,
    channels_of,
    match,
    missing,
    needed_details,
    not_found,
)
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.snapshot import TargetSnapshot
from tests.support.campaigns import CARE, SMS, VOICE, desired, intent, live, record
from tests.support.plans import ledger, snapshot


def index(*rows: Live, type_: str = SMS) -> ListingIndex:
    return ListingIndex(BY_TYPE[type_], rows)


def pinned(remote_id: str) -> Desired:
    return desired(metadata=Metadata(remote_id=remote_id))


def test_a_pin_beats_the_ledger_and_the_name() -> None:
    rows = live("cd-1"), live("cd-2", name="Other"), live("cd-3", name="Third")
    one = pinned("cd-3")
    assert match(one, index(*rows), record=record(one, "cd-2")) == Matched(rows[2], "pin")


def test_the_ledger_id_beats_the_name() -> None:
    rows = live("cd-1"), live("cd-2", name="Renamed in the console")
    one = desired()
    assert match(one, index(*rows), record=record(one, "cd-2")) == Matched(rows[1], "ledger")


@pytest.mark.parametrize("name", ["Renewal", "RENEWAL", "renewal"])
def test_kore_names_match_whatever_their_case(name: str) -> None:
    row = live("cd-1", name=name)
    assert match(desired(), index(row)) == Matched(row, "name")


def test_kore_keeps_a_sharp_s_apart_from_two() -> None:
    assert match(desired(name="Straße"), index(live(name="Strasse"))) == Absent()


def test_carecycle_names_match_exactly() -> None:
    row = live("u-1", CARE, name="CARE")
    found = index(row, type_=CARE)
    assert match(desired("care", CARE), found) == Absent()
    assert found.near_twins("Care") == (row,)


@pytest.mark.parametrize(("type_", "remote_id"), [(SMS, "cd-1"), (CARE, "u-1")])
def test_names_match_however_they_are_encoded(type_: str, remote_id: str) -> None:
    row = live(remote_id, type_, name="Caf\u00e9")
    one = desired("cafe", type_, name="Cafe\u0301")
    assert match(one, index(row, type_=type_)) == Matched(row, "name")
    assert index(row, type_=type_).near_twins("Cafe\u0301") == ()


def test_ids_of_names_that_look_alike_include_archived_campaigns() -> None:
    rows = (
        live("cd-1", name="Renewal "),
        live("cd-2", name="RENEWAL"),
        live("cd-3", name="Renewal 2"),
        live("cd-4", name="Renewal\u200b", state=RunState.ARCHIVED),
    )
    assert index(*rows).ids_alike("Renewal") == ("cd-1", "cd-2", "cd-4")
    assert index(*rows).near_twins("Renewal") == (rows[0],)


def test_an_archived_campaign_never_matches_by_name() -> None:
    row = live("u-1", CARE, state=RunState.ARCHIVED)
    assert match(desired("care", CARE), index(row, type_=CARE)) == Absent()


def test_an_archived_campaign_is_as_good_as_gone() -> None:
    row, one = live("u-1", CARE, state=RunState.ARCHIVED), desired("care", CARE)
    assert match(one, index(row, type_=CARE), record=record(one, "u-1")) == Gone("u-1")


def test_two_campaigns_with_the_same_name_are_ambiguous() -> None:
    assert match(desired(), index(live("cd-2"), live("cd-1"))) == Ambiguous(("cd-1", "cd-2"))


def test_a_known_campaign_that_is_not_listed_is_gone() -> None:
    one = desired()
    assert match(one, index(), record=record(one, "cd-9")) == Gone("cd-9")


def test_a_known_campaign_that_vanished_is_looked_for_by_name() -> None:
    row, one = live("cd-2"), desired()
    assert match(one, index(row), record=record(one, "cd-9")) == Matched(row, "name")


def test_a_pin_that_is_not_listed_is_never_absent() -> None:
    assert match(pinned("cd-9"), index(live())) == PinMissing("cd-9")


def test_a_former_name_matches_when_the_name_does_not() -> None:
    row = live(name="Old name")
    one = desired(metadata=Metadata(former_names=("Old name",)))
    assert match(one, index(row)) == Matched(row, "former name")


def test_a_campaign_of_another_address_is_taken() -> None:
    owner = Address(SMS, "other")
    assert match(desired(), index(live()), owners={"cd-1": owner}) == Taken("cd-1", owner)


def test_a_listing_of_several_kinds_is_searched_by_kind() -> None:
    assert match(desired(), index(live(), type_=VOICE)) == Absent()


def test_details_are_needed_of_managed_campaigns_and_candidates_only() -> None:
    one = desired()
    rows = live("cd-1", name="Managed"), live("cd-2"), live("cd-3", name="Unmanaged")
    known = ledger(record(desired("managed", name="Managed"), "cd-1"))
    wanted = [one, desired("managed", name="Managed")]
    assert needed_details(wanted, snapshot("retention", *rows), known) == ("cd-1", "cd-2")


@pytest.mark.parametrize(("prune", "ids"), [(False, ()), (True, ("cd-1",))])
def test_details_of_an_orphan_are_needed_only_to_remove_it(
    prune: bool, ids: tuple[str, ...]
) -> None:
    known = ledger(record(desired("orphan", name="Orphan"), "cd-1"))
    rows = snapshot("retention", live("cd-1", name="Orphan"))
    assert needed_details([], rows, known, prune=prune) == ids


def test_details_of_an_orphan_are_not_needed_by_default() -> None:
    known = ledger(record(desired("orphan", name="Orphan"), "cd-1"))
    assert needed_details([], snapshot("retention", live("cd-1", name="Orphan")), known) == ()


def test_details_of_a_known_campaign_are_needed_under_any_name() -> None:
    one = desired()
    rows = snapshot("retention", live("cd-1", name="Renamed in the console"))
    assert needed_details([one], rows, ledger(record(one, "cd-1"))) == ("cd-1",)


def test_details_of_an_orphan_that_is_not_listed_or_not_read_are_not_needed() -> None:
    known = ledger(record(desired("orphan", name="Orphan"), "cd-9"))
    unread = TargetSnapshot(target="retention")
    assert needed_details([], snapshot("retention"), known, prune=True) == ()
    assert needed_details([], unread, known, prune=True) == ()


def test_details_of_an_orphan_whose_name_a_manifest_has_are_needed() -> None:
    known = ledger(record(desired("old"), "cd-1"))
    rows = snapshot("retention", live("cd-1", name="Renamed"))
    assert needed_details([desired("new")], rows, known) == ("cd-1",)


def test_a_released_campaign_needs_no_details() -> None:
    one = desired(metadata=Metadata(lifecycle=Lifecycle.RELEASED))
    assert needed_details([one], snapshot("retention", live()), ledger(record(one))) == ()


def test_a_channel_that_was_not_read_needs_no_details() -> None:
    assert needed_details([desired()], TargetSnapshot(target="retention"), ledger()) == ()


def missed(*wanted: Desired, known: LedgerView, prune: bool = False) -> list[str]:
    rows = snapshot("retention", live("cd-1", name="Listed"))
    return [one.remote_id for one in missing(wanted, rows, known, prune=prune)]


def test_known_campaigns_that_no_listing_shows_are_missing() -> None:
    listed, one = desired("listed", name="Listed"), desired()
    known = ledger(record(listed, "cd-1"), record(one, "cd-9"))
    assert missed(listed, one, known=known) == ["cd-9"]
    assert missed(pinned("cd-8"), known=known) == ["cd-8", "cd-9"]


@pytest.mark.parametrize(
    ("wanted", "prune", "ids"),
    [
        ((), False, []),
        ((), True, ["cd-9"]),
        ((desired("new", name="RENEWAL"),), False, ["cd-9"]),
        ((desired(metadata=Metadata(lifecycle=Lifecycle.RELEASED)),), True, []),
        ((desired(metadata=Metadata(lifecycle=Lifecycle.RETIRED)),), False, ["cd-9"]),
    ],
    ids=["orphan", "pruned", "moved", "released", "retired"],
)
def test_only_those_are_missing_that_a_plan_would_call_gone(
    wanted: tuple[Desired, ...], prune: bool, ids: list[str]
) -> None:
    assert missed(*wanted, known=ledger(record(desired(), "cd-9")), prune=prune) == ids


def test_an_orphan_is_not_missing_by_default() -> None:
    assert missing([], snapshot("retention"), ledger(record(desired(), "cd-9"))) == ()


def test_nothing_is_missing_from_a_channel_that_was_not_read() -> None:
    unread = TargetSnapshot(target="retention")
    assert missing([desired()], unread, ledger(record(desired()))) == ()


@pytest.mark.parametrize(
    ("one", "channels"),
    [
        (desired(), {"sms"}),
        (desired("voice", VOICE), {"voice"}),
        (desired("listed", name="Listed"), set()),
        (desired(metadata=Metadata(lifecycle=Lifecycle.RETIRED)), set()),
        (desired(metadata=Metadata(lifecycle=Lifecycle.RELEASED)), set()),
        (pinned("cd-9"), set()),
        (desired(target="elsewhere"), set()),
    ],
    ids=["new", "voice", "there", "retired", "released", "pinned", "elsewhere"],
)
def test_a_create_would_be_planned_in_the_channels_of_what_is_not_found(
    one: Desired, channels: set[str]
) -> None:
    rows = snapshot("retention", live("cd-1", name="Listed"))
    assert not_found([one], rows, ledger()) == channels


def test_a_campaign_that_is_gone_would_be_created_again_unless_it_is_only_unlisted() -> None:
    known = ledger(record(desired(), "cd-9"))
    rows = snapshot("retention")
    assert not_found([desired()], rows, known) == {"sms"}
    assert not_found([desired()], rows, known, unlisted={"cd-9"}) == frozenset()


def test_a_listing_is_searched_to_its_end() -> None:
    row = live("cd-2")
    assert match(desired(), index(live("cd-1", VOICE), row)) == Matched(row, "name")


def test_a_manifest_that_creates_nothing_does_not_hide_the_next() -> None:
    retired = desired("old", name="Old", metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    assert not_found([retired, desired()], snapshot("retention"), ledger()) == {"sms"}


def test_a_record_of_another_target_does_not_hide_an_orphan_of_this_one() -> None:
    elsewhere = record(desired("a", name="A", target="elsewhere"), "cd-1")
    known = ledger(elsewhere, record(desired("b", name="B"), "cd-2"))
    rows = snapshot("retention", live("cd-1", name="A"), live("cd-2", name="B"))
    assert needed_details([], rows, known, prune=True) == ("cd-2",)


def test_a_record_of_another_target_does_not_make_a_campaign_of_this_one_missing() -> None:
    known = ledger(record(desired(target="elsewhere"), "cd-9"))
    assert missed(desired(), known=known) == []


def test_a_missing_campaign_carries_its_record_unless_only_a_pin_names_it() -> None:
    one, rows = desired(), snapshot("retention")
    known = record(one, "cd-9")
    found = missing([one], rows, ledger(known))
    assert [(of.remote_id, of.record) for of in found] == [("cd-9", known)]
    assert [of.kind for of in found] == [BY_TYPE[SMS]]
    assert [of.record for of in missing([pinned("cd-8")], rows, ledger())] == [None]


MARK = "aaaaaaaa-00000001"


def marked(remote_id: str, mark: str = MARK, **changes: Any) -> Live:
    return replace(live(remote_id, **changes), observed={"marker": mark})


def test_a_mark_beats_the_name() -> None:
    one, rows = replace(desired(), marker=MARK), (live("cd-1"), marked("cd-2"))
    assert match(one, index(*rows)) == Matched(rows[1], "marker")


@pytest.mark.parametrize("name", ["Renewal", "Renewal ", "Re\u200bnewal", "\uff32enewal"])
def test_a_marked_campaign_is_ours_under_every_name_that_looks_the_same(name: str) -> None:
    row = replace(marked("cd-1"), name=name)
    one = replace(desired(), marker=MARK)
    assert match(one, index(row)) == Matched(row, "marker")
    assert needed_details([one], snapshot("retention", row), ledger()) == ("cd-1",)
    assert not_found([one], snapshot("retention", row), ledger()) == frozenset()


def test_a_marked_campaign_may_have_a_former_name() -> None:
    row = marked("cd-1", name="Old")
    one = replace(desired(metadata=Metadata(former_names=("Old",))), marker=MARK)
    assert match(one, index(row)) == Matched(row, "marker")


@pytest.mark.parametrize(
    "row",
    [
        marked("cd-1", name="Something else"),
        replace(marked("cd-1", name="Renewal "), state=RunState.ARCHIVED),
        marked("cd-1", "aaaaaaaa-00000002", name="Something else"),
    ],
)
def test_a_mark_alone_matches_nothing(row: Live) -> None:
    assert not isinstance(match(replace(desired(), marker=MARK), index(row)), Matched)


def test_a_mark_proves_nothing_about_a_campaign_that_the_ledger_has() -> None:
    one, row = replace(desired(), marker=MARK), replace(marked("cd-1"), name="Renewal ")
    known = ledger(record(desired("other")))
    assert not isinstance(match(one, index(row), owned={"cd-1"}), Matched)
    assert not_found([one], snapshot("retention", row), known) == {"sms"}


def test_two_campaigns_with_the_mark_and_the_name_are_ambiguous() -> None:
    one, rows = replace(desired(), marker=MARK), (marked("cd-1"), marked("cd-2"))
    assert match(one, index(*rows)) == Ambiguous(("cd-1", "cd-2"))


def test_a_plan_lists_the_channels_of_manifests_records_and_open_creates_of_its_target() -> None:
    voice, care = desired("calls", VOICE), desired("care", CARE)
    known = ledger(record(voice), record(care))
    assert channels_of("retention", [], ledger()) == ()
    assert channels_of("retention", [desired(), care], ledger()) == ("sms",)
    assert channels_of("retention", [desired()], known) == ("sms", "voice")
    begun = [intent(desired()), intent(care), intent(desired("old"), type="fax_campaign")]
    open_ = replace(known, intents={one.address: one for one in begun})
    assert channels_of("retention", [], open_) == ("sms", "voice")
    assert channels_of("care", [], open_) == channels_of("care", [care], ledger()) == ("campaigns",)


def test_a_channel_that_was_not_read_does_not_hide_another() -> None:
    read = snapshot("retention", live("cd-1"))
    read = replace(read, listings={"sms": read.listings["sms"]})
    both = [desired("calls", VOICE), desired()]
    assert needed_details(both, read, ledger()) == ("cd-1",)
    assert needed_details(both[::-1], read, ledger()) == ("cd-1",)
