"""The outreach sentence of several launches; the tests of `start` cover the rest."""

from collections.abc import Mapping

import pytest

from reconciler.address import Address
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.run_state.launch.audience import in_all
from reconciler.run_state.launch.model import Launch
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import SMS, sms_spec


def launch(name: str, sizes: Mapping[str, int | None], target: str = "main") -> Launch:
    provider = MemoryProvider(ManualClock())
    return Launch(
        address=Address(SMS, name),
        operation="start",
        target=target,
        live=provider.put(SMS, sms_spec(name)),
        record=None,
        requests=(),
        provider=provider,
        snapshot=TargetSnapshot(target=target),
        sizes=sizes,
    )


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        (({"x": 1200}, {"y": 34}), "2 contact lists (1,234 contacts)"),
        (({"x": 1}, {"x": 1}), "1 contact list (1 contact)"),
        (({"x": 1200}, {"y": None}), "2 contact lists (at least 1,200 contacts)"),
        (({"x": None}, {"x": None}), "1 contact list"),
        (({"x": 5}, {}), "1 contact list (5 contacts) and people whom the vendor selects"),
        (({}, {}), "people whom the vendor selects"),
    ],
)
def test_the_total_audience_of_several_campaigns(
    sizes: tuple[dict[str, int | None], ...], told: str
) -> None:
    launches = [launch(f"c{place}", one) for place, one in enumerate(sizes)]
    assert in_all(launches) == f"In all: 2 campaigns will contact {told}."


def test_lists_with_the_same_name_on_two_targets_are_two() -> None:
    launches = [launch("a", {"x": 5}), launch("b", {"x": 7}, target="other")]
    assert "2 contact lists (12 contacts)" in in_all(launches)
