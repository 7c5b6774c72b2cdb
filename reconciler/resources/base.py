"""What all kinds have in common: a field table, a desired campaign, a live campaign.

Canonical form is a JSON tree like the vendor's create body; each leaf is a row of the kind's field
table. A missing leaf means *not managed* in a desired campaign, *not readable* in a live one.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.diagnostics import Position, SourceRange
from reconciler.resources.exemptions import Acceptance, Exemption
from reconciler.resources.name_key import as_written
from reconciler.resources.spec import Spec
from reconciler.resources.tree import Tree

Tags = frozenset[str]
"""Flavours of a kind, `<api version>:<variant>` as in `v2:advanced`."""

NOWHERE: Tags = frozenset()


class Compare(StrEnum):
    """How a managed field is compared with the live campaign."""

    VALUE = "value"
    """Compared in canonical form; if the vendor does not return it, with the ledger's record."""
    BINDING = "binding"
    """Written by name, read as an id: compared through the binding recorded when it was written."""
    NEVER = "never"
    """Sent, but not compared, because it is run state."""


class Reach(StrEnum):
    """What a change of a field means for the contacted people."""

    CONTENT = "content"
    """Any other value contacts people with other content, or at another time."""
    PEOPLE = "people"
    """A set of contact lists: a list that is not in the old set means more people."""
    HOURS = "hours"
    """Windows by weekday: time outside the old windows means more."""
    MORE = "more"
    """A greater number, or true, reaches more."""
    LESS = "less"
    """A smaller number reaches more."""
    EXCLUSION = "exclusion"
    """It excludes people: removing or replacing it reaches more."""
    NOBODY = "nobody"
    """Contacted people do not notice a change."""


_WORDS: Mapping[Reach, str] = {
    Reach.CONTENT: "settings",
    Reach.PEOPLE: "list",
    Reach.HOURS: "hours",
    Reach.MORE: "settings",
    Reach.LESS: "settings",
    Reach.EXCLUSION: "do-not-call list",
    Reach.NOBODY: "",
}


def unchanged(value: JsonValue) -> JsonValue:
    """The canonical form of a value that has only one."""
    return value


def _nothing(_: Tree) -> Tree:
    return {}


def _never(_: str) -> bool:
    return False


def _fits(_flavour: str, _value: JsonValue) -> str:
    return ""


def _usual(_: JsonValue) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of a kind's ownership table; drives validation, mapping, diff and request bodies."""

    path: str
    required: Tags = NOWHERE
    """Where the vendor's create requires it."""
    optional: Tags = NOWHERE
    """Where create accepts it but does not require it."""
    update: Tags = NOWHERE
    """Where an update accepts it."""
    shown: Tags = NOWHERE
    """Where a read always returns it if it is set, so that its absence means `empty`."""
    write_only: Tags = NOWHERE
    """Where a read returns nothing, or another value than was written."""
    read_as: str = ""
    """The path in responses, if it is not `path`."""
    compare: Compare = Compare.VALUE
    reach: Reach = Reach.CONTENT
    news: str | None = None
    """What a change is called for people (`text`); None for the word of `reach`, "" for nothing."""
    immutable: bool = False
    empty: JsonValue = None
    """The value that an absent key of a read means, where `shown`."""
    default: JsonValue = None
    """What create sends if the manifest leaves it out; None sends nothing."""
    normal: Callable[[JsonValue], JsonValue] = unchanged
    """A read or declared value into canonical form; returns a value it cannot read unchanged."""
    equal: Callable[[JsonValue, JsonValue], bool] = operator.eq
    """Whether a desired and a live canonical value mean the same."""
    fault: Callable[[str, JsonValue], str] = _fits
    """What is wrong with a declared value in a flavour; "" for nothing."""
    unusual: Callable[[JsonValue], str] = _usual
    """Why a value that may be live is left alone and never sent; "" if it may be sent."""
    doubt: Callable[[JsonValue], str] = _usual
    """What an author should consider about a declared value; "" for nothing."""
    prose: bool = False
    """Whether people write it as words, with the slips that people make."""
    respelled: Callable[[JsonValue, JsonValue], bool] = lambda _, __: False
    """Whether the vendor may show the second value for the first once that was sent."""
    readable: Callable[[JsonValue], JsonValue] = unchanged
    """A live value as people read it, for display."""
    written: Callable[[JsonValue], JsonValue] = unchanged
    """A canonical value as people write it in a manifest."""
    refers_to: str = ""
    """What its value names at the vendor, where no call tells whether that exists."""
    always_there: tuple[str, ...] = ()
    """What it may name that every account has."""
    is_id: Callable[[str], bool] = _never
    """BINDING: whether a declared text is the vendor's id, which can be compared but not sent."""

    @property
    def word(self) -> str:
        """What a change of it is called for people; "" if they do not notice it."""
        return _WORDS[self.reach] if self.news is None else self.news

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
    """The vendor's listing that has it: `sms`, `voice`, `campaigns`."""
    medium: str
    """How it contacts people: `SMS` or `voice`."""
    fields: tuple[Field, ...]
    variant: Callable[[Tree], str]
    """The variant of a spec tree (`advanced`, `Preview`, or "" for kinds without variants)."""
    derived: Callable[[Tree], Tree] = _nothing
    """Leaves that a manifest may leave out because they follow from others (`format`)."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Keys of the vendor that a manifest may not set, with the reason."""
    match_name: Callable[[str], str] = as_written
    """A vendor name into the form under which two names are the same campaign."""
    match_id: Callable[[str], str] = str
    """An id as a person wrote it into the vendor's spelling."""

    def field(self, path: str) -> Field | None:
        """The row of `path`, or None."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """A manifest's `metadata` without its name and target."""

    labels: Mapping[str, str] = field(default_factory=dict)
    remote_id: str | None = None
    former_names: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle.MANAGED
    ignore: tuple[Exemption, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    shares_audience_with: tuple[str, ...] = ()
    """Addresses or live names of campaigns that are meant for the same people."""
    waive: tuple[Exemption, ...] = ()
    """This and the following are for policy rules, which manifests of this version cannot use."""
    zones: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """A campaign as the manifests declare it in one environment."""

    address: Address
    target: str
    spec: Tree
    """Canonical; only the fields that the manifest sets."""
    source: SourceRange
    """Where its document begins."""
    metadata: Metadata = field(default_factory=Metadata)
    marker: str = ""
    """The marker of its creates, see `marker.marker_for`; "" if the project has no id."""
    positions: Mapping[str, Position] = field(default_factory=dict)
    """Where each path of the spec is, in `source.filename`."""

    @property
    def name(self) -> str:
        """The campaign's name at the vendor."""
        return str(self.spec["name"])


STATUS = "status"
"""The path under which run state is shown, and by which a manifest ignores it; no spec has it."""


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
    """The vendor's term, for people."""
    run: str = ""
    """The vendor's id of its latest run; "" before the first run, or if the vendor returns none."""
    spec: Tree
    """Canonical; only the readable fields."""
    references: Mapping[str, str] = field(default_factory=dict)
    """From the path of a BINDING field to the id that the vendor returns in its place."""
    blocked: tuple[str, ...] = ()
    """Why no update or delete may be planned; empty if it may."""
    observed: Tree = field(default_factory=dict)
    """Runtime facts and unknown keys: shown, never compared."""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    """When anything about it last changed, by the vendor's clock; not only by an edit."""
    marker: str = ""
    """A hash of the list row without counters; differs if the campaign may have changed."""
    remarks: tuple[str, ...] = ()
    """What a list row says about its runs, for people: how much was sent, and in which way."""
    sent: int | None = None
    """How many messages it has sent so far; None if the reading does not tell."""
    execution: str = ""
    """The vendor's word for the way it runs, as `NORMAL`; "" if the reading does not tell."""
    run_changed_at: datetime | None = None
    """When its latest run last made progress, by the vendor's clock; a run may not have begun."""
    respelled: tuple[str, ...] = ()
    """Documented keys that the listed record has in snake_case."""
    thin: bool = False
    """Whether this is a list row without some fields that a `get` would return."""

    def counted_as(self, row: Self) -> Self:
        """The same campaign with what only a fresh list row tells about its runs."""
        return replace(
            self,
            sent=self.sent if row.sent is None else row.sent,
            execution=row.execution or self.execution,
            run_changed_at=row.run_changed_at or self.run_changed_at,
            remarks=row.remarks or self.remarks,
        )
