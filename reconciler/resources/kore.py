"""Kore.ai's kinds: specs as manifests write them, and their ownership tables (api/kore.md 4, 12).

Tags are `<api>:<variant>`: variants of SMS are simple, template and advanced; of voice its dialing
modes. Nothing here knows HTTP.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Annotated, Literal, Self
from urllib.parse import quote, unquote

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from reconciler.resources import base
from reconciler.resources.base import Compare, Kind, Spec, Tags
from reconciler.resources.calling_hours import CallingHours, normal_windows
from reconciler.resources.tree import Tree, at, has

Normal = Callable[[JsonValue], JsonValue]
VERSIONS = ("v1", "v2")
MODES = ("Agentless", "Progressive", "Preview")


def _tags(versions: tuple[str, ...], *variants: str) -> Tags:
    return frozenset(f"{version}:{variant}" for version in versions for variant in variants)


SMS = _tags(VERSIONS, "simple", "template", "advanced")
PLAIN = _tags(VERSIONS, "simple", "template")
ADVANCED = _tags(VERSIONS, "advanced")
TEMPLATE = _tags(VERSIONS, "template")
VOICE = _tags(VERSIONS, *MODES)
AGENTLESS = _tags(VERSIONS, "Agentless")
QUEUED = _tags(VERSIONS, "Progressive", "Preview")
PREVIEW = _tags(VERSIONS, "Preview")
V2 = _tags(("v2",), "simple", "template", "advanced", *MODES)
V1 = _tags(("v1",), "simple", "template", "advanced", *MODES)


def _priority(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def encodings(text: str) -> tuple[str, str, str]:
    """A message as Kore may show it: plain, base64, base64 percent-encoded (api/kore.md 7.4)."""
    encoded = base64.b64encode(text.encode()).decode("ascii")
    return text, encoded, quote(encoded, safe="")


def decoded(text: str) -> str | None:
    """The printable text that `text` is the base64 of, if it is; None for text people wrote."""
    stripped = unquote(text).strip()
    if len(stripped) < 8 or not re.fullmatch(r"(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/=]{4}", stripped):
        return None
    try:
        plain = base64.b64decode(stripped, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return plain if plain and all(c.isprintable() or c in "\r\n\t" for c in plain) else None


def _plain(value: str) -> str:
    plain = decoded(value)
    if plain is not None:
        raise PydanticCustomError(
            "encoded", 'write the message as people read it: "{plain}"', {"plain": plain}
        )
    return value


def _phone(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise PydanticCustomError(
            "unquoted_phone",
            'YAML reads an unquoted phone number as an integer; quote it: "+{value}"',
            {"value": str(value)},
        )
    if isinstance(value, str) and not re.fullmatch(r"\+[1-9]\d{1,14}", value):
        raise PydanticCustomError("phone", "not an E.164 number; one looks like +12025550123")
    return value


Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=48)]
PhoneNumber = Annotated[
    str,
    BeforeValidator(_phone),
    WithJsonSchema({"type": "string", "pattern": r"^\+[1-9]\d{1,14}$"}),
]
Priority = Annotated[
    Literal["1", "2", "3", "4", "5"],
    BeforeValidator(_priority),
    WithJsonSchema(
        {
            "description": "1 to 5, higher first.",
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 5},
                {"type": "string", "enum": ["1", "2", "3", "4", "5"]},
            ],
        }
    ),
]


class CallerId(Spec):
    """The number people see."""

    phone_number: PhoneNumber


class DncLists(Spec):
    """The do-not-call list that the campaign respects, by name."""

    name: Text


class Schedule(Spec):
    """Only `false` can be declared: no vendor page says what else to send (api/kore.md 4.1)."""

    is_scheduling_enabled: Literal[False]


class SmsMessage(Spec):
    """A message's text, or a template's name with the text it was approved with."""

    message: Annotated[str, Field(min_length=1), AfterValidator(_plain)]
    template_name: Annotated[Text | None, Field(alias="template_name")] = None
    template_id: Literal[""] | None = None


class SmsDialingStrategy(Spec):
    """Who sends, and when people may be texted."""

    caller_id: CallerId
    calling_hours: CallingHours


class VoiceDialingStrategy(SmsDialingStrategy):
    """Who calls, when, and how often. Retry period in minutes, ring time in seconds."""

    dialing_order: Literal["FIFO", "LIFO"]
    max_attempts_per_record: Annotated[StrictInt, Field(ge=1, le=100)]
    default_retry_period: Annotated[StrictInt, Field(ge=1, le=1440)]
    max_ring_time: Annotated[StrictInt, Field(ge=5, le=120)]


ContactLists = Annotated[list[Text], Field(min_length=1, max_length=10)]


class _Campaign(Spec):
    clearable = frozenset({"dnc_lists"})

    name: Name
    description: Annotated[str, Field(max_length=256)] | None = None
    contact_lists: ContactLists
    dnc_lists: DncLists | None = None
    priority: Priority | None = None
    schedule: Schedule | None = None


class KoreSmsSpec(_Campaign):
    """An SMS campaign: a text, a template, or an experience flow."""

    campaign_type: Literal["sms"] | None = None
    format: Literal["simple", "advanced"] | None = None
    message: SmsMessage | None = None
    experience_flow_name: Text | None = None
    dialing_strategy: SmsDialingStrategy

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.message is None) == (self.experience_flow_name is None):
            raise PydanticCustomError(
                "content", "an SMS campaign needs either message or experienceFlowName, not both"
            )
        wanted = "simple" if self.message else "advanced"
        if self.format not in (None, wanted):
            raise PydanticCustomError(
                "format",
                "format {given} does not fit; it may be left out, or be {wanted}",
                {"given": self.format, "wanted": wanted},
            )
        return self


class KoreVoiceSpec(_Campaign):
    """A voice campaign in one of three dialing modes."""

    campaign_type: Literal["voice"] | None = None
    dialing_mode: Literal["Agentless", "Progressive", "Preview"]
    dialing_strategy: VoiceDialingStrategy
    experience_flow_name: Text | None = None
    queue_name: Annotated[Text | None, Field(alias="queue_name")] = None
    enable_machine_detect: StrictBool | Literal["no", "detect", "disconnect"] | None = None
    max_skips: Annotated[StrictInt, Field(ge=0)] | None = None


def sms_variant(tree: Tree) -> str:
    """simple, template or advanced, from a declared or a read spec."""
    if at(tree, "format") == "advanced" or has(tree, "experienceFlowName"):
        return "advanced"
    named = at(tree, "message.template_name") or at(tree, "message.templateId")
    return "template" if named else "simple"


def _format(tree: Tree) -> Tree:
    return {"format": "advanced" if sms_variant(tree) == "advanced" else "simple"}


def voice_variant(tree: Tree) -> str:
    """The dialing mode as it stands."""
    return str(at(tree, "dialingMode"))


def _text(value: JsonValue) -> JsonValue:
    return "" if value is None else value


def _number_text(value: JsonValue) -> JsonValue:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _names(value: JsonValue) -> JsonValue:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return list[JsonValue](sorted({str(name) for name in value}))
    return value


def _same_text(desired: JsonValue, live: JsonValue) -> bool:
    return isinstance(desired, str) and live in encodings(desired)


def _full(
    path: str, tags: Tags, *, default: JsonValue = None, normal: Normal = base.unchanged
) -> base.Field:
    """A field that create requires and every update takes."""
    return base.Field(path=path, required=tags, update=tags, default=default, normal=normal)


def _common(tags: Tags) -> tuple[base.Field, ...]:
    hours = "dialingStrategy.callingHours"
    return (
        _full("name", tags),
        base.Field(
            path="description",
            required=tags - ADVANCED,
            optional=tags & ADVANCED,
            update=tags,
            shown=tags,
            empty="",
            default="",
            normal=_text,
        ),
        _full("contactLists", tags, normal=_names),
        _full("priority", tags, default="5", normal=_number_text),
        _full("dialingStrategy.callerId.phoneNumber", tags),
        _full(f"{hours}.frequency", tags),
        _full(f"{hours}.timezone", tags),
        _full(f"{hours}.days", tags, normal=normal_windows),
        base.Field(
            path="schedule.isSchedulingEnabled",
            optional=tags,
            update=tags,
            default=False,
            compare=Compare.NEVER,
        ),
    )


_REFUSED = {
    "status": "run state is not configuration; use start and stop",
    "experienceFlow": "write the flow's name in experienceFlowName; the id is the vendor's",
    "connection": "write the queue's name in queue_name",
}

KORE_SMS = Kind(
    kind="KoreSmsCampaign",
    type="kore_sms_campaign",
    provider="kore",
    channel="sms",
    medium="SMS",
    model=KoreSmsSpec,
    variant=sms_variant,
    derived=_format,
    match_name=str.casefold,
    fields=(
        *_common(SMS),
        base.Field(path="dncLists.name", optional=SMS & V2, update=SMS & V2, shown=SMS & V2),
        base.Field(path="format", required=SMS, update=SMS, immutable=True),
        base.Field(
            path="message.message",
            required=PLAIN,
            update=PLAIN,
            write_only=TEMPLATE,
            equal=_same_text,
        ),
        base.Field(path="message.template_name", required=TEMPLATE, update=TEMPLATE),
        base.Field(
            path="experienceFlowName",
            required=ADVANCED,
            update=ADVANCED,
            read_as="experienceFlow",
            compare=Compare.BINDING,
        ),
    ),
    refused=_REFUSED,
)

KORE_VOICE = Kind(
    kind="KoreVoiceCampaign",
    type="kore_voice_campaign",
    provider="kore",
    channel="voice",
    medium="voice",
    model=KoreVoiceSpec,
    variant=voice_variant,
    match_name=str.casefold,
    fields=(
        *_common(VOICE),
        base.Field(path="dncLists.name", required=VOICE & V2, update=VOICE & V2, shown=VOICE & V2),
        base.Field(path="dialingMode", required=VOICE, update=VOICE, immutable=True),
        _full("dialingStrategy.dialingOrder", VOICE),
        *(
            _full(f"dialingStrategy.{name}", VOICE, normal=_whole)
            for name in ("maxAttemptsPerRecord", "defaultRetryPeriod", "maxRingTime")
        ),
        base.Field(
            path="experienceFlowName",
            required=AGENTLESS,
            update=AGENTLESS,
            read_as="experienceFlow",
            compare=Compare.BINDING,
        ),
        base.Field(path="queue_name", required=QUEUED, update=QUEUED, read_as="connection"),
        base.Field(
            path="enableMachineDetect",
            required=(VOICE & V1) | (AGENTLESS & V2),
            update=(VOICE & V1) | (AGENTLESS & V2),
            write_only=AGENTLESS & V2,
        ),
        _full("maxSkips", PREVIEW, normal=_whole),
    ),
    refused=_REFUSED,
)
