"""Builders of campaigns: as a manifest declares, a vendor shows and a ledger records them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.diagnostics import Position, SourceRange
from reconciler.resources.base import Desired, Live, Metadata, RunState
from reconciler.resources.kinds import BY_TYPE, canonical
from reconciler.resources.ledger_records import Intent, Record, SeenState
from reconciler.resources.tree import Tree, leaves, overlay, unflatten

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
    """A live campaign with what a vendor shows; `state`, `blocked`, `references` are separate."""
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


def bare_live(tree: Tree, **changes: Any) -> Live:
    """A live SMS campaign called `x` with exactly this spec."""
    campaign = Live(
        type=SMS, remote_id="cd-1", name="x", state=RunState.DRAFT, status="Ready", spec=tree
    )
    return replace(campaign, **changes)


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


def intent(one: Desired, **changes: Any) -> Intent:
    """What the ledger knows of a create of `one` that began and has no outcome yet."""
    return replace(
        Intent(
            address=one.address,
            generation=1,
            target=one.target,
            type=one.address.type,
            channel=BY_TYPE[one.address.type].channel,
            name=one.name,
            spec=one.spec,
            seen_ids=(),
            run_id="run-1",
            created_at=NOW,
        ),
        **changes,
    )
