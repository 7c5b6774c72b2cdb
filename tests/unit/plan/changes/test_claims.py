"""No two manifests, and no two environments, get one campaign or one name from one plan."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.plan.inputs import ManagedElsewhere
from reconciler.plan.model import Action, Plan
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata, RunState
from reconciler.resources.ledger_records import Record
from tests.support.campaigns import CARE, NOW, SMS, desired, live, record
from tests.support.plans import facts, ledger, on_care, on_kore, plan, snapshot

RETIRED = Metadata(lifecycle=Lifecycle.RETIRED)


def codes(made: Plan) -> list[str]:
    return [found.code for found in made.diagnostics]


def managed(*pairs: tuple[Desired, str]) -> tuple[Record, ...]:
    return tuple(record(one, remote_id) for one, remote_id in pairs)


def in_prod(remote_id: str = "cd-1", name: str = "Renewal", **changes: object) -> ManagedElsewhere:
    there = record(desired("there", name=name), remote_id)
    return ManagedElsewhere("prod", replace(there, **changes))  # type: ignore[arg-type]


def test_a_campaign_of_another_environment_is_not_adopted() -> None:
    made = plan(desired(), live=on_kore(live()), elsewhere=(in_prod(),))
    (found,) = made.diagnostics
    assert (found.code, made.changes, made.errored) == ("managed-elsewhere", (), True)
    assert found.summary == (
        "Campaign cd-1 on target retention is managed by kore_sms_campaign.there of environment "
        "prod"
    )
    assert "kore_sms_campaign.renewal of environment staging neither takes it over" in found.detail


def test_a_pin_does_not_adopt_it_either() -> None:
    pinned = desired(name="Other", metadata=Metadata(remote_id="cd-1"))
    made = plan(pinned, live=on_kore(live()), elsewhere=(in_prod(),))
    assert codes(made) == ["managed-elsewhere"]


def test_it_is_not_removed_either() -> None:
    made = plan(desired(metadata=RETIRED), live=on_kore(live()), elsewhere=(in_prod(),))
    assert codes(made) == ["managed-elsewhere"]


@pytest.mark.parametrize("name", ["Renewal ", "Re\u200bnewal"])
def test_nothing_is_created_beside_it(name: str) -> None:
    made = plan(desired(), live=on_kore(live(name=name)), elsewhere=(in_prod(name=name),))
    assert codes(made) == ["managed-elsewhere"]


def test_nothing_is_created_beside_one_that_is_too_new_to_be_listed() -> None:
    targets = {"retention": facts(settle=300), "care": facts("care")}
    late = in_prod(written_at=NOW - timedelta(seconds=10))
    assert codes(plan(desired(), targets=targets, elsewhere=(late,))) == ["managed-elsewhere"]


def test_a_campaign_of_another_environment_that_is_gone_stops_nothing() -> None:
    assert codes(plan(desired(), elsewhere=(in_prod(),))) == []
    archived = live(state=RunState.ARCHIVED)
    assert codes(plan(desired(), live=on_kore(archived), elsewhere=(in_prod(),))) == []


def test_another_name_or_another_target_stops_nothing() -> None:
    row = live("cd-1", name="Else")
    assert codes(plan(desired(), live=on_kore(row), elsewhere=(in_prod(name="Else"),))) == []
    assert codes(plan(desired(), live=on_kore(live()), elsewhere=(in_prod(target="care"),))) == []


def test_a_campaign_of_another_environment_is_managed() -> None:
    made = plan(live=on_kore(live(), live("cd-2", name="B")), elsewhere=(in_prod(),))
    assert [campaign.remote_id for campaign in made.unmanaged] == ["cd-2"]
    assert (made.managed_count, made.live_count) == (1, 2)


def test_what_this_ledger_says_wins_over_another_environment() -> None:
    one = desired()
    made = plan(one, live=on_kore(live()), ledger=ledger(record(one)), elsewhere=(in_prod(),))
    assert (codes(made), made.has_changes) == ([], False)


def renamed(name: str, new: str, address: str = "a") -> tuple[Desired, Desired]:
    return desired(address, name=name), desired(address, name=new)


def test_a_name_that_a_manifest_is_about_to_leave_is_not_reused_in_one_plan() -> None:
    before, after = renamed("Alpha", "Alpha old")
    reused = desired("b", name="Alpha")
    state = on_kore(live("cd-1", name="Alpha"))
    made = plan(after, reused, live=state, ledger=ledger(record(before)))
    (found,) = made.diagnostics
    assert found.code == "name-still-held"
    assert found.detail == (
        "Apply kore_sms_campaign.a first, then kore_sms_campaign.b:\n"
        "    reconciler apply --exclude kore_sms_campaign.b\n"
        "    reconciler apply"
    )


def test_a_campaign_does_not_take_a_name_that_another_is_about_to_leave() -> None:
    before, after = renamed("Alpha", "Alpha old")
    was, becomes = renamed("Beta", "Alpha", "b")
    made = plan(
        after,
        becomes,
        live=on_kore(live("cd-1", name="Alpha"), live("cd-2", name="Beta")),
        ledger=ledger(*managed((before, "cd-1"), (was, "cd-2"))),
    )
    assert codes(made) == ["name-still-held"]
    assert made.diagnostics[0].address == becomes.address


def test_two_campaigns_do_not_swap_names_in_one_plan() -> None:
    before, after = renamed("Alpha", "Beta")
    was, becomes = renamed("Beta", "Alpha", "b")
    made = plan(
        after,
        becomes,
        live=on_kore(live("cd-1", name="Alpha"), live("cd-2", name="Beta")),
        ledger=ledger(*managed((before, "cd-1"), (was, "cd-2"))),
    )
    (found,) = made.diagnostics
    assert (found.code, found.address) == ("names-swapped", after.address)
    assert found.detail.startswith("Give one of them a third name and apply")


def test_an_update_that_renames_nothing_meets_no_name() -> None:
    one, other = desired("a", name="Alpha"), desired("b", name="ALPHA ")
    made = plan(
        replace(one, spec={**one.spec, "priority": "1"}),
        other,
        live=on_kore(live("cd-1", name="Alpha"), live("cd-2", name="ALPHA ")),
        ledger=ledger(*managed((one, "cd-1"), (other, "cd-2"))),
    )
    assert codes(made) == []


@pytest.mark.parametrize("name", ["Alpha", "Alpha "])
def test_a_name_is_not_created_again_in_the_plan_that_removes_it(name: str) -> None:
    gone = desired("a", name="Alpha", metadata=RETIRED)
    new = desired("b", name=name)
    state = on_kore(live("cd-1", name="Alpha"))
    made = plan(gone, new, live=state, ledger=ledger(record(gone)))
    (found,) = made.diagnostics
    assert found.code == "remove-and-create"
    assert "use the address kore_sms_campaign.a for it" in found.detail


def test_pruning_frees_no_name_in_the_same_plan() -> None:
    orphan = desired("a", CARE, name="Alpha")
    made = plan(
        desired("b", CARE, name="ALPHA"),
        live=on_care(live("u-1", CARE, name="Alpha")),
        ledger=ledger(record(orphan, "u-1")),
        prune=True,
    )
    assert codes(made) == ["remove-and-create"]


def test_a_campaign_of_an_account_is_managed_through_any_of_its_targets() -> None:
    owner = desired("a", name="Alpha")
    made = plan(
        owner,
        desired("b", name="Alpha", target="second"),
        targets={"retention": facts(), "second": facts("second")},
        live={
            "retention": snapshot("retention", live("cd-1", name="Alpha")),
            "second": snapshot("second", live("cd-1", name="Alpha")),
        },
        ledger=ledger(record(owner)),
    )
    assert codes(made) == ["same-campaign"]


def test_another_address_and_another_name_at_once_are_told_to_be_one_campaign() -> None:
    before = desired("a", name="Alpha")
    made = plan(
        desired("b", name="Beta"),
        live=on_kore(live("cd-1", name="Alpha")),
        ledger=ledger(record(before)),
    )
    (found,) = made.diagnostics
    assert found.code == "moved-and-renamed"
    assert 'write metadata.formerNames: ["Alpha"]' in found.detail


def test_its_former_name_moves_and_renames_it() -> None:
    before = desired("a", name="Alpha")
    moved = desired("b", name="Beta", metadata=Metadata(former_names=("Alpha",)))
    made = plan(moved, live=on_kore(live("cd-1", name="Alpha")), ledger=ledger(record(before)))
    (change,) = made.changes
    assert (change.action, change.remote_id) == (Action.UPDATE, "cd-1")
    assert (str(change.moved_from), change.adopts) == (f"{SMS}.a", False)
    assert made.orphaned == ()


@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        ((live("cd-1", name="Alpha"),), {"priority": "1"}),
        ((), {}),
        ((live("cd-1", name="Alpha", state=RunState.ARCHIVED),), {}),
    ],
    ids=["other settings", "gone", "archived"],
)
def test_a_new_campaign_that_is_none_of_the_old_is_created(
    rows: tuple[Live, ...], changes: dict[str, str]
) -> None:
    before = desired("a", name="Alpha")
    new = desired("b", name="Beta", **changes)
    made = plan(new, live=on_kore(*rows), ledger=ledger(record(before)))
    assert [change.action for change in made.changes] == [Action.CREATE]
