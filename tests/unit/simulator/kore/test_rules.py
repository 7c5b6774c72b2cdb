from typing import Any

import pytest

from reconciler.providers.wire import WireRequest
from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from tests.support.simulator_client import DIALING, HOURS, KoreClient, simple, sms, template, voice


def without(body: Tree, path: str) -> Tree:
    first, _, rest = path.partition(".")
    if not rest:
        return {key: value for key, value in body.items() if key != first}
    inner = body[first]
    assert isinstance(inner, dict)
    return {**body, first: without(inner, rest)}


def hours(**changes: Any) -> Tree:
    return sms(dialingStrategy={**DIALING, "callingHours": {**HOURS, **changes}})


def dialing(**changes: Any) -> Tree:
    strategy = voice()["dialingStrategy"]
    assert isinstance(strategy, dict)
    return voice(dialingStrategy={**strategy, **changes})


COMMON = [
    *("name", "contactLists", "campaignType", "dialingStrategy"),
    *("dialingStrategy.callerId.phoneNumber", "dialingStrategy.callingHours.timezone"),
]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        *((sms(), path) for path in [*COMMON, "format", "experienceFlowName"]),
        *((simple(), path) for path in ["description", "priority", "message.message"]),
        (template(), "message.message"),
        *((voice(), path) for path in [*COMMON, "dncLists", "enableMachineDetect", "dialingMode"]),
        *((voice(), f"dialingStrategy.{key}") for key in ["dialingOrder", "maxRingTime"]),
        (voice("Progressive"), "queue_name"),
        *((voice("Preview"), path) for path in ["queue_name", "maxSkips"]),
    ],
)
def test_a_required_field_must_be_there(kore: KoreClient, body: Tree, path: str) -> None:
    kind = str(body["campaignType"])
    assert kore("POST", "", body, campaignType=kind).status == 200
    refused = kore("POST", "", without(body, path), campaignType=kind)
    assert refused.status == 400
    assert refused.body["errors"][0]["code"] == 400
    assert len(kore.simulator.campaigns()) == 1


@pytest.mark.parametrize("path", ["description", "priority"])
def test_advanced_sms_may_leave_out_on_create_what_update_needs(
    kore: KoreClient, path: str
) -> None:
    made = kore.made(without(sms(), path))
    assert kore("PUT", f"/{made}", without(sms(), path), campaignType="sms").status == 400


@pytest.mark.parametrize(
    "body",
    [
        sms(name="n" * 49),
        sms(description="d" * 257),
        sms(priority="6"),
        sms(priority=5),
        sms(contactLists=[f"list {number}" for number in range(11)]),
        sms(contactLists="Spring Renewals 2026"),
        sms(contactLists=["unknown"]),
        sms(experienceFlowName="unknown"),
        sms(dncLists={"name": "unknown"}),
        sms(name=7),
        sms(format="fancy"),
        simple("x" * 1601),
        template(message={"template_name": "unknown", "message": "x"}),
        voice("Preview", queue_name="unknown"),
        voice(dialingMode="Predictive"),
        voice(enableMachineDetect=False),
        dialing(maxAttemptsPerRecord=101),
        dialing(defaultRetryPeriod=0),
        dialing(maxRingTime=4),
        dialing(maxRingTime="30"),
        dialing(dialingOrder="RANDOM"),
        dialing(callerId={"phoneNumber": "2025550123"}),
        hours(frequency="DAILY"),
        hours(timezone="Mars/Olympus"),
        hours(days=[{"day": "XX", "start": "9:00 AM", "end": "6:00 PM"}]),
        hours(days=[{"day": "MO", "start": "9 o'clock", "end": "6:00 PM"}]),
        hours(days=[{"day": "MO", "start": "9:00 PM", "end": "6:00 AM"}]),
        hours(
            days=[
                {"day": "MO", "start": "9:00 AM", "end": "1:00 PM"},
                {"day": "MO", "start": "12:00 PM", "end": "6:00 PM"},
            ]
        ),
    ],
)
def test_what_the_documentation_calls_invalid_is_refused(kore: KoreClient, body: Tree) -> None:
    assert kore.create(body).status == 400
    assert kore.simulator.campaigns() == []


def test_machine_detection_is_a_boolean_in_v1(v1: KoreClient) -> None:
    assert v1.create(voice(api="v1")).status == 200
    assert v1.create(voice(api="v1", enableMachineDetect="no")).status == 400


def test_several_windows_a_day_are_accepted(kore: KoreClient) -> None:
    days = [
        {"day": "MO", "start": "9:00 AM", "end": "12:00 PM"},
        {"day": "MO", "start": "12:00 PM", "end": "6:00 PM"},
    ]
    made = kore.create(hours(days=days))
    assert made.data["dialingStrategy"]["callingHours"]["days"] == days


@pytest.mark.parametrize(("normalise", "shown"), [(False, "09:00 am"), (True, "9:00 AM")])
def test_times_are_kept_as_sent_unless_switched(
    kore: KoreClient, *, normalise: bool, shown: str
) -> None:
    kore.simulator.change_switches({"kore": {"normalise_times": normalise}})
    made = kore.create(hours(days=[{"day": "MO", "start": "09:00 am", "end": "6:00 PM"}]))
    assert made.data["dialingStrategy"]["callingHours"]["days"][0]["start"] == shown


@pytest.mark.parametrize(("query", "body"), [("voice", "sms"), ("", "sms"), ("fax", "fax")])
def test_campaign_type_must_agree_in_query_and_body(
    kore: KoreClient, query: str, body: str
) -> None:
    assert kore("POST", "", sms(campaignType=body), campaignType=query).status == 400


@pytest.mark.parametrize(("mode", "status"), [("ignored", 200), ("refused", 400)])
def test_unknown_keys_are_a_switch(kore: KoreClient, mode: str, status: int) -> None:
    kore.simulator.change_switches({"kore": {"unknown_keys": mode}})
    assert kore.create(sms(tags=["a"])).status == status


@pytest.mark.parametrize(("unit", "status"), [("characters", 200), ("bytes", 400)])
def test_lengths_are_counted_by_a_switch(kore: KoreClient, unit: str, status: int) -> None:
    kore.simulator.change_switches({"kore": {"length_in": unit}})
    assert kore.create(sms(name="é" * 40)).status == status


def test_references_and_limits_can_be_left_unchecked(kore: KoreClient) -> None:
    kore.simulator.change_switches({"kore": {"references": "accepted", "limits": "accepted"}})
    made = kore.create(sms(name="n" * 60, experienceFlowName="unknown"))
    assert made.status == 200
    assert made.data["experienceFlow"].startswith("cf-")


@pytest.mark.parametrize(
    ("uniqueness", "other", "status"),
    [
        ("none", sms(), 200),
        ("per_channel", sms(name="RENEWAL assistant"), 409),
        ("per_channel", voice(name="Renewal Assistant"), 200),
        ("account", voice(name="Renewal Assistant"), 409),
    ],
)
def test_names_are_unique_by_a_switch(
    kore: KoreClient, uniqueness: str, other: Tree, status: int
) -> None:
    kore.simulator.change_switches({"kore": {"unique_names": uniqueness}})
    kore.create(sms())
    assert kore.create(other).status == status


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("errors", {"errors": [{"msg": "name is required", "code": 400}]}),
        ("msg_code", {"msg": "name is required", "code": 400}),
        ("status_error", {"status": "error", "message": "name is required"}),
        ("text", b"name is required"),
        ("empty", b""),
    ],
)
def test_errors_have_the_switched_shape(kore: KoreClient, shape: str, body: object) -> None:
    kore.simulator.change_switches({"kore": {"error_shape": shape}})
    refused = kore.create(without(sms(), "name"))
    assert (refused.status, refused.body) == (400, body)


def test_refusals_can_hide_in_a_200_or_another_status(kore: KoreClient) -> None:
    kore.simulator.change_switches({"kore": {"statuses": {"invalid": 422}}})
    assert kore.create(without(sms(), "name")).status == 422
    kore.simulator.change_switches({"kore": {"refusals_as_200": True}})
    refused = kore.create(without(sms(), "name"))
    assert (refused.status, refused.body["status"]) == (200, "error")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(kore: KoreClient, content: bytes) -> None:
    query = {"accountId": seed.KORE_ACCOUNT_ID, "campaignType": "sms"}
    request = WireRequest("POST", kore.prefix, query, kore.headers, content)
    assert kore.simulator.handle(request).status == 400


@pytest.mark.parametrize("name", ["emoji 🎉", "\u202ereversed", "tab\tand\nnewline", "nul\u0000"])
def test_any_text_is_kept_code_point_for_code_point(kore: KoreClient, name: str) -> None:
    assert kore("GET", f"/{kore.made(sms(name=name))}").data["name"] == name


def test_half_a_surrogate_pair_is_refused(kore: KoreClient) -> None:
    assert kore.create(sms(name="\ud83d")).status == 400


@pytest.mark.parametrize("body", [sms(contactLists=[]), hours(days="MO"), hours(timezone="")])
def test_an_empty_or_misshapen_field_is_refused(kore: KoreClient, body: Tree) -> None:
    assert kore.create(body).status == 400


def test_a_v1_voice_create_can_be_refused_because_it_has_no_do_not_call_list(
    v1: KoreClient,
) -> None:
    v1.simulator.change_switches({"kore": {"v1_voice_without_dnc": "refused"}})
    assert v1.create(voice(api="v1")).status == 400


def test_a_template_can_be_named_by_its_id(kore: KoreClient) -> None:
    template_id, text = seed.KORE_TEMPLATES["Renewal Notice"]
    made = kore.create(template(message={"templateId": template_id, "message": "x"}))
    assert made.data["message"]["message"] == text


def test_a_skip_count_must_be_a_number(kore: KoreClient) -> None:
    assert kore.create(voice("Preview", maxSkips=True)).status == 400


def test_a_sender_must_look_like_one(kore: KoreClient) -> None:
    strategy = {**DIALING, "callerId": {"phoneNumber": "call me"}}
    assert kore.create(sms(dialingStrategy=strategy)).status == 400
