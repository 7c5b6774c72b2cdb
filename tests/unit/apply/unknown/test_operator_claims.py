"""An operator's claim about an unknown create, against a complete listing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.address import Address
from reconciler.apply.unknown.operator_claims import (
    adoptable,
    differences,
    require_absence,
)
from reconciler.errors import ApplyRefused
from reconciler.resources.base import Live, RunState
from reconciler.resources.snapshot import Listing
from tests.support.apply_world import CARE, SMS, START, sms_spec
from tests.support.campaigns import bare_live, desired, intent

BEFORE = START - timedelta(days=1)
INTENT = intent(
    desired(),
    target="main",
    name="Renewal",
    spec=sms_spec("Renewal"),
    seen_ids=("cd-old",),
    created_at=START,
)


def campaign(remote_id: str = "cd-1", name: str = "Renewal", **more: object) -> Live:
    return bare_live({}, **{"remote_id": remote_id, "name": name, **more})


def listing(*rows: Live) -> Listing:
    return Listing("sms", rows)


def test_a_listed_campaign_with_the_same_name_may_be_the_created_one() -> None:
    assert adoptable(INTENT, "cd-1", listing(campaign()), {}).remote_id == "cd-1"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (campaign("cd-2"), "lists no sms campaign cd-1"),
        (campaign(type=CARE), "lists no sms campaign cd-1"),
        (campaign(name="Other"), 'named "Other"'),
        (campaign(state=RunState.ARCHIVED), "archived"),
        (campaign(observed={"marker": "00000000-11111111"}), "marker of another campaign"),
    ],
)
def test_a_campaign_that_cannot_be_the_created_one_is_refused_with_the_reason(
    row: Live, said: str
) -> None:
    intent = replace(INTENT, marker="aaaaaaaa-bbbbbbbb")
    with pytest.raises(ApplyRefused, match=said):
        adoptable(intent, "cd-1", listing(row), {})


def test_a_campaign_of_another_address_is_refused() -> None:
    owners = {"cd-1": Address(SMS, "other")}
    with pytest.raises(ApplyRefused, match=r"managed by kore_sms_campaign\.other"):
        adoptable(INTENT, "cd-1", listing(campaign()), owners)


def test_a_campaign_that_was_there_before_is_refused() -> None:
    with pytest.raises(ApplyRefused, match="existed before"):
        adoptable(INTENT, "cd-old", listing(campaign("cd-old")), {})


def test_absence_is_accepted_if_nothing_contradicts_it() -> None:
    rows = listing(
        campaign("cd-old"), campaign("cd-2", "Other", created_at=BEFORE), campaign("cd-3")
    )
    require_absence(INTENT, rows, {"cd-3": Address(SMS, "x")})


def test_another_campaign_with_the_same_name_contradicts_absence() -> None:
    with pytest.raises(ApplyRefused, match="did not exist before: cd-1"):
        require_absence(INTENT, listing(campaign()), {})


def test_differences_are_named_by_path() -> None:
    (found,) = differences(INTENT, campaign(spec={"name": "Renewal", "priority": "1"}), {})
    assert "priority" in found.summary
    assert differences(INTENT, campaign(spec={"name": "Renewal"}), {}) == ()


def test_a_campaign_that_differs_in_name_only_contradicts_absence_unless_it_is_older() -> None:
    spec = {**sms_spec("Renewal"), "name": "Renamed"}
    twin = campaign("cd-1", "Renamed", spec=spec, created_at=START)
    older = replace(twin, remote_id="cd-0", created_at=START - timedelta(days=1))
    with pytest.raises(ApplyRefused, match="differ in name only: cd-1") as refused:
        require_absence(INTENT, listing(twin, older), {})
    assert "cd-0" not in str(refused.value)
    require_absence(INTENT, listing(older), {})


def test_our_mark_proves_a_renamed_campaign() -> None:
    row = campaign(name="Renamed", observed={"marker": "aaaaaaaa-bbbbbbbb"})
    assert adoptable(replace(INTENT, marker="aaaaaaaa-bbbbbbbb"), "cd-1", listing(row), {}) == row
