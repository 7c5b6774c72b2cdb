from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.apply.agreed_reach import reach_changes
from reconciler.plan.model import Action, Change, Plan, Safety
from reconciler.plan.people import CampaignReach, ReachedList
from tests.support.apply_world import START

ADDRESS = Address("kore_sms_campaign", "renewal")
MONDAY = START + timedelta(days=3)
EARLY = MONDAY - timedelta(hours=8)


def reach(*sizes: int | None, **changes: object) -> CampaignReach:
    lists = tuple(ReachedList(f"L{place}", size) for place, size in enumerate(sizes))
    found = CampaignReach(channel="SMS", lists=lists, earliest_at=MONDAY, zone="UTC")
    return replace(found, **changes)  # type: ignore[arg-type]


def plan(found: CampaignReach | None, minutes: int = 0) -> Plan:
    change = Change(address=ADDRESS, target="main", action=Action.CREATE, reach=found)
    return Plan(
        id="p",
        tool_version="0",
        environment="prod",
        created_at=START + timedelta(minutes=minutes),
        expires_at=START + timedelta(hours=24),
        changes=(change,),
    )


def refused(
    agreed: CampaignReach | None, now: CampaignReach | None, minutes: int = 60, **safety: Any
) -> list[str]:
    found = reach_changes(plan(agreed), plan(now, minutes), {"main": Safety(**safety)})
    assert {one.code for one in found} <= {"reach-changed"}
    return [one.summary for one in found]


@pytest.mark.parametrize(
    ("agreed", "now"),
    [
        (reach(1240), reach(1240)),
        # 5 % more; at most 100 more; fewer.
        (reach(10_000), reach(10_500)),
        (reach(100), reach(200)),
        (reach(1240), reach(3)),
        # The size became known: the limits of the plan are about that.
        (reach(None), reach(1240)),
        # Made at night and applied at noon, when the calling hours are open.
        (reach(1240), reach(1240, earliest_at=MONDAY + timedelta(hours=3))),
        (reach(1240), reach(1240, earliest_at=MONDAY - timedelta(minutes=5))),
        # "At once" stays "at once", whatever the clocks say.
        (reach(1, earliest_at=START), reach(1, earliest_at=START - timedelta(hours=1))),
        (reach(1240), None),
        (None, None),
    ],
)
def test_what_was_agreed_may_be_applied(
    agreed: CampaignReach | None, now: CampaignReach | None
) -> None:
    assert refused(agreed, now) == []


@pytest.mark.parametrize(
    ("agreed", "now", "text"),
    [
        (
            reach(1240),
            reach(1_000_000),
            "renewal reaches 1,000,000 contacts now; 1,240 contacts were agreed, and at most 124",
        ),
        (reach(1240), reach(1488), "reaches 1,488 contacts now"),
        (reach(0), reach(101), "reaches 101 contacts now"),
        (
            reach(1240),
            reach(None),
            'renewal: the size of contact list "L0" cannot be read now; it was 1,240 contacts',
        ),
        (
            reach(5),
            reach(5, earliest_at=START),
            "renewal may contact people at once; Mon 23 Nov 09:00 UTC was agreed",
        ),
        (reach(5), reach(5, earliest_at=EARLY), "may contact people from Mon 23 Nov 01:00 UTC"),
        (reach(5), reach(5, own_clock_at=EARLY), "may contact people from Mon 23 Nov 01:00 UTC"),
        (None, reach(5), "could contact nobody when the plan was made, and may now"),
    ],
)
def test_more_or_earlier_is_refused(
    agreed: CampaignReach | None, now: CampaignReach, text: str
) -> None:
    (found,) = refused(agreed, now)
    assert text in found


def test_the_tolerance_is_the_targets_own() -> None:
    assert refused(reach(1000), reach(1500), reach_percent=50) == []
    assert refused(reach(1000), reach(1500), reach_contacts=500) == []
    assert len(refused(reach(1000), reach(1001), reach_percent=0, reach_contacts=0)) == 1
