import base64

import pytest
from pydantic import JsonValue, ValidationError

from reconciler.resources.kinds import canonical
from reconciler.resources.kore import KORE_SMS, KORE_VOICE, sms_variant, voice_variant
from reconciler.resources.kore_specs import KoreSmsSpec, KoreVoiceSpec
from reconciler.resources.kore_values import is_flow_id
from reconciler.resources.message_text import decoded, encodings
from reconciler.resources.tree import Tree

HOURS: JsonValue = {
    "frequency": "WEEKLY",
    "timezone": "UTC",
    "days": [{"day": "MO", "start": "9am", "end": "5pm"}],
}
SMS: Tree = {
    "name": "Renewal",
    "contactLists": ["Due"],
    "dialingStrategy": {"callerId": {"phoneNumber": "+12025550123"}, "callingHours": HOURS},
    "experienceFlowName": "Flow",
}
VOICE: Tree = {
    **SMS,
    "dialingMode": "Agentless",
    "dialingStrategy": {
        "callerId": {"phoneNumber": "+12025550123"},
        "callingHours": HOURS,
        "dialingOrder": "FIFO",
        "maxAttemptsPerRecord": 3,
        "defaultRetryPeriod": 60,
        "maxRingTime": 30,
    },
}


def dumped(tree: Tree) -> Tree:
    model = KoreSmsSpec.model_validate(tree)
    return dict(model.model_dump(mode="json", exclude_unset=True))


def refusal(tree: Tree, model: type[KoreSmsSpec] | type[KoreVoiceSpec] = KoreSmsSpec) -> str:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(tree)
    return "; ".join(found["msg"] for found in caught.value.errors())


def phone(value: JsonValue) -> Tree:
    strategy: JsonValue = {"callerId": {"phoneNumber": value}, "callingHours": HOURS}
    return {**SMS, "dialingStrategy": strategy}


@pytest.mark.parametrize(("written", "canonical"), [(1, "1"), (5, "5"), ("3", "3")])
def test_a_priority_may_be_a_number(written: JsonValue, canonical: str) -> None:
    assert dumped({**SMS, "priority": written})["priority"] == canonical


@pytest.mark.parametrize("value", [0, 6, "high", True, 1.0])
def test_any_other_priority_is_refused(value: JsonValue) -> None:
    assert "Input should be '1', '2', '3', '4' or '5'" in refusal({**SMS, "priority": value})


def test_a_number_without_quotes_says_how_to_write_it() -> None:
    assert 'quote it: "+919876543210"' in refusal(phone(919876543210))


def test_a_caller_needs_a_full_number_and_a_sender_does_not() -> None:
    flavours = (KORE_SMS, "v2:simple", ""), (KORE_VOICE, "v2:Preview", "must be in E.164")
    for kind, flavour, fault in flavours:
        row = kind.field("dialingStrategy.callerId.phoneNumber")
        assert row is not None
        assert row.fault(flavour, "732873").startswith(fault)
        assert row.fault(flavour, "+12025550123") == ""


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0"])
def test_a_message_has_a_text(text: str) -> None:
    without = {key: value for key, value in SMS.items() if key != "experienceFlowName"}
    assert refusal({**without, "message": {"message": text}})


def test_an_empty_template_name_is_none() -> None:
    without = {key: value for key, value in SMS.items() if key != "experienceFlowName"}
    spec = dumped({**without, "message": {"message": "Hi", "template_name": ""}})
    tree = canonical(KORE_SMS, spec)
    assert tree["message"] == {"message": "Hi", "template_name": None}
    assert sms_variant(tree) == "simple"


def test_a_campaign_has_one_content() -> None:
    message: JsonValue = {"message": "Hello"}
    without = {key: value for key, value in SMS.items() if key != "experienceFlowName"}
    assert "either message or experienceFlowName" in refusal({**SMS, "message": message})
    assert "either message or experienceFlowName" in refusal(without)
    assert dumped({**without, "message": message, "format": "simple"})["message"] == message


def test_a_format_must_agree_with_the_content() -> None:
    assert dumped({**SMS, "format": "advanced"})["format"] == "advanced"
    assert "does not fit" in refusal({**SMS, "format": "simple"})


def test_an_encoded_message_shows_its_text() -> None:
    encoded = base64.b64encode(b"Hello, how are you?").decode()
    tree = {key: value for key, value in SMS.items() if key != "experienceFlowName"}
    assert '"Hello, how are you?"' in refusal({**tree, "message": {"message": encoded}})


@pytest.mark.parametrize("text", ["Hello there", "Welcome!", "YES", "", "ab==", "x" * 9])
def test_text_people_write_is_no_base64(text: str) -> None:
    assert decoded(text) is None


@pytest.mark.parametrize("text", ["Hello, world", "Naïve café ☕ text", "two\nlines here"])
def test_a_message_is_known_in_every_form_the_vendor_shows(text: str) -> None:
    plain, encoded, percent = encodings(text)
    assert plain == text
    assert decoded(encoded) == decoded(percent) == text


@pytest.mark.parametrize(
    ("tree", "variant"),
    [
        ({"experienceFlowName": "x"}, "advanced"),
        ({"format": "advanced"}, "advanced"),
        ({"message": {"message": "x"}}, "simple"),
        ({"message": {"message": "x", "template_name": "t"}}, "template"),
        ({"message": {"message": "x", "templateId": "5"}}, "template"),
        ({"message": {"message": "x", "templateId": ""}}, "simple"),
    ],
)
def test_an_sms_has_a_variant(tree: Tree, variant: str) -> None:
    assert sms_variant(tree) == variant


def test_base64_of_bytes_that_are_no_text_is_left_alone() -> None:
    assert decoded(base64.b64encode(b"\xff\xfe\xfd\xfc\xfb\xfa").decode()) is None
    assert decoded(base64.b64encode(b"bell \x07 rings").decode()) is None


@pytest.mark.parametrize(
    ("path", "shown", "canonical"),
    [
        ("maxSkips", "3", 3),
        ("maxSkips", 3.0, 3),
        ("maxSkips", 3.5, 3.5),
        ("maxSkips", "x", "x"),
        ("contactLists", ["b", "a", "b"], ["a", "b"]),
        ("contactLists", [{"id": 1}], [{"id": 1}]),
        ("maxSkips", "1" * 5000, "1" * 5000),
        ("priority", 3, "3"),
        ("priority", 3.0, "3"),
        ("priority", "03", "3"),
        ("priority", True, True),
        ("dncLists.name", "", None),
        ("description", None, ""),
    ],
)
def test_a_reading_becomes_canonical_or_stays_as_it_is(
    path: str, shown: JsonValue, canonical: JsonValue
) -> None:
    row = KORE_VOICE.field(path)
    assert row is not None
    assert row.normal(shown) == canonical


def test_a_message_equals_each_form_the_vendor_shows() -> None:
    row = KORE_SMS.field("message.message")
    assert row is not None
    assert all(row.equal("Hello there", form) for form in encodings("Hello there"))
    assert row.equal("Hello there", f"{encodings('Hello there')[1]}\r\n")
    assert not row.equal("Hello there", "Hello There")


def test_a_voice_campaign_has_its_dialing_mode_as_variant() -> None:
    assert voice_variant({"dialingMode": "Preview"}) == "Preview"
    model = KoreVoiceSpec.model_validate({**VOICE, "enableMachineDetect": "no"})
    assert (model.dialing_mode, model.enable_machine_detect) == ("Agentless", "no")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("maxAttemptsPerRecord", 0),
        ("defaultRetryPeriod", 1441),
        ("maxRingTime", 4),
        ("maxRingTime", "30"),
        ("dialingOrder", "RANDOM"),
    ],
)
def test_dialing_limits_are_kept(key: str, value: JsonValue) -> None:
    strategy = VOICE["dialingStrategy"]
    assert isinstance(strategy, dict)
    assert refusal({**VOICE, "dialingStrategy": {**strategy, key: value}}, KoreVoiceSpec)


def test_scheduling_cannot_be_switched_on() -> None:
    off: JsonValue = {"isSchedulingEnabled": False}
    assert dumped({**SMS, "schedule": off})["schedule"] == off
    assert "False" in refusal({**SMS, "schedule": {"isSchedulingEnabled": True}})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "n" * 49),
        ("description", "d" * 257),
        ("contactLists", ["x"] * 11),
        ("contactLists", []),
    ],
)
def test_the_vendors_lengths_are_kept(key: str, value: JsonValue) -> None:
    assert refusal({**SMS, key: value})


def test_an_advanced_campaign_may_say_its_format_for_the_field_table_to_judge() -> None:
    without = {key: value for key, value in SMS.items() if key != "experienceFlowName"}
    assert dumped({**without, "format": "advanced"})["format"] == "advanced"


@pytest.mark.parametrize(
    "live",
    ["Is it 1/2?", "SXMgaXQgMS8yPw==", "SXMgaXQgMS8yPw%3D%3D", "SXMgaXQgMS8yPw%3d%3D"],
)
def test_a_message_is_the_same_however_much_of_it_is_encoded(live: str) -> None:
    row = KORE_SMS.field("message.message")
    assert row is not None
    assert row.equal("Is it 1/2?", live)
    assert not row.equal("Is it 1/3?", live)
    assert row.written(live) == "Is it 1/2?"


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        ("cf-67447605-115e-5dd2-a676-e158cf300000", True),
        ("cf-7447605-115e-5dd2-a676-e158cf300000", True),
        ("cf-1", False),
        ("Support Flow", False),
    ],
)
def test_the_id_of_a_flow_is_distinguished_from_a_name(text: str, is_id: bool) -> None:
    assert is_flow_id(text) is is_id
