"""Plans with everything that a plan may show, for renderers: each function makes one."""

from dataclasses import replace
from datetime import timedelta

from reconciler.plan.model import Plan, Safety, Selection, SendsOnWrite
from reconciler.resources.base import Desired, Lifecycle, Metadata
from reconciler.resources.exemptions import Exemption
from reconciler.resources.ledger_records import Binding
from reconciler.resources.writes import Operation, PlannedRequest, Write
from tests.support.campaigns import CARE, NOW, SMS, WEEK, desired, intent, live, record
from tests.support.plans import facts, ledger, lists, on_kore, plan, snapshot

RENEWALS = {"Renewal_Due_-_May/June_2025": 1204}
FLOW = "experienceFlowName"
DAYS = "dialingStrategy__callingHours__days"


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


def texts() -> Plan:
    """New words of one campaign, and those of another one that change."""
    before, after = (
        f"Hi, your plan renews on 1 {month}.\nReply STOP to end." for month in ("May", "June")
    )
    old, new = (_with_words("spring", text) for text in (before, after))
    row = live(name="Spring", message__message=before, experienceFlowName=None)
    return plan(
        new,
        _with_words("winter", "`Hello` @everybody"),
        live=on_kore(row, contact_lists=lists(**RENEWALS)),
        ledger=ledger(record(old)),
        targets=TARGETS,
    )


def _with_words(name: str, text: str) -> Desired:
    return desired(name, name=name.title(), experienceFlowName=None, message__message=text)


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


def no_drift() -> Plan:
    one = desired()
    state = on_kore(live(), oldest_read=NOW - timedelta(hours=3))
    return plan(one, live=state, ledger=ledger(record(one)))


def every_drift() -> Plan:
    one, less, gone = desired(), desired("less", name="Less"), desired("gone", name="Gone")
    edited = desired("edited", name="Edited", priority="2")
    retired = desired("old", name="Old", metadata=Metadata(lifecycle=Lifecycle.RETIRED))
    before = desired("edited", name="Edited")
    longer = [*WEEK, {"day": "SU", "start": "9:00 AM", "end": "9:00 PM"}]
    rows = (
        live(contactLists=["Everybody"], priority="1", **{DAYS: longer}),
        live("cd-2", name="Less", **{DAYS: WEEK[:2]}),
        live("cd-4", name="Edited"),
        live("cd-5", name="Old"),
        live("cd-6", name="Left"),
        live("cd-7", name="\x1b[31m::error::x"),
        live("cd-8", name="Adopt me"),
    )
    known = ledger(
        record(one),
        record(less, "cd-2"),
        record(gone, "cd-3"),
        record(before, "cd-4"),
        record(retired, "cd-5"),
        record(desired("left", name="Left"), "cd-6"),
    )
    manifests = (
        *(one, less, gone, edited, retired),
        desired("adopted", name="Adopt me"),
        desired("new", CARE),
    )
    state = on_kore(*rows, oldest_read=NOW - timedelta(hours=3))
    return plan(*manifests, live=state, ledger=known)
