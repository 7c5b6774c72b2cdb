"""Who a write or a start may contact, and when, as values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ReachedList:
    """A contact list that a campaign names, with the number of its records."""

    name: str
    records: int | None = None
    """None if its size could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReach:
    """The people of one campaign, and when they may be contacted."""

    channel: str
    """How they are contacted: `SMS` or `voice`."""
    lists: tuple[ReachedList, ...] = ()
    """By name; empty where the vendor selects the people."""
    earliest_at: datetime | None = None
    """When the first may be contacted; None if nothing tells."""
    until: datetime | None = None
    """The end of the calling hours that begin then; None for no end."""
    zone: str = ""
    """The campaign's time zone; "" if no calling hours name it."""
    own_clock_at: datetime | None = None
    """When a contact with a time zone of its own may be the first; None if there are none."""
    news: tuple[str, ...] = ()
    """What is new for people: `new`, `text`, `flow`, `hours`, ...; empty for nothing."""
    may_start: bool = False
    """Whether the write itself may start the campaign."""
    runs: int = 1
    """How often it starts by itself; 1 for once."""

    @property
    def records(self) -> int | None:
        """The records of all its lists; None if a size is not known or it names no list."""
        sizes = [one.records for one in self.lists]
        known = [size for size in sizes if size is not None]
        return sum(known) if sizes and len(known) == len(sizes) else None

    @property
    def least(self) -> int:
        """The records of the lists whose size is known."""
        return sum(one.records or 0 for one in self.lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """The people of a whole plan, each campaign's counted; `records` is None if none is known."""

    campaigns: int = 0
    channels: tuple[str, ...] = ()
    contact_lists: tuple[str, ...] = ()
    records: int | None = None
    unknown_sizes: bool = False
    """Whether a list's size is not known, so that there may be more."""
    earliest_at: datetime | None = None
    text: str = ""
    """The sum in one sentence."""
    notes: tuple[str, ...] = ()
    """What is not certain, and what is no news to anybody."""

    def with_notes(self, notes: Iterable[str]) -> Self:
        """The same with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def people(number: int) -> str:
    """`1 contact`, `1,240 contacts`."""
    return f"{number:,} contact" if number == 1 else f"{number:,} contacts"


def widest_first(reaches: Iterable[tuple[str, CampaignReach]]) -> list[tuple[str, CampaignReach]]:
    """Campaigns by how many they may reach; an unknown size counts as the largest."""
    return sorted(reaches, key=lambda pair: (pair[1].records is not None, -pair[1].least, pair[0]))


def moment_in_words(moment: datetime, zone: str = "", *, now: datetime) -> str:
    """`Mon 30 Nov 09:00 EST (14:00 UTC)`: in the campaign's zone, if it has one, and in UTC."""
    local = moment.astimezone(ZoneInfo(zone) if zone else UTC)
    year = f" {local:%Y}" if abs((moment - now).days) > 180 else ""
    text = f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"
    if local.utcoffset() == timedelta(0):
        return f"{text} {local:%Z}"
    return f"{text} {local:%Z} ({_in_utc(moment, local)})"


def _in_utc(moment: datetime, local: datetime) -> str:
    utc = moment.astimezone(UTC)
    if utc.date() == local.date():
        return f"{utc:%H:%M} UTC"
    return f"{utc:%a} {utc.day} {utc:%b} {utc:%H:%M} UTC"
