from typing import Any

import pytest

from reconciler.providers.wire import WireRequest
from reconciler.simulator.core import Simulator
from tests.support.simulator_client import Answer, CareClient, KoreClient, send, sms


def control(simulator: Simulator, method: str, rest: str, body: Any = None, **query: str) -> Answer:
    return send(simulator, method, f"/_simulator/{rest}", body, query=query)


def test_health(simulator: Simulator) -> None:
    assert control(simulator, "GET", "health").body == {"status": "ok"}


@pytest.mark.parametrize("path", ["/_simulator/health", "/_simulator/nothing"])
def test_an_answer_ends_its_line_so_that_a_prompt_begins_a_new_one(
    simulator: Simulator, path: str
) -> None:
    assert simulator.handle(WireRequest("GET", path)).body.endswith(b"}\n")


def test_requests_are_shown_narrowed_and_cleared(kore: KoreClient) -> None:
    kore.create(sms())
    kore.listing()
    simulator = kore.simulator
    assert len(control(simulator, "GET", "requests").body["requests"]) == 2
    [write] = control(simulator, "GET", "requests", mutating="1").body["requests"]
    assert write["body"] == sms()
    control(simulator, "DELETE", "requests")
    assert control(simulator, "GET", "requests").body == {"requests": []}


def test_campaigns_are_seeded_edited_and_removed(kore: KoreClient, care: CareClient) -> None:
    simulator = kore.simulator
    made = control(simulator, "POST", "campaigns", sms()).body["id"]
    edited = control(simulator, "PATCH", f"campaigns/{made}", {"priority": "2"})
    assert edited.body["campaign"]["priority"] == "2"
    assert kore("GET", f"/{made}").data["priority"] == "2"
    other = control(simulator, "POST", "campaigns", {"name": "b", "vendor": "carecycle"}).body["id"]
    assert care("GET", f"/{other}").status == 200
    listed = control(simulator, "GET", "campaigns").body["campaigns"]
    assert [found["id"] for found in listed] == [made, other]
    control(simulator, "DELETE", f"campaigns/{made}")
    assert kore("GET", f"/{made}").status == 404


def test_switches_and_faults_are_set_while_it_runs(kore: KoreClient) -> None:
    simulator = kore.simulator
    changed = control(simulator, "PUT", "switches", {"kore": {"list_maximum": 1}})
    assert changed.body["kore"]["list_maximum"] == 1
    assert control(simulator, "GET", "switches").body == changed.body
    assert kore.listing(limit=9)["limit"] == 1
    control(simulator, "POST", "faults", {"fault": "kore.list:http_500"})
    control(simulator, "POST", "faults", {"kind": "html", "match": "kore.get"})
    assert len(control(simulator, "GET", "faults").body["faults"]) == 2
    assert kore("POST", "/getAllCampaignDetails", {"type": "sms"}).status == 500
    control(simulator, "DELETE", "faults")
    assert control(simulator, "GET", "faults").body == {"faults": []}


@pytest.mark.parametrize(
    ("method", "rest", "body", "message"),
    [
        ("POST", "faults", {"fault": "kore.creat:reset"}, "Did you mean kore.create?"),
        ("POST", "faults", {"kind": "html", "match": "kore.gett"}, "Did you mean kore.get?"),
        ("POST", "campaigns", {"name": "a", "vendor": "carecycel"}, "Did you mean carecycle?"),
        ("PUT", "switches", {"kore": {"list_maximun": 1}}, "Did you mean list_maximum?"),
    ],
)
def test_a_name_that_does_not_exist_is_refused(
    simulator: Simulator, method: str, rest: str, body: dict[str, Any], message: str
) -> None:
    refused = control(simulator, method, rest, body)
    assert refused.status == 400
    assert message in refused.body["message"]
    assert control(simulator, "GET", "campaigns").body == {"campaigns": []}


def test_requests_of_an_operation_that_does_not_exist_are_not_asked_for(
    simulator: Simulator,
) -> None:
    refused = control(simulator, "GET", "requests", operation="kore.creat")
    assert (refused.status, "Did you mean kore.create?" in refused.body["message"]) == (400, True)


def test_contact_lists_are_added(kore: KoreClient) -> None:
    body = {"name": "Autumn", "records": 7}
    added = control(kore.simulator, "POST", "contact-lists", body).body["id"]
    listed = kore("POST", "/contactList/getAllListDetails", type="call").data
    found = {row["_id"]: row["totalRecordCount"] for row in listed}
    assert found[added] == 7


def test_control_requests_are_not_logged_and_meet_no_fault(simulator: Simulator) -> None:
    simulator.faults.add("*:http_500:*")
    simulator.change_switches({"rate_limit": 0})
    assert control(simulator, "GET", "health").status == 200
    assert simulator.requests() == []


@pytest.mark.parametrize(
    ("method", "rest", "body", "status"),
    [
        ("PUT", "switches", {"kore": {"unknown": 1}}, 400),
        ("POST", "faults", {"fault": "nonsense"}, 400),
        ("POST", "faults", {"kind": "nonsense"}, 400),
        ("POST", "campaigns", {}, 400),
        ("POST", "campaigns", [], 400),
        ("POST", "contact-lists", {"name": "a", "records": "many"}, 400),
        ("PATCH", "campaigns/cd-unknown", {}, 404),
        ("DELETE", "campaigns/cd-unknown", None, 404),
        ("GET", "unknown", None, 404),
        ("POST", "health", None, 404),
    ],
)
def test_a_wrong_control_call_says_so(
    simulator: Simulator, method: str, rest: str, body: Any, status: int
) -> None:
    answered = control(simulator, method, rest, body)
    assert answered.status == status
    assert answered.body["message"]
