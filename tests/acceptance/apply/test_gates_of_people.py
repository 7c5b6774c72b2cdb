"""What stops a write or a start that may contact people, over the command line."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reconciler.clock import SystemClock
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, care, sms
from tests.support.contact_lists import LIST, resize
from tests.support.live_campaigns import live_twin

ADDRESS = "kore_sms_campaign.renewal"
ALWAYS: dict[str, Any] = {
    "callerId": {"phoneNumber": "+12025550123"},
    "callingHours": {
        "frequency": "WEEKLY",
        "timezone": "UTC",
        "days": [{"day": "MO-SU", "start": "12:00 AM", "end": "11:59 PM"}],
    },
}
DAY = 86_400
ACCEPT = {
    "gate": "reach-over-limit",
    "records": 1_000_000,
    "until": (SystemClock().now() + timedelta(days=7)).date().isoformat(),
    "by": "M. Rao",
    "reason": "agreed with sales",
}


def accepting(project: Project, entry: object) -> Path:
    manifest: dict[str, Any] = sms("renewal")
    manifest["metadata"]["accept"] = [entry]
    return project.write("renewal.json", json.dumps(manifest, indent=2))


def safety(project: Project, text: str) -> None:
    path = project.folder / "reconciler.yaml"
    path.write_text(f"{path.read_text('utf-8')}safety: {text}\n", "utf-8")


def within(days: int) -> str:
    return (SystemClock().now().date() + timedelta(days=days)).isoformat()


def windows(allow: str, deny: str = "") -> str:
    """`applyWindows` that allow, and may deny, hours on Mondays."""
    denied = f", deny: [{{days: MO, {deny}}}]" if deny else ""
    return f"{{applyWindows: {{allow: [{{days: MO, {allow}}}]{denied}}}}}"


def test_a_million_people_need_an_acknowledgement(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    resize(simulator, 1_000_000)
    shown = run_line("plan").out
    assert (
        "  - reach-over-limit: 1,000,000 contacts on target retention; maxContacts is 10,000"
        in (shown)
    )
    assert f"      {ADDRESS}: 1,000,000 contacts" in shown
    assert run_line("apply", "--auto-approve").code == 6
    assert simulator.campaigns() == []
    assert run_line("apply", "--auto-approve", "--allow", "reach-over-limit").code == 0


def test_a_reviewed_manifest_opens_the_gate_for_itself(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    accepting(project, {**ACCEPT, "until": within(14)})
    resize(simulator, 1_000_000)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert "Accepted gates:" in result.out
    again = run_line("plan")
    assert "metadata.accept of reach-over-limit opens nothing" in again.err
    assert "Remove the entry" in again.err
    drift = run_line("drift")
    assert (drift.code, drift.err) == (0, "")
    assert (
        "Notes:\n  - kore_sms_campaign.renewal: metadata.accept of reach-over-limit " in drift.out
    )
    assert "(campaigns/renewal.json:" in drift.out


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"reason": None}, "metadata.accept[0].reason"),
        ({"by": ""}, "metadata.accept[0].by"),
        ({"reason": " "}, "metadata.accept[0].reason: has no text, only white space"),
        ({"until": None}, "metadata.accept[0].until"),
        ({"until": "soon"}, "metadata.accept[0].until"),
        ({"until": within(15)}, "accept of reach-over-limit ends on"),
        ({"gate": "delete"}, "metadata.accept[0].gate must be one of"),
        ({"gate": "nonsense"}, "metadata.accept[0].gate must be one of"),
        ({"records": -1}, "metadata.accept[0].records"),
        ({"records": 10**12}, "metadata.accept[0].records"),
        ({"who": "me"}, "metadata.accept[0].who"),
    ],
)
def test_an_acceptance_that_cannot_be_meant_is_invalid(
    run_line: Line, project: Project, change: dict[str, object], text: str
) -> None:
    entry = {**ACCEPT, "until": within(3), **change}
    accepting(project, {key: value for key, value in entry.items() if value is not None})
    result = run_line("validate")
    assert result.code == 3
    assert text in result.err
    assert re.search(r"on campaigns/renewal\.json:\d+:\d+", result.err)


def test_validate_warns_of_an_accept_that_is_over_and_of_no_gap_at_all(
    run_line: Line, project: Project
) -> None:
    safety(project, "{minGap: 0s}")
    accepting(project, {**ACCEPT, "until": within(-1)})

    found = run_line("validate")

    assert found.code == 0
    assert found.err.count("Warning: ") == 1
    warned = f"{ADDRESS}: metadata.accept of reach-over-limit ended on {within(-1)}"
    assert f"Warning: {warned}\n" in found.err
    assert re.search(r"on campaigns/renewal\.json:\d+:\d+", found.err)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{maxContacts: -1}", "safety.maxContacts"),
        ("{maxContacts: 10000000000}", "safety.maxContacts"),
        ("{maxContacts: many}", "safety.maxContacts"),
        ("{quietReach: -1}", "safety.quietReach"),
        ("{maxUpdates: 1.5}", "safety.maxUpdates"),
        ("{minGap: soon}", "safety.minGap"),
        ("{minGap: 9999d}", "safety.minGap must be at most 365d"),
        ("{minGap: -1h}", "safety.minGap"),
        ("{minGap: 0}", "write 90s, 24h or 7d, or 0s for no gap"),
        ("{maxUpdates: 99999999999}", "safety.maxUpdates"),
        ("{maxUpdatePercent: 101}", "safety.maxUpdatePercent"),
        ("{maxContact: 5}", "unknown key safety.maxContact"),
        ("{applyWindows: {allow: []}}", "safety.applyWindows.allow"),
        (
            windows('start: "9:00 AM", end: "5:00 PM", timezone: Europe/Lundon'),
            "did you mean Europe/London?",
        ),
        (
            windows('start: "5:00 PM", end: "9:00 AM", timezone: Europe/London'),
            "ends before it starts",
        ),
        (
            windows(
                'start: "9:00 AM", end: "5:00 PM", timezone: UTC',
                'start: "8:00 AM", end: "6:00 PM", timezone: UTC',
            ),
            "these windows never open",
        ),
    ],
)
def test_a_limit_that_cannot_be_meant_is_invalid(
    run_line: Line, project: Project, text: str, path: str
) -> None:
    project.sms()
    safety(project, text)
    result = run_line("validate")
    assert result.code == 3
    assert path in result.err
    # The last line of the project file.
    assert re.search(r"on reconciler\.yaml:20:\d+", result.err)


def test_windows_that_open_in_summer_only_are_valid(run_line: Line, project: Project) -> None:
    # 9:00 to 10:00 in New York is 13:00 to 14:00 UTC in summer, and an hour later in winter.
    project.sms()
    morning = 'start: "9:00 AM", end: "10:00 AM", timezone: America/New_York'
    safety(project, windows(morning, 'start: "2:00 PM", end: "10:00 PM", timezone: UTC'))
    assert run_line("validate").code == 0


def test_a_start_meets_the_limit_too(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    resize(simulator, 1_000_000)
    result = run_line("start", ADDRESS, "--auto-approve")
    assert result.code == 6
    assert (
        "start stopped at gate reach-over-limit: 1,000,000 contacts on target retention"
        in result.err
    )
    assert "This command will stop at these gates:" in result.out
    assert [one["status"] for one in simulator.campaigns()] == ["Ready"]
    assert run_line("start", ADDRESS, "--auto-approve", "--allow", "reach-over-limit").code == 0


def test_people_whom_the_vendor_selects_are_not_accepted_by_a_number(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    document: dict[str, Any] = care("check-up")
    document["metadata"]["accept"] = [ACCEPT]
    project.write("check-up.json", json.dumps(document))
    assert run_line("apply", "--auto-approve").code == 0
    start = ("start", "carecycle_campaign.check-up", "--auto-approve")
    result = run_line(*start)
    assert result.code == 6
    assert "1 campaign of unknown size on target care; maxContacts is 10,000" in result.err
    assert [one["status"] for one in simulator.campaigns()] == ["draft"]
    assert run_line(*start, "--allow", "reach-over-limit").code == 0


def test_a_new_flow_beside_a_running_campaign_needs_an_acknowledgement(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    other = live_twin(simulator, "other")
    simulator.edit(other, {"status": "Active"})
    project.sms(experienceFlowName="SMS Support Flow")
    said = f'{ADDRESS}: "{LIST}": live campaign "Campaign other" ({other}), Active'
    assert f"      {said}, in the same hours" in run_line("plan").out
    assert run_line("apply", "--auto-approve").code == 6


def test_two_creates_on_one_list_an_hour_apart_need_an_acknowledgement(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    def hours(start: str, end: str) -> dict[str, Any]:
        days = [{"day": "MO-SU", "start": start, "end": end}]
        return {**ALWAYS, "callingHours": {**ALWAYS["callingHours"], "days": days}}

    project.sms("first", dialingStrategy=hours("12:00 AM", "11:00 AM"))
    project.sms("second", dialingStrategy=hours("12:00 PM", "11:00 PM"))
    planned = run_line("plan").out
    assert "  - contacted-lately (if it still holds when apply runs): 1 campaign would " in planned
    assert re.search(
        rf'"{LIST}": kore_sms_campaign\.(first|second) of the same run, until ', planned
    )
    assert run_line("apply", "--auto-approve").code == 6
    assert simulator.campaigns() == []
    assert run_line("apply", "--auto-approve", "--allow", "contacted-lately").code == 0


def test_all_runs_of_a_schedule_count(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    daily = ("--daily", "1", "--from", "2036-04-01T13:00Z", "--until", "2036-04-30T22:00Z")
    result = run_line("schedule", ADDRESS, *daily, "--auto-approve")
    assert result.code == 6
    assert "25,800 contacts on target retention; maxContacts is 10,000" in result.err
    allowed = (*daily, "--auto-approve", "--allow", "reach-over-limit")
    assert run_line("schedule", ADDRESS, *allowed).code == 0
    assert run_line("schedule", ADDRESS, "--off", "--auto-approve").code == 0


def test_a_campaign_that_ran_starts_again_only_with_an_acknowledgement(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"status": "Stopped"})
    result = run_line("start", ADDRESS, "--auto-approve")
    assert result.code == 6
    assert f"      {ADDRESS} is Stopped: 860 contacts" in result.out
    assert run_line("start", ADDRESS, "--auto-approve", "--allow", "ran-before").code == 0


def test_a_start_outside_of_the_windows_is_refused(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    everyday = '{days: MO-SU, start: "12:00 AM", end: "12:00 AM", timezone: UTC}'
    late = '{days: MO-SU, start: "12:00 AM", end: "11:59 PM", timezone: UTC}'
    safety(project, f"{{applyWindows: {{allow: [{everyday}], deny: [{late}]}}}}")
    result = run_line("start", ADDRESS, "--auto-approve")
    assert result.code == 6
    assert "now is outside of applyWindows of target retention; they open " in result.err


def test_a_gate_of_start_must_exist(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("start", ADDRESS, "--allow", "nonsense").code == 3


def test_a_list_that_was_contacted_a_short_time_before_meets_a_gate(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> None:
    project.sms("first", dialingStrategy=ALWAYS)
    assert run_line("apply", "--auto-approve").code == 0
    other = live_twin(simulator, "other")
    simulator.edit(other, {"status": "Completed", "totalMessagesSent": 860})
    assert run_line("apply", "--auto-approve").code == 0
    project.sms("second", dialingStrategy=ALWAYS)
    said = (
        f'kore_sms_campaign.second: "{LIST}": live campaign "Campaign other" ({other}), Completed'
    )
    assert f"      {said}, less than 1 h ago" in run_line("plan").out
    assert run_line("apply", "--auto-approve").code == 6
    # A day later somebody only edited it: the ledger knows that nothing was sent since.
    shift(DAY + 60)
    simulator.edit(other, {"description": "Edited."})
    assert run_line("apply", "--auto-approve").code == 0
    simulator.edit(other, {"totalMessagesSent": 900})
    project.sms("third", dialingStrategy=ALWAYS)
    assert "  - contacted-lately (if it still holds when apply runs): " in run_line("plan").out


def test_the_hours_of_unmanaged_campaigns_are_read_up_to_ten_of_them(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    sundays: dict[str, Any] = {
        "dialingStrategy": {
            "callingHours": {
                "days": [{"day": "SU", "start": "9:00 AM", "end": "6:00 PM"}],
                "timezone": "America/New_York",
            }
        }
    }
    for number in range(10):
        simulator.edit(live_twin(simulator, f"sunday-{number}", **sundays), {"status": "Active"})
    project.sms()
    assert "duplicate-audience" not in run_line("plan").out
    assert len(simulator.requests(operation="kore.get")) == 10
    eleventh = live_twin(simulator, "eleventh", **sundays)
    simulator.edit(eleventh, {"status": "Active"})
    simulator.clear_requests()
    assert f'live campaign "Campaign eleventh" ({eleventh}), Active' in run_line("plan").out
    assert len(simulator.requests(operation="kore.get")) == 10


@pytest.mark.parametrize("shown", [LIST.lower(), f"{LIST} ", LIST.replace(" ", "\u00a0")])
def test_a_list_is_met_however_the_vendor_spells_its_name(
    run_line: Line, project: Project, simulator: Simulator, shown: str
) -> None:
    live = live_twin(simulator, "other", dialingStrategy=ALWAYS)
    simulator.edit(live, {"status": "Active", "contactLists": [shown]})
    project.sms(dialingStrategy=ALWAYS)
    out = run_line("plan").out
    assert "duplicate-audience" in out
    assert live in out


def test_a_merge_pipeline_has_one_command_line(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    def merged() -> int:
        return run_line("apply", "--auto-approve", "-e", "staging").code

    def manifest(*accepted: str, lifecycle: str = "managed", **spec: object) -> None:
        document: dict[str, Any] = sms("renewal", **spec)
        document["metadata"]["lifecycle"] = lifecycle
        document["metadata"]["accept"] = [
            {**ACCEPT, "gate": gate, "records": 8000} for gate in accepted
        ]
        project.write("renewal.json", json.dumps(document))

    resize(simulator, 8000)
    manifest()
    project.care()
    assert merged() == 0
    manifest(description="Sends another link.")
    assert merged() == 0
    # Other content for many people waits until somebody has reviewed it in the manifest.
    manifest(experienceFlowName="SMS Support Flow")
    assert merged() == 6
    manifest("content-changed", experienceFlowName="SMS Support Flow")
    assert merged() == 0
    # What nobody can accept in a manifest waits for a person who runs the job by hand.
    manifest(lifecycle="retired", experienceFlowName="SMS Support Flow")
    assert merged() == 6
    assert run_line("apply", "--auto-approve", "-e", "staging", "--allow", "delete").code == 0
    assert [one["name"] for one in simulator.campaigns()] == ["Campaign check-up"]


def test_what_a_removed_campaign_may_have_sent_counts(run_line: Line, project: Project) -> None:
    path = project.sms("first", dialingStrategy=ALWAYS)
    assert run_line("apply", "--auto-approve").code == 0
    path.write_text(path.read_text("utf-8").replace('"first"', '"first", "lifecycle": "retired"'))
    assert run_line("apply", "--auto-approve", "--allow", "delete").code == 0
    project.sms("second", dialingStrategy=ALWAYS)
    result = run_line("apply", "--auto-approve")
    assert result.code == 6
    assert f'kore_sms_campaign.second: "{LIST}": kore_sms_campaign.first (cd-' in result.out
    assert "), which is gone, less than 1 h ago" in result.out
