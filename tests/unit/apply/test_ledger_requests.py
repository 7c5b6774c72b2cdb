"""What the creates of an apply cost at an object store."""

from pathlib import Path

import pytest

from tests.benchmarks.object_ledger import calls, load_seconds
from tests.support.apply_world import CARE, SMS

FEW, MANY = 30, 70


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


def test_a_large_ledger_is_loaded_quickly() -> None:
    """A tenth of the largest, in a tenth of its time and slack for a busy machine."""
    assert load_seconds(10_000) < 0.5
