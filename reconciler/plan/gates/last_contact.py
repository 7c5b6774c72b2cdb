"""When a live campaign last contacted people, from everything that tells; pure.

Vendors have no call for it. What tells are our own starts, the date of a run's latest progress, and
how the number of messages grew since the ledger kept it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.plan.gates.contacting import Crowd
from reconciler.plan.people import moment_in_words
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import SentCount

_RAN = (RunState.ACTIVE, RunState.PAUSED, RunState.FINISHED)


@dataclass(frozen=True, slots=True)
class LastContact:
    """The latest moment at which a campaign may have contacted somebody."""

    at: datetime | None = None
    """None for never, or if it cannot be told."""
    words: str = ""
    """When that was, for people."""
    told: bool = True
    """False if it ran, and nothing tells when."""


def has_run(live: Live) -> bool:
    """Whether a campaign is known to have contacted anybody."""
    return live.state in _RAN or bool(live.sent)


def last_contact(live: Live, target: str, crowd: Crowd, *, gap: timedelta) -> LastContact:
    """When a campaign that is not under way last contacted anybody.

    A number of messages that did not grow for a whole `gap` proves that it contacted nobody then.
    """
    key = crowd.accounts[target], live.remote_id
    started, kept = crowd.started.get(key), crowd.counts.get(key)
    bounds = sorted(_bounds(live, kept, crowd.now, gap)) if has_run(live) else []
    moments = [one for one in (*bounds[:1], started) if one is not None]
    if not moments:
        return LastContact(told=not has_run(live))
    at = max(moments)
    if kept is not None and _grew(live, kept) and at == crowd.now:
        since = moment_in_words(kept.since, now=crowd.now)
        return LastContact(at, f"after {since}, as more messages were sent since")
    return LastContact(at, ago(at, crowd.now))


def _bounds(
    live: Live, kept: SentCount | None, now: datetime, gap: timedelta
) -> Iterator[datetime]:
    """Moments after which nobody was contacted."""
    if live.run_changed_at is not None:
        yield live.run_changed_at
    if kept is not None and live.sent is not None:
        count = kept.then(live.sent, now)
        if count.grew or now - count.since >= gap:
            yield count.since


def _grew(live: Live, kept: SentCount) -> bool:
    return live.sent is not None and live.sent > kept.sent


def ago(moment: datetime, now: datetime) -> str:
    """`6 h ago`, for people."""
    hours = max(timedelta(), now - moment) // timedelta(hours=1)
    return f"{hours} h ago" if hours else "less than 1 h ago"
