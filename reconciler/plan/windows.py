"""Finds the next moment at which a campaign may contact anybody, from its calling hours; pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reconciler.resources.calling_hours import DAYS, normal_windows, parse_time
from reconciler.resources.tree import Tree, at
from reconciler.resources.writes import Recurrence

_HOURS = "dialingStrategy.callingHours"


def next_opening(spec: Tree, now: datetime) -> datetime:
    """The first moment at or after `now` inside a calling window, in the campaign's own zone.

    If there are no readable windows, there is nothing to wait for, and the result is `now`.
    """
    zone = _zone(spec)
    windows = list(_windows(spec))
    if zone is None or not windows:
        return now
    today = now.astimezone(zone).date()
    # Eight days, because the only window may be today's and already over.
    for offset in range(8):
        day = today + timedelta(days=offset)
        for weekday, start, end in windows:
            if weekday != day.weekday():
                continue
            opens, closes = (
                datetime.combine(day, _clock(minutes), zone).astimezone(UTC)
                for minutes in (start, end)
            )
            if now < closes:
                return max(now, opens).astimezone(zone)
    return now


def first_start(recurrence: Recurrence, now: datetime) -> datetime:
    """The first moment from `now` on at which a schedule starts its campaign.

    Days and times of day are counted in UTC, as the vendor does
    (docs/vendors/kore.md 8). The result is the end of the schedule if no day is left before it.
    """
    start, end = (moment.astimezone(UTC) for moment in (recurrence.start, recurrence.end))
    monday = start.date() - timedelta(days=start.weekday())
    moment = start
    while moment <= end:
        weeks = (moment.date() - monday).days // 7
        if recurrence.days:
            due = DAYS[moment.weekday()] in recurrence.days and weeks % recurrence.every == 0
        else:
            due = (moment - start).days % recurrence.every == 0
        if due and moment >= now:
            return moment
        moment += timedelta(days=1)
    return end


def has_hours(spec: Tree) -> bool:
    """Whether the campaign has calling windows that can hold it back."""
    return _zone(spec) is not None and any(_windows(spec))


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _zone(spec: Tree) -> ZoneInfo | None:
    name = at(spec, f"{_HOURS}.timezone")
    if not isinstance(name, str):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _windows(spec: Tree) -> Iterator[tuple[int, int, int]]:
    """(weekday from Monday 0, first minute, last minute), in the order of canonical form."""
    days = normal_windows(at(spec, f"{_HOURS}.days"))
    for window in days if isinstance(days, list) else ():
        if not isinstance(window, dict) or window.get("day") not in DAYS:
            continue
        start, end = (parse_time(str(window.get(key))) for key in ("start", "end"))
        if start is not None and end is not None and start < end:
            yield DAYS.index(str(window["day"])), start, end
