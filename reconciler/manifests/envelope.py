"""The shape of a manifest around its spec: `apiVersion`, `kind`, `metadata`, `overrides`.

Pydantic models only; they know no file and no place.
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

from reconciler.resources.base import Exemption, Lifecycle, Metadata
from reconciler.resources.calling_hours import TimeZone

API_VERSION = "reconciler/v1"
NAME_PATTERN = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"


class Section(BaseModel):
    """A part of a file that people write: strict values, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, alias_generator=to_camel)


def _name(value: str) -> str:
    if not re.fullmatch(NAME_PATTERN.strip("^$"), value):
        raise PydanticCustomError(
            "name", "write 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit"
        )
    return value


def _date(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date", "not a date; one looks like 2026-12-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date", "there is no such day") from None


def _not_available(_: object) -> Never:
    raise PydanticCustomError("not_available", "not available in this version; remove it")


T = TypeVar("T")
NotAvailable = Annotated[T | None, BeforeValidator(_not_available), SkipJsonSchema()]
"""A setting of a later version: refused, as nobody would act on it, and in no published schema."""
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[
    str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Texts = Annotated[list[Text], Field(min_length=1)]


class Ignore(Section):
    """A field that is left as the vendor has it, for a reason, until a day."""

    path: Annotated[Text, Field(description="A path of the spec, such as dncLists.name.")]
    reason: Annotated[Text, Field(description="Why; shown where it counts.")]
    until: Annotated[
        Day | None, Field(description="The last day; after it the entry is an error.")
    ] = None


class Waive(Section):
    """A policy rule that does not count for this campaign, for a reason, until a day."""

    rule: Annotated[Text, Field(description="A rule's id, such as sms-segments.")]
    reason: Text
    until: Day | None = None


class Audience(Section):
    """Where the people on the lists are; decides which quiet hours hold."""

    zones: Annotated[list[TimeZone], Field(min_length=1)] | None = None
    countries: Texts | None = None
    states: Texts | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.zones or self.countries or self.states):
            raise PydanticCustomError("audience", "name zones, countries or states")
        return self


class MetadataSection(Section):
    """What git says about a campaign, besides what the vendor is told."""

    name: Annotated[Name, Field(description="Unique per kind; part of the address.")]
    target: Annotated[
        Text | None,
        Field(description="May be left out where the environment has one target of the provider."),
    ] = None
    environments: Annotated[
        Texts | None, Field(description="Where the campaign exists; default all.")
    ] = None
    labels: Annotated[
        dict[str, str] | None, Field(description="Your own words, for --select label=value.")
    ] = None
    remote_id: Annotated[
        Text | None, Field(description="The vendor's id: pins the live campaign.")
    ] = None
    former_names: Annotated[
        Texts | None, Field(description="Names the campaign had at the vendor.")
    ] = None
    lifecycle: Annotated[
        Literal["managed", "protected", "retired", "released"],
        Field(description="retired plans the removal, released plans to forget it."),
    ] = "managed"
    ignore: Annotated[
        list[Ignore] | None, Field(description="Fields that stay as the vendor has them.")
    ] = None
    waive: NotAvailable[list[Waive]] = None
    audience: NotAvailable[Audience] = None

    def value(self) -> Metadata:
        """As the plan reads it."""
        return Metadata(
            labels=self.labels or {},
            remote_id=self.remote_id,
            former_names=tuple(self.former_names or ()),
            lifecycle=Lifecycle(self.lifecycle),
            ignore=tuple(Exemption(e.path, e.reason, e.until) for e in self.ignore or ()),
        )


class Envelope(Section):
    """One manifest. `spec` and `overrides` are checked by the kind, once they are merged."""

    api_version: Annotated[Literal["reconciler/v1"], Field(description="The format of this file.")]
    kind: Annotated[str, Field(description="The kind of campaign.")]
    metadata: Annotated[
        MetadataSection, Field(description="What git says about it; never sent to the vendor.")
    ]
    spec: Annotated[
        dict[str, JsonValue],
        Field(description="The campaign, in the shape of the vendor's create."),
    ]
    overrides: Annotated[
        dict[str, dict[str, JsonValue]] | None,
        Field(description="Per environment; merged over spec. Lists replace, null removes."),
    ] = None
