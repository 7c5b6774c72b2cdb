"""Start, schedule and status: sent once, confirmed, and refused if anything is in doubt."""

import json

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from reconciler.simulator.seed import KORE_ACCOUNT_ID, KORE_APP_ID
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import (
    ADDRESS,
    CARE,
    QUICK,
    applied,
    applied_care,
    sent,
    status_of,
    team,
)

pytestmark = pytest.mark.usefixtures("skip_time")

ONCE = ("start", ADDRESS, "--auto-approve")
UNCOUNTED = ("--allow", "reach-over-limit")


PLAIN = "sendsOnWrite: possibly\n        triggerPath: plain"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ({"api": "v1"}, "/campaign/api/v1/public/{}/campaign/{}"),
        ({"api": "v2"}, "/campaign/api/v2/public/{}/campaign/trigger/{}"),
        ({"api": "v2", "more": PLAIN}, "/campaign/api/v2/public/{}/campaign/{}"),
    ],
)
def test_a_start_is_sent_once_on_the_path_of_the_target(
    run_line: Line, project: Project, simulator: Simulator, target: dict[str, str], path: str
) -> None:
    project.configure(**target)
    remote_id = applied(run_line, project, simulator)
    result = run_line(*ONCE)
    assert result.code == 0, result.err
    (request,) = simulator.requests(mutating=True)
    assert (request.method, request.path) == ("POST", path.format(KORE_APP_ID, remote_id))
    account = {"accountId": KORE_ACCOUNT_ID} if target["api"] == "v2" else {}
    assert request.query == {"campaignType": "sms", "trigger": "play", **account}
    assert json.loads(request.body) == {}
    assert status_of(simulator, remote_id) == "Active"


def test_the_audience_is_shown_first(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    shown = run_line(*ONCE).out
    assert "Outreach: up to 860 contacts by 1 campaign, " in shown
    assert f'  SMS  {ADDRESS}  860  "Spring Renewals 2026"  ' in shown
    assert shown.endswith(
        f"{ADDRESS} is started; its status is Active. To look at it, or to stop it:\n"
        f"    reconciler status {ADDRESS}\n    reconciler stop {ADDRESS} --reason TEXT\n"
    )


def test_without_a_terminal_nobody_can_agree(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    result = run_line("start", ADDRESS)
    assert result.code == 1
    assert "--auto-approve" in result.err
    assert simulator.requests(mutating=True) == []


def test_what_runs_is_not_started_again(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    run_line(*ONCE)
    simulator.clear_requests()
    again = run_line(*ONCE)
    assert again.code == 6
    assert "already contacting people" in again.err
    assert simulator.requests(mutating=True) == []


def test_the_review_says_that_a_new_run_contacts_everybody_again(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied(run_line, project, simulator)
    simulator.edit(remote_id, {"status": "Completed"})
    refused = run_line(*ONCE)
    assert refused.code == 6
    assert "\nThis command will stop at these gates:\n  - ran-before: 1 campaign" in refused.out
    result = run_line(*ONCE, "--allow", "ran-before")
    assert result.code == 0, result.err
    assert "contacts everybody on its lists again" in result.out
    assert "\nAccepted gates:\n  - ran-before (by --allow): " in result.out


@pytest.mark.parametrize("status", ["Paused", "Preparing", "Scheduled"])
def test_a_campaign_that_cannot_be_started_is_left_alone(
    run_line: Line, project: Project, simulator: Simulator, status: str
) -> None:
    simulator.edit(applied(run_line, project, simulator), {"status": status})
    assert run_line(*ONCE).code == 6
    assert simulator.requests(mutating=True) == []


def test_only_what_was_reviewed_is_started(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied(run_line, project, simulator)
    simulator.edit(remote_id, {"contactLists": ["Open Bills"]})
    result = run_line(*ONCE)
    assert result.code == 6
    assert "contactLists" in result.err
    assert simulator.requests(mutating=True) == []


def test_what_is_not_applied_is_not_started(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    assert run_line(*ONCE).code == 6
    assert run_line("start", "kore_sms_campaign.other", "--auto-approve").code == 3
    assert run_line("start", "nonsense", "--auto-approve").code == 3
    assert simulator.requests(mutating=True) == []


def test_a_create_of_unknown_outcome_prevents_a_start(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more=f"{QUICK}\n        settle: 1s")
    simulator.faults.add("kore.create:timeout_before")
    project.sms()
    assert run_line("apply", "--auto-approve").code == 7
    simulator.clear_requests()
    assert run_line(*ONCE).code == 6
    assert simulator.requests(mutating=True) == []


@pytest.mark.parametrize("fault", ["timeout_after", "reset_after", "http_500_after", "html"])
def test_an_unclear_start_is_settled_by_reading_and_never_repeated(
    run_line: Line, project: Project, simulator: Simulator, fault: str
) -> None:
    project.configure(more=QUICK)
    applied(run_line, project, simulator)
    simulator.faults.add(f"kore.start:{fault}")
    result = run_line(*ONCE)
    assert result.code == 0, result.err
    assert len(sent(simulator, "kore.start")) == 1


def test_a_start_that_nothing_shows_is_unknown_and_says_what_to_do(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more=QUICK)
    applied(run_line, project, simulator)
    simulator.faults.add("kore.start:timeout_before")
    result = run_line(*ONCE)
    assert result.code == 7
    assert f"reconciler status {ADDRESS}" in result.err
    assert len(sent(simulator, "kore.start")) == 1
    again = run_line(*ONCE)
    assert again.code == 6
    assert "the outcome of an earlier start is not known" in again.err
    assert len(sent(simulator, "kore.start")) == 1


def test_a_start_that_the_vendor_confirms_and_no_reading_shows_is_an_error(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more=QUICK)
    applied(run_line, project, simulator)
    simulator.change_switches({"kore": {"transition_seconds": 60}})
    result = run_line(*ONCE)
    assert result.code == 1
    assert "Do not start it again" in result.err
    assert len(sent(simulator, "kore.start")) == 1


def test_a_refused_start_is_reported_with_the_vendors_message(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more=QUICK)
    applied(run_line, project, simulator)
    simulator.seed_kore({"name": "Other", "status": "Active"})
    result = run_line(*ONCE, "--allow", "duplicate-audience")
    assert result.code == 1
    assert "another campaign is running on one of the contact lists" in result.err
    assert "It was not started" in result.err


def test_a_carecycle_campaign_starts_with_its_status_alone(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied_care(run_line, project, simulator)
    result = run_line("start", CARE, "--auto-approve", *UNCOUNTED)
    assert result.code == 0, result.err
    (request,) = simulator.requests(mutating=True)
    assert (request.method, json.loads(request.body)) == ("PATCH", {"status": "active"})
    assert status_of(simulator, remote_id) == "active"
    assert run_line("start", CARE, "--auto-approve", *UNCOUNTED).code == 6


DAILY = (
    *("--daily", "2", "--from", "2036-04-01T09:00-04:00", "--until", "2036-04-30T18:00-04:00"),
    *("--allow", "reach-over-limit"),
)
WEEKLY = ("--weekly", "1", "--days", "FR,MO-TU", *DAILY[2:])


@pytest.mark.parametrize(
    ("how", "recurrence"),
    [
        (DAILY, {"recurType": "Daily", "dailyDetails": {"onceEveryNdays": 2}}),
        (
            WEEKLY,
            {
                "recurType": "Weekly",
                "weeklyDetails": {"onceEveryNweeks": 1, "whichDays": ["Mon", "Tue", "Fri"]},
            },
        ),
    ],
)
def test_a_schedule_is_set_by_name_in_utc(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    how: tuple[str, ...],
    recurrence: object,
) -> None:
    remote_id = applied(run_line, project, simulator)
    result = run_line("schedule", ADDRESS, *how, "--auto-approve")
    assert result.code == 0, result.err
    assert " x 860 = " in result.out
    (request,) = simulator.requests(mutating=True)
    assert request.path.endswith("/campaign/schedule")
    assert request.query["campaignName"] == "Campaign renewal"
    assert request.query["enableSchedule"] == "true"
    assert json.loads(request.body) == {
        "startDateTime": "2036-04-01 13:00:00",
        "endDateTime": "2036-04-30 22:00:00",
        "recurrenceObject": recurrence,
    }
    assert status_of(simulator, remote_id) == "Scheduled"


def test_the_history_has_the_schedule_that_was_set(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    run_line("schedule", ADDRESS, *WEEKLY, "--auto-approve")
    receipts = run_line("history", "--json").json["receipts"]
    (outcome,) = receipts[-1]["outcomes"]
    assert (outcome["action"], outcome["outcome"]) == ("schedule", "applied")
    assert outcome["schedule"] == {
        "weekly": 1,
        "days": ["MO", "TU", "FR"],
        "from": "2036-04-01T13:00:00Z",
        "until": "2036-04-30T22:00:00Z",
    }


def test_a_schedule_is_switched_off_whatever_the_manifest_says(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied(run_line, project, simulator)
    run_line("schedule", ADDRESS, *DAILY, "--auto-approve")
    project.sms(priority=2)
    result = run_line("schedule", ADDRESS, "--off", "--auto-approve")
    assert result.code == 0, result.err
    assert "nobody is contacted" in result.out
    assert status_of(simulator, remote_id) == "Ready"


@pytest.mark.parametrize("name", ["CAMPAIGN renewal", "Campaign\u00a0renewal"])
def test_a_name_that_is_not_unique_over_both_types_is_not_scheduled(
    run_line: Line, project: Project, simulator: Simulator, name: str
) -> None:
    applied(run_line, project, simulator)
    voice = {"campaignType": "voice", "dialingMode": "Progressive", "queue_name": "Billing Queue"}
    other = simulator.seed_kore({"name": name, **voice})
    result = run_line("schedule", ADDRESS, *DAILY, "--auto-approve")
    assert result.code == 6
    assert other in result.err
    assert simulator.requests(mutating=True) == []


def test_a_schedule_on_another_campaign_is_switched_off_again_with_an_error(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    body = json.dumps({"status": "success", "message": "scheduled", "id": "cd-somebody-elses"})
    add_answer(simulator, "kore.schedule", 200, body)
    result = run_line("schedule", ADDRESS, *DAILY, "--auto-approve")
    assert result.code == 1
    assert "cd-somebody-elses" in result.err
    assert "switched off again" in result.err
    on, off = sent(simulator, "kore.schedule")
    assert (on.query["enableSchedule"], off.query["enableSchedule"]) == ("true", "false")


def test_an_unclear_schedule_needs_a_person_and_switching_off_may_be_repeated(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(more=QUICK)
    applied(run_line, project, simulator)
    simulator.faults.add("kore.schedule:timeout_after")
    result = run_line("schedule", ADDRESS, *DAILY, "--auto-approve")
    assert result.code == 7
    assert len(sent(simulator, "kore.schedule")) == 1
    assert run_line("schedule", ADDRESS, "--off", "--auto-approve").code == 0


def test_a_schedule_says_when_it_first_contacts_people(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    # A Tuesday; the first Wednesday after it is the second of April.
    how = ("--weekly", "1", "--days", "WE", *DAILY[2:])
    result = run_line("schedule", ADDRESS, *how, "--auto-approve")
    assert result.code == 0, result.err
    assert "from Wed 2 Apr 2036 09:00 EDT (13:00 UTC)" in result.out


@pytest.mark.parametrize(
    "how",
    [
        (),
        ("--daily", "1"),
        ("--daily", "0", *DAILY[2:]),
        ("--weekly", "1", *DAILY[2:]),
        ("--daily", "1", "--days", "MO", *DAILY[2:]),
        ("--weekly", "1", "--days", "MO,Foo", *DAILY[2:]),
        ("--daily", "1", "--from", "2036-04-01T09:00", "--until", "2036-04-30T18:00Z"),
        ("--daily", "1", "--from", "2036-05-01T09:00Z", "--until", "2036-04-30T18:00Z"),
        ("--daily", "1", "--from", "2016-04-01T09:00Z", "--until", "2016-04-30T18:00Z"),
        ("--off", "--daily", "1"),
    ],
)
def test_an_invalid_schedule_is_a_usage_error(
    run_line: Line, project: Project, simulator: Simulator, how: tuple[str, ...]
) -> None:
    project.sms()
    assert run_line("schedule", ADDRESS, *how, "--auto-approve").code == 3
    assert simulator.requests() == []


def test_v1_and_carecycle_have_no_schedules(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(api="v1")
    applied(run_line, project, simulator)
    refused = run_line("schedule", ADDRESS, *DAILY, "--auto-approve")
    assert refused.code == 6
    # Nothing else that the API cannot do.
    assert refused.err == (
        f"Error: the vendor's API cannot schedule {ADDRESS}\n\nDo it in the vendor's console. "
        "`reconciler providers` shows which API can do it.\n"
    )
    applied_care(run_line, project, simulator)
    assert run_line("schedule", CARE, *DAILY, "--auto-approve").code == 6
    assert simulator.requests(mutating=True) == []


def test_status_costs_one_listing_per_channel_and_shows_the_vendors_word(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied(run_line, project, simulator)
    applied_care(run_line, project, simulator)
    simulator.edit(remote_id, {"status": "Rescheduled"})
    result = run_line("status")
    assert result.code == 0, result.err
    assert "Rescheduled" in result.out
    assert "scheduled" in result.out
    operations = {request.operation for request in simulator.requests()}
    assert operations == {"kore.list", "carecycle.list"}
    assert len(sent(simulator, "kore.list")) == 1


def test_status_as_json_has_the_class_and_what_is_missing(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = applied(run_line, project, simulator)
    project.sms("planned")
    simulator.edit(remote_id, {"status": "Active"})
    document = run_line("status", "--json").json
    planned, renewal = document["campaigns"]
    assert (renewal["status"], renewal["state"]) == ("Active", "active")
    assert (planned["status"], planned["note"]) == (None, "not created")
    assert run_line("status", ADDRESS, "--json").json["campaigns"] == [renewal]
    assert run_line("status", "kore_sms_campaign.nobody").code == 3


def test_status_is_chosen_by_label_too(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    address = team(project, "planned", "Open Bills")
    shown = run_line("status", "--select", "team=retention", "--json").json["campaigns"]
    assert [one["address"] for one in shown] == [address]
    assert (
        len(run_line("status", ADDRESS, "--select", "team=retention", "--json").json["campaigns"])
        == 2
    )
    assert run_line("status", "--select", "team=nobody").code == 3


@pytest.mark.parametrize("given", ["2026-12-01", "2026-12-01T09:30", "2026-12-01 09:30:15", "soon"])
def test_the_advice_about_a_time_works_when_it_is_followed(
    run_line: Line, project: Project, simulator: Simulator, given: str
) -> None:
    applied(run_line, project, simulator)
    until = ("--daily", "1", "--until", "2030-01-01T00:00Z")
    line = ("schedule", ADDRESS, *until, "--auto-approve", "--allow", "reach-over-limit")
    refused = run_line(*line, "--from", given)
    assert refused.code == 3
    advised = refused.err.split("; write ")[1].split()
    for moment in advised[::2]:
        assert run_line(*line, "--from", moment).code == 0, moment


def test_a_campaign_that_may_already_be_sending_is_not_called_a_draft(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    applied_care(run_line, project, simulator)
    found = {one["target"]: one["state"] for one in run_line("status", "--json").json["campaigns"]}
    assert found == {"retention": "may be sending", "care": "draft"}
    assert run_line("status").out.endswith(
        "\nmay be sending: the vendor does not say whether a create or an update starts a "
        "campaign. Look in the vendor's console. To stop it:\n"
        f"    reconciler stop {ADDRESS} --reason TEXT\n"
    )
    project.configure("sendsOnWrite: never")
    assert run_line("status", ADDRESS, "--json").json["campaigns"][0]["state"] == "draft"


def test_status_of_one_target_is_shown_when_another_cannot_be_read(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    applied_care(run_line, project, simulator)
    simulator.faults.add("kore.list:http_500:*")
    result = run_line("status")
    assert result.code == 1
    assert "draft" in result.out
    assert "could not be read" in result.out


def add_answer(simulator: Simulator, operation: str, status: int, body: str) -> None:
    simulator.faults.add(
        Fault(kind=FaultKind.STATUS, match=operation, value=float(status), body=body)
    )
