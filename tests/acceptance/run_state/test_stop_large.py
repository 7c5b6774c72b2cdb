"""How soon a stop of many campaigns sends its first and its last stop, by a clock that skips waits.

500 campaigns run, the ledger knows 480 of them, and another process has locked it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from reconciler.address import Address
from reconciler.errors import ExitCode
from reconciler.ledger.sqlite import file as ledger_file
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.run_state.stop.emergency import Order, stop
from reconciler.run_state.stop.halts import StopsAhead
from reconciler.simulator.core import Simulator
from reconciler.workflow.session import Options, Session
from tests.support.changing_pages import seeded
from tests.support.cli import Line, Project
from tests.support.clocks import ScheduledClock
from tests.support.run_state_helpers import applied, lock, record_of

KNOWN, ONLY_IN_MANIFESTS = 480, 20
VENDORS_LIMIT = 60
"""Requests a minute: docs/vendors/kore.md 10."""


@pytest.fixture
def locked(run_line: Line, project: Project, simulator: Simulator) -> Iterator[None]:
    """500 running campaigns, and a ledger that another process has locked."""
    # While one thread waits for the limit, the clock of a request in flight moves on too.
    project.configure(more="sendsOnWrite: possibly\n        timeouts: {create: 120s}")
    simulator.edit(applied(run_line, project, simulator), {"status": "Active"})
    path, template = project.folder / ".reconciler" / "state.db", record_of()
    rows = [f"Bulk {number:03}" for number in range(KNOWN + ONLY_IN_MANIFESTS - 1)]
    ids = {name: seeded(simulator, name, "Active") for name in rows}
    for name in rows[KNOWN - 1 :]:
        project.sms(name.lower().replace(" ", "-"), name=name)
    with closing(SqliteLedger(path, "staging", ScheduledClock())) as found:
        found.acquire(lock())
        for name in rows[: KNOWN - 1]:
            address = Address("kore_sms_campaign", name.lower().replace(" ", "-"))
            found.put_record(
                replace(template, address=address, remote_id=ids[name], name=name), lock().id
            )
        found.release(lock().id)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.usefixtures("locked")
def test_the_first_of_500_stops_is_sent_at_once_and_the_last_as_the_vendors_limit_allows(
    project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_file, "BUSY_SECONDS", 0.1)
    path = project.folder / "reconciler.yaml"
    usual = path.read_text("utf-8").replace("rateLimit: 100000/minute", "rateLimit: 50/minute")
    path.write_text(usual, "utf-8")
    clock, sent, ahead = ScheduledClock(), list[float](), list[StopsAhead]()
    stopped = set[str]()

    def handler(request: WireRequest) -> WireResponse:
        if "/trigger/" in request.path and len(stopped) < KNOWN + ONLY_IN_MANIFESTS:
            sent.append(clock.slept)
            stopped.add(request.path)
        return simulator.handle(request)

    with Session(
        Options(directory=project.folder), handlers={"retention": handler}, clock=clock
    ) as session:
        report = stop(
            session,
            Order(reason="wrong text"),
            interrupted=lambda: False,
            on_ahead=ahead.append,
        )
    assert {one["status"] for one in simulator.campaigns()} == {"Stopped"}
    assert len(report.campaigns) == KNOWN + ONLY_IN_MANIFESTS
    assert report.exit_code is ExitCode.ERROR, "the ledger holds nothing back"
    assert report.held is False
    assert sent[0] < 2
    assert ahead[0].stops > KNOWN
    assert ahead[0].seconds >= ahead[0].stops // VENDORS_LIMIT * 60
    # A few readings and pages come before the other stops.
    fewest = (KNOWN + ONLY_IN_MANIFESTS + 30) / VENDORS_LIMIT
    assert sent[-1] < 60 * fewest
