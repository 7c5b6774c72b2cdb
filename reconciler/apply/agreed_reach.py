"""Decides whether a plan that was agreed may still reach the people that it reaches now; pure.

See docs/concepts/at-most-one-create.md#the-plan-that-was-agreed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ReachChanged
from reconciler.plan.model import Change, Plan, Safety
from reconciler.plan.people import CampaignReach, moment_in_words, people

_EARLIER = timedelta(minutes=5)
_AGAIN = "Nothing was sent. Plan again, and let somebody agree to the new plan."


def reach_changes(
    agreed: Plan, fresh: Plan, safety: Mapping[str, Safety]
) -> tuple[Diagnostic, ...]:
    """One problem for each campaign that reaches other people, or earlier, than was agreed.

    More people are accepted up to `reachTolerance` of the campaign's target in `safety`. Fewer
    people, and a later moment, always are.
    """
    then = {change.address: change.reach for change in agreed.changes}
    return tuple(
        error(ReachChanged.code, reason, _AGAIN, address=change.address, target=change.target)
        for change in fresh.changes
        if change.reach is not None
        for reason in _reasons(
            change,
            then.get(change.address),
            change.reach,
            safety=safety.get(change.target, Safety()),
            times=(agreed.created_at, fresh.created_at),
        )
    )


def _reasons(
    change: Change,
    then: CampaignReach | None,
    now: CampaignReach,
    *,
    safety: Safety,
    times: tuple[datetime, datetime],
) -> Iterator[str]:
    if then is None:
        yield f"{change.address} could contact nobody when the plan was made, and may now"
        return
    yield from _unread(change, then, now)
    # A list whose size nobody knew was agreed to without a number.
    counted = {one.name for one in then.lists if one.records is not None}
    found = sum(one.records or 0 for one in now.lists if one.name in counted)
    tolerated = max(then.least * safety.reach_percent // 100, safety.reach_contacts)
    if found - then.least > tolerated:
        yield (
            f"{change.address} reaches {people(found)} now; {people(then.least)} were agreed, "
            f"and at most {tolerated:,} more are accepted (reachTolerance)"
        )
    yield from _earlier(change, then, now, times=times)


def _unread(change: Change, then: CampaignReach, now: CampaignReach) -> Iterator[str]:
    known = {one.name: one.records for one in then.lists if one.records is not None}
    for one in now.lists:
        if one.records is None and one.name in known:
            yield (
                f'{change.address}: the size of contact list "{one.name}" cannot be read now; '
                f"it was {people(known[one.name])} when the plan was made"
            )


def _earlier(
    change: Change,
    then: CampaignReach,
    now: CampaignReach,
    *,
    times: tuple[datetime, datetime],
) -> Iterator[str]:
    """A first moment that comes before the agreed one; "at once" stays "at once"."""
    made, again = times
    agreed, found = _first(then), _first(now)
    if agreed is None or found is None or found >= agreed - _EARLIER:
        return
    if agreed <= made and found <= again:
        return
    when = "at once" if found <= again else f"from {moment_in_words(found, now.zone, now=again)}"
    yield (
        f"{change.address} may contact people {when}; "
        f"{moment_in_words(agreed, then.zone, now=again)} was agreed"
    )


def _first(reach: CampaignReach) -> datetime | None:
    """The first moment by the campaign's clock, or by that of a contact."""
    moments = [one for one in (reach.earliest_at, reach.own_clock_at) if one is not None]
    return min(moments, default=None)
