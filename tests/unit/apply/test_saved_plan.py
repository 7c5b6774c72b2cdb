from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.address import Address
from reconciler.apply.saved_plan import ApprovalFacts, why_refused, with_yes
from reconciler.plan.gate_table import Gate
from reconciler.plan.model import Action, Change, FieldChange, Plan, PlanTarget, SendsOnWrite
from reconciler.resources.writes import Operation, PlannedRequest
from tests.support.apply_world import START

ADDRESS = Address("kore_sms_campaign", "renewal")
FIELD = FieldChange(path="priority", before="5", after="1")
CHANGE = Change(
    address=ADDRESS, target="main", action=Action.UPDATE, remote_id="cd-1", fields=(FIELD,)
)
OTHER_ADDRESS = Address("kore_sms_campaign", "welcome")
GATE = Gate(
    code="creates-over-limit",
    summary="11 creates, the limit is 10",
    addresses=(ADDRESS, OTHER_ADDRESS),
    allowed_by="--allow",
)
THIRD = Address("kore_sms_campaign", "third")
DELETE = Gate(code="delete", summary="1 delete", allowed_by="--allow")
TARGET = PlanTarget(
    name="main",
    provider="kore",
    base_url="https://x",
    account="a1",
    api="v2",
    sends_on_write=SendsOnWrite.NEVER,
)
PLAN = Plan(
    id="p",
    tool_version="0",
    environment="prod",
    created_at=START,
    expires_at=START + timedelta(hours=24),
    changes=(CHANGE,),
    gates=(GATE,),
    targets=(TARGET,),
    lineage="l1",
    serial=3,
)
SAME = ApprovalFacts(plan_used=False, saved_changes_sha256="x", fresh_changes_sha256="x")
OTHER = replace(SAME, fresh_changes_sha256="y")
POST = PlannedRequest(operation=Operation.UPDATE, method="PUT", path="/c")


def test_an_unchanged_plan_may_be_applied() -> None:
    assert why_refused(PLAN, PLAN, now=START, facts=SAME) is None


def test_a_plan_is_for_the_place_of_its_ledger() -> None:
    """An empty ledger elsewhere would know no create that is under way."""
    for saved in (replace(PLAN, location="a.db"), replace(PLAN, location="a.db", lineage="")):
        refused = why_refused(saved, replace(PLAN, location="b.db"), now=START, facts=SAME)
        assert refused == (
            "it was made with the ledger at a.db, and the project names b.db now; plan again"
        )
        assert why_refused(saved, replace(PLAN, location="a.db"), now=START, facts=SAME) is None


def test_a_plan_made_before_the_ledger_existed_may_be_applied_to_a_new_one_only() -> None:
    saved = replace(PLAN, lineage="", serial=0)
    used = replace(SAME, ledger_used=True)
    assert why_refused(saved, PLAN, now=START, facts=SAME) is None
    assert "made with an empty ledger" in str(why_refused(saved, PLAN, now=START, facts=used))


def test_a_plan_may_be_applied_to_its_ledger_after_other_changes() -> None:
    assert why_refused(PLAN, replace(PLAN, serial=4), now=START, facts=SAME) is None


@pytest.mark.parametrize(
    ("fresh", "reason"),
    [
        (replace(PLAN, environment="staging"), "made for environment prod, not for staging"),
        (replace(PLAN, errored=True), "planning again found errors"),
        (replace(PLAN, targets=()), "target main is only in the saved plan"),
        (
            replace(PLAN, targets=(replace(TARGET, account="a2"),)),
            "target main: account was a1 in the saved plan and is a2 now",
        ),
        (
            replace(PLAN, targets=(replace(TARGET, sends_on_write=SendsOnWrite.UNSET),)),
            "target main: sends_on_write was never in the saved plan and is unset now",
        ),
        (replace(PLAN, gates=(GATE, DELETE)), "a gate that the saved plan did not: 1 delete"),
        (
            replace(PLAN, gates=(replace(GATE, addresses=(ADDRESS, THIRD)),)),
            "concerns further campaigns than in the saved plan: kore_sms_campaign.third; plan",
        ),
    ],
)
def test_what_changed_since_the_plan_is_named(fresh: Plan, reason: str) -> None:
    assert reason in str(why_refused(PLAN, fresh, now=START, facts=SAME))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ((), "kore_sms_campaign.renewal is only in the saved plan"),
        ((replace(CHANGE, action=Action.NO_OP),), "has update, planning again gives no-op"),
        ((replace(CHANGE, remote_id="cd-2"),), "was cd-1 and is cd-2 now"),
        ((replace(CHANGE, fields=()),), "priority differs from the saved plan"),
        (
            (replace(CHANGE, fields=(replace(FIELD, after="2"),)),),
            "priority differs from the saved plan",
        ),
        ((replace(CHANGE, requests=(POST,)),), "the requests differ from those"),
        ((replace(CHANGE, reason="new words"),), "planning again gives different changes"),
    ],
)
def test_the_first_other_change_is_named(changes: tuple[Change, ...], reason: str) -> None:
    fresh = replace(PLAN, changes=changes)
    assert reason in str(why_refused(PLAN, fresh, now=START, facts=OTHER))


@pytest.mark.parametrize(
    ("hours", "reason"), [(24, "it expired at 2026-11-21T09:00:00Z"), (-1, "in the future")]
)
def test_a_plan_out_of_its_time_is_refused(hours: int, reason: str) -> None:
    now = START + timedelta(hours=hours)
    assert reason in str(why_refused(PLAN, PLAN, now=now, facts=SAME))


def test_a_used_plan_is_refused() -> None:
    used = replace(SAME, plan_used=True)
    assert "applied before" in str(why_refused(PLAN, PLAN, now=START, facts=used))


@pytest.mark.parametrize(
    "gates",
    [
        (),
        (replace(GATE, addresses=(ADDRESS,)),),
        (GATE, replace(DELETE, code="outside-apply-window")),
    ],
    ids=["a gate vanished", "a gate concerns fewer campaigns", "a gate of the moment is new"],
)
def test_a_plan_whose_gates_are_fewer_or_of_the_moment_may_be_applied(
    gates: tuple[Gate, ...],
) -> None:
    assert why_refused(PLAN, replace(PLAN, gates=gates), now=START, facts=SAME) is None


def test_yes_opens_only_the_gates_that_allow_does_not() -> None:
    gates = (Gate(code="new-ledger", summary="new"), Gate(code="delete", summary="1 delete"))
    answered = with_yes(replace(PLAN, gates=gates))
    assert [gate.allowed_by for gate in answered.gates] == ["yes", ""]


def test_many_further_campaigns_are_counted() -> None:
    crowd = tuple(Address("kore_sms_campaign", f"c{n}") for n in range(6))
    fresh = replace(PLAN, gates=(replace(GATE, addresses=crowd),))
    reason = str(why_refused(PLAN, fresh, now=START, facts=SAME))
    assert "kore_sms_campaign.c3 and 2 more; plan again" in reason
