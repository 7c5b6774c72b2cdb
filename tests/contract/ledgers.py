"""Values that ledgers are tried with, and the places where each kind of ledger can stand."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from reconciler.address import Address
from reconciler.clock import SystemClock
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.sqlite import SqliteLedger
from reconciler.resources.ledger_view import Binding, Intent, Record

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ADDRESS = Address("kore_sms_campaign", "renewal")
Open = Callable[[str], Ledger]
"""Opens an environment's ledger at one location; each call gives a client of its own."""


def sqlite_location(folder: Path) -> Open:
    return lambda environment: SqliteLedger(folder / "state.db", environment, SystemClock())


INTENT = Intent(
    address=ADDRESS,
    generation=1,
    target="main",
    type="kore_sms_campaign",
    channel="sms",
    name="Renewal ✓",
    spec={"name": "Renewal ✓", "contactLists": ["May"], "n": 1.5, "none": None},
    seen_ids=("cd-7",),
    run_id="plan-1",
    created_at=NOW,
)
RECORD = Record(
    address=ADDRESS,
    target="main",
    remote_id="cd-1",
    name="Renewal ✓",
    spec=INTENT.spec,
    generation=1,
    created=True,
    assumed=("experienceFlowName",),
    written_at=NOW,
)
BINDING = Binding("main", "experienceFlowName", "Flow", "cf-1")


def lock(id_: str) -> LockInfo:
    return LockInfo(
        id=id_,
        operation="apply",
        who="ada",
        host="desk",
        run_url="https://ci/1",
        created_at=NOW,
        renewed_at=NOW,
        process={},
    )
