from typing import Any

import pytest

from reconciler.simulator import seed
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import CareClient

UNKNOWN = "99999999-8888-4777-8666-555555555555"


def switch(care: CareClient, **switches: Any) -> None:
    care.simulator.change_switches({"carecycle": switches})


def fill(care: CareClient, clock: ManualClock, *names: str) -> None:
    for name in names:
        care.made(name=name)
        clock.sleep(1)


def names(page: Any) -> list[str]:
    return [item["name"] for item in page.body["items"]]


def test_pages_follow_each_other_to_the_end(care: CareClient, clock: ManualClock) -> None:
    fill(care, clock, "a", "b", "c")
    query = {"perPage": "2", "sortDirection": "asc"}
    first, second = (care("GET", "", None, page=page, **query) for page in "12")
    assert names(first) + names(second) == ["a", "b", "c"]
    numbers = [
        (page.body["currentPage"], page.body["nextPage"], page.body["prevPage"])
        for page in (first, second)
    ]
    assert numbers == [(1, 2, None), (2, None, 1)]


def test_the_newest_come_first_unless_sorted(care: CareClient, clock: ManualClock) -> None:
    fill(care, clock, "b", "a", "c")
    assert names(care("GET")) == ["c", "a", "b"]
    assert names(care("GET", sortBy="name", sortDirection="asc")) == ["a", "b", "c"]
    assert names(care("GET", search="A")) == ["a"]


def test_the_status_filter(care: CareClient) -> None:
    archived = care.made(name="old")
    care.made(name="new")
    care("PATCH", f"/{archived}", {"status": "archived"})
    assert names(care("GET", status="archived")) == ["old"]
    assert care("GET").body["itemsTotal"] == 2
    switch(care, archived_listed=False, archived_readable=False, archived_patchable=False)
    assert names(care("GET")) == ["new"]
    assert care("GET", f"/{archived}").status == 404
    assert care("PATCH", f"/{archived}", {"name": "x"}).status == 422


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "x"},
        {"perPage": "101"},
        {"sortBy": "size"},
        {"sortDirection": "up"},
        {"status": "asleep"},
    ],
)
def test_a_wrong_query_is_refused(care: CareClient, query: dict[str, str]) -> None:
    assert care.code("GET", "", None, **query) == (422, "VALIDATION_ERROR")


def test_switches_of_the_listing(care: CareClient) -> None:
    care.made()
    assert care("GET", page="9").body["items"] == []
    switch(care, past_the_end="refused", over_maximum="lowered")
    assert care("GET", page="9").status == 422
    assert care("GET", perPage="500").status == 200


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("list_shifted", ["a", "b", "d"]),
        ("list_duplicate_page", ["a", "b", "b", "c"]),
        ("list_repeats_page", ["a", "b", "a", "b"]),
    ],
)
def test_a_listing_can_shift_under_the_reader(
    care: CareClient, clock: ManualClock, fault: str, seen: list[str]
) -> None:
    fill(care, clock, "a", "b", "c", "d")
    care.simulator.faults.add(f"carecycle.list:{fault}:*")
    query = {"perPage": "2", "sortDirection": "asc"}
    pages = [care("GET", "", None, page=page, **query) for page in "12"]
    assert [name for page in pages for name in names(page)] == seen
    assert (pages[1].body["nextPage"] is None) == (fault != "list_repeats_page")


def test_create_takes_its_four_fields(care: CareClient) -> None:
    template_id, template = seed.CARECYCLE_TEMPLATE
    body = {"name": "n", "description": "d", "templateId": template_id, "maxConcurrentCalls": 3}
    campaign = care("POST", "", {**body, "redial": True}).body["campaign"]
    assert (campaign["description"], campaign["templateId"]) == ("d", template_id)
    assert campaign["templateName"] == template
    assert campaign["redial"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": None},
        {"name": ""},
        {"name": "n" * 256},
        {"name": 7},
        {"name": "n", "templateId": UNKNOWN},
        {"name": "n", "maxConcurrentCalls": 0},
        {"name": "n", "kind": "robot"},
    ],
)
def test_a_wrong_create_is_refused(care: CareClient, body: Any) -> None:
    refused = care("POST", "", body)
    assert (refused.status, refused.body["code"]) == (422, "VALIDATION_ERROR")
    assert set(refused.body["errors"][0]) == {"path", "message", "expected", "received", "code"}
    assert care.simulator.campaigns() == []


def test_switches_of_create(care: CareClient) -> None:
    switch(care, create_fields=["description"], unknown_body_keys="refuse", created_status=200)
    assert care("POST", "", {"name": "n", "maxConcurrentCalls": 3}).status == 422
    assert care("POST", "", {"name": "n"}).status == 200
    switch(care, unique_names=True, statuses={"NOT_FOUND": 410})
    assert care.code("POST", "", {"name": "n"}) == (409, "VALIDATION_ERROR")
    switch(care, create=False)
    assert care.code("POST", "", {"name": "other"}) == (410, "NOT_FOUND")


def test_a_patch_changes_the_given_keys_only(care: CareClient, clock: ManualClock) -> None:
    made = care.made(description="before")
    clock.sleep(60)
    patterns = [{"days": [0, 1], "attempts": 2, "intervalMinutes": 90}]
    patched = care("PATCH", f"/{made}", {"redial": True, "redialPatterns": patterns})
    campaign = patched.body["campaign"]
    assert patched.status == 200
    assert (campaign["redial"], campaign["redialPatterns"]) == (True, patterns)
    assert (campaign["description"], campaign["status"]) == ("before", "draft")
    assert campaign["updatedAt"] == "2026-03-02T14:01:00.100Z"
    assert care("GET", f"/{made}").body["campaign"] == campaign


@pytest.mark.parametrize(("mode", "expected"), [("replace", 1), ("merge", 4)])
def test_nested_objects_are_replaced_unless_switched(
    care: CareClient, mode: str, expected: int
) -> None:
    made = care.made()
    switch(care, nested_patch=mode)
    campaign = care("PATCH", f"/{made}", {"features": {"transfers": True}}).body["campaign"]
    assert campaign["features"]["transfers"] is True
    assert len(campaign["features"]) == expected


@pytest.mark.parametrize(
    ("mode", "status", "shown"), [("clears", 200, None), ("ignored", 200, "d")]
)
def test_null_in_a_patch(care: CareClient, mode: str, status: int, shown: str | None) -> None:
    made = care.made(description="d")
    switch(care, null_patch=mode)
    patched = care("PATCH", f"/{made}", {"description": None})
    assert (patched.status, patched.body["campaign"]["description"]) == (status, shown)
    switch(care, null_patch="refused")
    assert care("PATCH", f"/{made}", {"description": None}).status == 422


@pytest.mark.parametrize(
    "body",
    [
        {"name": None},
        {"status": None},
        {"status": "asleep"},
        {"redial": "yes"},
        {"redialPatterns": '[{"days": [0], "attempts": 1, "intervalMinutes": 5}]'},
        {"redialPatterns": [{"days": [0]}]},
        {"redialPatterns": [{"days": [-1], "attempts": 1, "intervalMinutes": 5}]},
        {"smsTypes": {"unknown": True}},
        {"smsContent": {"redial": 7}},
        {"features": {"transfers": "yes"}},
        {"pulseWorkflowId": "not-a-uuid"},
        {"transferConfigIds": "all"},
        {"transferConfigId": UNKNOWN},
        {"transferConfigIds": [UNKNOWN]},
        {"appointmentConfigId": UNKNOWN},
    ],
)
def test_a_wrong_patch_is_refused_whole(care: CareClient, body: Any) -> None:
    made = care.made()
    before = care("GET", f"/{made}").body
    assert care.code("PATCH", f"/{made}", {"description": "new", **body}) == (
        *(422, "VALIDATION_ERROR"),
    )
    assert care("GET", f"/{made}").body == before


def test_json_text_in_a_patch_can_be_accepted(care: CareClient) -> None:
    made = care.made()
    switch(care, json_strings="accepted")
    text = '[{"days": [0], "attempts": 1, "intervalMinutes": 5}]'
    patched = care("PATCH", f"/{made}", {"redialPatterns": text})
    assert patched.body["campaign"]["redialPatterns"][0]["days"] == [0]


def test_patch_fields_of_generation_a_have_no_status(care: CareClient) -> None:
    made = care.made()
    switch(care, patch_fields="A")
    campaign = care("PATCH", f"/{made}", {"status": "active", "redial": True}).body["campaign"]
    assert (campaign["status"], campaign["redial"]) == ("draft", True)


def test_status_changes_at_once_or_later(care: CareClient, clock: ManualClock) -> None:
    made = care.made()
    patched = care("PATCH", f"/{made}", {"status": "active"})
    assert patched.body["campaign"]["status"] == "active"
    switch(care, status_seconds=10)
    patched = care("PATCH", f"/{made}", {"status": "paused"})
    assert patched.body["campaign"]["status"] == "active"
    clock.sleep(10)
    assert care("GET", f"/{made}").body["campaign"]["status"] == "paused"


def test_switches_of_activation(care: CareClient) -> None:
    made = care.made()
    switch(care, transitions="policy", activate_empty="refused", patch_active="refused")
    assert care("PATCH", f"/{made}", {"status": "paused"}).status == 422
    assert care("PATCH", f"/{made}", {"status": "active"}).status == 422
    workflow = {"pulseWorkflowId": seed.CARECYCLE_PULSE_WORKFLOW_ID}
    assert care("PATCH", f"/{made}", {"status": "active", **workflow}).status == 200
    assert care("PATCH", f"/{made}", {"redial": True}).status == 422


def test_a_config_id_can_be_added_to_the_ids(care: CareClient) -> None:
    made = care.made()
    switch(care, adds_to_config_ids=True)
    body = {"transferConfigId": seed.CARECYCLE_TRANSFER_CONFIG_ID}
    campaign = care("PATCH", f"/{made}", body).body["campaign"]
    assert campaign["transferConfigIds"] == [seed.CARECYCLE_TRANSFER_CONFIG_ID]


def test_ids_are_checked(care: CareClient) -> None:
    assert care.code("GET", "/spring") == (422, "VALIDATION_ERROR")
    assert care.code("GET", f"/{UNKNOWN}") == (404, "NOT_FOUND")
    switch(care, bad_id="NOT_FOUND")
    assert care.code("GET", "/spring") == (404, "NOT_FOUND")


def test_a_campaign_can_be_late(care: CareClient, clock: ManualClock) -> None:
    switch(care, list_lag=10, get_lag=5)
    made = care.made()
    assert care("GET", f"/{made}").status == 404
    clock.sleep(5)
    assert care("GET", f"/{made}").status == 200
    assert care("GET").body["itemsTotal"] == 0


def test_switches_of_references(care: CareClient) -> None:
    switch(care, unknown_template="ignored", unknown_config="accepted")
    made = care.made(templateId=UNKNOWN)
    assert care("GET", f"/{made}").body["campaign"]["templateId"] is None
    assert care("PATCH", f"/{made}", {"transferConfigId": UNKNOWN}).status == 200


def test_a_rename_to_a_taken_name_is_refused_where_names_are_unique(care: CareClient) -> None:
    switch(care, unique_names=True)
    care.made(name="taken")
    made = care.made(name="free")
    assert care("PATCH", f"/{made}", {"name": "taken"}).status == 409
    assert care("PATCH", f"/{made}", {"name": "free"}).status == 200


def test_equal_rows_can_change_places(care: CareClient) -> None:
    for _ in range(20):
        care.simulator.seed_carecycle({"name": "same"})
    switch(care, unstable_order=True)
    first, second = ([item["id"] for item in care("GET").body["items"]] for _ in "ab")
    assert first != second
    assert sorted(first) == sorted(second)
