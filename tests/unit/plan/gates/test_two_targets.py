"""Each target has its own limits, windows and abilities, and a gate speaks for all targets."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reconciler.plan.model import Plan, Safety, SendsOnWrite, TargetFacts
from reconciler.plan.windows import ApplyWindows, Hours
from reconciler.resources.base import Desired, Live, RunState
from reconciler.resources.ledger_records import Record
from reconciler.resources.windows import WindowMinutes
from tests.support.campaigns import desired, live, record
from tests.support.plans import KORE, facts, ledger, lists, plan, snapshot

A = desired("a", name="A", contactLists=["A"])
B = desired("b", name="B", contactLists=["B"], target="second")
WEEK = tuple(WindowMinutes(weekday, 0, 1440) for weekday in range(7))
NEVER = ApplyWindows(deny=(Hours(ZoneInfo("UTC"), WEEK),))
STARTS = (
    "1 write on target {} may start contacting people at once, and the project file does not "
    "accept that (sendsOnWrite)"
)


def target(name: str, **changes: Any) -> TargetFacts:
    return facts(name, **{"sends_on_write": SendsOnWrite.POSSIBLY, **changes})


def limited(name: str, **safety: Any) -> TargetFacts:
    return target(name, safety=replace(Safety(), **safety))


def planned(
    *manifests: Desired, first: TargetFacts, second: TargetFacts, known: tuple[Record, ...] = ()
) -> Plan:
    """A plan of campaigns of two targets; what the ledger knows is live, as it was applied."""
    rows = {
        target: [
            live(one.remote_id, name=one.name, contactLists=[one.name])
            for one in known
            if one.target == target
        ]
        for target in ("retention", "second")
    }
    sizes = lists(A=5_000, B=5_000)
    return plan(
        *manifests,
        live={name: snapshot(name, *rows[name], contact_lists=sizes) for name in rows},
        ledger=ledger(*known),
        targets={"retention": first, "second": second},
    )


def edited(one: Desired, **changes: Any) -> Desired:
    return replace(one, spec={**one.spec, **changes})


def test_the_changes_of_one_target_do_not_count_for_the_limits_of_another() -> None:
    made = planned(
        *(A, B),
        first=limited("retention", max_creates=1, max_contacts=None),
        second=limited("second", max_creates=0, max_contacts=None),
    )
    (gate,) = made.gates
    assert gate.addresses == (B.address,)
    assert gate.summary.startswith("Too many creates on target second: 1 is over maxCreates 0 ")


@pytest.mark.parametrize(("account", "codes"), [("1", ["duplicate-audience"]), ("2", [])])
def test_targets_of_one_account_have_the_same_lists(account: str, codes: list[str]) -> None:
    others = desired("b", name="B", contactLists=["A"], target="second")
    made = planned(
        *(A, others),
        first=target("retention", account="1"),
        second=target("second", account=account),
    )
    assert [gate.code for gate in made.gates] == codes


def on_one_account(*manifests: Desired, first: list[Live], second: list[Live]) -> Plan:
    """A plan with two targets of one account, which show these campaigns."""
    rows = {"retention": first, "second": second}
    return plan(
        *manifests,
        live={name: snapshot(name, *rows[name], contact_lists=lists(A=5)) for name in rows},
        targets={name: target(name) for name in rows},
    )


def running(remote_id: str) -> Live:
    return live(remote_id, name=remote_id[3:], contactLists=["A"], state=RunState.ACTIVE)


def test_a_campaign_that_two_targets_show_is_met_once() -> None:
    (gate,) = on_one_account(A, first=[running("cd-9")], second=[running("cd-9")]).gates
    (detail,) = gate.details
    assert detail.count("cd-9") == 1


def test_a_list_of_two_targets_is_one_list() -> None:
    other = desired("b", name="B", contactLists=["A"], target="second")
    (gate,) = on_one_account(A, other, first=[running("cd-9")], second=[running("cd-9")]).gates
    assert gate.summary == "1 contact list would be contacted by 3 campaigns with hours in common"
    assert len(gate.details) == 1


def test_what_only_the_second_target_of_an_account_shows_is_met_too() -> None:
    both, late = running("cd-both"), running("cd-late")
    (gate,) = on_one_account(A, first=[both], second=[both, late]).gates
    assert all(name in str(gate.details) for name in ("cd-both", "cd-late"))


def test_the_hours_of_a_campaign_that_was_read_in_full_count() -> None:
    sunday = {
        "dialingStrategy__callingHours__days": [
            {"day": "SU", "start": "9:00 AM", "end": "10:00 AM"}
        ]
    }
    row = live("cd-9", name="Z", contactLists=["A"], state=RunState.ACTIVE)
    full = live("cd-9", name="Z", contactLists=["A"], state=RunState.ACTIVE, **sunday)
    read = snapshot("retention", row, contact_lists=lists(A=5), details={"cd-9": full})
    made = plan(A, live={"retention": read}, targets={"retention": target("retention")})
    assert "duplicate-audience" not in {gate.code for gate in made.gates}


def test_the_parts_of_a_gate_are_joined_by_target() -> None:
    unset = {"sends_on_write": SendsOnWrite.UNSET}
    made = planned(A, B, first=target("retention", **unset), second=target("second", **unset))
    (gate,) = made.gates
    assert gate.addresses == (A.address, B.address)
    summary = f"{STARTS.format('retention')}; {STARTS.format('second')}"
    assert gate.summary == f"{summary}"


def test_people_are_told_by_the_limit_of_each_target() -> None:
    made = planned(
        edited(A, experienceFlowName="Other"),
        edited(B, experienceFlowName="Other"),
        first=limited("retention", quiet_reach=1_000),
        second=limited("second", quiet_reach=2_000),
        known=(record(A, "cd-1"), record(B, "cd-2")),
    )
    (gate,) = made.gates
    assert gate.summary == (
        "2 campaigns with new content for more people than quietReach 1,000 and 2,000"
    )
    assert gate.addresses == (A.address, B.address)


def test_windows_that_never_open_stop_the_campaigns_of_their_target_only() -> None:
    made = planned(
        *(A, B), first=limited("retention"), second=limited("second", apply_windows=NEVER)
    )
    (gate,) = made.gates
    assert (gate.code, gate.addresses) == ("outside-apply-window", (B.address,))
    assert gate.summary == ("now is outside of applyWindows of target second")


def test_only_updates_through_an_api_that_drops_a_do_not_call_list_may_lose_one() -> None:
    drops = replace(KORE, drops_exclusion=("sms",))
    made = planned(
        edited(A, priority="1"),
        edited(B, priority="1"),
        first=target("retention", capabilities=drops),
        second=target("second"),
        known=(record(A, "cd-1", created=False), record(B, "cd-2", created=False)),
    )
    (gate,) = made.gates
    assert (gate.code, gate.addresses) == ("dnc-removed", (A.address,))
    assert gate.summary == (
        "1 update on target retention of campaigns that were not created here, through api v2, "
        "which neither shows a do-not-call list nor sends it: a campaign that has one loses it"
    )
