"""What a provider can do, as data that plan respects and `providers` prints."""

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
    """An update sends only what differs (PATCH)."""
    DRAFT = "draft"
    """A create makes a draft that contacts nobody."""
    ARCHIVE = "archive"
    """There is no delete; archiving stands in for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One vendor's API as facts. Seconds where a number is a time."""

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
    """Whether a create or an update may start contacting people by itself."""
    settle: float
    """How long an unknown create is looked for, unless the target says otherwise."""
    requests_per_minute: int | None = None
    """What the vendor allows a whole account; None where it does not say."""
    idle_statuses: tuple[str, ...] = ()
    """Words of state class `other` that are not taken for contacting people."""
    passing_statuses: tuple[str, ...] = ()
    """Words of a draft that becomes another state by itself."""
    create_doubts: Mapping[str, str] = field(default_factory=dict)
    """Why the vendor may refuse a create that its pages allow, by channel."""
    drops_exclusion: tuple[str, ...] = ()
    """Channels whose updates may drop a do-not-call list that no reading shows."""
    notes: tuple[str, ...] = ()
    """What the API cannot do, in sentences for people."""
