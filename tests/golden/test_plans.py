"""Plans as people and tools see them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.plan.document.file import dump_plan, load_plan
from reconciler.plan.model import Plan, Safety, Selection, SendsOnWrite
from reconciler.render.text import plan_text
from reconciler.resources.base import Lifecycle, Metadata
from reconciler.resources.exemptions import Exemption
from reconciler.resources.ledger_records import Binding
from reconciler.resources.writes import Operation, PlannedRequest, Write
from tests.golden.conftest import Golden
from tests.support.campaigns import CARE, NOW, SMS, WEEK, desired, intent, live, record
from tests.support.plans import errored, facts, ledger, lists, on_kore, plan, snapshot

RENEWALS = {"Renewal_Due_-_May/June_2025": 1204}
FLOW = "experienceFlowName"
NO_CHANGES = re.compile(
    r"^No changes\.|Plan: (0 to import, )?0 to add, 0 to change, 0 to destroy", re.MULTILINE
)
"""What tfcmt and Atlantis look for, and others much alike."""


TARGETS = {"retention": facts(sends_on_write=SendsOnWrite.POSSIBLY), "care": facts("care")}


def create() -> Plan:
    state = on_kore(contact_lists=lists(**RENEWALS), oldest_read=NOW)
    return plan(desired(), live=state, targets=TARGETS)


def nothing() -> Plan:
    one = desired()
    return plan(one, live=on_kore(live()), ledger=ledger(record(one)))


def update() -> Plan:
    days = [*WEEK, {"day": "SA", "start": "10:00 AM", "end": "2:00 PM"}]
    before = desired(contactLists=["May", "June"], description="Sends a link.\nTwice.")
    one = desired(
        contactLists=["June", "July"],
        description="Sends a link.\nOnce.",
        dialingStrategy__callingHours__days=days,
        dncLists__name="Do not call",
        experienceFlowName="Sales Flow",
        priority="1",
    )
    row = live(
        contactLists=["May", "June"], description="Sends a link.\nTwice.", dncLists__name=None
    )
    known = ledger(
        record(before), bindings=(Binding("retention", FLOW, "SMS Support Flow", "cf-1"),)
    )
    rows = on_kore(replace(row, references={FLOW: "cf-1"}), live("cd-2", name="Not ours"))
    return plan(one, live=rows, ledger=known, targets=TARGETS)


def adopt() -> Plan:
    changed = desired("changed", name="Changed", priority="1", contactLists=["B"])
    rows = live("cd-1"), live("cd-2", name="Changed", contactLists=["B"])
    return plan(desired(), changed, live=on_kore(*rows), targets=TARGETS)


def drift() -> Plan:
    one, gone = desired(), desired("gone", name="Gone", contactLists=["B"])
    ignored = desired(
        "ignored",
        name="Ignored",
        metadata=Metadata(ignore=(Exemption("priority", "tuned by the dialer team"),)),
    )
    rows = (
        live(priority="1", contactLists=["Everybody"]),
        live("cd-3", name="Ignored", priority="2"),
    )
    known = ledger(record(one), record(gone, "cd-2"), record(ignored, "cd-3"))
    state = on_kore(*rows, oldest_read=NOW - timedelta(hours=3))
    return plan(one, gone, ignored, live=state, ledger=known)


def remove() -> Plan:
    retired = desired("retired", name="Retired", metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    released = desired("released", name="Mine", metadata=Metadata(lifecycle=Lifecycle.RELEASED))
    ended = desired("ended", CARE, metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    moved = desired("moved", name="Moved")
    rows = live("cd-1", name="Retired"), live("cd-3", name="Moved"), live("cd-4", name="Left")
    state = {**on_kore(*rows), "care": snapshot("care", live("u-1", CARE))}
    known = ledger(
        record(retired),
        record(released, "cd-2"),
        record(desired("before", name="Moved"), "cd-3"),
        record(desired("left", name="Left"), "cd-4"),
    )
    targets = {**TARGETS, "care": replace(facts("care"), requests=archive)}
    return plan(retired, released, ended, moved, live=state, ledger=known, targets=targets)


def archive(_: Write) -> tuple[PlannedRequest, ...]:
    return (
        PlannedRequest(
            operation=Operation.DELETE,
            method="PATCH",
            path="/v1/campaigns/u-1",
            body={"status": "archived"},
        ),
    )


def by_hand() -> Plan:
    active = live("cd-1", priority="1", blocked=("it is Active: stop it first",))
    one, other = desired(), desired("new", name="New", description="impossible")
    return plan(one, other, live=on_kore(active), ledger=ledger(record(one)))


def ledger_only() -> Plan:
    moved = desired("renamed")
    guarded = desired("b", name="B", metadata=Metadata(lifecycle=Lifecycle.PROTECTED))
    known = ledger(record(desired()), record(guarded, "cd-2"))
    return plan(moved, guarded, live=on_kore(live(), live("cd-2", name="B")), ledger=known)


def forget_only() -> Plan:
    released = desired(metadata=Metadata(lifecycle=Lifecycle.RELEASED))
    return plan(released, live=on_kore(live()), ledger=ledger(record(released)))


def unsettled() -> Plan:
    one = desired()
    return plan(one, live=on_kore(), ledger=ledger(intents={one.address: intent(one)}))


def unsettled_elsewhere() -> Plan:
    """The manifest of a create of unknown outcome is gone."""
    gone = intent(desired())
    return plan(live=on_kore(), ledger=ledger(intents={gone.address: gone}))


def appeared() -> Plan:
    one = desired()
    return plan(one, live=on_kore(live()), ledger=ledger(intents={one.address: intent(one)}))


def gates() -> Plan:
    manifests = [desired(f"c{n}", CARE, name=f"N{n}") for n in range(3)]
    targets = {"retention": facts(), "care": facts("care", safety=Safety(max_creates=2))}
    return plan(
        desired(),
        *manifests,
        live=on_kore(live("cd-9", name="Other")),
        targets=targets,
        has_history=False,
    )


def failed() -> Plan:
    return plan(desired(), live=on_kore(live("cd-1"), live("cd-2")))


def partial() -> Plan:
    one = desired("a", name="A", contactLists=["A"])
    chosen = Selection(select=(f"{SMS}.a",), exclude=("team=sales",))
    return plan(
        one, desired(), live=on_kore(), selection=chosen, allow=frozenset({"immediate-start"})
    )


def hostile() -> Plan:
    name = "\x1b[31m::error::x\u202e"
    text = "::error::owned\n}\n  # kore_sms_campaign.x will be destroyed\n##[add-mask]x"
    one = desired(name=name, description=text, contactLists=["::set-output name=x::y"])
    two = desired("two", CARE, description=text)
    state = {**on_kore(), "care": snapshot("care", live("u-1", CARE))}
    return plan(one, two, live=state)


CASES: dict[str, Callable[[], Plan]] = {
    made.__name__: made
    for made in (
        create,
        nothing,
        update,
        adopt,
        drift,
        remove,
        by_hand,
        ledger_only,
        forget_only,
        unsettled,
        unsettled_elsewhere,
        appeared,
        gates,
        errored,
        failed,
        partial,
        hostile,
    )
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_text_of_a_plan(case: str, golden: Golden) -> None:
    golden(f"plan_{case}.txt", plan_text(CASES[case](), color=False, verbose=False))


@pytest.mark.parametrize("case", ["create", "drift", "hostile"])
def test_the_verbose_text_of_a_plan_has_the_requests(case: str, golden: Golden) -> None:
    golden(f"plan_{case}_verbose.txt", plan_text(CASES[case](), color=False, verbose=True))


def test_the_coloured_text_of_a_plan(golden: Golden) -> None:
    golden("plan_update_coloured.txt", plan_text(update(), color=True, verbose=False))


def test_the_document_of_a_plan(golden: Golden) -> None:
    golden("plan_update.json", dump_plan(update()))


@pytest.mark.parametrize("case", sorted(CASES))
def test_tools_for_terraform_see_no_changes_only_where_nobody_has_to_do_anything(case: str) -> None:
    text = plan_text_of(CASES[case])
    assert bool(NO_CHANGES.search(text)) == (case == "nothing")


def test_tools_for_terraform_see_what_is_moved_and_imported() -> None:
    moved = re.findall(r"^ *# (.*?) has moved to (.*?)$", plan_text_of(ledger_only), re.MULTILINE)
    assert moved == [("kore_sms_campaign.renewal", "kore_sms_campaign.renamed")]
    imported = re.findall(r"^ *# (.*?) will be imported$", plan_text_of(adopt), re.MULTILINE)
    assert imported == ["kore_sms_campaign.renewal"]


def plan_text_of(case: Callable[[], Plan]) -> str:
    return plan_text(case(), color=False, verbose=False)


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_saved_plan_reads_like_the_plan_itself(case: str) -> None:
    made = CASES[case]()
    again = load_plan(dump_plan(made).encode()).plan
    assert plan_text(again, color=True, verbose=True) == plan_text(made, color=True, verbose=True)


@pytest.mark.parametrize("case", sorted(CASES))
def test_no_line_of_a_plan_is_a_command_to_a_runner(case: str) -> None:
    text = plan_text(CASES[case](), color=False, verbose=True)
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]
    assert "##[" not in text
    assert all(character == "\n" or character.isprintable() for character in text)
