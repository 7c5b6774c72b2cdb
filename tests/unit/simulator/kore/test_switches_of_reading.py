"""What docs/vendors/kore.md 14 leaves open about answers and listings, switch by switch."""

from typing import Any

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import KoreClient, send, sms, template, voice


def switch(kore: KoreClient, **switches: Any) -> None:
    kore.simulator.change_switches({"kore": switches})


def updated(kore: KoreClient, campaign_id: str) -> str:
    return str(kore("GET", f"/{campaign_id}").data["updatedAt"])


def test_updated_at_of_a_template_moves_when_its_creation_ends(
    kore: KoreClient, clock: ManualClock
) -> None:
    made = kore.create(template()).data["_id"]
    other = kore.create(sms()).data["_id"]
    before, still = updated(kore, made), updated(kore, other)
    clock.sleep(13)
    assert updated(kore, made) == before
    clock.sleep(1)
    assert updated(kore, made) == "2026-03-02T14:00:14.100Z"
    assert updated(kore, other) == still
    assert kore("GET", f"/{made}").data["status"] == "Ready"


def test_the_late_move_of_a_template_can_be_off(kore: KoreClient, clock: ManualClock) -> None:
    switch(kore, template_seconds=0)
    made = kore.create(template()).data["_id"]
    before = updated(kore, made)
    clock.sleep(60)
    assert updated(kore, made) == before


def test_a_template_that_is_started_early_stays_started(
    kore: KoreClient, clock: ManualClock
) -> None:
    made = kore.create(template()).data["_id"]
    assert kore.trigger(made, "play", "sms").status == 200
    clock.sleep(60)
    assert kore("GET", f"/{made}").data["status"] == "Active"


def test_a_template_that_sends_on_create_stays_active(kore: KoreClient, clock: ManualClock) -> None:
    switch(kore, sends_on_create=True)
    made = kore.create(template()).data["_id"]
    clock.sleep(60)
    assert kore("GET", f"/{made}").data["status"] == "Active"


def test_updated_at_can_move_with_every_read(kore: KoreClient, clock: ManualClock) -> None:
    made = kore.made(sms())
    switch(kore, updated_at_wanders=True)
    clock.sleep(7)
    assert updated(kore, made) == "2026-03-02T14:00:10.100Z"
    clock.sleep(1)
    [row] = kore.listing()["results"]
    assert row["updatedAt"] == "2026-03-02T14:00:11.100Z"


@pytest.mark.parametrize(
    ("spelling", "shown"),
    [("as_sent", "Open Bills"), ("lower_case", "open bills"), ("trimmed", "Open Bills")],
)
def test_contact_list_names_can_change(kore: KoreClient, spelling: str, shown: str) -> None:
    switch(kore, contact_list_names=spelling)
    made = kore.made(sms(contactLists=["Open Bills"]))
    [row] = kore.listing()["results"]
    assert kore("GET", f"/{made}").data["contactLists"] == row["contactLists"] == [shown]


def test_a_trimmed_contact_list_name_finds_its_list(kore: KoreClient) -> None:
    body = sms(contactLists=[" Open Bills "])
    assert kore.create(body).status == 400
    switch(kore, contact_list_names="trimmed")
    assert kore.create(body).data["contactLists"] == ["Open Bills"]


@pytest.mark.parametrize(
    ("spelling", "shown"),
    [
        ("as_sent", " due  soon "),
        ("trimmed", "due  soon"),
        ("normalised", "due soon"),
        ("title_case", " Due  Soon "),
    ],
)
def test_the_name_can_be_spelled_differently(kore: KoreClient, spelling: str, shown: str) -> None:
    switch(kore, name_spelling=spelling)
    made = kore.made(sms(name=" due  soon "))
    kore.made(voice(name=" due  soon "))
    rows = [*kore.listing()["results"], *kore.listing("voice")["results"]]
    assert kore("GET", f"/{made}").data["name"] == shown
    assert [row["name"] for row in rows] == [shown, shown]


def test_a_voice_row_has_no_instance_after_a_run(kore: KoreClient) -> None:
    made = kore.made(voice())
    kore.trigger(made, "play", "voice")
    [row] = kore.listing("voice")["results"]
    assert "campaignInstanceId" not in row
    assert "campaignInstanceId" in kore("GET", f"/{made}").data


def test_server_values_of_new_campaigns_are_switches(kore: KoreClient) -> None:
    switch(kore, is_imported=True, use_system_mappings=True, execution_type="EMERGENCY")
    text, call = kore.made(sms()), kore.made(voice())
    assert kore("GET", f"/{text}").data["isImported"] is True
    assert kore("GET", f"/{call}").data["dialingStrategy"]["useSystemMappings"] is True
    [row] = kore.listing()["results"]
    assert row["campaignExecutionType"] == "EMERGENCY"


@pytest.mark.parametrize("key", ["limit", "skip", "page"])
def test_empty_numbers_are_a_switch(kore: KoreClient, key: str) -> None:
    body: Tree = {"type": "sms", key: ""}
    assert kore("POST", "/getAllCampaignDetails", body).status == 200
    switch(kore, empty_numbers="refused")
    assert kore("POST", "/getAllCampaignDetails", body).status == 400
    assert kore("POST", "/getAllCampaignDetails", {"type": "sms"}).status == 200


def test_the_total_can_change_from_page_to_page(kore: KoreClient) -> None:
    for name in "abc":
        kore.made(sms(name=name))
    kore.simulator.faults.add("kore.list:list_wrong_total:2")
    totals = [kore.listing(limit=1, skip=skip)["totalResults"] for skip in (0, 1, 2)]
    assert totals == [3, 4, 3]


def test_the_limit_can_be_per_call(kore: KoreClient) -> None:
    kore.simulator.change_switches({"rate_limit": 1, "kore": {"rate_bucket": "api"}})
    body: Tree = {"type": "sms"}
    asked = [kore("POST", "/getAllCampaignDetails", body).status for _ in "ab"]
    assert asked == [200, 429]
    assert kore("POST", "/contactList/getAllListDetails", type="call").status == 200
    switch(kore, rate_bucket="account")
    assert kore.create(sms()).status == 200
    assert kore("POST", "/contactList/getAllListDetails", type="call").status == 429


def rename(kore: KoreClient, body: Tree) -> int:
    return send(kore.simulator, "POST", "/_simulator/renames", body).status


def test_a_flow_renamed_in_the_console_keeps_its_id(kore: KoreClient) -> None:
    made = kore.made(voice())
    before = kore("GET", f"/{made}").data
    assert rename(kore, {"flow": "Visit Survey Flow", "to": "Visits"}) == 200
    assert kore("GET", f"/{made}").data == before
    assert kore.listing("voice")["results"][0]["connection"] == "Visits"
    assert kore.create(voice()).status == 400


def test_a_queue_renamed_in_the_console_shows_its_new_name(kore: KoreClient) -> None:
    made = kore.made(voice("Preview"))
    before = kore("GET", f"/{made}").data
    assert rename(kore, {"queue": "Billing Queue", "to": "Bills"}) == 200
    assert kore("GET", f"/{made}").data == before
    assert kore.listing("voice")["results"][0]["connection"] == "Bills"
    assert kore.create(voice("Preview")).status == 400
    assert kore.create(voice("Preview", queue_name="Bills")).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"queue": "unknown", "to": "x"}, 404),
        ({"flow": "unknown", "to": "x"}, 404),
        ({"flow": seed.KORE_QUEUES[0]}, 400),
        ({"to": "x"}, 400),
    ],
)
def test_a_wrong_rename_says_so(kore: KoreClient, body: Tree, status: int) -> None:
    assert rename(kore, body) == status
