"""Calling hours into moments: when a campaign may contact people, on the clock of UTC; pure.

A zone's clock is cut into spans of one UTC offset, and each span's windows are moved by it. So an
hour that a clock change skips is never open, and one that it repeats is open twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reconciler.resources.time_zones import is_zone
from reconciler.resources.tree import Tree, at
from reconciler.resources.windows import WindowMinutes, windows_of

_HOURS = "dialingStrategy.callingHours"
_DAY = timedelta(days=1)
_SEARCHED = 15 * _DAY
"""Two weeks and a day: a clock change may skip the only window of one week."""
_STEP = timedelta(hours=3)
"""Shorter than the time between any two clock changes of a zone."""
_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=12)
"""How far the world's clocks are ahead of UTC and behind it."""


class Interval(NamedTuple):
    """A time in which people may be contacted, in UTC; `end` is exclusive."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """Calling hours as a zone and its windows."""

    zone: ZoneInfo
    windows: tuple[WindowMinutes, ...]

    def include(self, moment: datetime) -> bool:
        """Whether a clock of the zone shows a time inside a window."""
        wall = moment.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        return any(
            one.weekday == wall.weekday() and one.start <= minute < one.end for one in self.windows
        )

    def first_open(self, since: datetime) -> Interval | None:
        """The first time from a moment on that is inside a window; None if none is near."""
        return next(self.open_between(since, since + _SEARCHED), None)

    def open_between(self, start: datetime, end: datetime) -> Iterator[Interval]:
        """The times inside a window between two moments, in order; adjacent ones are joined."""
        joined: Interval | None = None
        for interval in self._pieces(start, end):
            if joined is not None and interval.start <= joined.end:
                joined = Interval(joined.start, max(joined.end, interval.end))
                continue
            if joined is not None:
                yield joined
            joined = interval
        if joined is not None:
            yield joined

    def _pieces(self, start: datetime, end: datetime) -> Iterator[Interval]:
        for first, last, offset in _spans(self.zone, start, end):
            local = [(moment + offset).replace(tzinfo=None) for moment in (first, last)]
            for opens, closes in _on_the_wall(self.windows, local[0].date(), local[1].date()):
                if opens < local[1] and local[0] < closes:
                    yield Interval(
                        _utc(max(opens, local[0]), offset), _utc(min(closes, local[1]), offset)
                    )


@dataclass(frozen=True, slots=True)
class ApplyWindows:
    """The weekly hours in which people may be contacted by a run: inside `allow`, not in `deny`."""

    allow: tuple[Hours, ...] = ()
    """Empty for always."""
    deny: tuple[Hours, ...] = ()

    def open_at(self, moment: datetime) -> bool:
        """Whether a run may contact people at a moment."""
        allowed = not self.allow or any(hours.include(moment) for hours in self.allow)
        return allowed and not any(hours.include(moment) for hours in self.deny)

    def next_open(self, now: datetime) -> datetime | None:
        """The first moment from `now` on at which a run may contact people; None for never."""
        horizon = now + _SEARCHED
        begins = [one.start for hours in self.allow for one in hours.open_between(now, horizon)]
        ends = [one.end for hours in self.deny for one in hours.open_between(now, horizon)]
        return next((one for one in sorted([now, *begins, *ends]) if self.open_at(one)), None)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a campaign may first contact people, and until when it goes on; in UTC."""

    start: datetime
    end: datetime | None = None
    """None if no calling hours end it."""
    zone: ZoneInfo | None = None
    """The campaign's; None if no readable calling hours name it."""
    own_clock: datetime | None = None
    """When a contact with a time zone of its own may first be contacted, wherever it is."""


def hours_of(spec: Tree) -> Hours | None:
    """The calling hours of a spec; None if it has none, or if any part of them is unreadable.

    Hours that cannot be read count as any time.
    """
    zone = _zone(at(spec, f"{_HOURS}.timezone"))
    windows = _windows(spec)
    return Hours(zone, windows) if zone is not None and windows else None


def next_opening(spec: Tree, now: datetime) -> Opening:
    """The first time from `now` on in which a campaign may contact people.

    It begins at `now` if nothing readable holds the campaign back.
    """
    hours, now = hours_of(spec), now.astimezone(UTC)
    if hours is None:
        return Opening(now)
    found = hours.first_open(now)
    if found is None:
        return Opening(now)
    return Opening(
        start=found.start,
        end=found.end if found.end < now + _SEARCHED else None,
        zone=hours.zone,
        own_clock=min(found.start, _anywhere(hours.windows, now)),
    )


@lru_cache(maxsize=1024)
def overlap(one: Hours | None, other: Hours | None, now: datetime) -> bool:
    """Whether two campaigns may contact people at the same time; unknown hours always overlap.

    Windows are compared in UTC, and on the wall for contacts with a time zone of their own.
    """
    if one is None or other is None:
        return True
    on_the_wall = any(_meet(a, b) for a in one.windows for b in other.windows)
    return on_the_wall or _cross(
        list(one.open_between(now, now + _SEARCHED)), list(other.open_between(now, now + _SEARCHED))
    )


@lru_cache(maxsize=1024)
def last_open(hours: Hours, since: datetime, until: datetime) -> datetime | None:
    """The last moment between two at which a campaign may contact people; of the last two weeks."""
    found = list(hours.open_between(max(since, until - _SEARCHED), until))
    return found[-1].end if found else None


def _meet(one: WindowMinutes, other: WindowMinutes) -> bool:
    return one.weekday == other.weekday and one.start < other.end and other.start < one.end


def _cross(ours: Sequence[Interval], others: Sequence[Interval]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in ours for b in others)


def _anywhere(windows: Sequence[WindowMinutes], now: datetime) -> datetime:
    """The first moment from `now` on that is inside a window by any clock of the world."""
    wall = now.astimezone(UTC).replace(tzinfo=None)
    for opens, closes in _on_the_wall(
        windows, (wall - _WESTERNMOST).date(), (wall + _SEARCHED).date()
    ):
        if closes > wall - _WESTERNMOST:
            return max(now, _utc(opens, _EASTERNMOST))
    return now


@lru_cache(maxsize=256)
def _spans(
    zone: ZoneInfo, start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The time between two moments, cut where the zone's offset from UTC changes."""
    found: list[tuple[datetime, datetime, timedelta]] = []
    first = moment = start.astimezone(UTC)
    end = end.astimezone(UTC)
    offset = _offset(zone, first)
    while moment < end:
        later = min(moment + _STEP, end)
        if _offset(zone, later) != offset:
            change = _change(zone, moment, later)
            found.append((first, change, offset))
            first, offset = change, _offset(zone, change)
        moment = later
    return (*found, (first, end, offset))


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which a zone's offset changes."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _on_the_wall(
    windows: Sequence[WindowMinutes], first: date, last: date
) -> Iterator[tuple[datetime, datetime]]:
    """The windows of each day between two dates, as a clock on the wall shows them; in order."""
    for days in range((last - first).days + 1):
        midnight = datetime.combine(first + days * _DAY, time())
        for window in windows:
            if window.weekday == midnight.weekday():
                yield (
                    midnight + timedelta(minutes=window.start),
                    midnight + timedelta(minutes=window.end),
                )


def _utc(wall: datetime, offset: timedelta) -> datetime:
    return (wall - offset).replace(tzinfo=UTC)


def _zone(name: object) -> ZoneInfo | None:
    """A live zone; None for a name that manifests may not have, whatever this system knows."""
    return ZoneInfo(name) if isinstance(name, str) and is_zone(name) else None


def _windows(spec: Tree) -> tuple[WindowMinutes, ...]:
    """The windows by weekday and start; none if any of them cannot be read."""
    found = windows_of(at(spec, f"{_HOURS}.days")) or ()
    return () if any(window.start >= window.end for window in found) else found
