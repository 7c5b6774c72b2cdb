from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.apply.awaited import Awaited, awaited
from reconciler.apply.step import Written
from reconciler.plan.model import Action, Change, FieldChange
from reconciler.resources.base import Live, RunState
from reconciler.resources.snapshot import Listing, TargetSnapshot
from reconciler.resources.tree import Tree
from tests.support.apply_world import CARE, SMS, START, ApplyWorld
from tests.support.campaigns import bare_live, desired, record

SENT: Tree = {"name": "x", "contactLists": ["May"]}
ANSWER = bare_live(SENT, created_at=START, observed={"extra": 1}, references={"flow": "cf-1"})
ROW = bare_live({"name": "x", "contactLists": ["May"]}, thin=True)


def item(action: Action = Action.CREATE, spec: Tree = SENT, **facts: Any) -> Awaited:
    """A written campaign; `answer` and `unshown` are of its create."""
    change = Change(address=Address(SMS, "renewal"), target="main", action=action, name="x")
    step = Written(change=change, record=record(desired(), spec=spec), unshown=frozenset())
    return Awaited(step=replace(step, **facts), excused={}, listed=False, answer=ANSWER)


def test_an_answer_and_a_later_row_make_one_reading_with_the_newest_of_both() -> None:
    row = replace(
        ROW,
        name="X",
        state=RunState.ACTIVE,
        status="Active",
        run="run-1",
        spec={"name": "x", "contactLists": ["May"], "priority": "3"},
        references={"list": "cl-1"},
        changed_at=START + timedelta(minutes=1),
        sent=5,
    )
    one = item()
    assert one.see_row(row)
    assert one.live == replace(
        ANSWER,
        state=RunState.ACTIVE,
        status="Active",
        run="run-1",
        spec={"name": "x", "contactLists": ["May"], "priority": "3"},
        references={"flow": "cf-1", "list": "cl-1"},
        changed_at=START + timedelta(minutes=1),
        sent=5,
    )


LESS: Tree = {"name": "x"}


@pytest.mark.parametrize(
    ("unshown", "answer", "row", "proven"),
    [
        (frozenset(), ANSWER, ROW, True),
        (None, ANSWER, ROW, False),
        (frozenset(), None, ROW, False),
        (frozenset(), replace(ANSWER, spec={"name": "y"}), ROW, False),
        (frozenset(), ANSWER, replace(ROW, spec={"name": "x", "contactLists": ["June"]}), False),
        # What a reading would show, and the answer does not, must be in the row.
        ({"contactLists"}, replace(ANSWER, spec=LESS), ROW, True),
        ({"contactLists"}, replace(ANSWER, spec=LESS), replace(ROW, spec=LESS), False),
        (
            {"contactLists"},
            replace(ANSWER, spec=LESS),
            replace(ROW, spec=LESS, references={"contactLists": "cl-1"}),
            True,
        ),
        ({"priority"}, ANSWER, replace(ROW, spec=LESS), True),
    ],
)
def test_an_answer_and_a_row_prove_a_create_if_both_are_equal_and_leave_nothing_out(
    unshown: frozenset[str] | None, answer: Live | None, row: Live, proven: bool
) -> None:
    one = item(unshown=unshown)
    one.answer = answer
    assert one.see_row(row) is proven
    assert one.read is proven


def test_a_full_row_is_a_reading_that_only_a_row_can_confirm() -> None:
    one = item()
    full = replace(ROW, thin=False)
    assert one.see_row(full)
    assert (one.live, one.by_row) == (full, True)


def test_a_thin_row_adds_what_it_counts_and_shows_to_a_reading() -> None:
    one = item()
    one.see(ANSWER)
    assert one.see_row(replace(ROW, sent=7, spec={"name": "other", "priority": "3"}))
    assert one.live == replace(ANSWER, sent=7, spec={**SENT, "priority": "3"})
    assert one.by_row is False


def test_a_reading_that_differs_is_not_mended_by_an_equal_row() -> None:
    one = item()
    one.answer = None
    one.see(replace(ANSWER, spec={"name": "x", "contactLists": ["June"]}))
    assert one.different == ("contactLists",)
    assert not one.see_row(ROW)


@pytest.mark.parametrize(
    ("changed", "spec", "listed"),
    [
        # The listing of CareCycle may show a field that a reading does not.
        ("transferConfigId", {"transferConfigId": "tc-1"}, False),
        ("transferConfigId", {"transferConfigId": "tc-1", "name": "x"}, False),
        ("enablePulse", {"enablePulse": True}, True),
        ("description", {"transferConfigId": "tc-1"}, True),
    ],
)
def test_an_update_of_what_only_a_listing_shows_is_looked_for_there(
    changed: str, spec: Tree, listed: bool
) -> None:
    change = Change(
        address=Address(CARE, "care"),
        target="main",
        action=Action.UPDATE,
        name="x",
        fields=(FieldChange(path=changed, before=None, after=1),),
    )
    step = Written(change=change, record=record(desired("care", CARE), spec=spec))
    one = Awaited(step=step, excused={}, listed=True)
    one.see(replace(bare_live({"name": "x"}), type=CARE))
    assert one.listed is listed


DIFFERS = replace(ANSWER, spec={"name": "y", "contactLists": ["May"]})


@pytest.mark.parametrize(
    ("action", "answer", "live", "unproven", "suspicious"),
    [
        (Action.CREATE, ANSWER, None, True, False),
        (Action.CREATE, None, None, True, False),
        (Action.CREATE, DIFFERS, None, True, True),
        (Action.CREATE, ANSWER, DIFFERS, True, True),
        (Action.CREATE, None, DIFFERS, True, True),
        (Action.CREATE, ANSWER, ANSWER, False, False),
        (Action.CREATE, DIFFERS, ANSWER, False, False),
        (Action.UPDATE, None, None, False, False),
        (Action.UPDATE, None, DIFFERS, False, False),
    ],
)
def test_a_create_is_unproven_until_it_is_read_and_suspicious_if_anything_differs(
    action: Action, answer: Live | None, live: Live | None, unproven: bool, suspicious: bool
) -> None:
    one = item(action, answer=answer)
    one.see(live)
    assert (one.unproven, one.suspicious) == (unproven, suspicious)
    one.examined = True
    assert (one.unproven, one.suspicious) == (unproven, False)


def rows(*listed: Live) -> TargetSnapshot:
    return TargetSnapshot(target="main", listings={"sms": Listing("sms", listed)})


def test_a_create_is_awaited_with_its_answer_until_a_listing_shows_it(world: ApplyWorld) -> None:
    step = item(answer=ANSWER).step
    with world.run() as run:
        assert awaited(step, run) == Awaited(step=step, excused={}, listed=False, answer=ANSWER)


@pytest.mark.parametrize(
    "facts",
    [
        {"answer": ANSWER, "unshown": None},
        {"answer": replace(ANSWER, spec={"name": "x", "contactLists": ["June"]})},
    ],
)
def test_an_answer_that_differs_or_may_leave_something_out_proves_nothing(
    world: ApplyWorld, facts: dict[str, Any]
) -> None:
    step = item(**facts).step
    with world.run() as run:
        assert awaited(step, run).answer is None


def test_an_update_needs_a_listing_only_if_planning_read_its_row_alone(world: ApplyWorld) -> None:
    step = item(Action.UPDATE).step
    step = replace(step, change=replace(step.change, remote_id="cd-1"))
    found = {}
    for row in (None, ROW, replace(ROW, thin=False)):
        with world.run(snapshot=rows(*([row] if row else []))) as run:
            one = awaited(step, run)
        found[row and row.thin] = (one.listed, one.by_row)
    assert found == {None: (True, False), True: (True, False), False: (False, True)}


def test_what_the_vendor_showed_before_is_no_difference(world: ApplyWorld) -> None:
    shown = replace(ANSWER, spec={"name": "x", "contactLists": ["June"]})
    step = item(Action.UPDATE, live=shown).step
    overruled = replace(step.record, overruled={"contactLists": ["June"]})
    with world.run() as run:
        plain = awaited(step, run)
        run.view = replace(run.view, records={step.change.address: overruled})
        excused = awaited(step, run)
    assert (plain.live, plain.different) == (shown, ("contactLists",))
    assert (excused.live, excused.different) == (shown, ())
    assert excused.excused == {"contactLists": ["June"]}
