"""What every kind has in common: a field table, a desired campaign, a live campaign.

Canonical form is a JSON tree in the shape of the vendor's create body, whose every leaf is a row of
the kind's field table. A leaf that is missing means *not managed* in a desired campaign and *not
readable* in a live one.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from reconciler.address import Address
from reconciler.diagnostics import Position, SourceRange
from reconciler.resources.tree import Tree

Tags = frozenset[str]
"""Flavours of a kind, `<api version>:<variant>` as in `v2:advanced`."""

NOWHERE: Tags = frozenset()


class Spec(BaseModel):
    """A manifest's `spec`, in the vendor's spelling. Values are strict, unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=to_camel, serialize_by_alias=True
    )
    clearable: ClassVar[frozenset[str]] = frozenset()
    """Fields that an explicit null empties at the vendor; for all others null is an error."""

    @field_validator("*", mode="before")
    @classmethod
    def _null_only_where_it_clears(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.field_name not in cls.clearable:
            raise PydanticCustomError("null", "cannot be cleared; leave the key out")
        return value


class Compare(StrEnum):
    """How a managed field is compared with the live campaign."""

    VALUE = "value"
    """Read and compared in canonical form; what a read does not show, with the ledger's record."""
    BINDING = "binding"
    """Written by name, read as an id: compared through the binding learnt when it was written."""
    NEVER = "never"
    """Sent, but not compared: run state in disguise."""


class Reach(StrEnum):
    """What a change of a field means for the people who are contacted."""

    CONTENT = "content"
    """Any other value reaches people with something else, or at another time."""
    PEOPLE = "people"
    """A set of contact lists: what is not in the old one is more people."""
    HOURS = "hours"
    """Windows by weekday: what is not inside the old ones is more."""
    MORE = "more"
    """A greater number, or true, reaches more."""
    LESS = "less"
    """A smaller number reaches more."""
    EXCLUSION = "exclusion"
    """It keeps people out: taking it away, or another one, reaches more."""
    NOBODY = "nobody"
    """Nobody who is contacted notices it."""


def unchanged(value: JsonValue) -> JsonValue:
    """The canonical form of a value that has only one."""
    return value


def _nothing(_: Tree) -> Tree:
    return {}


def _never(_: str) -> bool:
    return False


def _fits(_flavour: str, _value: JsonValue) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of a kind's ownership table; drives validation, mapping, diff and request bodies."""

    path: str
    required: Tags = NOWHERE
    """Where the vendor's create requires it."""
    optional: Tags = NOWHERE
    """Where create takes it without requiring it."""
    update: Tags = NOWHERE
    """Where an update takes it."""
    shown: Tags = NOWHERE
    """Where a read always shows it when set, so that its absence means `empty`."""
    write_only: Tags = NOWHERE
    """Where a read shows nothing, or something else than what was written."""
    read_as: str = ""
    """The path in answers, when it is not `path`."""
    compare: Compare = Compare.VALUE
    reach: Reach = Reach.CONTENT
    immutable: bool = False
    empty: JsonValue = None
    """What an absent key of a read means, where `shown`."""
    default: JsonValue = None
    """What create sends when the manifest leaves it out; None sends nothing."""
    normal: Callable[[JsonValue], JsonValue] = unchanged
    """A read or declared value into canonical form; never fails, returns what it cannot read."""
    equal: Callable[[JsonValue, JsonValue], bool] = operator.eq
    """Whether a desired and a live canonical value mean the same."""
    fault: Callable[[str, JsonValue], str] = _fits
    """What is wrong with a declared value in a flavour; "" for nothing."""
    readable: Callable[[JsonValue], JsonValue] = unchanged
    """A live value as people read it, for whatever shows it."""
    written: Callable[[JsonValue], JsonValue] = unchanged
    """A canonical value as people write it in a manifest."""
    is_id: Callable[[str], bool] = _never
    """BINDING: whether a declared text is the vendor's id, which compares but cannot be sent."""

    @property
    def writable(self) -> Tags:
        """Where any documented call can set it."""
        return self.required | self.optional | self.update


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of campaign as data: its names, its model, its field table."""

    model: type[Spec]
    kind: str
    type: str
    provider: str
    channel: str
    """The vendor's listing that shows it: `sms`, `voice`, `campaigns`."""
    medium: str
    """What reaches people: `SMS` or `voice`."""
    fields: tuple[Field, ...]
    variant: Callable[[Tree], str]
    """The variant a spec tree belongs to (`advanced`, `Preview`, or "" for kinds with one)."""
    derived: Callable[[Tree], Tree] = _nothing
    """Leaves that a manifest may leave out because others say them (`format`)."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Keys of the vendor that no manifest may set, with the reason."""
    match_name: Callable[[str], str] = str
    """A vendor name into the form under which two names are the same campaign."""
    match_id: Callable[[str], str] = str
    """An id that a person wrote into the vendor's own spelling."""

    def field(self, path: str) -> Field | None:
        """The row of `path`, None for an unknown one."""
        return next((row for row in self.fields if row.path == path), None)

    def tag(self, api: str, tree: Tree) -> str:
        """The flavour of a spec tree on a target that speaks `api`."""
        return f"{api}:{self.variant(tree)}"


class Lifecycle(StrEnum):
    """What git says about the campaign's existence."""

    MANAGED = "managed"
    PROTECTED = "protected"
    RETIRED = "retired"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Exemption:
    """An `ignore` (of a path) or a `waive` (of a rule): what, why, until when."""

    subject: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """A manifest's `metadata` besides its name and target."""

    labels: Mapping[str, str] = field(default_factory=dict)
    remote_id: str | None = None
    former_names: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle.MANAGED
    ignore: tuple[Exemption, ...] = ()
    waive: tuple[Exemption, ...] = ()
    """From here on: for policy rules, which no manifest of this version can address."""
    zones: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """A campaign as the manifests want it in one environment."""

    address: Address
    target: str
    spec: Tree
    """Canonical; only what the manifest sets."""
    source: SourceRange
    """Where its document begins."""
    metadata: Metadata = field(default_factory=Metadata)
    positions: Mapping[str, Position] = field(default_factory=dict)
    """Where each path of the spec stands, in `source.filename`."""

    @property
    def name(self) -> str:
        """The campaign's name at the vendor."""
        return str(self.spec["name"])


STATUS = "status"
"""The path under which run state is shown, and ignored by a manifest; no spec has it."""


class RunState(StrEnum):
    """A vendor status as a class; Kore's Preparing counts as draft."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    ARCHIVED = "archived"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A campaign as the vendor has it."""

    type: str
    remote_id: str
    name: str
    state: RunState
    status: str
    """The vendor's own word, for people."""
    run: str = ""
    """The vendor's id of its latest run; "" before the first one, or where none is shown."""
    spec: Tree
    """Canonical; only what was readable."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Path of a BINDING field to the id that the vendor shows in its place."""
    blocked: tuple[str, ...] = ()
    """Why no update or delete may be planned; empty when it may."""
    observed: Tree = field(default_factory=dict)
    """Runtime facts and keys that nobody knows: shown, never compared."""
    created_at: datetime | None = None
    marker: str = ""
    """A list row's hash without counters; changes when the campaign may have changed."""
    thin: bool = False
    """A list row that leaves out fields which a `get` would show."""
