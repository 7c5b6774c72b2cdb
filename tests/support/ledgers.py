"""Values for tests of ledgers, and locations of each kind of ledger."""

import contextlib
import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.address import Address
from reconciler.clock import SystemClock
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.ledger.objects.store import open_store
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.resources.base import RunState
from reconciler.resources.ledger_records import (
    Binding,
    CreatedNote,
    Intent,
    Moment,
    Record,
    SeenState,
)
from reconciler.resources.name_key import name_key
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.writes import Recurrence

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ADDRESS = Address("kore_sms_campaign", "renewal")
BUCKET = "ledgers"
_NUMBERS = itertools.count()
Open = Callable[[str], Ledger]
"""Opens an environment's ledger at one location; each call gives a client of its own."""


def location_of(kind: str, folder: Path, request: pytest.FixtureRequest) -> Open:
    """A location that nothing has written to yet."""
    match kind:
        case "sqlite":
            return sqlite_location(folder)
        case "memory":
            return memory_location()
        case _:
            return s3_location(request.getfixturevalue("s3_config"))


def sqlite_location(folder: Path) -> Open:
    return lambda environment: SqliteLedger(folder / "state.db", environment, SystemClock())


def memory_location() -> Open:
    store = open_store("memory://")
    return lambda environment: ObjectLedger(store, environment, SystemClock())


def s3_location(config: Mapping[str, str]) -> Open:
    """A prefix of its own in the bucket of `s3_server`."""
    url = f"s3://{BUCKET}/{next(_NUMBERS)}/campaigns"
    return lambda environment: ObjectLedger(
        open_store(url, config=config, allow_http=True), environment, SystemClock()
    )


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


def mark_for(intent: Intent, before: SentMark | None = None) -> SentMark:
    """The sent mark of an intent's name."""
    sent = Moment(intent.created_at, intent.created_at)
    return SentMark(
        key=MarkKey("kore", intent.account, intent.channel, name_key(intent.name)),
        first_at=before.first_at if before else intent.created_at,
        sent=sent,
        environment="prod",
        address=intent.address,
        seen_ids=intent.seen_ids,
    )


def put_intent(ledger: Ledger, intent: Intent, lock_id: str) -> bool:
    """Record an intent with its sent mark, over whatever mark there is."""
    key = mark_for(intent).key
    before = ledger.marks([key]).get(key)
    return ledger.put_intent(intent, lock_id, mark=mark_for(intent, before), before=before)


RECORD = Record(
    address=ADDRESS,
    target="main",
    remote_id="cd-1",
    name="Renewal ✓",
    spec=INTENT.spec,
    generation=1,
    created=True,
    assumed=("experienceFlowName",),
    references={"experienceFlowName": "cf-1"},
    protected=True,
    seen=SeenState(RunState.PAUSED, "Paused", "cid-1", 1860, "NORMAL"),
    overruled={"priority": "1", "contactLists": ["may"]},
    written_at=NOW,
)
RECEIPT = Receipt(
    environment="prod",
    operation="schedule",
    who="ada ✓",
    host="desk",
    run_url="",
    started_at="2026-11-20T09:00:00Z",
    finished_at="2026-11-20T09:00:01Z",
    plan_id="p1",
    outcomes=(
        ReceiptEntry(
            address=ADDRESS,
            target="main",
            action="schedule",
            outcome=Outcome.UNKNOWN,
            remote_id="cd-1",
            codes=("about-to-leave",),
            attempt="1",
            schedule=Recurrence(every=2, days=("MO", "WE"), start=NOW, end=NOW + timedelta(days=9)),
        ),
    ),
)


def part_entry(
    action: str, outcome: Outcome = Outcome.APPLIED, address: Address = ADDRESS
) -> ReceiptEntry:
    """What an apply did to one campaign."""
    return ReceiptEntry(
        address=address, target="main", action=action, outcome=outcome, remote_id="cd-1"
    )


NOTE = CreatedNote(
    who="ada ✓", host="desk", run_url="https://ci/1", reason="first campaigns ✓", at=NOW
)
BINDING = Binding("main", "experienceFlowName", "Flow", "cf-1")


def open_new(path: Path, environment: str = "staging") -> None:
    """Write the note of `ledger init` into a ledger file: automated runs may then create."""
    with contextlib.closing(SqliteLedger(path, environment, SystemClock())) as ledger:
        assert ledger.acquire(lock("ledger-init")) is None
        assert ledger.note_created(NOTE, "ledger-init")
        ledger.release("ledger-init")


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
