"""A schedule into the moments at which it starts its campaign; pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from reconciler.resources.windows import DAYS
from reconciler.resources.writes import Recurrence


def starts(recurrence: Recurrence, now: datetime) -> Iterator[datetime]:
    """The moments from `now` on at which a schedule starts its campaign, in order.

    Days and times of day are counted in UTC, as the vendor does (docs/vendors/kore.md 8).
    """
    start, end = (moment.astimezone(UTC) for moment in (recurrence.start, recurrence.end))
    monday = start.date() - timedelta(days=start.weekday())
    moment = start + max(0, (now - start).days) * timedelta(days=1)
    while moment <= end:
        if moment >= now and _due(moment, recurrence, days=(moment - start).days, monday=monday):
            yield moment
        moment += timedelta(days=1)


def _due(moment: datetime, recurrence: Recurrence, *, days: int, monday: date) -> bool:
    if not recurrence.days:
        return days % recurrence.every == 0
    weeks = (moment.date() - monday).days // 7
    return DAYS[moment.weekday()] in recurrence.days and weeks % recurrence.every == 0
