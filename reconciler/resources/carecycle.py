"""CareCycle's kind: its spec in manifests, and its field table (docs/vendors/carecycle.md 13).

A create makes a draft from four fields; a PATCH sets the others. Fields that no documented call can
set are refused with that reason. Must not know HTTP.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from reconciler.resources import base
from reconciler.resources.base import Kind, Reach, Spec, Tags
from reconciler.resources.marker import unmarked_fault
from reconciler.resources.name_key import same_name
from reconciler.resources.tree import Tree

ANY: Tags = frozenset({"v2:"})
SMS_KEYS = (
    "redial",
    "newInquiry",
    "postWelcome",
    "firstContact",
    "missedInquiry",
    "appointmentBooked",
    "missedAppointment",
    "missedFirstContact",
    "appointmentReminder",
    "informationalFollowup",
)
FEATURE_KEYS = ("transfers", "appointments", "inquiries", "checkPlan")
_PATTERN_NUMBERS = ("attempts", "intervalMinutes")
_QUOTES = re.compile("'+")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_uuid(text: str) -> bool:
    """Whether a CareCycle path may contain this id (docs/vendors/carecycle.md 1, 3)."""
    return _UUID.fullmatch(text.lower()) is not None


def _uuid(value: str) -> str:
    if not is_uuid(value):
        raise PydanticCustomError("uuid", "not a UUID")
    return value.lower()


Uuid = Annotated[str, AfterValidator(_uuid)]
Text = Annotated[str, Field(min_length=1)]


class RedialPattern(Spec):
    """How often people on these cadence days are called again; interval in minutes."""

    days: Annotated[list[Annotated[StrictInt, Field(ge=0)]], Field(min_length=1)]
    attempts: Annotated[StrictInt, Field(ge=1)]
    interval_minutes: Annotated[StrictInt | float, Field(gt=0)]


class SmsTypes(Spec):
    """Which automatic texts are sent."""

    redial: StrictBool | None = None
    new_inquiry: StrictBool | None = None
    post_welcome: StrictBool | None = None
    first_contact: StrictBool | None = None
    missed_inquiry: StrictBool | None = None
    appointment_booked: StrictBool | None = None
    missed_appointment: StrictBool | None = None
    missed_first_contact: StrictBool | None = None
    appointment_reminder: StrictBool | None = None
    informational_followup: StrictBool | None = None


class SmsContent(Spec):
    """The automatic texts themselves."""

    redial: Text | None = None
    new_inquiry: Text | None = None
    post_welcome: Text | None = None
    first_contact: Text | None = None
    missed_inquiry: Text | None = None
    appointment_booked: Text | None = None
    missed_appointment: Text | None = None
    missed_first_contact: Text | None = None
    appointment_reminder: Text | None = None
    informational_followup: Text | None = None


class Features(Spec):
    """What the voice agent may do."""

    transfers: StrictBool | None = None
    appointments: StrictBool | None = None
    inquiries: StrictBool | None = None
    check_plan: StrictBool | None = None


def _apart(patterns: list[RedialPattern]) -> list[RedialPattern]:
    days = [day for pattern in patterns for day in set(pattern.days)]
    if len(days) != len(set(days)):
        raise PydanticCustomError("redial_days", "a day is in two redial patterns")
    return sorted(patterns, key=lambda pattern: sorted(set(pattern.days)))


Name = Annotated[str, Field(min_length=1, max_length=255)]
Calls = Annotated[StrictInt, Field(ge=1)]
Patterns = Annotated[list[RedialPattern], AfterValidator(_apart)]


class CareCycleSpec(Spec):
    """A CareCycle campaign; keys that are left out are not managed."""

    clearable = frozenset({"description"})

    name: Annotated[Name, Field(description="The campaign's name at the vendor.")]
    description: Annotated[str | None, Field(description="For people, never for contacts.")] = None
    template_id: Annotated[Uuid | None, Field(description="The conversation, by id.")] = None
    max_concurrent_calls: Annotated[Calls | None, Field(description="Calls at once.")] = None
    enable_pulse: Annotated[StrictBool | None, Field(description="Whether Pulse is on.")] = None
    pulse_workflow_id: Annotated[Uuid | None, Field(description="Pulse's workflow, by id.")] = None
    features: Features | None = None
    redial: Annotated[StrictBool | None, Field(description="Call people again.")] = None
    redial_patterns: Annotated[Patterns | None, Field(description="How often, by day.")] = None
    sms_types: SmsTypes | None = None
    sms_content: SmsContent | None = None
    sms_company_name: Annotated[Text | None, Field(description="Named in automatic texts.")] = None
    transfer_config_id: Annotated[Uuid | None, Field(description="For transfers, by id.")] = None
    transfer_config_ids: Annotated[list[Uuid] | None, Field(description="For several.")] = None
    appointment_config_id: Annotated[Uuid | None, Field(description="For visits, by id.")] = None


def _variant(_: Tree) -> Literal[""]:
    return ""


def _text(value: JsonValue) -> JsonValue:
    return "" if value is None else value


def _id(value: JsonValue) -> JsonValue:
    return value.lower() if isinstance(value, str) else value


def _ids(value: JsonValue) -> JsonValue:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list[JsonValue](sorted({str(item).lower() for item in value}))
    return value


def _same_text(one: JsonValue, other: JsonValue) -> bool:
    """Whether texts differ only in doubled quotes, which are sent unchanged.

    See docs/vendors/carecycle.md 2.8.
    """
    return _unquoted(one) == _unquoted(other)


def _unquoted(value: JsonValue) -> JsonValue:
    return _QUOTES.sub("'", value) if isinstance(value, str) else value


def _off_if_absent(value: JsonValue) -> JsonValue:
    """A key without a value in a group that is present is off (docs/vendors/carecycle.md 1, 13)."""
    return False if value is None else value


def _number(value: JsonValue) -> JsonValue:
    """A number, even if the vendor wrote it as text; a whole number as an int."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _patterns(value: JsonValue) -> JsonValue:
    if not isinstance(value, list):
        return value
    keyed: list[tuple[list[int], JsonValue]] = []
    for entry in value:
        days = entry.get("days") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(days, list):
            return value
        whole = [day for day in map(_number, days) if isinstance(day, int)]
        if len(whole) < len(days):
            return value
        distinct = sorted(set(whole))
        # Other keys that the vendor stores with a pattern (its own id) are not compared.
        numbers = {key: _number(entry[key]) for key in _PATTERN_NUMBERS if key in entry}
        keyed.append((distinct, {**numbers, "days": list[JsonValue](distinct)}))
    return [entry for _, entry in sorted(keyed, key=lambda item: item[0])]


def _patched(
    path: str, *, read_as: str = "", normal: Callable[[JsonValue], JsonValue] = base.unchanged
) -> base.Field:
    return base.Field(path=path, update=ANY, read_as=read_as, normal=normal)


def _switch(path: str) -> base.Field:
    return base.Field(path=path, update=ANY, reach=Reach.MORE)


def _grouped(path: str) -> base.Field:
    """A switch in a group; if the vendor returns the group without the switch, it is off."""
    return replace(_switch(path), empty=False, normal=_off_if_absent)


def _message(path: str) -> base.Field:
    return base.Field(path=path, update=ANY, equal=_same_text, news="text")


CARECYCLE = Kind(
    kind="CareCycleCampaign",
    type="carecycle_campaign",
    provider="carecycle",
    channel="campaigns",
    medium="voice",
    model=CareCycleSpec,
    variant=_variant,
    # Ids compare lower-cased (docs/vendors/carecycle.md 1).
    match_id=str.lower,
    fields=(
        base.Field(
            path="name", required=ANY, update=ANY, shown=ANY, equal=same_name, reach=Reach.NOBODY
        ),
        base.Field(
            path="description",
            optional=ANY,
            update=ANY,
            normal=_text,
            fault=unmarked_fault,
            reach=Reach.NOBODY,
        ),
        base.Field(path="templateId", optional=ANY, immutable=True, normal=_id),
        base.Field(
            path="maxConcurrentCalls",
            optional=ANY,
            immutable=True,
            normal=_number,
            reach=Reach.MORE,
        ),
        _switch("enablePulse"),
        _patched("pulseWorkflowId", normal=_id),
        *(_grouped(f"features.{key}") for key in FEATURE_KEYS),
        _switch("redial"),
        _patched("redialPatterns", normal=_patterns),
        *(_grouped(f"smsTypes.{key}") for key in SMS_KEYS),
        *(_message(f"smsContent.{key}") for key in SMS_KEYS),
        _patched("smsCompanyName"),
        _patched("transferConfigId", read_as="transferConfig.id", normal=_id),
        _patched("transferConfigIds", normal=_ids),
        _patched("appointmentConfigId", read_as="appointmentConfig.id", normal=_id),
    ),
    refused={
        "status": "run state is not configuration; use start and stop",
        **dict.fromkeys(
            (
                "startDate",
                "endDate",
                "dialAfterhours",
                "maxAttempts",
                "suite",
                "suitType",
                "sourceType",
                "requiredVars",
                "hasInquiryCallback",
                "outboundEnabled",
                "outboundBatchSize",
                "variableMappings",
                "successCriteria",
                "failureCriteria",
                "campaignAutomations",
            ),
            "no documented call of CareCycle can set it; change it in the dashboard",
        ),
        "transferConfig": "write the id of the configuration in transferConfigId",
        "appointmentConfig": "write the id of the configuration in appointmentConfigId",
        **dict.fromkeys(
            (
                *("id", "createdAt", "updatedAt", "templateName"),
                *("client", "customerStats", "redialTracking"),
            ),
            "only the vendor sets it",
        ),
        **dict.fromkeys(
            ("type", "policyFilterConfig", "routingConfigId"),
            "only CareCycle's oldest documentation has it; change it in the dashboard",
        ),
        **dict.fromkeys(
            ("direction", "kind"),
            "CareCycle's documentation does not name this key, and reconciler does not guess",
        ),
        **dict.fromkeys(
            ("callingHours", "dialingStrategy"),
            "CareCycle campaigns have no calling window that an API could enforce",
        ),
    },
)
