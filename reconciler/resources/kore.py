"""Kore.ai's kinds: their field tables, which drive everything else (docs/vendors/kore.md 4, 12).

Tags are `<api>:<variant>`: the variants of SMS are simple, template and advanced; those of voice
are its dialing modes. Must not know HTTP.
"""

import operator
from collections.abc import Callable
from dataclasses import replace

from pydantic import JsonValue

from reconciler.resources import base
from reconciler.resources.base import Compare, Kind, Reach, Tags
from reconciler.resources.kore_specs import KoreSmsSpec, KoreVoiceSpec
from reconciler.resources.kore_values import (
    FORMATS,
    GLOBAL_LIST,
    MODES,
    caller_fault,
    detection,
    detection_fault,
    global_list_doubt,
    is_flow_id,
    name_or_none,
    named,
    number_text,
    plain_text,
    same_message,
    sorted_names,
    text_or_empty,
    whole_number,
    word,
    written_text,
)
from reconciler.resources.marker import unmarked_fault
from reconciler.resources.name_key import in_any_case
from reconciler.resources.senders import normal_sender, same_sender, unusual_sender
from reconciler.resources.spellings import (
    one_of,
    same_label,
    same_names,
    same_words,
    trimmed,
)
from reconciler.resources.time_zones import normal_zone, same_zone, without_daylight_saving
from reconciler.resources.tree import Tree, at, has
from reconciler.resources.windows import compact_windows, normal_windows, unusual_windows

Normal = Callable[[JsonValue], JsonValue]
Equal = Callable[[JsonValue, JsonValue], bool]
VERSIONS = ("v1", "v2")


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
    if one_of(FORMATS, at(tree, "format")) == "advanced" or has(tree, "experienceFlowName"):
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
    return str(one_of(MODES, at(tree, "dialingMode")))


def _full(
    path: str,
    tags: Tags,
    *,
    default: JsonValue = None,
    normal: Normal = base.unchanged,
    equal: Equal = operator.eq,
    reach: Reach = Reach.CONTENT,
) -> base.Field:
    """A field that create requires and every update accepts."""
    return base.Field(
        path=path,
        required=tags,
        update=tags,
        default=default,
        normal=normal,
        equal=equal,
        reach=reach,
    )


def _dnc(*, required: Tags = base.NOWHERE, optional: Tags = base.NOWHERE) -> base.Field:
    tags = required | optional
    return base.Field(
        path="dncLists.name",
        required=required,
        optional=optional,
        update=tags,
        shown=tags,
        normal=name_or_none,
        equal=same_label,
        reach=Reach.EXCLUSION,
        refers_to="do-not-call list",
        always_there=(GLOBAL_LIST,),
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
        refers_to="flow",
        is_id=is_flow_id,
    )


def _common(tags: Tags) -> tuple[base.Field, ...]:
    hours = "dialingStrategy.callingHours"
    return (
        replace(_full("name", tags, equal=same_label, reach=Reach.NOBODY), prose=True),
        base.Field(
            path="description",
            required=tags - ADVANCED,
            optional=tags & ADVANCED,
            update=tags,
            shown=tags,
            empty="",
            default="",
            normal=text_or_empty,
            equal=same_words,
            fault=unmarked_fault,
            reach=Reach.NOBODY,
            prose=True,
        ),
        _full("contactLists", tags, normal=sorted_names, equal=same_names, reach=Reach.PEOPLE),
        replace(
            _full("priority", tags, default="5", normal=number_text, reach=Reach.MORE),
            news="",
            written=whole_number,
        ),
        replace(_full(f"{hours}.frequency", tags, normal=word("WEEKLY")), news="hours"),
        replace(
            _full(f"{hours}.timezone", tags, normal=normal_zone, equal=same_zone),
            news="hours",
            doubt=without_daylight_saving,
        ),
        replace(
            _full(f"{hours}.days", tags, normal=normal_windows, reach=Reach.HOURS),
            written=compact_windows,
            unusual=unusual_windows,
        ),
        base.Field(
            path="schedule.isSchedulingEnabled",
            optional=tags,
            update=tags,
            default=False,
            compare=Compare.NEVER,
        ),
    )


def _number(tags: Tags, news: str) -> base.Field:
    path = "dialingStrategy.callerId.phoneNumber"
    row = _full(path, tags, normal=normal_sender, equal=same_sender)
    return replace(row, news=news, refers_to="caller")


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
        replace(_number(SMS, "sender"), unusual=unusual_sender),
        replace(_dnc(optional=SMS & V2), doubt=global_list_doubt),
        base.Field(path="format", required=SMS, update=SMS, normal=word(*FORMATS), immutable=True),
        base.Field(
            path="message.message",
            required=PLAIN,
            update=PLAIN,
            write_only=TEMPLATE,
            news="text",
            normal=trimmed,
            equal=same_message,
            prose=True,
            readable=plain_text,
            written=written_text,
        ),
        # For a plain text it is always null: read and compared, but never sent.
        base.Field(
            path="message.template_name",
            required=TEMPLATE,
            update=PLAIN,
            news="template",
            refers_to="template",
            normal=name_or_none,
            equal=same_label,
        ),
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
        replace(_number(VOICE, "caller number"), fault=caller_fault),
        _dnc(required=VOICE & V2),
        base.Field(
            path="dialingMode",
            required=VOICE,
            update=VOICE,
            normal=word(*MODES),
            immutable=True,
        ),
        _full(
            "dialingStrategy.dialingOrder",
            VOICE,
            normal=word("FIFO", "LIFO"),
            reach=Reach.NOBODY,
        ),
        *(
            replace(
                _full(f"dialingStrategy.{name}", VOICE, normal=whole_number, reach=reach), news=news
            )
            for name, reach, news in (
                ("maxAttemptsPerRecord", Reach.MORE, "attempts"),
                ("defaultRetryPeriod", Reach.LESS, "attempts"),
                ("maxRingTime", Reach.MORE, "settings"),
            )
        ),
        _flow(AGENTLESS),
        base.Field(
            path="queue_name",
            required=QUEUED,
            update=QUEUED,
            read_as="connection",
            normal=named,
            equal=same_label,
            news="queue",
            refers_to="queue",
        ),
        base.Field(
            path="enableMachineDetect",
            required=(VOICE & V1) | (AGENTLESS & V2),
            update=(VOICE & V1) | (AGENTLESS & V2),
            write_only=AGENTLESS & V2,
            normal=detection,
            fault=detection_fault,
        ),
        _full("maxSkips", PREVIEW, normal=whole_number, reach=Reach.LESS),
    ),
    refused=_REFUSED,
)
