"""Reading accounts side by side."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.resources.base import Live
from reconciler.resources.snapshot import Listing
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from reconciler.workflow.freshness import Freshness
from reconciler.workflow.reading import Reading, read_targets

SMS = "kore_sms_campaign"


class Meeting(MemoryProvider):
    """Answers a reading in full only while the other one reads too."""

    def __init__(self, clock: ManualClock, here: Event, there: Event) -> None:
        super().__init__(clock)
        self._here, self._there = here, there
        self.put(SMS, {"name": "Spring"})

    def list(self, channel: str) -> Listing:
        rows = super().list(channel)
        return replace(rows, items=tuple(replace(row, thin=True) for row in rows.items))

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        self._here.set()
        assert self._there.wait(10)
        return super().get(type_, remote_id, row)


def test_one_account_holds_no_other_back(tmp_path: Path) -> None:
    clock, events = ManualClock(), (Event(), Event())
    with_ledger = SqliteLedger(tmp_path / "state.db", "staging", clock)
    reading = Reading(
        desired=(),
        view=with_ledger.view(),
        ledger=with_ledger,
        clock=clock,
        parallelism=1,
        freshness=Freshness(max_age=timedelta(hours=1)),
        settle={"a": timedelta(0), "b": timedelta(0)},
        prune=False,
        every_channel=True,
        in_full=lambda rows: [one.remote_id for one in rows.listings["sms"].items],
    )
    providers = {"a": Meeting(clock, *events), "b": Meeting(clock, *reversed(events))}
    reads = read_targets(providers, reading)
    assert reads.errors == ()
    assert [len(one.details) for one in reads.snapshots.values()] == [1, 1]
    with_ledger.close()
