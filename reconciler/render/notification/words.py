"""What is new in drift, into a title and lines for people; names campaigns, quotes no value."""

from collections.abc import Iterator
from datetime import timedelta

from reconciler.plan.drift_news import DriftNews, Event, News
from reconciler.render.values import foreign
from reconciler.resources.drift_notes import FindingKind, Severity

SHOWN = 20
"""Lines of one message; a longer one is not read."""
_SEVERITIES = {
    Severity.HIGH: "may reach more people, at other times, or with other content",
    Severity.MEDIUM: "nobody knows",
    Severity.LOW: "nobody more is contacted",
}
_UNITS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def title(told: DriftNews) -> str:
    """`reconciler: 2 new, 1 ended in production`."""
    counts = {event: sum(1 for one in told.news if one.event is event) for event in Event}
    parts = [f"{number} {event}" for event, number in counts.items() if number]
    return foreign(f"reconciler: drift in {told.environment}: {', '.join(parts)}")


def lines(told: DriftNews) -> Iterator[str]:
    """A line for each of at most 20 findings, and the sum of what is still open."""
    for one in told.news[:SHOWN]:
        yield foreign(_line(one, told))
    if len(told.news) > SHOWN:
        yield f"and {len(told.news) - SHOWN} more"
    yield _still_open(told)


def _line(one: News, told: DriftNews) -> str:
    found, age = one.finding, in_words(told.at - one.since)
    how = f"({found.severity}: {_SEVERITIES[found.severity]})"
    heads = {
        Event.NEW: f"New {how}",
        Event.GROWN: f"Grown {how}, found {age} ago",
        Event.ENDED: f"Ended after {age}",
        Event.ACCEPTED: f"Accepted by the manifest after {age}",
    }
    return f"{heads[one.event]}: {_what(one)}"


def _what(one: News) -> str:
    found = one.finding
    match found.kind:
        case FindingKind.UNJUDGED:
            if one.event is Event.ENDED:
                return f"target {found.target} can be judged again"
            return f"target {found.target} cannot be judged: not everything was read and compared"
        case FindingKind.TWIN:
            return f"{found.remote_id} on target {found.target} looks like {found.address}"
        case FindingKind.DRIFT:
            paths = ", ".join(sorted(found.fields)) or "it is gone"
            return f"{found.address} on target {found.target}: {paths}"


def _still_open(told: DriftNews) -> str:
    if not told.notes:
        return "Nothing is open any more."
    oldest = in_words(told.at - min(known.since for known in told.notes.values()))
    return f"Open now: {len(told.notes)}, the oldest for {oldest}."


def in_words(age: timedelta) -> str:
    """`3 days`, `5 hours`, `less than a minute`."""
    for unit, name in _UNITS:
        if age >= unit:
            number = age // unit
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"
