"""Each gate by the letter: the campaigns that it concerns, and its message with all numbers."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.diagnostics import Severity
from reconciler.plan.model import Action, Plan, Safety, SendsOnWrite, TargetFacts
from reconciler.resources.base import Desired, Lifecycle, Metadata, RunState
from reconciler.resources.finding import Finding
from tests.support.campaigns import CARE, VOICE, desired, live, record
from tests.support.plans import facts, ledger, on_kore, plan

A, B = desired("a", name="A", contactLists=["A"]), desired("b", name="B", contactLists=["B"])
OF_A, OF_B = live("cd-1", name="A", contactLists=["A"]), live("cd-2", name="B", contactLists=["B"])
KNOWS_A, KNOWS_B = record(A, "cd-1"), record(B, "cd-2")
STARTS = (
    "1 write on target retention may start contacting people at once, and the project file does "
    "not accept that (sendsOnWrite)"
)


def limited(**safety: Any) -> dict[str, TargetFacts]:
    """Targets with these limits, and without a gate for contacting people."""
    kore = facts(sends_on_write=SendsOnWrite.POSSIBLY, safety=replace(Safety(), **safety))
    return {"retention": kore, "care": facts("care")}


def quiet(*manifests: Desired, **changes: Any) -> Plan:
    return plan(*manifests, **{"targets": limited(), **changes})


def edited(one: Desired) -> Desired:
    return replace(one, spec={**one.spec, "priority": "1"})


def retired(one: Desired) -> Desired:
    return replace(one, metadata=Metadata(lifecycle=Lifecycle.RETIRED))


def require_gate(made: Plan, code: str, *concerned: Desired, summary: str) -> None:
    (gate,) = (one for one in made.gates if one.code == code)
    assert gate.addresses == tuple(one.address for one in concerned)
    assert gate.summary == summary


def test_immediate_start_concerns_creates_that_may_send() -> None:
    made = plan(A, desired("c", CARE))
    require_gate(made, "immediate-start", A, summary=STARTS)


def test_immediate_start_concerns_updates_but_no_unchanged_campaign() -> None:
    made = plan(A, edited(B), live=on_kore(OF_A, OF_B), ledger=ledger(KNOWS_A, KNOWS_B))
    require_gate(made, "immediate-start", B, summary=STARTS)


def test_immediate_start_does_not_concern_a_delete() -> None:
    made = plan(retired(A), live=on_kore(OF_A), ledger=ledger(KNOWS_A))
    assert [gate.code for gate in made.gates] == ["delete"]


def test_delete_concerns_every_campaign_that_is_removed() -> None:
    made = quiet(retired(A), retired(B), live=on_kore(OF_A, OF_B))
    require_gate(made, "delete", A, B, summary="2 campaigns will be removed")


def test_recreate_names_the_ids_that_disappeared() -> None:
    summary = (
        "2 campaigns applied earlier disappeared from the vendor and would be created again "
        "(cd-1, cd-2): people may be contacted a second time"
    )
    made = quiet(A, B, ledger=ledger(KNOWS_A, KNOWS_B))
    require_gate(made, "recreate", A, B, summary=summary)


def test_recreate_does_not_concern_a_first_create() -> None:
    summary = (
        "1 campaign applied earlier disappeared from the vendor and would be created again "
        "(cd-1): people may be contacted a second time"
    )
    require_gate(quiet(A, B, ledger=ledger(KNOWS_A)), "recreate", A, summary=summary)


def test_adopt_change_names_the_ids_that_the_ledger_does_not_know() -> None:
    summary = (
        "2 live campaigns that the ledger does not know would be adopted and changed (cd-1, cd-2)"
    )
    made = quiet(edited(A), edited(B), live=on_kore(OF_A, OF_B))
    require_gate(made, "adopt-change", A, B, summary=summary)


def test_adopt_change_does_not_concern_a_known_campaign() -> None:
    summary = "1 live campaign that the ledger does not know would be adopted and changed (cd-1)"
    made = quiet(edited(A), edited(B), live=on_kore(OF_A, OF_B), ledger=ledger(KNOWS_B))
    require_gate(made, "adopt-change", A, summary=summary)


def test_new_ledger_concerns_the_creates_in_an_environment_without_history() -> None:
    made = quiet(A, B, live=on_kore(OF_B), has_history=False)
    (gate,) = made.gates
    assert (gate.code, gate.addresses) == ("new-ledger", (A.address,))
    assert gate.summary == (
        "1 create, and the ledger of environment staging knows of no earlier apply. If there was "
        "one, its ledger is lost: restore it"
    )
    assert gate.details == (
        "If the environment is new, answer apply's question at a terminal, or run once:",
        "    reconciler ledger init -e staging --reason TEXT",
    )


def test_new_ledger_does_not_concern_a_run_without_creates() -> None:
    made = quiet(retired(A), live=on_kore(OF_A), has_history=False)
    assert [gate.code for gate in made.gates] == ["delete"]


def test_ledger_behind_concerns_whatever_is_sent() -> None:
    unchanged = desired("c", name="C", contactLists=["C"])
    row = live("cd-3", name="C", contactLists=["C"])
    made = quiet(
        *(A, edited(B), unchanged),
        live=on_kore(OF_B, row),
        ledger=ledger(KNOWS_B, record(unchanged, "cd-3")),
        behind="the ledger is another one",
    )
    summary = (
        "the ledger is another one. It does not know what was sent or stopped since: restore the "
        "newer one. If that is lost, compare each campaign with the vendor's console first"
    )
    require_gate(made, "ledger-behind", A, B, summary=summary)


def test_ledger_behind_does_not_concern_a_run_that_sends_nothing() -> None:
    made = quiet(A, live=on_kore(OF_A), behind="the ledger is another one")
    assert [change.action for change in made.changes] == [Action.ADOPT]
    assert made.gates == ()


def test_duplicate_audience_concerns_the_new_campaigns_of_every_list() -> None:
    others = desired("c", name="C", contactLists=["C"]), desired("d", name="D", contactLists=["C"])
    beside = desired("b", name="B", contactLists=["A"])
    summary = "2 contact lists would be contacted by 2 campaigns each in the same hours"
    require_gate(
        quiet(A, beside, *others), "duplicate-audience", A, beside, *others, summary=summary
    )


def test_duplicate_audience_concerns_what_is_new_beside_a_running_campaign() -> None:
    running = live("cd-9", name="Other", contactLists=["A"], state=RunState.ACTIVE)
    summary = "1 contact list would be contacted by 2 campaigns in the same hours"
    made = quiet(A, B, live=on_kore(running))
    require_gate(made, "duplicate-audience", A, summary=summary)


def on_list(list_: str, count: int) -> list[Desired]:
    names = [f"{list_}{number}" for number in range(count)]
    return [desired(name.lower(), name=name, contactLists=[list_]) for name in names]


@pytest.mark.parametrize(
    ("sizes", "summary"),
    [
        ([2], "1 contact list would be contacted by 2 campaigns in the same hours"),
        ([3], "1 contact list would be contacted by 3 campaigns with hours in common"),
        ([2, 2], "2 contact lists would be contacted by 2 campaigns each in the same hours"),
        ([3, 3], "2 contact lists would be contacted by 3 campaigns each with hours in common"),
        (
            [2, 3],
            "2 contact lists would be contacted by several campaigns each with hours in common",
        ),
    ],
)
def test_duplicate_audience_says_how_many_campaigns_use_a_list(
    sizes: list[int], summary: str
) -> None:
    manifests = [
        one for list_, size in zip("XY", sizes, strict=False) for one in on_list(list_, size)
    ]
    require_gate(quiet(*manifests), "duplicate-audience", *manifests, summary=summary)


def details_of(made: Plan, code: str) -> tuple[str, ...]:
    return next(gate.details for gate in made.gates if gate.code == code)


def hours(start: str, end: str) -> dict[str, Any]:
    week = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    days = [{"day": day, "start": start, "end": end} for day in week]
    return {"dialingStrategy__callingHours__days": days}


def test_a_campaign_of_another_channel_hides_no_earlier_one_of_the_same() -> None:
    early, late = hours("9:00 AM", "10:00 AM"), hours("2:00 PM", "3:00 PM")
    manifests = (
        desired("call", VOICE, name="Call", contactLists=["A"], **early),
        desired("early", name="Early", contactLists=["A"], **hours("11:00 AM", "12:00 PM")),
        desired("late", name="Late", contactLists=["A"], **late),
    )
    (detail,) = details_of(quiet(*manifests), "contacted-lately")
    assert detail.startswith('kore_sms_campaign.late: "A": kore_sms_campaign.early of the same run')


def test_audience_changed_counts_other_and_additional_lists_apart() -> None:
    swapped = replace(A, spec={**A.spec, "contactLists": ["C"]})
    grown = replace(B, spec={**B.spec, "contactLists": ["B", "D"]})
    made = quiet(swapped, grown, live=on_kore(OF_A, OF_B), ledger=ledger(KNOWS_A, KNOWS_B))
    summary = (
        "1 existing campaign will contact other lists; 1 existing campaign will contact "
        "additional lists"
    )
    require_gate(made, "audience-changed", A, B, summary=summary)


def test_policy_names_each_rule_once_and_ignores_waived_errors() -> None:
    def error(rule: str, one: Desired, **changes: Any) -> Finding:
        return Finding(rule, Severity.ERROR, one.address, "no", **changes)

    found = error("z", A), error("y", B), error("z", B), error("x", A, waived=True)
    state = {"live": on_kore(OF_B), "ledger": ledger(KNOWS_B)}
    made = quiet(A, edited(B), findings=found, **state)
    require_gate(made, "policy", A, B, summary="3 policy errors (y, z)")


def test_a_limit_concerns_the_changes_of_its_action_only() -> None:
    state = {"live": on_kore(OF_B), "ledger": ledger(KNOWS_B)}
    made = quiet(A, edited(B), targets=limited(max_creates=0, min_existing=1), **state)
    target = "on target retention"
    summary = f"Too many creates {target}: 1 is over maxCreates 0 (1 campaign is live there)"
    require_gate(made, "creates-over-limit", A, summary=summary)
    summary = (
        f"Too many updates {target}: 100.00% is over maxUpdatePercent 30% (1 of 1 live campaign)"
    )
    require_gate(made, "updates-over-limit", B, summary=summary)
    made = quiet(A, retired(B), targets=limited(min_existing=1), **state)
    summary = (
        f"Too many deletes {target}: 100.00% is over maxDeletePercent 30% (1 of 1 live campaign)"
    )
    require_gate(made, "deletes-over-limit", B, summary=summary)
