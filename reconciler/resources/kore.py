"""Kore.ai's kinds: their field tables, which drive everything else (api/kore.md 4, 12).

Tags are `<api>:<variant>`: variants of SMS are simple, template and advanced; of voice its dialing
modes. Nothing here knows HTTP.
"""

from collections.abc import Callable

from pydantic import JsonValue

from reconciler.resources import base
from reconciler.resources.base import Compare, Kind, Tags
from reconciler.resources.calling_hours import normal_windows
from reconciler.resources.kore_specs import KoreSmsSpec, KoreVoiceSpec
from reconciler.resources.message_text import encodings
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
