"""The outreach of several launches; the tests of `start` cover the rest."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from reconciler.address import Address
from reconciler.plan.people import CampaignReach, ReachedList
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.run_state.launch.audience import in_all
from reconciler.run_state.launch.model import Launch
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import SMS, sms_spec

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)


def launch(name: str, sizes: Mapping[str, int | None], runs: int = 1) -> Launch:
    provider = MemoryProvider(ManualClock())
    lists = tuple(ReachedList(one, size) for one, size in sizes.items())
    return Launch(
        address=Address(SMS, name),
        operation="start",
        target="main",
        live=provider.put(SMS, sms_spec(name)),
        record=None,
        requests=(),
        provider=provider,
        snapshot=TargetSnapshot(target="main"),
        reach=CampaignReach(channel="SMS", lists=lists, earliest_at=NOW, runs=runs),
    )


@pytest.mark.parametrize(
    ("sizes", "whom"),
    [
        (({"x": 1200}, {"y": 34}), "up to 1,234 contacts"),
        (({"x": 1}, {"x": 1}), "up to 2 contacts"),
        (({"x": 1200}, {"y": None}), "up to 1,200 contacts and lists of unknown size"),
        (({"x": None}, {"x": None}), "an unknown number of contacts"),
        (({"x": 5}, {}), "up to 5 contacts and people whom the vendor selects"),
        (({}, {}), "people whom the vendor selects"),
    ],
)
def test_the_total_audience_of_several_campaigns(
    sizes: tuple[dict[str, int | None], ...], whom: str
) -> None:
    launches = [launch(f"c{place}", one) for place, one in enumerate(sizes)]
    found = in_all(launches, now=NOW).text
    assert found == f"Outreach: {whom} by 2 campaigns, the first at once."


def test_every_run_of_a_schedule_counts() -> None:
    found = in_all([launch("a", {"x": 1240}, runs=212)], now=NOW)
    assert found.text == "Outreach: up to 262,880 contacts by 1 campaign in 212 runs, at once."
