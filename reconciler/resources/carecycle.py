"""CareCycle's kind: its field table, which drives everything else (docs/vendors/carecycle.md 13).

A create makes a draft from four fields; a PATCH sets the others. Fields that no documented call can
set are refused with that reason. Must not know HTTP.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from pydantic import JsonValue

from reconciler.resources import base
from reconciler.resources.base import Kind, Reach, Tags
from reconciler.resources.carecycle_specs import CareCycleSpec
from reconciler.resources.marker import unmarked_fault
from reconciler.resources.spellings import flag, same_label, same_words, trimmed
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
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_PATTERN_NUMBERS = ("attempts", "intervalMinutes")


def _variant(_: Tree) -> Literal[""]:
    return ""


def _text(value: JsonValue) -> JsonValue:
    return "" if value is None else trimmed(value)


def _id(value: JsonValue) -> JsonValue:
    return value.lower() if isinstance(value, str) else value


def _ids(value: JsonValue) -> JsonValue:
    """Distinct ids, sorted; the vendor may return objects with an `id`."""
    if isinstance(value, list):
        value = [item.get("id") if isinstance(item, dict) else item for item in value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list[JsonValue](sorted({str(item).lower() for item in value}))
    return value


def _same_list(wanted: JsonValue, shown: JsonValue) -> bool:
    """Whether two lists are equal; none is an empty one."""
    return (wanted or []) == (shown or [])


def _quotes_doubled(wanted: JsonValue, shown: JsonValue) -> bool:
    """Whether the vendor shows a text's apostrophes doubled (docs/vendors/carecycle.md 2.8)."""
    return isinstance(wanted, str) and same_words(wanted.replace("'", "''"), shown)


def _off_if_absent(value: JsonValue) -> JsonValue:
    """A key without a value in a group that is present is off (docs/vendors/carecycle.md 1, 13)."""
    return False if value is None else flag(value)


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
    path: str,
    *,
    read_as: str = "",
    normal: Callable[[JsonValue], JsonValue] = base.unchanged,
    equal: Callable[[JsonValue, JsonValue], bool] = operator.eq,
) -> base.Field:
    return base.Field(path=path, update=ANY, read_as=read_as, normal=normal, equal=equal)


def _switch(path: str) -> base.Field:
    return base.Field(path=path, update=ANY, normal=flag, reach=Reach.MORE)


def _grouped(path: str) -> base.Field:
    """A switch in a group; if the vendor returns the group without the switch, it is off."""
    return replace(_switch(path), empty=False, normal=_off_if_absent)


def _message(path: str) -> base.Field:
    return base.Field(
        path=path,
        update=ANY,
        normal=trimmed,
        equal=same_words,
        respelled=_quotes_doubled,
        prose=True,
        news="text",
    )


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
            path="name",
            required=ANY,
            update=ANY,
            shown=ANY,
            equal=same_label,
            reach=Reach.NOBODY,
            prose=True,
        ),
        base.Field(
            path="description",
            optional=ANY,
            update=ANY,
            normal=_text,
            equal=same_words,
            fault=unmarked_fault,
            reach=Reach.NOBODY,
            prose=True,
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
        _patched("redialPatterns", normal=_patterns, equal=_same_list),
        *(_grouped(f"smsTypes.{key}") for key in SMS_KEYS),
        *(_message(f"smsContent.{key}") for key in SMS_KEYS),
        replace(_patched("smsCompanyName", normal=trimmed, equal=same_words), prose=True),
        _patched("transferConfigId", read_as="transferConfig.id", normal=_id),
        _patched("transferConfigIds", normal=_ids, equal=_same_list),
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
            "CareCycle's API has no calling hours",
        ),
    },
)
