"""What a plan document holds under `reconciler`: all that Terraform's shape has no place for."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from reconciler.diagnostics import Severity
from reconciler.plan.model import Action, Attribution, Movement, SendsOnWrite
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Operation

DOCUMENT_VERSION = "1.0"
"""Of what is under `reconciler`."""


class StrictModel(BaseModel):
    """Strict and closed: an unknown key or another type is an altered document."""

    model_config = ConfigDict(extra="forbid", strict=True)


def left_out(value: object) -> bool:
    """Keys that Terraform leaves out rather than writing null."""
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
    """One problem or remark; `code` is stable."""

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


class OurChange(StrictModel):
    """What Terraform's shape has no place for."""

    action: Action
    target: str
    remote_id: str | None
    name: str = Field(description="The campaign's name at the vendor.")
    reason: str
    source: Source | None
    requests: list[Request]
    fields: list[FieldEntry]
    notes: list[str]
    warnings: list[str]
    irreversible: bool
    not_before: str | None = Field(
        default=None,
        exclude_if=left_out,
        description="A create must wait until then, as the vendor may list an earlier one late.",
    )
    seen_ids: list[str] = Field(description="Live campaigns of that name before a create.")
    protects: bool | None = Field(description="What the ledger has to learn about pruning.")
    movement: Movement = Field(description="Which way drift moved; empty for what apply does.")


class GateEntry(StrictModel):
    """A condition that stops apply unless `allowed`."""

    code: str
    summary: str
    addresses: list[str]
    allowed: bool


class OutreachEntry(StrictModel):
    """Who may be contacted; `records` is null when no count is known."""

    campaigns: int
    channels: list[str]
    contact_lists: list[str]
    records: int | None
    earliest_at: str | None
    text: str


class LedgerEntry(StrictModel):
    """The ledger that the plan was made with."""

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
    oldest_read: str | None


class UnmanagedEntry(StrictModel):
    """A live campaign in no manifest and no ledger record."""

    target: str
    type: str
    remote_id: str
    name: str


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

    document_version: str
    id: str
    tool_version: str
    environment: str
    created_at: str
    expires_at: str
    sha256: str = Field(description="Of this document with 64 zeros in this place.")
    changes_sha256: str = Field(description="Of what apply would do; no ids and times in it.")
    partial: bool
    selection: SelectionEntry
    prune: bool
    allow: list[str]
    targets: list[TargetEntry]
    ledger: LedgerEntry
    outreach: OutreachEntry
    gates: list[GateEntry]
    diagnostics: list[DiagnosticEntry]
    requests: RequestCount
    pending: list[str]
    unmanaged: list[UnmanagedEntry]
    orphaned: list[str]
    coverage: Coverage
