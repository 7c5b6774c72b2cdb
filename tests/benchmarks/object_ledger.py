"""How much CPU it costs to load a large ledger from an object store, and what an apply asks of it.

`python -m tests.benchmarks.object_ledger [ENTRIES]` prints both; the store is in memory.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from obstore.store import MemoryStore

from reconciler.clock import SystemClock
from reconciler.ledger.objects.layout import Layout, Snapshot, encode_object
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.ledger.objects.log import ObjectLog
from reconciler.ledger.objects.store import ObjectStore
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import CARE, SMS, new_change, open_apply_world
from tests.support.watched_store import WatchedStore

_BODY = json.dumps({"name": "Renewal", "spec": {f"field-{n}": "x" * 20 for n in range(17)}})
"""As long as the record of a campaign."""


def load_seconds(entries: int) -> float:
    """The CPU seconds that loading a ledger with so many entries takes."""
    store, layout = ObjectStore(MemoryStore(), "memory://"), Layout("prod")
    rows = tuple(("record", f"kore_sms_campaign.c{n:06}", _BODY) for n in range(entries))
    content = Snapshot(generation=2, lineage="l", serial=1, entries=rows)
    store.put(layout.snapshot, encode_object(layout.snapshot, content))
    begun = time.process_time()
    state = ObjectLog(store, layout, SystemClock()).read()
    taken = time.process_time() - begun
    if len(state.entries) != entries:
        raise AssertionError("not all entries were loaded")
    return taken


def calls(folder: Path, type_: str, creates: int) -> Counter[str]:
    """The store's calls of one apply of so many creates, by verb."""
    clock, store = ManualClock(), WatchedStore(MemoryStore())
    provider = MemoryProvider(clock, provider="carecycle" if type_ == CARE else "kore")
    for world in open_apply_world(folder, clock, provider, ObjectLedger(store, "test", clock)):
        names = [f"c{number:03}" for number in range(creates)]
        outcomes = world.apply(*(new_change(provider, name, type_=type_) for name in names))
        if {one.outcome.value for one in outcomes} != {"applied"}:
            raise AssertionError("not all campaigns were created")
    return Counter(call.split()[0] for call in store.calls)


def main() -> None:
    """Print every figure."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rows: list[dict[str, object]] = [
        {"what": f"load {entries} entries, CPU seconds", "seconds": round(load_seconds(entries), 2)}
    ]
    for type_ in (SMS, CARE):
        with tempfile.TemporaryDirectory() as name:
            rows.append({"what": f"apply, 300 of {type_}", **calls(Path(name), type_, 300)})
    for row in rows:
        print(json.dumps(row), flush=True)  # noqa: T201 - a script's output


if __name__ == "__main__":
    main()
