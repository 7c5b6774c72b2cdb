"""Builders for plans: a manifest, a live campaign, a target, a ledger, and the plan of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.diagnostics import Position, SourceRange
from reconciler.plan.build import build_plan
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.model import Plan, Safety, SendsOnWrite, TargetFacts
from reconciler.resources.base import Desired, Live, Metadata, RunState
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import BY_TYPE, canonical
from reconciler.resources.ledger_records import LedgerView, Record, SeenState
from reconciler.resources.snapshot import ContactList, Listing, TargetSnapshot
from reconciler.resources.tree import Tree, has, leaves, overlay, unflatten
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SMS = "kore_sms_campaign"
VOICE = "kore_voice_campaign"
CARE = "carecycle_campaign"
WEEK: list[JsonValue] = [
    {"day": day, "start": "9:00 AM", "end": "6:00 PM"} for day in ("MO", "TU", "WE", "TH", "FR")
]
SPECS: Mapping[str, Tree] = {
    SMS: {
        "name": "Renewal",
        "description": "Sends a link.",
        "contactLists": ["Renewal Due - May/June 2025"],
        "priority": "5",
        "dialingStrategy": {
            "callerId": {"phoneNumber": "+919876543210"},
            "callingHours": {"frequency": "WEEKLY", "timezone": "Asia/Kolkata", "days": [*WEEK]},
        },
        "schedule": {"isSchedulingEnabled": False},
        "experienceFlowName": "SMS Support Flow",
    },
    VOICE: {
        "name": "Calls",
        "contactLists": ["Callbacks"],
        "dialingMode": "Agentless",
        "dialingStrategy": {
            "callerId": {"phoneNumber": "+919876543210"},
            "callingHours": {"frequency": "WEEKLY", "timezone": "Asia/Kolkata", "days": [*WEEK]},
            "dialingOrder": "FIFO",
            "maxAttemptsPerRecord": 3,
            "defaultRetryPeriod": 60,
            "maxRingTime": 30,
        },
        "dncLists": {"name": "Do not call"},
        "enableMachineDetect": "detect",
        "experienceFlowName": "Voice Flow",
    },
    CARE: {
        "name": "Care",
        "description": "Reminds.",
        "enablePulse": True,
        "features": {"transfers": True},
    },
}
KORE = Capabilities(
    provider="kore",
    channels=("sms", "voice"),
    create=Ability.YES,
    update=Ability.FULL_BODY,
    delete=Ability.YES,
    contact_lists=Ability.YES,
    may_send_on_write=True,
    settle=300,
)
CARECYCLE = Capabilities(
    provider="carecycle",
    channels=("campaigns",),
    create=Ability.DRAFT,
    update=Ability.PARTIAL,
    delete=Ability.ARCHIVE,
    may_send_on_write=False,
    settle=120,
)
_VERBS = {Operation.CREATE: "POST", Operation.UPDATE: "PUT", Operation.DELETE: "DELETE"}


def spec(type_: str = SMS, **changes: JsonValue) -> Tree:
    """A canonical spec; a change's key is a path with `__` for its dots."""
    top = unflatten((key.replace("__", "."), value) for key, value in changes.items())
    return canonical(BY_TYPE[type_], overlay(SPECS[type_], top))


def desired(name: str = "renewal", type_: str = SMS, /, **changes: Any) -> Desired:
    """A manifest; `metadata`, `target` and `positions` are taken out of the changes."""
    target = changes.pop("target", "care" if type_ == CARE else "retention")
    metadata = changes.pop("metadata", Metadata())
    positions = changes.pop("positions", {})
    return Desired(
        address=Address(type_, name),
        target=target,
        spec=spec(type_, **changes),
        source=SourceRange(f"campaigns/{name}.yaml", Position(1, 1)),
        metadata=metadata,
        positions=positions,
    )


UNREADABLE = ("experienceFlowName", "schedule.isSchedulingEnabled")


def live(remote_id: str = "cd-1", type_: str = SMS, /, **changes: Any) -> Live:
    """A live campaign that shows what a vendor shows; `state`, `blocked`, `references` apart."""
    state = changes.pop("state", RunState.DRAFT)
    blocked = changes.pop("blocked", ())
    references = changes.pop("references", {})
    tree = spec(type_, **changes)
    return Live(
        type=type_,
        remote_id=remote_id,
        name=str(tree["name"]),
        state=state,
        status="Ready",
        spec=unflatten(pair for pair in leaves(tree) if pair[0] not in UNREADABLE),
        references=references,
        blocked=blocked,
    )


def record(one: Desired, remote_id: str = "cd-1", **changes: Any) -> Record:
    """What the ledger knows after `one` was applied."""
    return replace(
        Record(
            address=one.address,
            target=one.target,
            remote_id=remote_id,
            name=one.name,
            spec=one.spec,
            generation=1,
            created=True,
            seen=SeenState(RunState.DRAFT, "Ready"),
            written_at=NOW - timedelta(days=1),
        ),
        **changes,
    )


def ledger(*records: Record, **changes: Any) -> LedgerView:
    """A ledger with these records."""
    by_address = {one.address: one for one in records}
    return replace(
        LedgerView(environment="staging", lineage="lin", serial=7, records=by_address), **changes
    )


def snapshot(target: str, *rows: Live, **changes: Any) -> TargetSnapshot:
    """A complete reading of a target, with both of Kore's channels or CareCycle's one."""
    channels = ("campaigns",) if target == "care" else ("sms", "voice")
    listings = {
        name: Listing(name, tuple(row for row in rows if BY_TYPE[row.type].channel == name))
        for name in channels
    }
    return replace(TargetSnapshot(target=target, listings=listings, requests=2), **changes)


def lists(**records: int | None) -> dict[str, ContactList]:
    """Contact lists by name; underscores are spaces."""
    names = {key.replace("_", " "): value for key, value in records.items()}
    return {name: ContactList(name, records=value) for name, value in names.items()}


def requests(write: Write) -> tuple[PlannedRequest, ...] | Impossible:
    """One request per write, as a vendor with one endpoint would take it."""
    if has(write.spec, "description") and write.spec["description"] == "impossible":
        return Impossible("the queue is not known: open it in the console")
    path = f"/campaigns/{write.live.remote_id}" if write.live is not None else "/campaigns"
    return (
        PlannedRequest(
            operation=write.operation,
            method=_VERBS[write.operation],
            path=path,
            query={"campaignType": "sms"},
            body=write.spec or None,
        ),
    )


def facts(name: str = "retention", **changes: Any) -> TargetFacts:
    """A target, Kore's unless it is called `care`."""
    care = name == "care"
    return replace(
        TargetFacts(
            name=name,
            provider="carecycle" if care else "kore",
            title="CareCycle" if care else "Kore.ai",
            base_url="https://api.carecycle.ai" if care else "https://platform.kore.ai",
            account="account-1",
            api="v2",
            sends_on_write=SendsOnWrite.UNSET,
            safety=Safety(),
            capabilities=CARECYCLE if care else KORE,
            requests=requests,
        ),
        **changes,
    )


def inputs(*manifests: Desired, **changes: Any) -> PlanInputs:
    """A plan's inputs on two empty targets with an empty ledger."""
    return replace(
        PlanInputs(
            environment="staging",
            plan_id="plan-1",
            now=NOW,
            expires_at=NOW + timedelta(days=1),
            desired=manifests,
            live={"retention": snapshot("retention"), "care": snapshot("care")},
            targets={"retention": facts(), "care": facts("care")},
            ledger=ledger(),
        ),
        **changes,
    )


def on_kore(*rows: Live, **changes: Any) -> dict[str, TargetSnapshot]:
    """Live state with these campaigns on Kore's target and none on CareCycle's."""
    return {"retention": snapshot("retention", *rows, **changes), "care": snapshot("care")}


def on_care(*rows: Live) -> dict[str, TargetSnapshot]:
    """Live state with these campaigns on CareCycle's target and none on Kore's."""
    return {"retention": snapshot("retention"), "care": snapshot("care", *rows)}


def plan(*manifests: Desired, **changes: Any) -> Plan:
    """The plan of such inputs."""
    return build_plan(inputs(*manifests, **changes))
