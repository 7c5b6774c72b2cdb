from dataclasses import replace
from typing import Any

import pytest

from reconciler.plan.model import Action, Plan, Selection
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.writes import Impossible, Write
from tests.support.campaigns import CARE, SMS, desired, live, record
from tests.support.plans import KORE, facts, ledger, on_care, on_kore, plan

ORPHAN = desired("orphan", name="Orphan")


def retired(type_: str = SMS) -> Desired:
    return desired("renewal", type_, metadata=Metadata(lifecycle=Lifecycle.RETIRED))


def pruned(*rows: Live, **changes: Any) -> Plan:
    known = changes.pop("known", record(ORPHAN))
    return plan(live=on_kore(*rows), ledger=ledger(known), prune=True, **changes)


def actions(made: Plan) -> list[Action]:
    return [change.action for change in made.changes]


def test_removal_from_git_is_only_reported() -> None:
    made = plan(live=on_kore(live(name="Orphan")), ledger=ledger(record(ORPHAN)))
    assert made.changes == ()
    assert made.orphaned == (ORPHAN.address,)


def test_prune_deletes_what_we_created() -> None:
    made = pruned(live(name="Orphan"))
    (change,) = made.changes
    assert (change.action, change.after, change.irreversible) == (Action.DELETE, None, True)
    assert [request.method for request in change.requests] == ["DELETE"]
    assert "--prune" in change.reason


def test_prune_keeps_a_campaign_that_was_only_adopted() -> None:
    assert pruned(live(name="Orphan"), known=record(ORPHAN, created=False)).changes == ()


@pytest.mark.parametrize("rows", [(), (live(name="Orphan", state=RunState.ARCHIVED),)])
def test_prune_forgets_a_campaign_that_is_already_gone(rows: tuple[Live, ...]) -> None:
    assert actions(pruned(*rows)) == [Action.FORGET]


def test_prune_never_deletes_a_campaign_that_another_address_manages() -> None:
    one = desired()
    records = record(one), record(ORPHAN)
    made = plan(one, live=on_kore(live()), ledger=ledger(*records), prune=True)
    assert actions(made) == [Action.FORGET, Action.NO_OP]


def test_prune_never_deletes_a_campaign_that_moved() -> None:
    made = plan(
        desired("new", name="Orphan"),
        live=on_kore(live(name="Orphan")),
        ledger=ledger(record(ORPHAN)),
        prune=True,
    )
    assert actions(made) == [Action.NO_OP]


def test_prune_leaves_a_blocked_campaign_to_a_person() -> None:
    made = pruned(live(name="Orphan", blocked=("it is Active: stop it first",)))
    assert actions(made) == [Action.MANUAL]


@pytest.mark.parametrize(
    ("selection", "removed"),
    [
        (Selection(), True),
        (Selection(targets=("retention",)), True),
        (Selection(targets=("care",)), False),
        (Selection(select=(str(ORPHAN.address),)), True),
        (Selection(select=(f"{SMS}.other",)), False),
        (Selection(exclude=(str(ORPHAN.address),)), False),
        (Selection(exclude=("team=retention",)), False),
    ],
)
def test_prune_respects_the_selection(selection: Selection, removed: bool) -> None:
    made = pruned(live(name="Orphan"), selection=selection)
    assert actions(made) == ([Action.DELETE] if removed else [])


def test_a_retired_campaign_is_removed() -> None:
    one = retired()
    made = plan(one, live=on_kore(live()), ledger=ledger(record(one)))
    assert actions(made) == [Action.DELETE]
    assert made.changes[0].reason == "metadata.lifecycle is retired"


def test_a_retired_carecycle_campaign_can_be_brought_back() -> None:
    made = plan(retired(CARE), live=on_care(live("u-1", CARE)))
    assert (actions(made), made.changes[0].irreversible) == ([Action.DELETE], False)


def test_a_retired_campaign_that_is_gone_is_forgotten() -> None:
    one = retired()
    assert actions(plan(one, ledger=ledger(record(one)))) == [Action.FORGET]


def test_a_retired_campaign_that_never_was_needs_nothing() -> None:
    assert plan(retired()).changes == ()


def test_a_released_campaign_is_forgotten_and_stays() -> None:
    one = desired(metadata=Metadata(lifecycle=Lifecycle.RELEASED))
    made = plan(one, live=on_kore(live()), ledger=ledger(record(one)))
    assert (actions(made), made.requests_planned) == ([Action.FORGET], 0)


def test_a_released_campaign_that_is_not_known_needs_nothing() -> None:
    one = desired(metadata=Metadata(lifecycle=Lifecycle.RELEASED))
    assert plan(one, live=on_kore(live())).changes == ()


def test_a_vendor_without_delete_leaves_it_to_a_person() -> None:
    unable = facts(capabilities=replace(KORE, delete=Ability.NO))
    one = retired()
    made = plan(one, live=on_kore(live()), targets={"retention": unable, "care": facts("care")})
    assert actions(made) == [Action.MANUAL]


def test_a_removal_that_the_provider_cannot_make_is_for_a_person() -> None:
    def unable(_: Write) -> Impossible:
        return Impossible("remove it in the console")

    targets = {"retention": facts(requests=unable), "care": facts("care")}
    (change,) = plan(retired(), live=on_kore(live()), targets=targets).changes
    assert (change.action, change.reason) == (Action.MANUAL, "remove it in the console")


def test_prune_refuses_a_protected_campaign() -> None:
    made = pruned(live(name="Orphan"), known=record(ORPHAN, protected=True))
    assert (made.changes, made.errored) == ((), True)
    assert [found.code for found in made.diagnostics] == ["protected"]


def test_a_protected_campaign_that_is_gone_is_forgotten() -> None:
    assert actions(pruned(known=record(ORPHAN, protected=True))) == [Action.FORGET]


def test_a_protected_campaign_that_says_retired_is_removed() -> None:
    one = retired()
    made = plan(one, live=on_kore(live()), ledger=ledger(record(one, protected=True)))
    assert actions(made) == [Action.DELETE]


def test_an_active_campaign_is_never_removed_even_if_nothing_blocks_it() -> None:
    made = pruned(live(name="Orphan", state=RunState.ACTIVE))
    assert actions(made) == [Action.MANUAL]
    assert "stop it first" in made.changes[0].reason


def test_a_live_orphan_does_not_count_as_managed() -> None:
    rows = live(name="Orphan"), live("cd-2")
    made = plan(desired(), live=on_kore(*rows), ledger=ledger(record(ORPHAN)))
    assert (made.managed_count, made.live_count) == (1, 2)
