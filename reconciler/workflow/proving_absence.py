"""Read a target's listings until they agree with everything else that is known.

A listing of several pages can be complete by its counts and still lack a live campaign, and a
vendor may list a campaign later than it shows it by its id. So a known id counts as gone only if
reading it directly does not find it either. If the reading finds it and no listing does, nothing is
concluded about that campaign. Where a create would follow, two walks must show the same campaigns.
"""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reconciler.clock import Clock
from reconciler.plan.match import Missing, missing, not_found
from reconciler.providers.base import Provider
from reconciler.providers.stable_listing import Walks
from reconciler.resources.base import Desired
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.snapshot import TargetSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which channels of a target to list, and what will be concluded from them."""

    target: str
    channels: tuple[str, ...]
    desired: Collection[Desired]
    view: LedgerView
    prune: bool
    creates: bool
    """Whether the plan will create what is not found."""
    settle: timedelta
    """How long the vendor may take to list a new campaign."""
    begun: tuple[datetime, float] | None = None
    """When the read began, by our clock and by `Clock.monotonic`; None: now."""


def read_listings(
    provider: Provider, question: Question, *, clock: Clock, pool: ThreadPoolExecutor
) -> TargetSnapshot:
    """The target's rows; raises ReadFailed when listings that must agree do not."""
    begun_at, begun_tick = question.begun or (clock.now(), clock.monotonic())
    # A reading that a plan is not made from shows what there is, also what is archived.
    walks = {
        channel: Walks(provider, channel, archived=not question.creates)
        for channel in question.channels
    }
    rows = _rows(walks, question)
    for channel in _where_archived_matter(rows, question):
        walks[channel].add_archived()
    denied: set[str] = set()
    while True:
        rows = _rows(walks, question)
        lacking = [one for one in _missing(rows, question) if one.remote_id not in denied]
        living = _living(lacking, rows, provider=provider, pool=pool)
        denied |= {one.remote_id for one in lacking if one not in living}
        unlisted = frozenset(one.remote_id for one in living)
        slipped = [one for one in living if not _is_late(one, rows, question, clock=clock)]
        again = {one.kind.channel for one in slipped if not walks[one.kind.channel].ended}
        again |= {one for one in _at_stake(rows, question, unlisted) if not walks[one].steady}
        if not again:
            return replace(
                rows,
                unlisted=unlisted,
                begun_at=begun_at,
                begun_tick=begun_tick,
                ended_tick=clock.monotonic(),
            )
        for channel in sorted(again):
            walks[channel].again()


def _rows(walks: Mapping[str, Walks], question: Question) -> TargetSnapshot:
    listings = {channel: walk.latest for channel, walk in walks.items()}
    return TargetSnapshot(target=question.target, listings=listings)


def _where_archived_matter(rows: TargetSnapshot, question: Question) -> frozenset[str]:
    """The channels where a known campaign may be an archived one, or something may be created."""
    known = {
        (BY_TYPE[record.address.type].channel, record.remote_id)
        for record in question.view.records.values()
        if record.target == question.target and record.address.type in BY_TYPE
    }
    known |= {(one.kind.channel, one.remote_id) for one in _missing(rows, question)}
    listed = {
        (channel, row.remote_id) for channel, found in rows.listings.items() for row in found.items
    }
    missed = frozenset(channel for channel, _ in known - listed) & rows.listings.keys()
    return missed | _at_stake(rows, question, ())


def _missing(rows: TargetSnapshot, question: Question) -> tuple[Missing, ...]:
    return missing(question.desired, rows, question.view, prune=question.prune)


def _living(
    lacking: list[Missing],
    rows: TargetSnapshot,
    *,
    provider: Provider,
    pool: ThreadPoolExecutor,
) -> list[Missing]:
    """Those that the vendor returns by id although no listing has them."""
    found = pool.map(lambda one: provider.get(one.kind.type, one.remote_id), lacking)
    listed = {row.remote_id for listing in rows.listings.values() for row in listing.items}
    return [
        one
        for one, live in zip(lacking, found, strict=True)
        # A pin may spell the vendor's id differently.
        if live is not None and live.remote_id not in listed
    ]


def _is_late(one: Missing, rows: TargetSnapshot, question: Question, *, clock: Clock) -> bool:
    """Whether a listing may lack a campaign because it is new.

    Its age is the lower one by our clock and the vendor's, as in a plan.
    """
    now = clock.now()
    now = min(now, rows.as_of or now)
    return one.record is not None and now - one.record.written_at < question.settle


def _at_stake(
    rows: TargetSnapshot, question: Question, unlisted: Collection[str]
) -> frozenset[str]:
    """The channels where absence leads to a create, or settles the outcome of an earlier create."""
    if not question.creates:
        return frozenset()
    view = question.view
    opened = {one.channel for one in view.intents.values() if one.target == question.target}
    found = not_found(question.desired, rows, view, unlisted=unlisted)
    return (found | opened) & rows.listings.keys()
