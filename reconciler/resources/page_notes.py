"""What listings taught about accounts, as a ledger keeps it: page sizes and numbers of rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedSize:
    """The number of rows of an account's pages, and how it was found."""

    size: int
    trials: int
    """How many requests for a page of unknown size were ever sent."""
    learned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNotes:
    """What is known before an environment is read; may be lost at any time."""

    sizes: Mapping[str, LearnedSize] = field(default_factory=dict)
    """By account."""
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By target and channel: how many rows the last listing had."""
