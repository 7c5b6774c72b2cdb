from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from reconciler.providers.kore.requests import requests_of
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.base import Live, RunState
from reconciler.resources.outcome import Answer
from reconciler.resources.writes import (
    Impossible,
    Operation,
    PlannedRequest,
    Recurrence,
    Write,
)
from tests.support.scripted_vendor import Script, kore, kore_settings, reply, script

SMS, CALLS = "kore_sms_campaign", "kore_voice_campaign"
EAST = timezone(timedelta(hours=5, minutes=30))
DAILY = Recurrence(
    every=2,
    start=datetime(2026, 4, 1, 9, 0, tzinfo=EAST),
    end=datetime(2026, 4, 30, 22, 0, 5, tzinfo=UTC),
)


def live(status: str = "Ready", state: RunState = RunState.DRAFT, type_: str = SMS) -> Live:
    return Live(type=type_, remote_id="cd:1", name="A & B + ✓", state=state, status=status, spec={})


def asked(operation: Operation, api: str = "v2", **more: Any) -> PlannedRequest:
    campaign = more.pop("live", live())
    write = Write(operation=operation, type=campaign.type, live=campaign, **more)
    requests = requests_of(write, kore_settings(api))
    assert not isinstance(requests, Impossible), requests
    (request,) = requests
    return request


@pytest.mark.parametrize(
    ("operation", "word"), [(Operation.START, "play"), (Operation.STOP, "stop")]
)
@pytest.mark.parametrize(
    ("api", "path", "account"),
    [
        ("v1", "/campaign/api/v1/public/st-path/campaign/cd%3A1", {}),
        ("v2", "/campaign/api/v2/public/st-path/campaign/trigger/cd%3A1", {"accountId": "acc"}),
    ],
)
def test_start_and_stop_are_triggers(
    operation: Operation, word: str, api: str, path: str, account: dict[str, str]
) -> None:
    request = asked(operation, api)
    assert (request.operation, request.method, request.path) == (operation, "POST", path)
    assert request.query == {**account, "campaignType": "sms", "trigger": word}
    assert request.body == {}


def test_a_voice_campaign_says_so() -> None:
    assert asked(Operation.STOP, live=live(type_=CALLS)).query["campaignType"] == "voice"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Preparing", RunState.DRAFT),
        ("Active", RunState.ACTIVE),
        ("Paused", RunState.PAUSED),
        ("Scheduled", RunState.SCHEDULED),
        ("Ready", RunState.SCHEDULED),
        ("Running", RunState.OTHER),
        ("", RunState.OTHER),
    ],
)
def test_what_cannot_be_started_can_be_stopped(status: str, state: RunState) -> None:
    campaign = live(status, state)
    write = Write(operation=Operation.START, type=SMS, live=campaign)
    assert isinstance(requests_of(write, kore_settings()), Impossible)
    assert asked(Operation.STOP, live=campaign).query["trigger"] == "stop"


def test_a_daily_schedule_is_in_utc_with_two_digits() -> None:
    request = asked(Operation.SCHEDULE, recurrence=DAILY)
    assert request.path == "/campaign/api/v2/public/st-path/campaign/schedule"
    assert request.query == {
        "accountId": "acc",
        "enableSchedule": "true",
        "campaignName": "A & B + ✓",
    }
    assert request.body == {
        "startDateTime": "2026-04-01 03:30:00",
        "endDateTime": "2026-04-30 22:00:05",
        "recurrenceObject": {"recurType": "Daily", "dailyDetails": {"onceEveryNdays": 2}},
    }


def test_a_weekly_schedule_names_its_days_as_the_vendor_does() -> None:
    weekly = Recurrence(every=3, days=("MO", "SU"), start=DAILY.start, end=DAILY.end)
    body = asked(Operation.SCHEDULE, recurrence=weekly).body
    assert body is not None
    assert body["recurrenceObject"] == {
        "recurType": "Weekly",
        "weeklyDetails": {"onceEveryNweeks": 3, "whichDays": ["Mon", "Sun"]},
    }


def test_switching_off_is_an_empty_body() -> None:
    request = asked(Operation.SCHEDULE, live=live("Active", RunState.ACTIVE))
    assert (request.query["enableSchedule"], request.body) == ("false", {})


@pytest.mark.parametrize(
    ("api", "campaign"),
    [
        ("v1", live()),
        ("v2", live("Active", RunState.ACTIVE)),
        ("v2", live("Running", RunState.OTHER)),
        ("v2", None),
    ],
)
def test_a_schedule_that_cannot_be_set_is_impossible(api: str, campaign: Live | None) -> None:
    write = Write(operation=Operation.SCHEDULE, type=SMS, live=campaign, recurrence=DAILY)
    assert isinstance(requests_of(write, kore_settings(api)), Impossible)


def answered(request: PlannedRequest, *responses: WireResponse) -> tuple[Answer, Script]:
    handler = script(*responses)
    return kore(handler).send(request), handler


@pytest.mark.parametrize(
    ("operation", "body", "error"),
    [
        (Operation.START, {"status": "Active", "message": "Campaign Started"}, False),
        (Operation.START, {"status": "success"}, False),
        (Operation.START, {"status": "Stopped"}, True),
        (Operation.START, {"status": "error", "message": "no"}, True),
        (Operation.STOP, {"status": "Stopped", "campaignInstanceId": "cid-1"}, False),
        (Operation.STOP, {"status": "Active"}, True),
        (Operation.SCHEDULE, {"status": "success", "id": "cd-1"}, False),
        (Operation.SCHEDULE, {"status": "Active"}, True),
    ],
)
def test_the_campaigns_status_is_the_success_of_start_and_stop(
    operation: Operation, body: dict[str, str], error: bool
) -> None:
    found, _ = answered(asked(operation), reply({**body}))
    assert found.states_error is error
    assert found.remote_id == body.get("id")


def test_a_name_is_percent_encoded_on_the_wire() -> None:
    seen: list[WireRequest] = []

    def handler(request: WireRequest) -> WireResponse:
        seen.append(request)
        return reply({"status": "success", "id": "cd-1"})

    kore(handler).send(asked(Operation.SCHEDULE))
    assert seen[0].query["campaignName"] == "A & B + ✓"
