from dataclasses import replace
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.apply.awaited import Awaited
from reconciler.apply.read_verdicts import unconfirmed, verdicts
from reconciler.apply.step import Written
from reconciler.diagnostics import error, warning
from reconciler.errors import BudgetSpent, LedgerFailed
from reconciler.plan.model import Action, Change
from reconciler.plan.twins import Twin, twin_diagnostics
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Binding, SeenState
from reconciler.resources.outcome import Outcome
from reconciler.resources.tree import Tree
from tests.support.apply_world import SMS, ApplyWorld, failing
from tests.support.campaigns import bare_live, desired, record

ADDRESS = Address(SMS, "renewal")
WHERE: Any = {"source": None, "address": ADDRESS, "target": "main"}
SENT: Tree = {"name": "x", "contactLists": ["May"], "experienceFlowName": "Support"}
SHOWN = bare_live({"name": "x", "contactLists": ["May"]})
DRAFT = SeenState(RunState.DRAFT, "Ready")
NEXT_PLAN = "It is recorded and will not be created again; the next plan looks for it."


def item(
    live: Live | None, *, action: Action = Action.CREATE, spec: Tree = SENT, **facts: Any
) -> Awaited:
    """A written campaign as it was seen, and listed."""
    step_facts = {key: facts.pop(key) for key in ("message", "diagnostics") if key in facts}
    record_facts = {key: facts.pop(key) for key in ("seen", "overruled") if key in facts}
    change = Change(address=ADDRESS, target="main", action=action, name="x", **facts)
    known = replace(record(desired(), spec=spec, target="main"), **record_facts)
    one = Awaited(step=Written(change=change, record=known, **step_facts), excused={}, listed=True)
    one.see(live)
    return one


def test_a_campaign_that_was_seen_as_written_is_applied(world: ApplyWorld) -> None:
    with world.run() as run:
        ended, silent = verdicts([item(SHOWN, message="2 settings"), item(SHOWN)], run, None)
    assert silent.message == ""
    assert (ended.outcome, ended.remote_id) == (Outcome.APPLIED, "cd-1")
    assert (ended.message, ended.diagnostics) == ("2 settings", ())


def test_other_values_than_written_are_named(world: ApplyWorld) -> None:
    other = replace(SHOWN, spec={"name": "y", "contactLists": ["June"]})
    with world.run() as run:
        (ended,) = verdicts([item(other)], run, error("late", "unused"))
    summary = "the vendor accepted it, but shows other values: name, contactLists"
    detail = "Plan again to see them side by side."
    assert ended.diagnostics == (error("not-applied-by-server", summary, detail, **WHERE),)
    assert ended.message == summary


@pytest.mark.parametrize(
    ("reason", "why"),
    [(None, ""), (error("read", "no answer"), " (no answer)"), (BudgetSpent.code, " (too many)")],
)
def test_a_campaign_that_was_not_seen_is_a_warning_with_the_reason(
    world: ApplyWorld, reason: Any, why: str
) -> None:
    spent = error(BudgetSpent.code, "too many", "Wait.")
    given = spent if reason == BudgetSpent.code else reason
    earlier = warning("slow", "it took long", **WHERE)
    with world.run() as run:
        (ended,) = verdicts([item(None, diagnostics=(earlier,))], run, given)
    summary = f"written, but not yet visible at the vendor{why}"
    unseen = warning("not-yet-visible", summary, NEXT_PLAN, **WHERE)
    budget = (replace(spent, **WHERE),) if given is spent else ()
    assert ended.diagnostics == (earlier, unseen, *budget)
    assert ended.message == ended.diagnostics[-1].summary


def test_a_campaign_that_a_reading_shows_and_no_listing_is_not_visible_yet(
    world: ApplyWorld,
) -> None:
    one = item(SHOWN)
    one.listed = False
    with world.run() as run:
        (ended,) = verdicts([one], run, None)
    assert [found.code for found in ended.diagnostics] == ["not-yet-visible"]


def test_an_unforeseen_fault_of_reading_leaves_the_campaign_written() -> None:
    earlier = warning("slow", "it took long", **WHERE)
    step = item(None, diagnostics=(earlier,), message="moved").step
    summary = "written, but not yet visible at the vendor (unexpected error RuntimeError)"
    ended = unconfirmed(step, RuntimeError("odd"))
    assert ended == replace(
        step.ended(),
        diagnostics=(earlier, warning("not-yet-visible", summary, NEXT_PLAN, **WHERE)),
    )


def test_an_unforeseen_fault_of_one_verdict_is_not_that_of_the_others(world: ApplyWorld) -> None:
    odd = item(SHOWN)
    odd.twins = (None,)  # type: ignore[assignment]
    with world.run() as run:
        broken, fine = verdicts([odd, item(SHOWN)], run, None)
    assert [found.code for found in broken.diagnostics] == ["not-yet-visible"]
    assert fine.diagnostics == ()


STARTED = replace(SHOWN, state=RunState.ACTIVE, status="Running")


@pytest.mark.parametrize("state", [RunState.ACTIVE, RunState.SCHEDULED])
def test_a_start_that_nothing_was_meant_to_make_is_an_error(
    world: ApplyWorld, state: RunState
) -> None:
    with world.run() as run:
        (ended,) = verdicts([item(replace(STARTED, state=state))], run, None)
        (meant,) = verdicts([item(STARTED, irreversible=True)], run, None)
    assert ended.diagnostics == (
        error(
            "started-by-itself",
            "it is Running now, although no request was meant to start it",
            "If nobody started it, stop it:\n"
            "    reconciler stop kore_sms_campaign.renewal --reason TEXT\n"
            "Then check that sendsOnWrite of its target is set correctly.",
            **WHERE,
        ),
    )
    assert meant.diagnostics == ()


MAY_SEND = "A write itself may start a campaign: see sendsOnWrite in the project file."


@pytest.mark.parametrize(
    ("action", "before", "now", "found"),
    [
        (Action.CREATE, DRAFT, 1, 1),
        (Action.CREATE, DRAFT, 0, None),
        (Action.CREATE, replace(DRAFT, sent=500), 1200, 1200),
        (Action.UPDATE, replace(DRAFT, sent=5), 1205, 1200),
        (Action.UPDATE, replace(DRAFT, sent=5), 5, None),
        (Action.UPDATE, replace(DRAFT, sent=5), 4, None),
        (Action.UPDATE, DRAFT, 1200, None),
        (Action.UPDATE, None, 1200, None),
        (Action.CREATE, DRAFT, None, None),
    ],
)
def test_what_was_sent_since_the_plan_is_an_error_unless_it_was_announced(
    world: ApplyWorld,
    action: Action,
    before: SeenState | None,
    now: int | None,
    found: int | None,
) -> None:
    live = replace(SHOWN, sent=now)
    with world.run() as run:
        (ended,) = verdicts([item(live, action=action, seen=before)], run, None)
        announced = item(live, action=action, seen=before, irreversible=True)
        (meant,) = verdicts([announced], run, None)
    if found is None:
        assert ended.diagnostics == meant.diagnostics == ()
        return
    messages = "1 message" if found == 1 else f"{found:,} messages"
    summary = f"it has sent {messages}, although nobody started it"
    stop = "reconciler stop kore_sms_campaign.renewal --reason TEXT"
    advice = f"{MAY_SEND} If that is wrong, stop it:\n    {stop}"
    assert ended.diagnostics == (error("sent-by-itself", summary, advice, **WHERE),)
    assert meant.diagnostics == (warning("has-sent", summary, MAY_SEND, **WHERE),)


COUNTED = replace(SHOWN, sent=860, execution="NORMAL")
RUNNING = SeenState(RunState.ACTIVE, "Running", "", 9, "FAST")


@pytest.mark.parametrize(
    ("action", "before", "live", "announced", "accepted"),
    [
        (Action.CREATE, None, SHOWN, False, DRAFT),
        (Action.CREATE, DRAFT, None, False, DRAFT),
        (Action.CREATE, DRAFT, STARTED, False, DRAFT),
        (Action.CREATE, DRAFT, STARTED, True, SeenState(RunState.ACTIVE, "Running")),
        (Action.CREATE, DRAFT, replace(SHOWN, status="New"), True, DRAFT),
        (Action.CREATE, DRAFT, COUNTED, False, SeenState.of(replace(COUNTED, sent=0))),
        (Action.CREATE, DRAFT, COUNTED, True, SeenState.of(COUNTED)),
        (Action.UPDATE, DRAFT, COUNTED, False, DRAFT),
        (Action.UPDATE, DRAFT, COUNTED, True, SeenState.of(COUNTED)),
        (Action.UPDATE, RUNNING, STARTED, True, RUNNING),
    ],
)
def test_a_run_state_is_accepted_if_the_plan_announced_it(
    world: ApplyWorld,
    action: Action,
    before: SeenState | None,
    live: Live | None,
    announced: bool,
    accepted: SeenState,
) -> None:
    one = item(live, action=action, seen=before, irreversible=announced)
    with world.run() as run:
        verdicts([one], run, None)
    stored = world.real_ledger.view().records.get(ADDRESS)
    assert (stored.seen if stored is not None else before) == accepted


def test_values_that_the_vendor_overruled_are_recorded_once_the_campaign_was_seen(
    world: ApplyWorld,
) -> None:
    differs = replace(SHOWN, spec={"name": "x", "contactLists": ["June"]})
    late = item(SHOWN, overruled={"name": "X"})
    late.listed = False
    with world.run() as run:
        verdicts([late], run, None)
        assert world.real_ledger.view().records == {}
        verdicts([item(differs, overruled={"name": "X"})], run, None)
        assert world.real_ledger.view().records[ADDRESS].overruled == {"contactLists": ["June"]}
        verdicts([item(SHOWN, overruled={"name": "X"})], run, None)
        assert world.real_ledger.view().records[ADDRESS].overruled == {}


def test_ids_of_names_are_recorded_once(world: ApplyWorld) -> None:
    shown = replace(SHOWN, references={"experienceFlowName": "cf-1"})
    sales = replace(SHOWN, references={"experienceFlowName": "cf-2"})
    other = item(sales, spec={**SENT, "experienceFlowName": "Sales"})
    with world.run() as run:
        verdicts([item(shown), other, item(shown)], run, None)
        assert set(world.real_ledger.view().bindings) == {
            Binding("main", "experienceFlowName", "Support", "cf-1"),
            Binding("main", "experienceFlowName", "Sales", "cf-2"),
        }
        world.ledger.before["put_records"] = failing(LedgerFailed("disk full"))
        (known,) = verdicts([item(shown)], run, None)
    assert known.diagnostics == ()


def test_what_cannot_be_recorded_is_reported_with_its_campaign(world: ApplyWorld) -> None:
    changed, same = item(SHOWN, seen=None), item(SHOWN)
    world.ledger.before["put_records"] = failing(LedgerFailed("disk full"))
    with world.run() as run:
        one, other = verdicts([changed, same], run, None)
        assert run.permit.stopped
        (after,) = verdicts([changed], run, None)
    assert one.diagnostics == (error("ledger", "disk full", **WHERE),)
    assert other.diagnostics == after.diagnostics == ()


def test_an_unforeseen_fault_of_recording_is_reported_with_every_campaign(
    world: ApplyWorld,
) -> None:
    def fail() -> None:
        raise RuntimeError("odd")

    world.ledger.before["put_records"] = fail
    with world.run() as run:
        found = verdicts([item(SHOWN, seen=None), item(SHOWN)], run, None)
    for one in found:
        (problem,) = one.diagnostics
        assert problem.summary.startswith("unexpected error RuntimeError")
        assert problem.address == ADDRESS


def test_twins_of_a_campaign_are_reported(world: ApplyWorld) -> None:
    one = item(SHOWN)
    twin = Twin(
        address=ADDRESS,
        target="main",
        managed_id="cd-1",
        remote_id="cd-9",
        name="x",
        status="Ready",
    )
    one.twins = (twin,)
    with world.run() as run:
        (ended,) = verdicts([one], run, None)
    assert ended.diagnostics == tuple(twin_diagnostics([twin]))
