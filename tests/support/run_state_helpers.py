"""Helpers for the tests of start, stop, schedule and status."""

import json
from datetime import UTC, datetime
from pathlib import Path

from reconciler.address import Address
from reconciler.clock import SystemClock
from reconciler.ledger.base import LockInfo
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.resources.ledger_records import Record
from reconciler.simulator.core import Simulator
from reconciler.simulator.request_log import LoggedRequest
from tests.support.cli import Line, Project, sms

ADDRESS = "kore_sms_campaign.renewal"
CARE = "carecycle_campaign.check-up"
QUICK = "sendsOnWrite: possibly\n        readBack: 1s\n        timeouts: {create: 1s}"
RUN_OPERATIONS = ("kore.start", "kore.stop", "kore.schedule")


def applied(run_line: Line, project: Project, simulator: Simulator, name: str = "renewal") -> str:
    """A campaign that is live exactly as its manifest says; its id. The request log is empty."""
    project.sms(name)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    simulator.clear_requests()
    return next(
        str(one["id"]) for one in simulator.campaigns() if one["name"] == f"Campaign {name}"
    )


def applied_care(run_line: Line, project: Project, simulator: Simulator) -> str:
    project.write(
        "care.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up, redial: true}\n",
    )
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    simulator.clear_requests()
    return next(str(one["id"]) for one in simulator.campaigns() if one["name"] == "Check-up")


def status_of(simulator: Simulator, campaign_id: str) -> object:
    return next(one["status"] for one in simulator.campaigns() if one["id"] == campaign_id)


def sent(simulator: Simulator, operation: str) -> list[LoggedRequest]:
    return simulator.requests(operation=operation)


def team(project: Project, name: str, contact_list: str, label: str = "retention") -> str:
    """Write a manifest with a label; its address."""
    document = sms(name, contactLists=[contact_list])
    document["metadata"] = {"name": name, "labels": {"team": label}}
    project.write(f"{name}.json", json.dumps(document))
    return f"kore_sms_campaign.{name}"


def ledger() -> SqliteLedger:
    """The ledger of the project that a test works in."""
    return SqliteLedger(Path(".reconciler/state.db").absolute(), "staging", SystemClock())


def record_of(address: str = ADDRESS) -> Record:
    found = ledger()
    try:
        return found.view().records[Address.parse(address)]
    finally:
        found.close()


def id_of(simulator: Simulator, name: str) -> str:
    """The id of the one campaign that `team` described under this name."""
    (found,) = (one for one in simulator.campaigns() if one["name"] == f"Campaign {name}")
    return str(found["id"])


def lock(operation: str = "apply") -> LockInfo:
    """A lease of another run."""
    now = datetime(2036, 1, 1, tzinfo=UTC)
    return LockInfo(
        id=f"lock-of-{operation}",
        operation=operation,
        who="ada",
        host="desk",
        created_at=now,
        renewed_at=now,
        process={},
    )


def hold_lease(operation: str = "apply") -> None:
    """Let another run hold the lease."""
    found = ledger()
    assert found.acquire(lock(operation)) is None
    found.close()


def free_lease(operation: str = "apply") -> None:
    found = ledger()
    assert found.release(lock(operation).id)
    found.close()
