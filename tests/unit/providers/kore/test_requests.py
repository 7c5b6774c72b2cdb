from dataclasses import replace

import pytest

from reconciler.errors import InvalidInput
from reconciler.providers.kore import mapping
from reconciler.providers.kore.requests import requests_of
from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE, canonical, create_spec
from reconciler.resources.tree import Tree, at, overlay
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write
from tests.support.scripted_vendor import kore_settings, sample

DIALING: Tree = {
    "callerId": {"phoneNumber": "+12025550123"},
    "callingHours": {
        "frequency": "WEEKLY",
        "timezone": "America/New_York",
        "days": [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}],
    },
}
CALLING: Tree = {
    **DIALING,
    "dialingOrder": "FIFO",
    "maxAttemptsPerRecord": 3,
    "defaultRetryPeriod": 10,
    "maxRingTime": 30,
}
COMMON: Tree = {"name": "Spring", "contactLists": ["May"], "dialingStrategy": DIALING}
SIMPLE: Tree = {**COMMON, "message": {"message": "Hi there"}}
TEMPLATE: Tree = {**COMMON, "message": {"message": "Hi there", "template_name": "Notice"}}
ADVANCED: Tree = {**COMMON, "experienceFlowName": "Flow"}
DNC: Tree = {"dncLists": {"name": "Do Not Contact"}}
VOICE: Tree = {**COMMON, "dialingStrategy": CALLING}
AGENTLESS: Tree = {**VOICE, "dialingMode": "Agentless", "experienceFlowName": "Survey"}
PREVIEW: Tree = {**VOICE, "dialingMode": "Preview", "queue_name": "Billing", "maxSkips": 1}
PROGRESSIVE: Tree = {**VOICE, "dialingMode": "Progressive", "queue_name": "Billing"}
ENCODED = "SGkgdGhlcmU%3D"
SMS, CALLS = "kore_sms_campaign", "kore_voice_campaign"


def canonical_of(type_: str, spec: Tree) -> Tree:
    return canonical(BY_TYPE[type_], spec)


def created(
    spec: Tree, api: str = "v2", *, type_: str = SMS, encoding: str | None = None
) -> PlannedRequest:
    full = create_spec(BY_TYPE[type_], canonical_of(type_, spec))
    write = Write(operation=Operation.CREATE, type=type_, spec=full)
    requests = requests_of(write, kore_settings(api, encoding))
    assert not isinstance(requests, Impossible), requests
    (request,) = requests
    return request


def live_of(raw: Tree, *, type_: str = SMS, api: str = "v2") -> Live:
    found: Tree = {"_id": "cd-1", "status": "Ready", "name": "Spring", **raw}
    return mapping.full(found, BY_TYPE[type_], api, None)


def body_of(request: PlannedRequest) -> Tree:
    assert request.body is not None
    return request.body


def updated(write: Write, api: str = "v2") -> Tree:
    requests = requests_of(write, kore_settings(api))
    assert not isinstance(requests, Impossible), requests
    return body_of(requests[0])


def test_an_advanced_create_equals_the_vendors_sample_field_for_field() -> None:
    wanted = sample("kore_v1_create_sms_request")
    manifest = {key: value for key, value in wanted.items() if key != "campaignType"}
    request = created(manifest, "v1")
    assert body_of(request) == wanted
    assert list(body_of(request)) == list(wanted)
    assert (request.operation, request.method) == (Operation.CREATE, "POST")
    assert request.path == "/agentassist/api/v1/public/st-path/campaign"
    assert request.query == {"campaignType": "sms"}


def test_a_v2_create_goes_to_its_own_path_with_the_account() -> None:
    request = created(ADVANCED)
    assert request.path == "/campaign/api/v2/public/st-path/campaign"
    assert request.query == {"accountId": "acc", "campaignType": "sms"}


def test_what_a_manifest_leaves_out_is_sent_with_its_default() -> None:
    body = body_of(created(ADVANCED))
    assert (body["priority"], body["description"]) == ("5", "")
    assert body["schedule"] == {"isSchedulingEnabled": False}
    assert body["format"] == "advanced"


@pytest.mark.parametrize(
    ("spec", "api", "encoding", "message"),
    [
        (SIMPLE, "v1", None, {"templateId": "", "message": "Hi there"}),
        (SIMPLE, "v2", None, {"message": ENCODED}),
        (SIMPLE, "v2", "plain", {"message": "Hi there"}),
        (SIMPLE, "v2", "base64", {"message": "SGkgdGhlcmU="}),
        (SIMPLE, "v1", "base64-percent", {"templateId": "", "message": ENCODED}),
        (TEMPLATE, "v1", None, {"template_name": "Notice", "message": ENCODED}),
        (TEMPLATE, "v2", None, {"template_name": "Notice", "message": ENCODED}),
    ],
)
def test_a_message_is_encoded_as_the_target_takes_it(
    spec: Tree, api: str, encoding: str | None, message: Tree
) -> None:
    assert body_of(created(spec, api, encoding=encoding))["message"] == message


COMMON_KEYS = {
    "name", "description", "contactLists", "priority", "campaignType", "dialingStrategy", "schedule"
}  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "api", "more"),
    [
        ({**AGENTLESS, "enableMachineDetect": False}, "v1",
         {"dialingMode", "experienceFlowName", "enableMachineDetect"}),
        ({**AGENTLESS, **DNC, "enableMachineDetect": "no"}, "v2",
         {"dialingMode", "experienceFlowName", "enableMachineDetect", "dncLists"}),
        ({**PROGRESSIVE, "enableMachineDetect": True}, "v1",
         {"dialingMode", "queue_name", "enableMachineDetect"}),
        ({**PROGRESSIVE, **DNC}, "v2", {"dialingMode", "queue_name", "dncLists"}),
        ({**PREVIEW, "enableMachineDetect": False}, "v1",
         {"dialingMode", "queue_name", "enableMachineDetect", "maxSkips"}),
        ({**PREVIEW, **DNC}, "v2", {"dialingMode", "queue_name", "dncLists", "maxSkips"}),
    ],
)  # fmt: skip
def test_a_voice_create_has_the_fields_of_its_mode_and_version(
    spec: Tree, api: str, more: set[str]
) -> None:
    request = created(spec, api, type_=CALLS)
    body = body_of(request)
    assert set(body) == COMMON_KEYS | more
    assert body["dialingStrategy"] == CALLING
    assert request.query["campaignType"] == body["campaignType"] == "voice"
    assert body.get("enableMachineDetect") == spec.get("enableMachineDetect")


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_do_not_call_list_is_sent_in_v2_only(api: str) -> None:
    assert ("dncLists" in body_of(created({**ADVANCED, **DNC}, api))) is (api == "v2")


def test_a_create_that_lacks_what_the_vendor_requires_is_impossible() -> None:
    write = Write(operation=Operation.CREATE, type=CALLS, spec=PREVIEW)
    found = requests_of(write, kore_settings())
    assert isinstance(found, Impossible)
    assert "must be sent" in found.reason


READ: Tree = {
    **COMMON,
    "description": "As read",
    "priority": "2",
    "format": "advanced",
    "experienceFlow": "cf-1",
    **DNC,
}


def update(spec: Tree, live: Live, last_applied: Tree | None = None) -> Write:
    return Write(
        operation=Operation.UPDATE,
        type=live.type,
        spec=spec,
        live=live,
        last_applied=last_applied or {},
        changed=frozenset(spec),
    )


def test_an_update_sends_the_whole_campaign() -> None:
    wanted: Tree = {"name": "Spring", "priority": "1", "experienceFlowName": "Flow"}
    body = updated(update(wanted, live_of(READ)))
    assert body == {
        "name": "Spring",
        "description": "As read",
        "contactLists": ["May"],
        "dncLists": {"name": "Do Not Contact"},
        "priority": "1",
        "format": "advanced",
        "campaignType": "sms",
        "dialingStrategy": DIALING,
        "schedule": {"isSchedulingEnabled": False},
        "experienceFlowName": "Flow",
    }


def test_an_update_is_a_put_on_the_campaign() -> None:
    wanted: Tree = {"name": "Spring", "experienceFlowName": "Flow"}
    requests = requests_of(update(wanted, live_of(READ)), kore_settings("v1"))
    assert not isinstance(requests, Impossible)
    assert (requests[0].operation, requests[0].method) == (Operation.UPDATE, "PUT")
    assert requests[0].path == "/agentassist/api/v1/public/st-path/campaign/cd-1"
    assert requests[0].query == {"campaignType": "sms"}


def test_an_unreadable_field_comes_from_what_was_last_applied() -> None:
    body = updated(update({"priority": "1"}, live_of(READ), {"experienceFlowName": "Known"}))
    assert body["experienceFlowName"] == "Known"


def test_a_required_field_of_unknown_value_makes_an_update_impossible() -> None:
    found = requests_of(update({"priority": "1"}, live_of(READ)), kore_settings())
    assert isinstance(found, Impossible)
    assert found.reason.startswith("experienceFlowName must be sent")


def test_a_reading_wins_over_what_was_last_applied() -> None:
    last: Tree = {"priority": "4", "experienceFlowName": "Flow"}
    assert updated(update({"description": "x"}, live_of(READ), last))["priority"] == "2"


def test_a_do_not_call_list_is_never_dropped_unless_that_is_wanted() -> None:
    flow: Tree = {"experienceFlowName": "Flow"}
    assert updated(update(flow, live_of(READ)))["dncLists"] == {"name": "Do Not Contact"}
    cleared = updated(update({**flow, "dncLists": {"name": None}}, live_of(READ)))
    assert "dncLists" not in cleared
    calls = live_of({**PROGRESSIVE, **DNC, "connection": "Billing"}, type_=CALLS)
    found = requests_of(update({"dncLists": {"name": None}}, calls), kore_settings())
    assert isinstance(found, Impossible)


@pytest.mark.parametrize("read", ["Hi there", "SGkgdGhlcmU=", ENCODED])
def test_an_unchanged_message_is_sent_as_it_was_read(read: str) -> None:
    live = live_of({**COMMON, "format": "simple", "priority": "5", "message": {"message": read}})
    specs: list[Tree] = [{"priority": "1"}, {"message": {"message": "Hi there"}}]
    for spec in specs:
        assert at(updated(update(spec, live)), "message.message") == read


def test_a_message_that_changes_is_encoded() -> None:
    live = live_of({**COMMON, "format": "simple", "priority": "5", "message": {"message": "Old"}})
    body = updated(update({"message": {"message": "Hi there"}}, live))
    assert body["message"] == {"message": ENCODED}


def test_a_template_update_sends_the_text_last_applied_and_not_the_servers() -> None:
    raw: Tree = {
        "format": "simple",
        "priority": "5",
        "message": {"template_name": "Notice", "message": "PHA%2BPC9wPg%3D%3D", "templateId": "c"},
    }
    live = live_of({**COMMON, **raw})
    last: Tree = {"message": {"message": "Hi there", "template_name": "Notice"}}
    body = updated(update({"priority": "1"}, live, last))
    assert body["message"] == {"message": ENCODED, "template_name": "Notice"}


def test_a_list_row_is_not_enough_to_replace_a_campaign() -> None:
    live = replace(live_of(READ), thin=True)
    found = requests_of(update({"experienceFlowName": "Flow"}, live), kore_settings())
    assert isinstance(found, Impossible)
    assert "full read" in found.reason


def test_a_voice_update_keeps_the_queue_that_only_the_list_shows() -> None:
    raw = overlay(PREVIEW, {**DNC, "connection": "Billing", "priority": "3"})
    body = updated(update({"priority": "1"}, live_of(raw, type_=CALLS)))
    assert (body["queue_name"], body["maxSkips"], body["priority"]) == ("Billing", 1, "1")


@pytest.mark.parametrize(
    ("type_", "channel", "api", "query"),
    [
        (SMS, "sms", "v2", {"accountId": "acc", "campaignType": "sms"}),
        (CALLS, "voice", "v1", {"campaignType": "voice"}),
    ],
)
def test_a_delete_names_the_campaign_and_its_type(
    type_: str, channel: str, api: str, query: dict[str, str]
) -> None:
    live = live_of(READ, type_=type_)
    write = Write(operation=Operation.DELETE, type=type_, spec={}, live=live)
    requests = requests_of(write, kore_settings(api))
    assert not isinstance(requests, Impossible)
    (request,) = requests
    assert (request.method, request.query, request.body) == ("DELETE", query, None)
    assert request.path.endswith("/st-path/campaign/cd-1")
    assert channel == query["campaignType"]


def test_an_id_is_encoded_in_a_path() -> None:
    live = replace(live_of(READ), remote_id="cd..1:+")
    write = Write(operation=Operation.DELETE, type=SMS, spec={}, live=live)
    requests = requests_of(write, kore_settings())
    assert not isinstance(requests, Impossible)
    assert requests[0].path.endswith("/campaign/cd..1%3A%2B")


@pytest.mark.parametrize(
    "id_", ["cd/../1", "..", ".", "", "cd 1", "cd\n", "\u00e9", "cd?x", "cd;x"]
)
def test_an_id_that_leads_to_another_path_is_refused(id_: str) -> None:
    with pytest.raises(InvalidInput, match="path"):
        kore_settings().call("get", id_)


@pytest.mark.parametrize("operation", [Operation.UPDATE, Operation.DELETE])
def test_a_campaign_that_was_not_read_cannot_be_written(operation: Operation) -> None:
    found = requests_of(Write(operation=operation, type=SMS, spec={}), kore_settings())
    assert isinstance(found, Impossible)


def test_equal_writes_give_equal_requests() -> None:
    assert created(ADVANCED) == created(dict(reversed(ADVANCED.items())))


FLOW_ID = "cf-22222222-3333-5444-8555-666666666666"


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.UPDATE])
def test_an_id_is_never_sent_in_the_place_of_a_name(operation: Operation) -> None:
    spec = create_spec(BY_TYPE[SMS], canonical_of(SMS, {**ADVANCED, "experienceFlowName": FLOW_ID}))
    live = live_of({**spec, "experienceFlow": FLOW_ID})
    write = Write(operation=operation, type=SMS, spec=spec, live=live)
    refused = requests_of(write, kore_settings())
    assert isinstance(refused, Impossible)
    assert "declare the name" in refused.reason


def test_a_plain_text_in_place_of_a_template_is_sent_as_one() -> None:
    raw: Tree = {
        "format": "simple",
        "priority": "5",
        "message": {"template_name": "Notice", "message": "PHA%2BPC9wPg%3D%3D", "templateId": "c"},
    }
    write = update(canonical_of(SMS, SIMPLE), live_of({**COMMON, **raw}))
    assert updated(write)["message"] == {"message": ENCODED}
    assert updated(write, "v1")["message"] == {"templateId": "", "message": "Hi there"}


@pytest.mark.parametrize("kept", ["Hi there", "SGkgdGhlcmU=", ENCODED])
def test_a_text_of_an_old_record_is_encoded_exactly_once(kept: str) -> None:
    raw: Tree = {"format": "simple", "priority": "5", "message": {"template_name": "Notice"}}
    last: Tree = {"message": {"message": kept, "template_name": "Notice"}}
    body = updated(update({"priority": "1"}, live_of({**COMMON, **raw}), last))
    assert body["message"] == {"message": ENCODED, "template_name": "Notice"}
