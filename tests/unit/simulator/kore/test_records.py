"""The answers of docs/vendors/kore.md 5, key by key against the matrix in 5.8."""

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import (
    DIALING,
    VOICE_DIALING,
    KoreClient,
    simple,
    sms,
    template,
    voice,
)

BASE = {"name", "description", "status", "priority", "createdAt", "updatedAt", "contactLists"}
FULL = BASE | {"lname", "dialingStrategy"}
RUN_ROW = {"totalMessagesSent", "campaignExecutionType", "campaignInstanceUpdatedAt"}
BODIES = {"advanced": sms(), "simple": simple(), "template": template()}
CONTENT = {"advanced": "experienceFlow", "simple": "message", "template": "message"}
MODES = ("Agentless", "Progressive", "Preview")


def test_advanced_create_in_v1_is_the_printed_sample(v1: KoreClient) -> None:
    made = v1.create(sms())
    assert made.status == 200
    assert made.data.pop("_id").startswith("cd-")
    assert made.body == {
        "status": "success",
        "message": "Campaign Renewal Assistant creation in progress",
        "data": {
            "name": "Renewal Assistant",
            "lname": "renewal assistant",
            "description": "Link to the renewal assistant page.",
            "status": "Ready",
            "priority": "5",
            "dialingStrategy": DIALING,
            "experienceFlow": "cf-22222222-3333-5444-8555-666666666666",
            "createdAt": "2026-03-02T14:00:00.100Z",
            "updatedAt": "2026-03-02T14:00:00.100Z",
            "schedule": {"isSchedulingEnabled": False},
            "contactLists": ["Spring Renewals 2026"],
            "enableMachineDetect": False,
            "format": "advanced",
        },
    }


def test_get_in_v2_is_the_printed_sample(kore: KoreClient) -> None:
    made = kore.made(sms(dncLists={"name": "Do Not Contact"}))
    read = kore("GET", f"/{made}")
    assert read.body == {
        "status": "success",
        "message": "Campaign Renewal Assistant retrieved successfully",
        "data": {
            "_id": made,
            "name": "Renewal Assistant",
            "lname": "renewal assistant",
            "description": "Link to the renewal assistant page.",
            "status": "Ready",
            "dncLists": {"name": "Do Not Contact"},
            "priority": "5",
            "dialingStrategy": DIALING,
            "experienceFlow": "cf-22222222-3333-5444-8555-666666666666",
            "isImported": False,
            "isFiltersEnabled": False,
            "createdAt": "2026-03-02T14:00:00.100Z",
            "updatedAt": "2026-03-02T13:59:59.879Z",
            "schedule": {"isSchedulingEnabled": False, "isRecurrenceEnabled": False},
            "contactLists": ["Spring Renewals 2026"],
            "format": "advanced",
        },
    }


@pytest.mark.parametrize("kind", BODIES)
def test_sms_keys_in_v2(kore: KoreClient, kind: str) -> None:
    full = FULL | {"_id", "format", "schedule", "isImported", "isFiltersEnabled", CONTENT[kind]}
    made = kore.create(BODIES[kind])
    path = f"/{made.data['_id']}"
    assert set(made.data) == full
    assert set(kore("GET", path).data) == full
    assert set(kore("PUT", path, BODIES[kind], campaignType="sms").data) == full
    [row] = kore.listing()["results"]
    assert set(row) == BASE | {"id", "format", "schedule", CONTENT[kind]} | RUN_ROW
    assert set(kore("DELETE", path, campaignType="sms").data) == full


@pytest.mark.parametrize("kind", BODIES)
def test_sms_keys_in_v1(v1: KoreClient, kind: str) -> None:
    shown = FULL | {"_id", "format", "schedule", CONTENT[kind]}
    made = v1.create(BODIES[kind])
    path = f"/{made.data['_id']}"
    assert set(made.data) == shown | {"enableMachineDetect"}
    assert set(v1("GET", path).data) == shown | {"enableMachineDetect"}
    updated = v1("PUT", path, BODIES[kind], campaignType="sms").data
    assert set(updated) == shown | {"enableMachineDetect"}
    [row] = v1.listing()["results"]
    assert set(row) == BASE | {"id", "format", "schedule", CONTENT[kind]} | RUN_ROW
    assert set(v1("DELETE", path, campaignType="sms").data) == shown


def voice_keys(mode: str) -> set[str]:
    extra = {"experienceFlow"} if mode == "Agentless" else set()
    return FULL | {"dialingMode"} | extra


@pytest.mark.parametrize("mode", MODES)
def test_voice_keys_in_v2(kore: KoreClient, mode: str) -> None:
    skips = {"maxSkips"} if mode == "Preview" else set()
    full = voice_keys(mode) | {"dncLists", "isFiltersEnabled"} | skips
    made = kore.create(voice(mode))
    detected = {"enableMachineDetect"} if mode == "Agentless" else set()
    assert set(made.data) == full | {"id"} | detected
    path = f"/{made.data['id']}"
    one = full | {"_id", "schedule"}
    assert set(kore("GET", path).data) == one
    assert set(kore("PUT", path, voice(mode), campaignType="voice").data) == one
    [row] = kore.listing("voice")["results"]
    assert set(row) == BASE | {
        *("_id", "dialingMode", "dncLists", "isFiltersEnabled", "schedule", "connection"),
        "campaignInstanceUpdatedAt",
    }
    assert set(kore("DELETE", path, campaignType="voice").data) == one


@pytest.mark.parametrize("mode", MODES)
def test_voice_keys_in_v1(v1: KoreClient, mode: str) -> None:
    body = voice(mode, api="v1")
    made = v1.made(body)
    skips = {"maxSkips"} if mode == "Preview" else set()
    one = voice_keys(mode) | {"schedule", "enableMachineDetect"} | skips
    assert set(v1("GET", f"/{made}").data) == one | {"_id"}
    assert set(v1("PUT", f"/{made}", body, campaignType="voice").data) == one | {"id"}
    [row] = v1.listing("voice")["results"]
    assert set(row) == BASE | {
        *("_id", "dialingMode", "schedule", "connection", "campaignInstanceUpdatedAt"),
    }


@pytest.mark.parametrize("mode", ["Agentless", "Progressive"])
def test_voice_create_answers_the_record_in_v1(v1: KoreClient, mode: str) -> None:
    made = v1.create(voice(mode, api="v1"))
    assert set(made.data) == voice_keys(mode) | {"id", "enableMachineDetect"}


def test_preview_create_answers_only_ids_in_v1(v1: KoreClient) -> None:
    made = v1.create(voice("Preview", api="v1"))
    campaign_id = made.body["id"]
    assert made.body == {
        "status": "success",
        "message": "Campaign Preview calls creation in progress",
        "id": campaign_id,
        "data": {"campId": campaign_id},
    }


def test_agentless_create_in_v2_is_the_printed_sample(kore: KoreClient, clock: ManualClock) -> None:
    data = kore.create(voice()).data
    assert data["dncLists"] == {
        "id": seed.KORE_DNC_LISTS["Do Not Contact"],
        "name": "Do Not Contact",
    }
    assert data["status"] == "Preparing"
    assert data["dialingStrategy"] == {**VOICE_DIALING, "useSystemMappings": False}
    assert data["enableMachineDetect"] is False
    clock.sleep(2)
    read = kore("GET", f"/{data['id']}").data
    assert read["status"] == "Ready"
    assert read["updatedAt"] > read["createdAt"]


def test_the_server_puts_its_own_text_in_a_template_campaign(kore: KoreClient) -> None:
    template_id, body = seed.KORE_TEMPLATES["Renewal Notice"]
    assert kore.create(template()).data["message"] == {
        "template_name": "Renewal Notice",
        "message": body,
        "templateId": template_id,
    }


@pytest.mark.parametrize("text", ["Hi there", "SGkgdGhlcmU%3D"])
def test_a_simple_message_is_returned_as_sent(kore: KoreClient, text: str) -> None:
    made = kore.create(simple(message={"templateId": "", "message": text}))
    assert made.data["message"] == {"message": text}


@pytest.mark.parametrize(("body", "digits"), [(sms(), 8), (voice(), 7)])
def test_ids_have_the_vendors_form(kore: KoreClient, body: Tree, digits: int) -> None:
    first = kore.made(body).removeprefix("cd-").partition("-")[0]
    assert len(first) == digits


def test_connection_is_the_queue_or_the_flow_by_name(kore: KoreClient) -> None:
    for mode in MODES:
        kore.create(voice(mode))
    rows = kore.listing("voice")["results"]
    shown = {row["dialingMode"]: row["connection"] for row in rows}
    assert shown == {
        "Agentless": "Visit Survey Flow",
        "Progressive": "Billing Queue",
        "Preview": "Billing Queue",
    }


def test_the_order_of_contact_lists_is_not_kept(kore: KoreClient) -> None:
    names = list(seed.KORE_CONTACT_LISTS)
    shown = kore.create(sms(contactLists=names)).data["contactLists"]
    kore.simulator.change_switches({"kore": {"contact_list_order": "kept"}})
    assert sorted(shown) == sorted(names)
    assert shown != names
    assert kore.create(sms(contactLists=names)).data["contactLists"] == names


def test_v1_reads_hide_do_not_call_lists_unless_switched(v1: KoreClient) -> None:
    made = KoreClient(v1.simulator).made(sms(dncLists={"name": "testdnc"}))
    assert "dncLists" not in v1("GET", f"/{made}").data
    v1.simulator.change_switches({"kore": {"v1_shows_dnc": True}})
    assert v1("GET", f"/{made}").data["dncLists"] == {"name": "testdnc"}


def test_a_fresh_campaign_is_updated_before_it_is_created_unless_switched(kore: KoreClient) -> None:
    made = kore.made(sms())
    data = kore("GET", f"/{made}").data
    assert data["updatedAt"] < data["createdAt"]
    kore.simulator.change_switches({"kore": {"restless_updated_at": False}})
    data = kore("GET", f"/{made}").data
    assert data["updatedAt"] == data["createdAt"]
