"""What the creates of an apply cost at an object store."""

from collections import Counter
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import CARE, SMS, new_change, open_apply_world
from tests.support.watched_store import WatchedStore

FEW, MANY = 30, 70


def calls(folder: Path, type_: str, creates: int) -> Counter[str]:
    """The calls of one apply of so many creates, by verb."""
    clock, store = ManualClock(), WatchedStore(MemoryStore())
    provider = MemoryProvider(clock, provider="carecycle" if type_ == CARE else "kore")
    for world in open_apply_world(folder, clock, provider, ObjectLedger(store, "test", clock)):
        names = [f"c{number:03}" for number in range(creates)]
        outcomes = world.apply(*(new_change(provider, name, type_=type_) for name in names))
        assert {one.outcome.value for one in outcomes} == {"applied"}
    return Counter(call.split()[0] for call in store.calls)


@pytest.mark.parametrize(("type_", "puts", "gets"), [(SMS, 2, 2), (CARE, 3, 4)])
def test_a_create_costs_two_writes_and_two_readings_and_no_listing(
    tmp_path: Path, type_: str, puts: int, gets: int
) -> None:
    """The second request of CareCycle costs one more write, and a last check of its own."""
    few, many = calls(tmp_path, type_, FEW), calls(tmp_path, type_, MANY)
    more, batches = MANY - FEW, (MANY - FEW) // 20
    assert many["claim"] + many["swap"] - few["claim"] - few["swap"] <= puts * more + batches
    assert many["get"] - few["get"] <= gets * more
    assert many["list"] == few["list"]
