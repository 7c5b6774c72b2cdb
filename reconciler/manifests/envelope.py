"""The shape of a manifest around its spec: `apiVersion`, `kind`, `metadata`, `overrides`.

Pydantic models only; they know no file and no position.
"""

import re
from datetime import date
from typing import Annotated, Literal, Never, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from reconciler.resources.base import Lifecycle, Metadata
from reconciler.resources.exemptions import Acceptance, Exemption
from reconciler.resources.spellings import with_words
from reconciler.resources.time_zones import TimeZone

API_VERSION = "reconciler/v1"
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Section(BaseModel):
    """A part of a file that people write; values are strict, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, alias_generator=to_camel)


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise PydanticCustomError(
            "name", "use 1 to 63 characters of a-z, 0-9 and -; begin and end with a letter or digit"
        )
    return value


def _date(value: object) -> object:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("date", "not a date; write it like 2026-12-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date", "there is no such day") from None


def _not_available(_: object) -> Never:
    raise PydanticCustomError("not_available", "not available in this version; remove it")


T = TypeVar("T")
NotAvailable = Annotated[T | None, BeforeValidator(_not_available), SkipJsonSchema()]
"""A setting of a later version: refused, because nothing acts on it; not in published schemas."""
Text = Annotated[str, Field(min_length=1), AfterValidator(with_words)]
Name = Annotated[
    str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$"})
]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Texts = Annotated[list[Text], Field(min_length=1)]


class Ignore(Section):
    """A field that stays as the vendor has it, with a reason and a last day."""

    path: Annotated[Text, Field(description="A path of the spec, such as dncLists.name.")]
    reason: Annotated[Text, Field(description="Why; shown in plans.")]
    until: Annotated[
        Day | None, Field(description="The last day; after it the entry is an error.")
    ] = None


AcceptedGate = Literal[
    "content-changed",
    "reach-grows",
    "audience-changed",
    "dnc-removed",
    "reach-over-limit",
    "ran-before",
    "contacted-lately",
    "duplicate-audience",
    "adopt-change",
    "creates-over-limit",
    "updates-over-limit",
    "deletes-over-limit",
]
"""The gates that a manifest can open for its campaign; all others need a person at apply."""


class Accept(Section):
    """A gate that does not stop apply for this campaign, reviewed with the manifest."""

    gate: Annotated[AcceptedGate, Field(description="The gate's code.")]
    records: Annotated[
        int,
        Field(ge=0, le=1_000_000_000, description="For at most so many records on its lists."),
    ]
    until: Annotated[Day, Field(description="The last day; at most 14 days ahead.")]
    by: Annotated[Text, Field(description="Who answers for it.")]
    reason: Annotated[Text, Field(description="Why.")]


class Waive(Section):
    """A policy rule that does not apply to this campaign, with a reason and a last day."""

    rule: Annotated[Text, Field(description="A rule's id, such as sms-segments.")]
    reason: Text
    until: Day | None = None


class Audience(Section):
    """Where the people on the lists are; decides which quiet hours apply."""

    zones: Annotated[list[TimeZone], Field(min_length=1)] | None = None
    countries: Texts | None = None
    states: Texts | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.zones or self.countries or self.states):
            raise PydanticCustomError("audience", "name zones, countries or states")
        return self


class MetadataSection(Section):
    """What git says about a campaign; never sent to the vendor."""

    name: Annotated[Name, Field(description="Unique per kind; part of the address.")]
    target: Annotated[
        Text | None,
        Field(description="The account; optional if the environment has one target of the vendor."),
    ] = None
    environments: Annotated[
        Texts | None, Field(description="Where the campaign exists; default all.")
    ] = None
    labels: Annotated[
        dict[str, str] | None, Field(description="Your own labels, for --select label=value.")
    ] = None
    remote_id: Annotated[
        Text | None, Field(description="The vendor's id of the live campaign that is meant.")
    ] = None
    former_names: Annotated[
        Texts | None, Field(description="Earlier names of the campaign at the vendor.")
    ] = None
    lifecycle: Annotated[
        Literal["managed", "protected", "retired", "released"],
        Field(description="retired: plan to remove it; released: plan to forget it."),
    ] = "managed"
    ignore: Annotated[
        list[Ignore] | None, Field(description="Fields that stay as the vendor has them.")
    ] = None
    accept: Annotated[
        list[Accept] | None,
        Field(description="Gates that do not stop apply for this campaign, for some days."),
    ] = None
    shares_audience_with: Annotated[
        Texts | None,
        Field(description="Addresses or live names of campaigns meant for the same people."),
    ] = None
    waive: NotAvailable[list[Waive]] = None
    audience: NotAvailable[Audience] = None

    def value(self) -> Metadata:
        """The metadata as the plan reads it."""
        return Metadata(
            labels=self.labels or {},
            remote_id=self.remote_id,
            former_names=tuple(self.former_names or ()),
            lifecycle=Lifecycle(self.lifecycle),
            accept=tuple(
                Acceptance(
                    gate=one.gate,
                    records=one.records,
                    until=one.until,
                    by=one.by,
                    reason=one.reason,
                )
                for one in self.accept or ()
            ),
            shares_audience_with=tuple(self.shares_audience_with or ()),
            ignore=tuple(Exemption(e.path, e.reason, e.until) for e in self.ignore or ()),
        )


class Envelope(Section):
    """A manifest. The kind checks `spec` and `overrides` after they are merged."""

    api_version: Annotated[Literal["reconciler/v1"], Field(description="The format of this file.")]
    kind: Annotated[str, Field(description="The kind of campaign.")]
    metadata: Annotated[
        MetadataSection,
        Field(description="What git says about it; never sent to the vendor."),
    ]
    spec: Annotated[
        dict[str, JsonValue],
        Field(description="The campaign, in the shape of the vendor's create request."),
    ]
    overrides: Annotated[
        dict[str, dict[str, JsonValue]] | None,
        Field(description="Per environment; merged over spec. Lists replace, null removes."),
    ] = None
