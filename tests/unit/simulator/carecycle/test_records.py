"""The answers of docs/vendors/carecycle.md 4 to 7, key by key."""

from typing import Any

from reconciler.simulator import seed
from tests.support.simulator_client import CareClient

GENERATION_B = (
    *("id", "createdAt", "updatedAt", "startDate", "endDate", "dialAfterhours"),
    *("outboundEnabled", "outboundBatchSize", "variableMappings", "redialTracking", "name"),
    *("templateId", "description", "status", "sourceType", "enablePulse", "suitType", "redial"),
    *("redialPatterns", "successCriteria", "failureCriteria", "maxAttempts", "smsTypes"),
    *("smsContent", "smsCompanyName", "requiredVars", "client", "hasInquiryCallback"),
    *("customerStats", "transferConfig", "transferConfigIds", "appointmentConfig"),
    *("campaignAutomations", "templateName", "pulseWorkflowId", "suite", "features"),
)
GENERATION_C = (
    *("id", "createdAt", "updatedAt", "startDate", "endDate", "dialAfterhours", "name"),
    *("templateId", "templateName", "description", "status", "sourceType", "enablePulse"),
    *("pulseWorkflowId", "maxConcurrentCalls", "suite", "maxAttempts", "smsCompanyName"),
    *("requiredVars", "client", "hasInquiryCallback", "customerStats", "features"),
)
TRANSFER = (
    *("id", "createdAt", "updatedAt", "clientId", "name", "routingConfigId", "type"),
    *("warmTransfer", "directPhoneNumber", "sipUri", "sipHeaders", "warmSummaryPrompt"),
    *("warmMode", "softphoneFallbackType", "softphoneFallbackPhoneNumber"),
    *("appointmentBookingEnabled", "routingConfig", "dynamicOptions", "transferWaitingMessages"),
)
APPOINTMENT = (
    *("id", "createdAt", "updatedAt", "clientId", "name", "concurrentLimit"),
    *("appointmentLength", "appointmentSpacing", "maxOptions", "minDate", "maxDate", "minHours"),
    *("preferredMode", "pulseWorkflowId", "createdBy", "updatedBy"),
)


def test_create_answers_a_draft_with_every_key_of_generation_b(care: CareClient) -> None:
    created = care("POST", "", {"name": "Spring Wellness Outreach"})
    assert created.status == 201
    campaign = created.body["campaign"]
    assert tuple(campaign) == GENERATION_B
    assert (campaign["status"], campaign["description"]) == ("draft", None)
    assert set(campaign["features"].values()) == set(campaign["smsTypes"].values()) == {False}
    assert len(campaign["smsContent"]) == 10
    assert campaign["client"] == {
        "id": seed.CARECYCLE_CLIENT_ID,
        "smsCompanyName": seed.CARECYCLE_COMPANY,
    }


def test_get_and_list_show_the_same_campaign(care: CareClient) -> None:
    made = care.made()
    campaign = care("GET", f"/{made}").body["campaign"]
    assert care("GET").body == {
        "itemsTotal": 1,
        "currentPage": 1,
        "nextPage": None,
        "prevPage": None,
        "items": [campaign],
    }


def test_generation_c_shows_its_own_keys(care: CareClient) -> None:
    made = care.made(maxConcurrentCalls=3)
    care.simulator.change_switches({"carecycle": {"response_generation": "C"}})
    campaign = care("GET", f"/{made}").body["campaign"]
    assert tuple(campaign) == GENERATION_C
    assert campaign["maxConcurrentCalls"] == 3


def test_absent_values_can_be_missing(care: CareClient) -> None:
    made = care.made()
    care.simulator.change_switches({"carecycle": {"absent_values": "missing"}})
    campaign = care("GET", f"/{made}").body["campaign"]
    assert None not in campaign.values()
    assert "description" not in campaign


def test_the_client_can_be_shown_on_request_only(care: CareClient) -> None:
    made = care.made()
    care.simulator.change_switches({"carecycle": {"client_always": False}})
    assert "client" not in care("GET", f"/{made}").body["campaign"]
    assert "client" in care("GET", f"/{made}", includeClient="true").body["campaign"]


def test_configs_are_shown_as_objects(care: CareClient) -> None:
    made = care.made()
    body = {
        "transferConfigId": seed.CARECYCLE_TRANSFER_CONFIG_ID,
        "appointmentConfigId": seed.CARECYCLE_APPOINTMENT_CONFIG_ID,
    }
    campaign: Any = care("PATCH", f"/{made}", body).body["campaign"]
    assert tuple(campaign["transferConfig"]) == TRANSFER
    assert campaign["transferConfig"]["id"] == seed.CARECYCLE_TRANSFER_CONFIG_ID
    assert tuple(campaign["appointmentConfig"]) == APPOINTMENT
    assert campaign["transferConfigIds"] is None
