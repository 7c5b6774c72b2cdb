"""The spec of CareCycle's kind as manifests write it (docs/vendors/carecycle.md 13)."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from reconciler.resources.spec import Spec
from reconciler.resources.spellings import with_words

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_uuid(text: str) -> bool:
    """Whether a CareCycle path may contain this id (docs/vendors/carecycle.md 1, 3)."""
    return _UUID.fullmatch(text.lower()) is not None


def _uuid(value: str) -> str:
    if not is_uuid(value):
        raise PydanticCustomError("uuid", "not a UUID")
    return value.lower()


Uuid = Annotated[str, AfterValidator(_uuid)]
Text = Annotated[str, Field(min_length=1), AfterValidator(with_words)]


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
