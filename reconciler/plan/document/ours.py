"""The models under `reconciler` in a plan document: all that Terraform's shape has no place for."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from reconciler.diagnostics import Severity
from reconciler.plan.gate_table import GateKind
from reconciler.plan.model import Action, Attribution, Movement, SendsOnWrite
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Operation

DOCUMENT_VERSION = "1.3"
"""The version of what is under `reconciler`."""


class StrictModel(BaseModel):
    """Strict and closed: an unknown key or another type is an altered document."""

    model_config = ConfigDict(extra="forbid", strict=True)


def left_out(value: object) -> bool:
    """Whether to omit a key, as Terraform does instead of writing null."""
    return value is None


class Source(StrictModel):
    """Where the manifest begins; lines and columns from 1."""

    file: str
    line: int
    column: int


class Place(StrictModel):
    """Line and column from 1, byte from 0."""

    line: int
    column: int
    byte: int


class Range(StrictModel):
    """A place in a file; `end` is exclusive."""

    filename: str
    start: Place
    end: Place | None


class Snippet(StrictModel):
    """The source line of a diagnostic."""

    code: str


class DiagnosticEntry(StrictModel):
    """One error or warning; `code` is stable."""

    severity: Severity
    code: str
    summary: str
    detail: str
    address: str | None
    target: str | None
    range: Range | None = Field(default=None, exclude_if=left_out)
    snippet: Snippet | None = Field(default=None, exclude_if=left_out)


class Request(StrictModel):
    """One HTTP request that apply will send, without credentials."""

    operation: Operation
    method: str
    path: str
    query: dict[str, str]
    body: Tree | None
    unknown: list[str] | None = Field(
        default=None,
        exclude_if=left_out,
        description="Paths of the body that are filled in once the new campaign can be read.",
    )


class FieldEntry(StrictModel):
    """One field that differs; `readable` is false when the vendor does not show it."""

    path: str
    before: JsonValue
    after: JsonValue
    note: str
    attribution: Attribution
    readable: bool
    movement: Movement = Field(description="Which way drift moved; empty for what apply does.")


class MarkedText(StrictModel):
    """Both sides of a changed text, with `{-removed-}` and `{+added+}` words."""

    path: str
    before: str
    after: str


class ReachedListEntry(StrictModel):
    """A contact list that a campaign names; `records` is null if its size could not be read."""

    name: str
    records: int | None


class ReachEntry(StrictModel):
    """Whom a write may contact, and when."""

    channel: str
    lists: list[ReachedListEntry] = Field(description="Empty if the vendor selects the people.")
    records: int | None = Field(description="In all lists; null if a size is not known.")
    earliest_at: str | None = Field(description="When the first may be contacted.")
    until: str | None = Field(description="When those calling hours end; null for no end.")
    zone: str = Field(description="The campaign's time zone; empty without calling hours.")
    own_clock_at: str | None = Field(
        description="When a contact with a time zone of its own may come first; null without any."
    )
    news: list[str] = Field(description="What is new for people; empty for nothing.")
    may_start: bool = Field(description="Whether the write itself may start the campaign.")


class OurChange(StrictModel):
    """What Terraform's shape has no place for."""

    action: Action = Field(description="What apply does; finer than Terraform's actions.")
    target: str = Field(description="The target whose account it is on.")
    remote_id: str | None = Field(description="The vendor's id; null before it is created.")
    name: str = Field(description="The campaign's name at the vendor.")
    reason: str = Field(description="Why it is planned; empty if the difference explains it.")
    source: Source | None = Field(description="Where its manifest begins; null without one.")
    requests: list[Request] = Field(description="What apply will send, in order.")
    fields: list[FieldEntry] = Field(description="What differs.")
    marked: list[MarkedText] | None = Field(
        default=None,
        exclude_if=left_out,
        description="Changed texts of these fields with their changed words marked, for people.",
    )
    notes: list[str] = Field(description="What a reader should know.")
    warnings: list[str] = Field(description="Risks that a reader should know.")
    irreversible: bool = Field(description="Whether what it sends cannot be taken back.")
    appeared: str | None = Field(
        default=None,
        exclude_if=left_out,
        description="The campaign that an unclear create must have made: apply imports it.",
    )
    not_before: str | None = Field(
        default=None,
        exclude_if=left_out,
        description="A create must wait until then; an earlier create's campaign may still appear.",
    )
    seen_ids: list[str] = Field(
        description="Campaigns whose names look like its name, before a create."
    )
    protects: bool | None = Field(description="What apply records in the ledger about pruning.")
    unmanages: list[str] | None = Field(
        default=None,
        exclude_if=left_out,
        description="Fields that were applied and that the manifest no longer sets.",
    )
    movement: Movement = Field(description="Which way drift moved; empty for what apply does.")
    reach: ReachEntry | None = Field(description="Whom it may contact; null for nobody.")


class GateEntry(StrictModel):
    """A condition that stops apply unless `allowed`."""

    code: str = Field(description="Its name, which --allow takes.")
    kind: GateKind = Field(description="Judged when the plan was made, or only when apply runs.")
    summary: str = Field(description="What it is about.")
    details: list[str] = Field(description="A line for each contact list or campaign.")
    addresses: list[str] = Field(description="The campaigns that it concerns.")
    records: int | None = Field(
        description="Contacts on their lists, once per campaign; null if a size is not known."
    )
    allowed: bool = Field(description="Whether somebody opened it.")
    allowed_by: str = Field(description="What opened it; empty while it is closed.")


class OutreachEntry(StrictModel):
    """Who may be contacted, each campaign's people counted; `records` is null if none is known."""

    campaigns: int
    channels: list[str]
    contact_lists: list[str]
    records: int | None
    unknown_sizes: bool = Field(description="Whether a list's size is not known: there are more.")
    earliest_at: str | None
    text: str = Field(description="The sum in one sentence.")
    notes: list[str] = Field(description="What is not certain, and what is no news to anybody.")


class LedgerEntry(StrictModel):
    """The ledger that the plan was made with."""

    location: str = Field(description="Its place, as the project file has it.")
    lineage: str
    serial: int


class TargetEntry(StrictModel):
    """A vendor account, and when the oldest reading of it was made."""

    name: str
    provider: str
    base_url: str
    account: str
    api: str
    sends_on_write: SendsOnWrite
    proxy: str = Field(description="The host of the proxy in use; empty for none.")
    oldest_read: str | None


class UnmanagedEntry(StrictModel):
    """A live campaign in no manifest and no ledger record."""

    target: str
    type: str
    remote_id: str
    name: str


class TwinEntry(StrictModel):
    """A live campaign that nobody manages, beside a managed one with its name or marker."""

    address: str = Field(description="The managed campaign's address.")
    target: str
    managed_id: str = Field(description="The managed campaign's id.")
    remote_id: str = Field(description="The twin's id.")
    name: str
    status: str = Field(description="The vendor's term.")
    created_at: str | None = Field(description="When it was created; null if not known.")
    newer: bool = Field(description="Whether it was created after the name was managed.")
    by_marker: bool = Field(
        description="Whether it has another name, and the marker of the managed campaign."
    )


class Coverage(StrictModel):
    """How many of the live campaigns are in git."""

    managed: int
    live: int


class RequestCount(StrictModel):
    """Requests that the plan took, and writes that apply will send."""

    read: int
    planned: int


class SelectionEntry(StrictModel):
    """What the plan was limited to; empty lists mean everything."""

    targets: list[str]
    select: list[str]
    exclude: list[str]


class OurPlan(StrictModel):
    """What Terraform's shape has no place for. Times are RFC 3339 in UTC."""

    document_version: str = Field(description="The version of what is under reconciler.")
    id: str = Field(description="The id of this plan; a plan can be applied once.")
    tool_version: str = Field(description="The version of reconciler that made it.")
    environment: str = Field(description="The environment that it is for.")
    is_default: bool = Field(description="Whether the project uses it if none is chosen.")
    commit: str = Field(
        description="The commit that is checked out, by the runner's variables or by .git; empty "
        "if it is not known. Changes that are not committed do not show."
    )
    created_at: str = Field(description="When it was made.")
    expires_at: str = Field(description="When it may no longer be applied.")
    seal: str = Field(description="Shows damage: the SHA-256 of the document with 64 zeros here.")
    signature: str | None = Field(
        description="HMAC-SHA256 of this document with null in this place; null without a key."
    )
    changes_sha256: str = Field(
        description="The SHA-256 of what apply would change; equal for an equal plan made again."
    )
    partial: bool = Field(description="Whether a selection left campaigns out.")
    selection: SelectionEntry = Field(description="What it was limited to.")
    prune: bool = Field(description="Whether removals were asked for.")
    allow: list[str] = Field(description="Gates that were accepted when it was made.")
    targets: list[TargetEntry] = Field(description="The accounts that were read.")
    ledger: LedgerEntry = Field(description="The ledger that it was made with.")
    outreach: OutreachEntry = Field(description="Who may be contacted.")
    gates: list[GateEntry] = Field(description="What stops apply, and what was accepted.")
    diagnostics: list[DiagnosticEntry] = Field(description="Errors and warnings.")
    requests: RequestCount = Field(description="How many were sent, and how many apply will send.")
    pending: list[str] = Field(description="Addresses whose manifests were not applied.")
    unmanaged: list[UnmanagedEntry] = Field(description="Live campaigns outside of git.")
    twins: list[TwinEntry] = Field(description="Live campaigns that look like managed ones.")
    orphaned: list[str] = Field(description="Addresses in the ledger and in no manifest.")
    coverage: Coverage = Field(description="How much is in git.")
