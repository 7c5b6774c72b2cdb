"""One test for each switch of docs/vendors/carecycle.md 15."""

from typing import Any

import pytest

from reconciler.simulator import seed
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import CareClient

TEMPLATE_ID = seed.CARECYCLE_TEMPLATE[0]
PATTERN = {"days": [0, 1], "attempts": 2, "intervalMinutes": 90}


def switch(care: CareClient, **switches: Any) -> None:
    care.simulator.change_switches({"carecycle": switches})


def campaign(care: CareClient, campaign_id: str) -> Any:
    return care("GET", f"/{campaign_id}").body["campaign"]


def row(care: CareClient) -> Any:
    return care("GET").body["items"][0]


def test_a_taken_name_can_have_its_own_code_and_status(care: CareClient) -> None:
    switch(care, unique_names=True, duplicate_code="CONFLICT", statuses={"DUPLICATE": 400})
    care.made()
    assert care.code("POST", "", {"name": "Spring"}) == (400, "CONFLICT")


def test_a_status_of_an_unknown_code_cannot_be_set(care: CareClient) -> None:
    with pytest.raises(ValueError, match=r"carecycle\.statuses\.CONFLICT"):
        switch(care, statuses={"CONFLICT": 409})


def test_fields_can_come_and_go_between_two_calls(care: CareClient) -> None:
    made = care.made(maxConcurrentCalls=3)
    switch(care, unsteady_fields=["smsTypes", "maxConcurrentCalls"])
    calls = [campaign(care, made), row(care), campaign(care, made)]
    assert ["smsTypes" in found for found in calls] == [True, False, True]
    assert [found.get("maxConcurrentCalls") for found in calls] == [None, 3, None]


def test_the_name_can_be_spelled_differently(care: CareClient) -> None:
    made = care.made(name=" Cafe\u0301  now ")
    switch(care, name_spelling="normalised")
    assert campaign(care, made)["name"] == row(care)["name"] == "Caf\u00e9 now"


def test_active_without_contacts_is_a_switch(care: CareClient) -> None:
    made = care.made()
    switch(care, activate_without_contacts="refused")
    assert care("PATCH", f"/{made}", {"status": "active"}).status == 422
    assert care("PATCH", f"/{made}", {"status": "paused"}).status == 200
    care.simulator.edit(made, {"customerStats": {"total": 1}})
    assert care("PATCH", f"/{made}", {"status": "active"}).status == 200


def test_a_patch_can_become_visible_late_in_list_and_get(
    care: CareClient, clock: ManualClock
) -> None:
    made = care.made(description="old")
    switch(care, patch_list_lag=10, patch_get_lag=5)
    clock.sleep(60)
    answered = care("PATCH", f"/{made}", {"description": "new", "status": "paused"})
    assert answered.body["campaign"]["description"] == "new"
    old = {"description": "old", "status": "draft", "updatedAt": "2026-03-02T14:00:00.100Z"}
    assert {**row(care), **old} == row(care)
    assert {**campaign(care, made), **old} == campaign(care, made)
    clock.sleep(5)
    assert (campaign(care, made)["status"], row(care)["status"]) == ("paused", "draft")
    clock.sleep(5)
    assert row(care)["description"] == "new"


def test_patches_become_visible_one_after_the_other(care: CareClient, clock: ManualClock) -> None:
    made = care.made(description="0")
    switch(care, patch_get_lag=10)
    seen = []
    for number in range(1, 5):
        clock.sleep(6)
        care("PATCH", f"/{made}", {"description": str(number)})
        seen.append(campaign(care, made)["description"])
    assert seen == ["0", "0", "1", "2"]
    switch(care, patch_get_lag=0)
    assert campaign(care, made)["description"] == "4"


def test_the_next_page_can_be_the_same_page(care: CareClient) -> None:
    for name in "abc":
        care.made(name=name)
    care.simulator.faults.add("carecycle.list:list_next_is_same:*")
    assert care("GET", page="2", perPage="1").body["nextPage"] == 2
    care.simulator.faults.clear()
    assert care("GET", page="2", perPage="1").body["nextPage"] == 3


def test_the_total_can_change_from_page_to_page(care: CareClient) -> None:
    for name in "abc":
        care.made(name=name)
    care.simulator.faults.add("carecycle.list:list_wrong_total:2")
    totals = [care("GET", page=page, perPage="1").body["itemsTotal"] for page in "123"]
    assert totals == [3, 4, 3]


@pytest.mark.parametrize(
    ("mode", "calls", "moved"),
    [("still", [0, 0], False), ("move", [1, 2], False), ("move_updated_at", [1, 2], True)],
)
def test_statistics_can_move_and_updated_at_with_them(
    care: CareClient, clock: ManualClock, mode: str, calls: list[int], *, moved: bool
) -> None:
    made = care.made()
    switch(care, statistics=mode)
    clock.sleep(60)
    reads = [campaign(care, made), row(care)]
    assert [found["customerStats"]["totalCalls"] for found in reads] == calls
    assert (reads[0]["updatedAt"] > reads[0]["createdAt"]) is moved


def test_a_playground_key_expires(care: CareClient, clock: ManualClock) -> None:
    care.key = seed.CARECYCLE_PLAYGROUND_KEY
    made = care.made()
    clock.sleep(14 * 86_400 - 1)
    assert care("GET", f"/{made}").status == 200
    clock.sleep(1)
    assert care.code("GET", f"/{made}") == (401, "UNAUTHORIZED")
    switch(care, expired_key="FORBIDDEN")
    assert care.code("GET", f"/{made}") == (403, "FORBIDDEN")
    switch(care, playground_days=15)
    assert care("GET", f"/{made}").status == 200


def test_a_write_with_a_read_only_key_can_be_unauthorized(care: CareClient) -> None:
    care.key = seed.CARECYCLE_READ_ONLY_KEY
    switch(care, read_only_key="UNAUTHORIZED")
    assert care.code("POST", "", {"name": "n"}) == (401, "UNAUTHORIZED")
    assert care("GET").status == 200


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("attempts", {"redialPatterns": [PATTERN]}),
        ("intervalMinutes", {"redialPatterns": [PATTERN]}),
        ("days", {"redialPatterns": [PATTERN]}),
        ("redialPatterns", {"redialPatterns": [PATTERN]}),
        ("smsContent", {"smsContent": {"redial": "Hello"}}),
        ("smsCompanyName", {"smsCompanyName": "Example Clinic"}),
        ("description", {"description": "Hello"}),
        ("name", {"name": "Hello"}),
    ],
)
def test_bounds_are_a_switch(care: CareClient, name: str, body: Any) -> None:
    made = care.made()
    assert care("PATCH", f"/{made}", body).status == 200
    switch(care, bounds={name: [200, 300]})
    assert care.code("PATCH", f"/{made}", body) == (422, "VALIDATION_ERROR")
    switch(care, bounds={name: [0, 300]})
    assert care("PATCH", f"/{made}", body).status == 200


def test_bounds_hold_for_create_too(care: CareClient) -> None:
    switch(care, bounds={"maxConcurrentCalls": [1, 5], "description": [0, 9]})
    assert care("POST", "", {"name": "n", "maxConcurrentCalls": 6}).status == 422
    assert care("POST", "", {"name": "n", "description": "d" * 10}).status == 422
    assert care("POST", "", {"name": "n", "maxConcurrentCalls": 5}).status == 201


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("null", [None, None, None, None]),
        ("empty", [False, [], [], seed.CARECYCLE_COMPANY]),
    ],
)
def test_other_values_of_a_fresh_draft_are_a_switch(
    care: CareClient, mode: str, shown: list[object]
) -> None:
    switch(care, draft_values=mode)
    fresh = campaign(care, care.made())
    keys = ("redial", "redialPatterns", "transferConfigIds", "smsCompanyName")
    assert [fresh[key] for key in keys] == shown
    assert fresh["features"]["transfers"] is False


def test_a_draft_can_copy_values_from_its_template(care: CareClient) -> None:
    switch(care, template_values={"redial": True, "smsTypes": {"redial": True}, "name": "no"})
    copied = campaign(care, care.made(templateId=TEMPLATE_ID))
    assert (copied["redial"], copied["name"]) == (True, "Spring")
    assert (copied["smsTypes"]["redial"], copied["smsTypes"]["newInquiry"]) == (True, False)
    assert campaign(care, care.made())["redial"] is None


def test_ids_are_the_same_in_capital_letters(care: CareClient) -> None:
    made = care.made()
    config = seed.CARECYCLE_APPOINTMENT_CONFIG_ID
    care("PATCH", f"/{made}", {"appointmentConfigId": config.upper()})
    assert campaign(care, made.upper())["appointmentConfig"]["id"] == config
