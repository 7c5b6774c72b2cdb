"""What drift runs have found and told so far, as a ledger keeps it: each finding until it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FindingKind(StrEnum):
    """What a drift run may find."""

    DRIFT = "drift"
    TWIN = "twin"
    UNJUDGED = "unjudged"
    """A target that could not be read or compared as a whole."""


class Severity(StrEnum):
    """How soon somebody should look."""

    HIGH = "high"
    """More people, other hours or another content than was applied may be in effect."""
    MEDIUM = "medium"
    """Nobody knows."""
    LOW = "low"
    """Nobody more is contacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a drift run found."""

    kind: FindingKind
    target: str
    address: str = ""
    """The campaign; "" for a whole target."""
    remote_id: str = ""
    severity: Severity
    fields: Mapping[str, str] = field(default_factory=dict)
    """By path: a hash of the live value, so that another value is noticed and none is kept."""

    @property
    def key(self) -> str:
        """What stays the same while the finding lasts."""
        return " ".join((self.kind, self.target, self.address, self.remote_id)).rstrip()


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding that was told, and when it was first found."""

    finding: Finding
    since: datetime


DriftNotes = Mapping[str, KnownFinding]
"""What is known of an environment, by the key of each finding."""
