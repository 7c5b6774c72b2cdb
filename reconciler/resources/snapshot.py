"""What was read of a target. Complete by construction: a partial read is an exception."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from reconciler.diagnostics import Diagnostic
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Moment
from reconciler.resources.spellings import label_key


class ListScope(StrEnum):
    """Which campaigns of a channel to list."""

    ALL = "all"
    LIVING = "living"
    """All but the archived campaigns, if these cost requests of their own; else all."""
    ARCHIVED = "archived"
    """What a listing of the living lacks."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Every campaign of a channel, proven complete by the vendor's own totals."""

    channel: str
    items: tuple[Live, ...]
    as_of: datetime | None = None
    """The vendor's clock when it responded; None if it does not report its time."""
    at_once: bool = True
    """Whether a single response had the whole listing. A listing over several pages may miss a live
    campaign, if others were added or removed meanwhile: its absence alone proves nothing."""
    has_archived: bool = True
    """Whether archived campaigns are in it; without them, absence proves nothing."""

    def joined(self, archived: "Listing") -> "Listing":
        """A listing of the living, and one of the archived that was read after it, as one."""
        rows = {row.remote_id: row for row in (*archived.items, *self.items)}
        return Listing(
            self.channel,
            tuple(rows.values()),
            archived.as_of or self.as_of,
            at_once=self.at_once and archived.at_once,
        )


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list of people at the vendor, by its name; has no data about any person."""

    name: str
    records: int | None = None
    status: str = ""
    own_clocks: bool = False
    """Whether its contacts may have a time zone of their own."""
    also: tuple[str, ...] = ()
    """The names of other lists that look alike."""


def by_key(lists: Iterable[ContactList]) -> dict[str, ContactList]:
    """Contact lists by the keys of their names; of several lists with one key, no size is known."""
    found: dict[str, ContactList] = {}
    for one in lists:
        key = label_key(one.name)
        other = found.get(key)
        found[key] = one if other is None else _either(one, other)
    return found


def _either(one: ContactList, other: ContactList) -> ContactList:
    also = (*other.also, other.name)
    return ContactList(one.name, own_clocks=one.own_clocks or other.own_clocks, also=also)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSnapshot:
    """What was read of a target; if `problem` is set, nothing may be concluded from it."""

    target: str
    listings: Mapping[str, Listing] = field(default_factory=dict)
    """By channel; a channel that was not read is absent."""
    details: Mapping[str, Live] = field(default_factory=dict)
    """Full reads by remote id; for other campaigns the list row is all there is."""
    contact_lists: Mapping[str, ContactList] | None = None
    """By the keys of their names; None if not requested, or if the vendor cannot list them."""
    neighbours: tuple[Live, ...] = ()
    """Rows of channels that the plan is not about: they may contact the same lists."""
    unlisted: frozenset[str] = frozenset()
    """Ids of campaigns that a read by id found, and that no listing shows."""
    begun_at: datetime | None = None
    """By our clock, before the first listing was requested."""
    begun_tick: float = 0.0
    """The same by `Clock.monotonic`."""
    ended_tick: float = 0.0
    """By `Clock.monotonic`, when the last listing was there."""
    oldest_read: datetime | None = None
    requests: int = 0
    problem: Diagnostic | None = None
    notes: tuple[Diagnostic, ...] = ()
    """Warnings about what could not be read, although the campaigns were."""

    @property
    def as_of(self) -> datetime | None:
        """The vendor's clock at the latest listing."""
        times = (listing.as_of for listing in self.listings.values() if listing.as_of)
        return max(times, default=None)

    def everybody(self) -> Iterator[Live]:
        """The list row of every live campaign of any channel that was read."""
        listed = (row for listing in self.listings.values() for row in listing.items)
        for row in (*listed, *self.neighbours):
            if row.state is not RunState.ARCHIVED:
                yield row

    def moment(self, now: datetime) -> Moment:
        """When its first listing was requested, at the latest; by both clocks.

        `now` is used for a snapshot that was not read from a vendor.
        """
        took = timedelta(seconds=self.ended_tick - self.begun_tick)
        return Moment(self.begun_at or now, self.as_of - took if self.as_of else None)

    def vendor_time(self, tick: float) -> tuple[datetime, datetime] | None:
        """The vendor's clock at a later `Clock.monotonic`: not before, and not after.

        None if the vendor does not report its time.
        """
        if self.as_of is None:
            return None
        earliest = self.as_of + timedelta(seconds=tick - self.ended_tick)
        return earliest, self.as_of + timedelta(seconds=tick - self.begun_tick)

    def live(self, remote_id: str) -> Live | None:
        """The most complete read of a campaign."""
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
