"""What a change asks of a vendor: the write in canonical form, and the requests that make it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconciler.resources.base import Live
from reconciler.resources.tree import Tree

KNOWN_AFTER_APPLY = "(known after apply)"
"""Stands in a path for the id that an earlier request of the same change will answer.

In a body it stands where `PlannedRequest.unknown` says so; anywhere else it is somebody's text.
"""


class Operation(StrEnum):
    """What a request does at the vendor."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    START = "start"
    STOP = "stop"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """When a campaign starts by itself: every so many days, or weeks on some weekdays."""

    every: int
    """Days; weeks when `days` names any."""
    days: tuple[str, ...] = ()
    """`MO` to `SU`."""
    start: datetime
    end: datetime
    """Both with a zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One change of one campaign, before it is put into a vendor's words."""

    operation: Operation
    type: str
    spec: Tree = field(default_factory=dict)
    """Create: desired over defaults. Update: desired. All else: empty."""
    live: Live | None = None
    """The campaign as read; None for a create."""
    last_applied: Tree = field(default_factory=dict)
    """What the ledger says was last sent or assumed; the source of unreadable fields."""
    changed: frozenset[str] = frozenset()
    """Update: the paths that differ."""
    marker: str = ""
    """Create: the mark that a target with `marker: description` puts behind the description."""
    recurrence: Recurrence | None = None
    """Schedule: what to set; None switches the schedule off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """One HTTP request, without credentials. `path` begins with `/` and is percent-encoded."""

    operation: Operation
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Tree | None = None
    unknown: tuple[str, ...] = ()
    """Paths of `body` that only a reading of the campaign tells, once it was created."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """The API cannot make this write; `reason` says what a person can do instead."""

    reason: str
