"""What a manifest exempts its campaign from: fields, rules, and gates; with a reason and an end."""

from dataclasses import dataclass
from datetime import date

from reconciler.diagnostics import Position


@dataclass(frozen=True, slots=True)
class Exemption:
    """An `ignore` (of a path) or a `waive` (of a rule): what, why, until when."""

    subject: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A gate that a reviewed manifest opens for its campaign, up to a number of records."""

    gate: str
    records: int
    until: date
    by: str
    reason: str
    place: Position | None = None
    """Where the entry is in the manifest."""
