"""Kore.ai's kinds: their field tables, which drive everything else (docs/vendors/kore.md 4, 12).

Tags are `<api>:<variant>`: the variants of SMS are simple, template and advanced; those of voice
are its dialing modes. Must not know HTTP.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from pydantic import JsonValue

from reconciler.resources import base
from reconciler.resources.base import Compare, Kind, Reach, Tags
from reconciler.resources.calling_hours import compact_windows, normal_windows
from reconciler.resources.kore_specs import KoreSmsSpec, KoreVoiceSpec
from reconciler.resources.marker import unmarked_fault
from reconciler.resources.message_text import readable, same_text
from reconciler.resources.name_key import in_any_case, same_name
from reconciler.resources.tree import Tree, at, has

Normal = Callable[[JsonValue], JsonValue]
VERSIONS = ("v1", "v2")
MODES = ("Agentless", "Progressive", "Preview")
# No number of this vendor is longer, and Python refuses to parse very long numbers.
_DIGITS = re.compile(r"[0-9]{1,9}")
_FLOW_ID = re.compile(r"cf-[0-9a-f]{7,8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
    """The variant of a declared or a read spec: simple, template or advanced."""
    if at(tree, "format") == "advanced" or has(tree, "experienceFlowName"):
        return "advanced"
    named = at(tree, "message.template_name") or at(tree, "message.templateId")
    return "template" if named else "simple"


def _content(tree: Tree) -> Tree:
    """Leaves that follow from the content: its format, and no template for a plain text."""
    variant = sms_variant(tree)
    if variant == "simple":
        return {"format": "simple", "message": {"template_name": None}}
    return {"format": "advanced" if variant == "advanced" else "simple"}


def voice_variant(tree: Tree) -> str:
    """The variant of a voice spec: its dialing mode."""
    return str(at(tree, "dialingMode"))


def _text(value: JsonValue) -> JsonValue:
    return "" if value is None else value


def _name(value: JsonValue) -> JsonValue:
    return value or None


def _number_text(value: JsonValue) -> JsonValue:
    whole = _whole(value)
    return str(whole) if isinstance(whole, int) and not isinstance(whole, bool) else value


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _names(value: JsonValue) -> JsonValue:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return list[JsonValue](sorted({str(name) for name in value}))
    return value


def _same_text(desired: JsonValue, live: JsonValue) -> bool:
    return isinstance(desired, str) and isinstance(live, str) and same_text(desired, live)


def _plain_text(value: JsonValue) -> JsonValue:
    return readable(value) if isinstance(value, str) else value


def is_flow_id(text: str) -> bool:
    """Whether a text has the form of an experience flow's id in all samples of the vendor."""
    return _FLOW_ID.fullmatch(text) is not None


def _full(
    path: str,
    tags: Tags,
    *,
    default: JsonValue = None,
    normal: Normal = base.unchanged,
    reach: Reach = Reach.CONTENT,
) -> base.Field:
    """A field that create requires and every update accepts."""
    return base.Field(
        path=path, required=tags, update=tags, default=default, normal=normal, reach=reach
    )


def _dnc(*, required: Tags = base.NOWHERE, optional: Tags = base.NOWHERE) -> base.Field:
    tags = required | optional
    return base.Field(
        path="dncLists.name",
        required=required,
        optional=optional,
        update=tags,
        shown=tags,
        normal=_name,
        reach=Reach.EXCLUSION,
    )


def _flow(tags: Tags) -> base.Field:
    """Written by name and returned as an id; no call translates between them."""
    return base.Field(
        path="experienceFlowName",
        required=tags,
        update=tags,
        read_as="experienceFlow",
        compare=Compare.BINDING,
        news="flow",
        is_id=is_flow_id,
    )


def _detection_fault(flavour: str, value: JsonValue) -> str:
    """The API versions accept different types (docs/vendors/kore.md 7.7)."""
    if flavour.startswith("v1:"):
        return "" if isinstance(value, bool) else "must be true or false"
    return "" if isinstance(value, str) else 'must be "no", "detect" or "disconnect"'


def _common(tags: Tags) -> tuple[base.Field, ...]:
    hours = "dialingStrategy.callingHours"
    return (
        base.Field(path="name", required=tags, update=tags, equal=same_name, reach=Reach.NOBODY),
        base.Field(
            path="description",
            required=tags - ADVANCED,
            optional=tags & ADVANCED,
            update=tags,
            shown=tags,
            empty="",
            default="",
            normal=_text,
            fault=unmarked_fault,
            reach=Reach.NOBODY,
        ),
        _full("contactLists", tags, normal=_names, reach=Reach.PEOPLE),
        replace(
            _full("priority", tags, default="5", normal=_number_text, reach=Reach.MORE),
            news="",
            written=_whole,
        ),
        _full("dialingStrategy.callerId.phoneNumber", tags),
        replace(_full(f"{hours}.frequency", tags), news="hours"),
        replace(_full(f"{hours}.timezone", tags), news="hours"),
        replace(
            _full(f"{hours}.days", tags, normal=normal_windows, reach=Reach.HOURS),
            written=compact_windows,
        ),
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
    "experienceFlow": "write the flow's name in experienceFlowName; the vendor assigns the id",
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
    derived=_content,
    match_name=in_any_case,
    fields=(
        *_common(SMS),
        _dnc(optional=SMS & V2),
        base.Field(path="format", required=SMS, update=SMS, immutable=True),
        base.Field(
            path="message.message",
            required=PLAIN,
            update=PLAIN,
            write_only=TEMPLATE,
            news="text",
            equal=_same_text,
            readable=_plain_text,
            written=_plain_text,
        ),
        # For a plain text it is always null: read and compared, but never sent.
        base.Field(path="message.template_name", required=TEMPLATE, update=PLAIN, news="template"),
        _flow(ADVANCED),
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
    match_name=in_any_case,
    fields=(
        *_common(VOICE),
        _dnc(required=VOICE & V2),
        base.Field(path="dialingMode", required=VOICE, update=VOICE, immutable=True),
        _full("dialingStrategy.dialingOrder", VOICE, reach=Reach.NOBODY),
        *(
            replace(_full(f"dialingStrategy.{name}", VOICE, normal=_whole, reach=reach), news=news)
            for name, reach, news in (
                ("maxAttemptsPerRecord", Reach.MORE, "attempts"),
                ("defaultRetryPeriod", Reach.LESS, "attempts"),
                ("maxRingTime", Reach.MORE, "settings"),
            )
        ),
        _flow(AGENTLESS),
        base.Field(path="queue_name", required=QUEUED, update=QUEUED, read_as="connection"),
        base.Field(
            path="enableMachineDetect",
            required=(VOICE & V1) | (AGENTLESS & V2),
            update=(VOICE & V1) | (AGENTLESS & V2),
            write_only=AGENTLESS & V2,
            fault=_detection_fault,
        ),
        _full("maxSkips", PREVIEW, normal=_whole, reach=Reach.LESS),
    ),
    refused=_REFUSED,
)
