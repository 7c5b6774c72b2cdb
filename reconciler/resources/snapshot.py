"""What one reading of a target found. Complete by construction: a partial read is an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.diagnostics import Diagnostic
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Moment


@dataclass(frozen=True, slots=True)
class Listing:
    """Every campaign of one channel, proven complete by the vendor's own totals."""

    channel: str
    items: tuple[Live, ...]
    as_of: datetime | None = None
    """The vendor's own clock when it answered; None where it does not tell."""
    at_once: bool = True
    """Whether one answer showed it all. A walk over several pages may lack a campaign that lives,
    if others came and went meanwhile: its absence alone proves nothing."""


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list of people at the vendor, known by its name only; no person is in here."""

    name: str
    records: int | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSnapshot:
    """What was read of one target; with `problem` set, nothing may be concluded from it."""

    target: str
    listings: Mapping[str, Listing] = field(default_factory=dict)
    """By channel; a channel that was not read is not in here."""
    details: Mapping[str, Live] = field(default_factory=dict)
    """Full readings by remote id; a row without one stands for itself."""
    contact_lists: Mapping[str, ContactList] | None = None
    """By name; None when they were not asked for or the vendor cannot tell."""
    unlisted: frozenset[str] = frozenset()
    """Ids of campaigns so new that no listing shows them yet, which a reading by id found."""
    begun_at: datetime | None = None
    """By our clock, before the first listing was asked for."""
    oldest_read: datetime | None = None
    requests: int = 0
    problem: Diagnostic | None = None

    @property
    def as_of(self) -> datetime | None:
        """The vendor's own clock at the latest listing."""
        return max((one.as_of for one in self.listings.values() if one.as_of), default=None)

    def moment(self, now: datetime) -> Moment:
        """When it was read: by our clock before the first request, by the vendor's at the last.

        `now` stands in for a snapshot that was not read from a vendor.
        """
        return Moment(self.begun_at or now, self.as_of)

    def live(self, remote_id: str) -> Live | None:
        """The fullest reading of a campaign."""
        if remote_id in self.details:
            return self.details[remote_id]
        return next(
            (
                row
                for listing in self.listings.values()
                for row in listing.items
                if row.remote_id == remote_id
            ),
            None,
        )
