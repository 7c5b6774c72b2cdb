"""The gates of people judge a start by the campaign that is live, whatever its manifest wants."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from reconciler.plan.build import build_plan
from reconciler.plan.gate_table import launch_codes
from reconciler.plan.gates.contacting import contacting, crowd
from reconciler.plan.gates.judge import Verdict, judge, people_rules
from reconciler.plan.model import Safety, SendsOnWrite
from reconciler.plan.people import CampaignReach, ReachedList
from reconciler.plan.windows import ApplyWindows, Hours
from reconciler.resources.base import Desired, Live, Metadata, RunState
from reconciler.resources.exemptions import Acceptance
from reconciler.resources.windows import WindowMinutes
from tests.support.campaigns import CARE, NOW, desired, live, record, spec
from tests.support.plans import facts, inputs, ledger, snapshot

OTHER = live("cd-9", name="Other", contactLists=["A"], state=RunState.ACTIVE)


def started(
    one: Desired, row: Live, *beside: Live, records: int | None = None, **changes: Any
) -> Verdict:
    """What stops the start of a live campaign whose lists have so many records; None: no lists."""
    runs = changes.pop("runs", 1)
    given = inputs(
        one,
        live={name: snapshot(name, row, *beside) for name in ("retention", "care")},
        ledger=ledger(record(one, row.remote_id)),
        **changes,
    )
    (change,) = build_plan(given).changes
    reach = CampaignReach(
        channel="SMS",
        lists=() if records is None else (ReachedList("A", records),),
        earliest_at=NOW,
        news=("start",),
        may_start=True,
        runs=runs,
    )
    found = crowd((contacting(change, one, row, reach=reach),), given)
    return judge(people_rules(found), found, desired=(one,), allow=(), today=NOW.date())


def test_its_live_lists_count_and_not_those_of_its_manifest() -> None:
    row = live("cd-1", contactLists=["A"])
    verdict = started(desired(contactLists=["B"]), row, OTHER, records=10)
    (gate,) = verdict.gates
    assert gate.code == "duplicate-audience"
    assert gate.details == (
        '"A" on target retention: live campaign "Other" (cd-9), Ready, kore_sms_campaign.renewal',
    )


def test_a_pending_change_of_its_manifest_meets_no_gate() -> None:
    manifest = desired(contactLists=["A", "B"], experienceFlowName="Other", dncLists__name="No")
    row = live("cd-1", contactLists=["A"], dncLists__name="Yes")
    assert started(manifest, row, records=9_000).gates == ()


def test_what_a_start_can_meet_is_marked_in_the_table() -> None:
    """A start changes no setting, so the gates on what is new cannot be met."""
    manifest = desired(contactLists=["A", "B"], experienceFlowName="Other", dncLists__name="No")
    ran = live("cd-1", contactLists=["A"], dncLists__name="Yes", state=RunState.FINISHED)
    week = tuple(WindowMinutes(weekday, 0, 1440) for weekday in range(7))
    closed = ApplyWindows(deny=(Hours(ZoneInfo("UTC"), week),))
    strict = facts(safety=Safety(max_contacts=1, apply_windows=closed))
    targets = {"retention": strict, "care": facts("care")}
    met = {
        gate.code for gate in started(manifest, ran, OTHER, records=9_000, targets=targets).gates
    }
    assert met == {"reach-over-limit", "ran-before", "duplicate-audience", "outside-apply-window"}
    assert set(launch_codes()) == met | {"contacted-lately", "ledger-behind"}


def test_every_run_of_a_schedule_counts() -> None:
    (gate,) = started(desired(), live(), records=6_000, runs=2).gates
    assert gate.summary == ("12,000 contacts on target retention; maxContacts is 10,000")
    assert gate.details == ("kore_sms_campaign.renewal: 6,000 contacts in each of 2 runs",)


def test_people_whom_the_vendor_selects_count_as_over_the_limit_and_no_entry_accepts_them() -> None:
    entry = Acceptance(
        gate="reach-over-limit", records=10**9, until=NOW.date(), by="M. Rao", reason="reviewed"
    )
    care = desired("care", CARE, metadata=Metadata(accept=(entry,)))
    verdict = started(care, live("u-1", CARE))
    (gate,) = verdict.gates
    assert gate.summary == ("1 campaign of unknown size on target care; maxContacts is 10,000")
    assert gate.details == ("carecycle_campaign.care: people whom the vendor selects",)
    assert (gate.allowed, gate.records, verdict.used) == (False, None, {})


def test_people_whom_the_vendor_selects_need_no_limit_where_there_is_none() -> None:
    targets = {"retention": facts(), "care": facts("care", safety=Safety(max_contacts=None))}
    assert started(desired("care", CARE), live("u-1", CARE), targets=targets).gates == ()


def test_a_campaign_without_a_manifest_is_judged_too() -> None:
    (change,) = build_plan(inputs(desired())).changes
    found = contacting(change, None, live(), reach=CampaignReach(channel="SMS"))
    assert (found.shares, found.is_start) == (frozenset(), True)


def test_what_reaches_nobody_is_not_judged() -> None:
    (change,) = build_plan(inputs(desired("care", CARE))).changes
    with pytest.raises(AssertionError, match=r"^only what reaches people is judged$"):
        contacting(change, None, None)


def test_a_full_reading_has_the_calling_hours_that_a_row_leaves_out() -> None:
    sunday: JsonValue = [{"day": "SU", "start": "9:00 AM", "end": "6:00 PM"}]
    full = replace(OTHER, spec=spec(contactLists=["A"], dialingStrategy__callingHours__days=sunday))
    row = replace(OTHER, spec={"contactLists": ["A"]})
    one = desired(contactLists=["A"])

    def codes(details: dict[str, Live]) -> list[str]:
        read = snapshot("retention", row, details=details)
        targets = {"retention": facts(sends_on_write=SendsOnWrite.POSSIBLY)}
        made = build_plan(inputs(one, live={"retention": read}, targets=targets))
        return [gate.code for gate in made.gates]

    assert codes({}) == ["duplicate-audience"]
    assert codes({"cd-9": full}) == ["contacted-lately"]
