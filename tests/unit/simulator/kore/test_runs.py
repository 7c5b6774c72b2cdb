from typing import Any

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import KoreClient, sms, voice

DAILY: Tree = {
    "startDateTime": "2026-04-01 13:00:00",
    "endDateTime": "2026-04-30 22:00:00",
    "recurrenceObject": {"recurType": "Daily", "dailyDetails": {"onceEveryNdays": 1}},
}
WEEKLY: Tree = {
    **DAILY,
    "recurrenceObject": {
        "recurType": "Weekly",
        "weeklyDetails": {"onceEveryNweeks": 1, "whichDays": ["Mon", "Tue", "Fri"]},
    },
}
BILLING = voice("Preview", name="Billing Callback")


def test_start_and_stop_of_sms(kore: KoreClient) -> None:
    made = kore.made(sms())
    now = "2026-03-02T14:00:03.100Z"
    assert kore.trigger(made, "play", "sms").body == {
        "status": "Active",
        "message": "Campaign Started",
        "updatedAt": now,
    }
    [row] = kore.listing()["results"]
    assert (row["status"], row["totalMessagesSent"]) == ("Active", 860)
    assert kore.trigger(made, "stop", "sms").body == {
        "status": "Stopped",
        "message": "Campaign Stopped",
        "updatedAt": now,
        "campaignExecutionType": "NORMAL",
    }


def test_start_and_stop_of_voice(kore: KoreClient) -> None:
    made = kore.made(voice())
    started = kore.trigger(made, "play", "voice").body
    instance = started["campaignInstanceId"]
    assert (started["status"], started["totalCallsCompleted"]) == ("Active", 0)
    assert instance.startswith("cid-")
    assert kore("GET", f"/{made}").data["campaignInstanceId"] == instance
    assert kore.trigger(made, "stop", "voice").body["campaignInstanceId"] == instance


def test_start_again_is_a_new_instance_that_contacts_everyone_again(kore: KoreClient) -> None:
    made = kore.made(sms())
    for _ in range(2):
        kore.trigger(made, "play", "sms")
        kore.trigger(made, "stop", "sms")
    [row] = kore.listing()["results"]
    assert row["totalMessagesSent"] == 2 * 860


@pytest.mark.parametrize(
    ("path", "alias"),
    [
        ("/campaign/api/v2/public/{app}/campaign/trigger/{id}", "trigger"),
        ("/campaign/api/v2/public/{app}/campaign/{id}", "trigger_plain"),
        ("/campaign/api/v2/public/{app}/campaign//trigger/{id}", "trigger_double_slash"),
        ("/api/v2/public/{app}/campaign/trigger/{id}", "trigger_api"),
    ],
)
def test_every_printed_path_works_until_switched_off(
    kore: KoreClient, path: str, alias: str
) -> None:
    made = kore.made(sms())
    where = path.format(app=seed.KORE_APP_ID, id=made)
    query: Any = {"campaignType": "sms", "trigger": "play"}
    assert kore.at("POST", where, {}, **query).status == 200
    others: Any = sorted(kore.simulator.switches.kore.aliases - {alias})
    kore.simulator.change_switches({"kore": {"aliases": others}})
    assert kore.at("POST", where, {}, **query).status == 404


def test_v1_starts_below_its_own_prefix(v1: KoreClient) -> None:
    made = v1.made(sms())
    path = f"/campaign/api/v1/public/{seed.KORE_APP_ID}/campaign/{made}"
    started = v1.at("POST", path, {}, campaignType="sms", trigger="play")
    assert started.body["status"] == "Active"


@pytest.mark.parametrize("status", ["Active", "Scheduled", "Preparing"])
def test_start_is_refused_by_status(kore: KoreClient, status: str) -> None:
    made = kore.made(sms())
    kore.simulator.edit(made, {"status": status})
    assert kore.trigger(made, "play", "sms").status == 409


def test_start_is_refused_while_another_runs_on_the_same_list(kore: KoreClient) -> None:
    first, second = kore.made(sms()), kore.made(sms(name="other"))
    kore.trigger(first, "play", "sms")
    assert kore.trigger(second, "play", "sms").status == 409
    kore.simulator.change_switches({"kore": {"start_shared_list": "accepted"}})
    assert kore.trigger(second, "play", "sms").status == 200


def test_start_of_an_empty_campaign_is_a_switch(kore: KoreClient) -> None:
    kore.simulator.console.add_contact_list("nobody")
    made = kore.made(sms(contactLists=["nobody"]))
    kore.simulator.change_switches({"kore": {"start_empty": "refused"}})
    assert kore.trigger(made, "play", "sms").status == 409
    kore.simulator.change_switches({"kore": {"start_empty": "accepted"}})
    assert kore.trigger(made, "play", "sms").status == 200


def test_stop_of_an_idle_campaign_is_a_switch(kore: KoreClient) -> None:
    made = kore.made(sms())
    assert kore.trigger(made, "stop", "sms").status == 409
    kore.simulator.change_switches({"kore": {"stop_idle": "accepted"}})
    assert kore.trigger(made, "stop", "sms").status == 200


def test_a_transition_can_take_time(kore: KoreClient, clock: ManualClock) -> None:
    kore.simulator.change_switches({"kore": {"transition_seconds": 30}})
    made = kore.made(sms())
    assert kore.trigger(made, "play", "sms").body["status"] == "Active"
    assert kore("GET", f"/{made}").data["status"] == "Ready"
    clock.sleep(30)
    assert kore("GET", f"/{made}").data["status"] == "Active"


@pytest.mark.parametrize(
    ("trigger", "type_", "status"), [("play", "voice", 404), ("go", "sms", 400)]
)
def test_a_wrong_trigger_starts_nothing(
    kore: KoreClient, trigger: str, type_: str, status: int
) -> None:
    made = kore.made(sms())
    assert kore.trigger(made, trigger, type_).status == status
    assert kore("GET", f"/{made}").data["status"] == "Ready"


def schedule(kore: KoreClient, body: Tree, *, on: str = "true", name: str = "") -> Any:
    named = name or "Billing Callback"
    return kore("POST", "/schedule", body, enableSchedule=on, campaignName=named)


@pytest.mark.parametrize("body", [DAILY, WEEKLY])
def test_a_schedule_is_switched_on_and_off(kore: KoreClient, body: Tree) -> None:
    made = kore.made(BILLING)
    assert schedule(kore, body).body == {
        "status": "success",
        "message": "Campaign Billing Callback scheduled successfully",
        "id": made,
    }
    read = kore("GET", f"/{made}").data
    assert read["status"] == "Scheduled"
    assert read["schedule"] == {"isSchedulingEnabled": True, "isRecurrenceEnabled": True}
    off = schedule(kore, {}, on="false")
    assert (
        off.body["message"] == "Campaign Billing Callback schedule has been disabled successfully"
    )
    read = kore("GET", f"/{made}").data
    assert read["status"] == "Ready"
    assert read["schedule"] == {"isSchedulingEnabled": False, "isRecurrenceEnabled": False}


@pytest.mark.parametrize(
    "changes",
    [
        {"startDateTime": "tomorrow"},
        {"startDateTime": "2026-02-31 13:00:00"},
        {"endDateTime": "2026-03-31 13:00:00"},
        {"startDateTime": "2025-01-01 00:00:00", "endDateTime": "2025-02-01 00:00:00"},
        {"recurrenceObject": {}},
        {"recurrenceObject": {"recurType": "Daily", "dailyDetails": {"onceEveryNdays": 0}}},
        {
            "recurrenceObject": {
                "recurType": "Weekly",
                "weeklyDetails": {"onceEveryNweeks": 1, "whichDays": ["MO"]},
            }
        },
    ],
)
def test_a_wrong_schedule_is_refused(kore: KoreClient, changes: Tree) -> None:
    kore.made(BILLING)
    assert schedule(kore, {**DAILY, **changes}).status == 400


def test_a_schedule_needs_a_name_that_exists_and_does_not_run(kore: KoreClient) -> None:
    made = kore.made(BILLING)
    assert schedule(kore, DAILY, name="unknown").status == 404
    kore.simulator.edit(made, {"status": "Active"})
    assert schedule(kore, DAILY).status == 409


def test_a_schedule_can_be_write_only(kore: KoreClient) -> None:
    made = kore.made(BILLING)
    kore.simulator.change_switches({"kore": {"schedule_shows": False}})
    assert schedule(kore, DAILY).status == 200
    read = kore("GET", f"/{made}").data
    assert (read["status"], read["schedule"]["isSchedulingEnabled"]) == ("Ready", False)
    assert schedule(kore, {}, on="perhaps").status == 400
