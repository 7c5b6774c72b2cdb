from dataclasses import replace
from typing import Any

import pytest

from reconciler.diagnostics import Severity
from reconciler.plan.gate_table import GateKind
from reconciler.plan.model import Plan, Safety, SendsOnWrite, TargetFacts
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata, RunState
from reconciler.resources.finding import Finding
from tests.support.campaigns import CARE, desired, live, record
from tests.support.plans import KORE, facts, inputs, ledger, lists, on_kore, plan


def quiet(**safety: Any) -> dict[str, TargetFacts]:
    """Targets that raise no gate for contacting people."""
    kore = facts(sends_on_write=SendsOnWrite.POSSIBLY, safety=replace(Safety(), **safety))
    return {"retention": kore, "care": facts("care")}


def guarded(*manifests: Desired, **changes: Any) -> Plan:
    return plan(*manifests, **{"targets": quiet(), **changes})


def codes(made: Plan) -> list[str]:
    return [gate.code for gate in made.gates]


def many(count: int, **changes: Any) -> list[Desired]:
    return [desired(f"c{n}", name=f"N{n}", contactLists=[f"L{n}"], **changes) for n in range(count)]


def many_live(count: int, **changes: Any) -> list[Live]:
    return [live(f"cd-{n}", name=f"N{n}", contactLists=[f"L{n}"], **changes) for n in range(count)]


@pytest.mark.parametrize(
    ("says", "gates"),
    [
        (SendsOnWrite.UNSET, ["immediate-start"]),
        (SendsOnWrite.POSSIBLY, []),
        (SendsOnWrite.NEVER, []),
    ],
)
def test_a_write_that_may_send_needs_the_project_file_to_say_so(
    says: SendsOnWrite, gates: list[str]
) -> None:
    targets = {"retention": facts(sends_on_write=says), "care": facts("care")}
    assert codes(plan(desired(), targets=targets)) == gates


def test_a_draft_never_starts_by_itself() -> None:
    assert codes(plan(desired("care", CARE))) == []


def test_what_writes_nothing_meets_no_gate() -> None:
    assert codes(plan(desired(), live=on_kore(live()))) == []


def test_too_many_creates_say_the_numbers_the_limit_and_the_flag() -> None:
    (gate,) = guarded(*many(12)).gates
    assert gate.summary == (
        "Too many creates on target retention: 12 is over maxCreates 10 (0 campaigns are live "
        "there)"
    )
    assert len(gate.addresses) == 12


def test_as_many_creates_as_the_limit_pass() -> None:
    assert codes(guarded(*many(10))) == []


def test_creates_are_counted_as_a_share_where_enough_exists() -> None:
    rows = [live(f"cd-{n}", name=f"Other {n}", contactLists=[f"O{n}"]) for n in range(10)]
    made = guarded(*many(6), live=on_kore(*rows), targets=quiet(max_create_percent=50))
    assert "60.00% is over maxCreatePercent 50% (6 to 10 live campaigns)" in made.gates[0].summary


@pytest.mark.parametrize(
    ("existing", "updated", "gated"),
    [(11, 8, True), (10, 3, False), (10, 4, True), (9, 9, False)],
)
def test_updates_follow_the_rule_of_octodns(existing: int, updated: int, gated: bool) -> None:
    manifests = many(updated, priority="1")
    rows = many_live(existing)
    records = [record(one, f"cd-{n}") for n, one in enumerate(many(existing))]
    made = guarded(*manifests, live=on_kore(*rows), ledger=ledger(*records))
    assert codes(made) == (["updates-over-limit"] if gated else [])


def test_too_many_updates_say_the_numbers() -> None:
    records = [record(one, f"cd-{n}") for n, one in enumerate(many(11))]
    made = guarded(*many(8, priority="1"), live=on_kore(*many_live(11)), ledger=ledger(*records))
    assert made.gates[0].summary == (
        "Too many updates on target retention: 72.73% is over maxUpdatePercent 30% (8 of 11 live "
        "campaigns)"
    )


def test_archived_campaigns_are_no_part_of_the_estate() -> None:
    rows = [*many_live(9), live("cd-x", name="X", contactLists=["X"], state=RunState.ARCHIVED)]
    records = [record(one, f"cd-{n}") for n, one in enumerate(many(9))]
    made = guarded(*many(9, priority="1"), live=on_kore(*rows), ledger=ledger(*records))
    assert codes(made) == []


def test_deletes_meet_their_gate_and_their_limit() -> None:
    retired = many(4, metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    made = guarded(*retired, live=on_kore(*many_live(10)))
    assert codes(made) == ["delete", "deletes-over-limit"]


def test_a_single_delete_needs_an_acknowledgement() -> None:
    retired = desired(metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    assert codes(guarded(retired, live=on_kore(live()))) == ["delete"]


def test_creating_again_what_vanished_names_its_id() -> None:
    one = desired()
    (gate,) = guarded(one, ledger=ledger(record(one, "cd-9"))).gates
    assert gate.code == "recreate"
    assert "cd-9" in gate.summary


def test_taking_over_and_changing_is_gated() -> None:
    assert codes(guarded(desired(priority="1"), live=on_kore(live()))) == ["adopt-change"]


@pytest.mark.parametrize(("has_history", "gated"), [(False, True), (True, False)])
def test_a_create_in_an_environment_without_history_is_gated(
    has_history: bool, gated: bool
) -> None:
    made = guarded(desired(), has_history=has_history)
    assert codes(made) == (["new-ledger"] if gated else [])


def test_an_adoption_and_an_update_need_no_history() -> None:
    one, other = desired(), desired("other", name="Other", priority="1")
    rows = on_kore(live(), live("cd-2", name="Other"))
    known = ledger(record(desired("other", name="Other"), "cd-2"))
    assert codes(guarded(one, other, live=rows, ledger=known, has_history=False)) == []


def test_a_new_ledger_is_not_opened_by_name() -> None:
    (gate,) = guarded(desired(), has_history=False, allow=frozenset({"new-ledger"})).gates
    assert (gate.code, gate.allowed) == ("new-ledger", False)
    assert gate.details[-1] == "    reconciler ledger init -e staging --reason TEXT"
    assert "--allow" not in gate.summary


@pytest.mark.parametrize(
    ("severity", "waived", "gated"),
    [
        (Severity.ERROR, False, True),
        (Severity.ERROR, True, False),
        (Severity.WARNING, False, False),
    ],
)
def test_an_error_of_a_rule_is_gated_unless_waived(
    severity: Severity, waived: bool, gated: bool
) -> None:
    found = Finding("quiet-hours", severity, desired().address, "too late", waived=waived)
    made = guarded(desired(), findings=(found,))
    assert codes(made) == (["policy"] if gated else [])


def test_a_finding_about_an_unchanged_campaign_stops_nothing() -> None:
    one = desired()
    found = Finding("quiet-hours", Severity.ERROR, one.address, "too late")
    made = guarded(one, live=on_kore(live()), ledger=ledger(record(one)), findings=(found,))
    assert codes(made) == []


@pytest.mark.parametrize(
    ("lists", "gates"),
    [(["A", "B"], ["audience-changed"]), (["A"], []), (["B"], ["audience-changed"])],
)
def test_further_contact_lists_are_gated_and_fewer_are_not(
    lists: list[str], gates: list[str]
) -> None:
    before = ["A"] if lists != ["A"] else ["A", "B"]
    known = ledger(record(desired(contactLists=before)))
    made = guarded(
        desired(contactLists=lists), live=on_kore(live(contactLists=before)), ledger=known
    )
    assert codes(made) == gates


def test_two_new_campaigns_for_one_list_are_gated() -> None:
    made = guarded(desired("a", name="A"), desired("b", name="B"))
    assert codes(made) == ["duplicate-audience"]
    assert len(made.gates[0].addresses) == 2


@pytest.mark.parametrize(
    ("state", "gates"),
    [
        (RunState.ACTIVE, ["duplicate-audience"]),
        (RunState.FINISHED, []),
        (RunState.ARCHIVED, []),
    ],
)
def test_a_live_campaign_for_the_same_list_is_gated(state: RunState, gates: list[str]) -> None:
    rows = on_kore(live("cd-9", name="Other", state=state))
    assert codes(guarded(desired(), live=rows)) == gates


@pytest.mark.parametrize(("wanted", "gates"), [(None, ["dnc-removed"]), ("Other", ["dnc-removed"])])
def test_losing_a_do_not_call_list_is_gated(wanted: str | None, gates: list[str]) -> None:
    known = ledger(record(desired(dncLists__name="DNC")))
    made = guarded(
        desired(dncLists__name=wanted), live=on_kore(live(dncLists__name="DNC")), ledger=known
    )
    assert codes(made) == gates


@pytest.mark.parametrize(
    ("drops", "created", "gates"),
    [("sms", False, ["dnc-removed"]), ("sms", True, []), ("voice", False, [])],
)
def test_an_update_that_may_drop_a_do_not_call_list_of_somebody_elses_is_gated(
    drops: str, created: bool, gates: list[str]
) -> None:
    able = replace(KORE, drops_exclusion=(drops,))
    kore = facts(capabilities=able, sends_on_write=SendsOnWrite.POSSIBLY)
    made = plan(
        desired(priority="1"),
        live=on_kore(live()),
        ledger=ledger(record(desired(), created=created)),
        targets={"retention": kore, "care": facts("care")},
    )
    assert codes(made) == gates
    assert any("removes it" in said for said in made.changes[0].warnings) is (drops == "sms")


def test_one_gate_per_code_speaks_for_all_targets() -> None:
    kore = facts(), facts("second", account="account-2")
    manifests = desired("a", name="A"), desired("b", name="B", target="second")
    live_state = {
        **inputs().live,
        "second": replace(inputs().live["retention"], target="second"),
    }
    targets = {"retention": kore[0], "second": kore[1], "care": facts("care")}
    (gate,) = plan(*manifests, live=live_state, targets=targets).gates
    assert len(gate.addresses) == 2
    assert "target retention" in gate.summary
    assert "target second" in gate.summary


def test_an_acknowledged_gate_is_kept_as_allowed() -> None:
    made = plan(desired(), allow=frozenset({"immediate-start", "delete"}))
    (gate,) = made.gates
    assert (gate.code, gate.allowed, gate.allowed_by) == ("immediate-start", True, "--allow")
    assert made.allow == ("delete", "immediate-start")


@pytest.mark.parametrize(
    ("sizes", "records"),
    [({"A": 1200, "B": 40}, 2440), ({"A": 1200, "B": None}, None), (None, None)],
)
def test_a_gate_counts_the_contacts_of_its_campaigns(
    sizes: dict[str, int | None] | None, records: int | None
) -> None:
    manifests = (
        desired("a", name="A", contactLists=["A"]),
        desired("b", name="B", contactLists=["A", "B"]),
        desired("c", CARE),
    )
    state = on_kore(contact_lists=None if sizes is None else lists(**sizes))
    targets = {"retention": facts(), "care": facts("care")}
    found = {gate.code: gate for gate in plan(*manifests, live=state, targets=targets).gates}
    assert found["immediate-start"].records == records


def test_a_gate_is_of_the_change_or_of_the_moment() -> None:
    made = guarded(
        desired(),
        has_history=False,
        targets={"retention": facts(), "care": facts("care")},
    )
    assert [(gate.code, gate.kind) for gate in made.gates] == [
        ("immediate-start", GateKind.CHANGE),
        ("new-ledger", GateKind.MOMENT),
    ]
