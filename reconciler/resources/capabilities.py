"""What a provider can do, as data that plan follows and `providers` prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Ability(StrEnum):
    """How a vendor offers an operation."""

    NO = "no"
    YES = "yes"
    FULL_BODY = "full-body"
    """An update replaces the whole document (PUT)."""
    PARTIAL = "partial"
    """An update sends only the fields that differ (PATCH)."""
    DRAFT = "draft"
    """A create makes a draft that contacts nobody."""
    ARCHIVE = "archive"
    """There is no delete; a campaign is archived instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """A vendor's API as facts. Times are in seconds."""

    provider: str
    channels: tuple[str, ...]
    create: Ability
    update: Ability
    delete: Ability
    start: Ability = Ability.NO
    stop: Ability = Ability.NO
    schedule: Ability = Ability.NO
    contact_lists: Ability = Ability.NO
    may_send_on_write: bool
    """Whether a create or an update may start contacting people without a start."""
    settle: float
    """How long to look for an unknown create, unless the target sets another time."""
    thin_rows: bool = False
    """Whether a list row lacks fields, so that a campaign is compared only after it was read."""
    requests_per_minute: int | None = None
    """The vendor's limit for a whole account; None if it is not documented."""
    lists_archived_apart: bool = False
    """Whether archived campaigns cost requests of their own, see `ListScope.LIVING`."""
    idle_statuses: tuple[str, ...] = ()
    """Statuses of class `other` that do not count as contacting people."""
    passing_statuses: tuple[str, ...] = ()
    """Statuses of a draft that changes to another state on its own."""
    create_doubts: Mapping[str, str] = field(default_factory=dict)
    """Why the vendor may refuse a create that its documentation allows, by channel."""
    drops_exclusion: tuple[str, ...] = ()
    """Channels whose updates may drop a do-not-call list that the vendor does not return."""
    update_loses: tuple[str, ...] = ()
    """What only the vendor's console sets and no call shows, and an update may remove."""
    without_exclusion: Mapping[str, str] = field(default_factory=dict)
    """What a campaign without a do-not-call list should know, by channel."""
    notes: tuple[str, ...] = ()
    """What the API cannot do, as sentences for people."""
