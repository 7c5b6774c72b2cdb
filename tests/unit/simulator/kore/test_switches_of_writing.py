"""What docs/vendors/kore.md 14 leaves open about writes and schedules, switch by switch."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from reconciler.resources.tree import Tree
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import DIALING, HOURS, KoreClient, simple, sms, template, voice

SCHEDULE: Tree = {
    "startDateTime": "2026-04-01 13:00:00",
    "endDateTime": "2026-04-30 22:00:00",
    "recurrenceObject": {"recurType": "Daily", "dailyDetails": {"onceEveryNdays": 1}},
}
NIGHT = {"day": "MO", "start": "9:00 PM", "end": "6:00 AM"}
MORNING = {"day": "MO", "start": "9:00 AM", "end": "1:00 PM"}
NOON = {"day": "MO", "start": "12:00 PM", "end": "6:00 PM"}
EVENING = {"day": "MO", "start": "7:00 PM", "end": "8:00 PM"}


def switch(kore: KoreClient, **switches: Any) -> None:
    kore.simulator.change_switches({"kore": switches})


def hours(**changes: Any) -> Tree:
    return sms(dialingStrategy={**DIALING, "callingHours": {**HOURS, **changes}})


def schedule(kore: KoreClient, name: str, body: Tree = SCHEDULE) -> Any:
    return kore("POST", "/schedule", body, enableSchedule="true", campaignName=name)


WRONG = [
    ("references", sms(contactLists=["unknown"])),
    ("references", sms(experienceFlowName="unknown")),
    ("references", sms(dncLists={"name": "unknown"})),
    ("references", template(message={"template_name": "unknown", "message": "x"})),
    ("references", voice("Preview", queue_name="unknown")),
    ("limits", sms(name="n" * 60)),
    ("limits", simple("x" * 1601)),
    ("limits", voice("Preview", maxSkips=99_999)),
]


@pytest.mark.parametrize(("name", "body"), WRONG)
def test_what_is_wrong_is_refused_accepted_or_fails_later(
    kore: KoreClient, clock: ManualClock, name: str, body: Tree
) -> None:
    assert kore.create(body).status == 400
    switch(kore, **{name: "accepted"})
    fine = kore.made(body)
    switch(kore, **{name: "fails_later"})
    doomed = kore.create(body)
    campaign_id = doomed.data.get("_id") or doomed.data["id"]
    assert (doomed.status, doomed.data["status"]) == (200, "Preparing")
    clock.sleep(60)
    assert kore("GET", f"/{fine}").data["status"] == "Ready"
    assert kore("GET", f"/{campaign_id}").status == 404


@pytest.mark.parametrize(("failure", "status"), [("stays_preparing", 200), ("never_appears", 404)])
def test_a_late_failure_takes_the_switched_form(
    kore: KoreClient, clock: ManualClock, failure: str, status: int
) -> None:
    switch(kore, references="fails_later", creation_failure=failure)
    doomed = kore.create(sms(contactLists=["unknown"])).data["_id"]
    good = kore.made(sms())
    clock.sleep(600)
    assert kore("GET", f"/{doomed}").status == status
    assert kore("GET", f"/{good}").data["status"] == "Ready"


def test_a_put_that_fails_later_answers_and_changes_nothing(kore: KoreClient) -> None:
    made = kore.made(sms())
    before = kore("GET", f"/{made}").data
    switch(kore, references="fails_later")
    body = sms(priority="1", contactLists=["unknown"])
    updated = kore("PUT", f"/{made}", body, campaignType="sms")
    assert (updated.status, updated.data["priority"]) == (200, "1")
    assert kore("GET", f"/{made}").data == before


def test_a_status_that_no_refusal_has_cannot_be_set(kore: KoreClient) -> None:
    with pytest.raises(ValueError, match=r"kore\.statuses\.rate-limited"):
        switch(kore, statuses={"rate-limited": 420})


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_delete_can_be_locked_by_other_statuses(kore: KoreClient, method: str) -> None:
    made = kore.made(sms())
    switch(kore, locked_statuses=[], locked_for_delete=["Ready"])
    status = kore(method, f"/{made}", sms(), campaignType="sms").status
    assert status == {"PUT": 200, "DELETE": 409}[method]


def test_a_put_can_be_limited_to_some_fields(kore: KoreClient) -> None:
    made = kore.made(sms())
    switch(kore, update_fields=["priority"])
    body = sms(priority="1", description="new", experienceFlowName="SMS Support Flow")
    before = kore("GET", f"/{made}").data
    after = kore("PUT", f"/{made}", body, campaignType="sms").data
    assert after["priority"] == "1"
    for kept in ("description", "experienceFlow"):
        assert after[kept] == before[kept]
    switch(kore, other_update_fields="refused")
    assert kore("PUT", f"/{made}", sms(priority="2"), campaignType="sms").status == 200
    assert kore("PUT", f"/{made}", body, campaignType="sms").status == 400


@pytest.mark.parametrize(
    ("days", "switched"),
    [
        ([NIGHT], {"windows_across_midnight": "accepted"}),
        ([MORNING, NOON], {"overlapping_windows": "accepted"}),
    ],
)
def test_odd_windows_are_taken_one_by_one(
    kore: KoreClient, days: list[Tree], switched: Tree
) -> None:
    assert kore.create(hours(days=days)).status == 400
    switch(kore, **switched)
    assert kore.create(hours(days=days)).status == 200
    for other in ([NIGHT], [MORNING, NOON]):
        assert kore.create(hours(days=other)).status == (200 if other == days else 400)


def test_several_windows_a_day_can_be_refused(kore: KoreClient) -> None:
    assert kore.create(hours(days=[MORNING, EVENING])).status == 200
    switch(kore, several_windows="refused")
    assert kore.create(hours(days=[MORNING, EVENING])).status == 400
    assert kore.create(hours(days=[MORNING, {**EVENING, "day": "TU"}])).status == 200


@pytest.mark.parametrize("frequency", ["DAILY", "CUSTOM"])
@pytest.mark.parametrize(
    ("shape", "sent", "kept"),
    [
        ("like_weekly", {"days": [MORNING]}, {"days": [MORNING]}),
        (
            "rows_without_day",
            {"days": [{"start": "9:00 AM", "end": "1:00 PM"}]},
            {"days": [{"start": "9:00 AM", "end": "1:00 PM"}]},
        ),
        ("free", {"start": "9:00 AM", "end": "1:00 PM"}, {"start": "9:00 AM", "end": "1:00 PM"}),
    ],
)
def test_other_frequencies_have_a_switched_shape(
    kore: KoreClient, frequency: str, shape: str, sent: Tree, kept: Tree
) -> None:
    asked: Tree = {"frequency": frequency, "timezone": "America/New_York", **sent}
    body = sms(dialingStrategy={**DIALING, "callingHours": asked})
    assert kore.create(body).status == 400
    switch(kore, frequencies=["WEEKLY", frequency], other_hours=shape)
    shown = kore.create(body).data["dialingStrategy"]["callingHours"]
    assert shown == {"frequency": frequency, "timezone": "America/New_York", **kept}
    assert kore.create(hours(days=[])).status == 400


@pytest.mark.parametrize(("name", "status"), [("Plan 2.0 - a|b", 200), ("Année", 400)])
def test_characters_of_a_name_are_a_switch(kore: KoreClient, name: str, status: int) -> None:
    assert kore.create(sms(name=name)).status == 200
    switch(kore, name_characters="as_in_samples")
    assert kore.create(sms(name=name)).status == status


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [("any", [200, 200, 200]), ("double_braces", [200, 200, 400]), ("none", [200, 400, 400])],
)
def test_variables_of_a_text_are_a_switch(kore: KoreClient, mode: str, statuses: list[int]) -> None:
    switch(kore, message_variables=mode)
    texts = ["Hi", "Hi {{ first.name }}", "Hi {name}"]
    assert [kore.create(simple(text)).status for text in texts] == statuses
    encoded = [quote(base64.b64encode(text.encode()), safe="") for text in texts]
    assert [kore.create(simple(text)).status for text in encoded] == statuses


@pytest.mark.parametrize(("length", "status"), [(1600, 200), (1601, 400)])
def test_an_encoded_text_is_as_long_as_people_read_it(
    kore: KoreClient, length: int, status: int
) -> None:
    text = quote(base64.b64encode(("x" * length).encode()), safe="")
    assert kore.create(simple(text)).status == status


@pytest.mark.parametrize(
    ("mode", "reached"), [("first", [0]), ("last", [1]), ("all", [0, 1]), ("refused", [])]
)
def test_a_schedule_for_a_name_that_two_campaigns_have(
    kore: KoreClient, mode: str, reached: list[int]
) -> None:
    made = [kore.made(sms(name="twin")) for _ in "ab"]
    switch(kore, schedule_same_name=mode)
    answered = schedule(kore, "twin")
    statuses = [kore("GET", f"/{found}").data["status"] for found in made]
    assert [n for n, status in enumerate(statuses) if status == "Scheduled"] == reached
    assert answered.status == (200 if reached else 409)
    assert answered.body.get("id") == (made[reached[0]] if reached else None)


@pytest.mark.parametrize(
    ("sets", "flag", "status"), [("flags", True, "Ready"), ("status", False, "Scheduled")]
)
def test_a_schedule_shows_in_flags_or_status(
    kore: KoreClient, sets: str, flag: bool, status: str
) -> None:
    made = kore.made(sms())
    switch(kore, schedule_sets=sets)
    schedule(kore, "Renewal Assistant")
    read = kore("GET", f"/{made}").data
    assert (read["schedule"]["isSchedulingEnabled"], read["status"]) == (flag, status)


def test_a_schedule_can_be_read_back(kore: KoreClient) -> None:
    made = kore.made(sms())
    schedule(kore, "Renewal Assistant")
    flags = {"isSchedulingEnabled": True, "isRecurrenceEnabled": True}
    assert kore("GET", f"/{made}").data["schedule"] == flags
    switch(kore, schedule_dates=True)
    assert kore("GET", f"/{made}").data["schedule"] == {**flags, **SCHEDULE}


def test_an_active_campaign_can_be_scheduled_when_switched(kore: KoreClient) -> None:
    made = kore.made(sms())
    kore.simulator.edit(made, {"status": "Active"})
    assert schedule(kore, "Renewal Assistant").status == 409
    switch(kore, schedule_active="accepted")
    assert schedule(kore, "Renewal Assistant").status == 200
    read = kore("GET", f"/{made}").data
    assert (read["status"], read["schedule"]["isSchedulingEnabled"]) == ("Active", True)


@pytest.mark.parametrize(("skips", "status"), [(0, 400), (1, 200), (3, 200), (4, 400)])
def test_the_range_of_skips_is_a_switch(kore: KoreClient, skips: int, status: int) -> None:
    switch(kore, max_skips=[1, 3])
    assert kore.create(voice("Preview", maxSkips=skips)).status == status


def test_no_page_of_v1_knows_do_not_call_lists(v1: KoreClient, kore: KoreClient) -> None:
    switch(v1, unknown_keys="refused")
    body = sms(dncLists={"name": "testdnc"})
    assert (v1.create(body).status, kore.create(body).status) == (400, 200)
    assert kore.create(sms(dncLists="testdnc")).status == 400
