"""What a change requires of a vendor: the write in canonical form, and its requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconciler.resources.base import Live
from reconciler.resources.tree import Tree

KNOWN_AFTER_APPLY = "(known after apply)"
"""Placeholder in a path for the id that an earlier request of the same change will return.

In a body it is a placeholder only at the paths in `PlannedRequest.unknown`; elsewhere it is text.
"""


RUNNING = "it is contacting people; stop it first"
"""Why a campaign that runs is neither changed nor deleted."""


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
    """When a campaign starts automatically: every so many days, or weeks on some weekdays."""

    every: int
    """Days; weeks when `days` names any."""
    days: tuple[str, ...] = ()
    """`MO` to `SU`."""
    start: datetime
    end: datetime
    """Both have a time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A change of a campaign, before it becomes requests."""

    operation: Operation
    type: str
    spec: Tree = field(default_factory=dict)
    """Create: desired over defaults. Update: desired. Otherwise empty."""
    live: Live | None = None
    """The campaign as read; None for a create."""
    last_applied: Tree = field(default_factory=dict)
    """What was last sent or assumed, from the ledger; the source of unreadable fields."""
    changed: frozenset[str] = frozenset()
    """Update: the paths that differ."""
    marker: str = ""
    """Create: the marker that a target with `marker: description` appends to the description."""
    recurrence: Recurrence | None = None
    """Schedule: what to set; None switches the schedule off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """An HTTP request, without credentials. `path` begins with `/` and is percent-encoded."""

    operation: Operation
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Tree | None = None
    unknown: tuple[str, ...] = ()
    """Paths of `body` whose value is known only after the campaign was created and read."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """The API cannot make this write; `reason` says what a person can do instead."""

    reason: str
