"""Find who is contacted when campaigns are launched: by each, by all, and by two at once.

Reads the contact lists of a target once, however many campaigns it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.address import Address
from reconciler.plan.model import Change
from reconciler.plan.outreach import summed
from reconciler.plan.people import CampaignReach, Outreach
from reconciler.plan.reach import STARTED, contact_lists, reach_of
from reconciler.plan.recurrences import starts
from reconciler.providers.base import Provider
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.snapshot import ContactList
from reconciler.resources.tree import Tree
from reconciler.run_state.launch.model import Launch, Wanted

_TWICE = "the vendor may refuse it, and people may be contacted twice"


def with_audiences(
    launches: Iterable[Launch],
    changes: Mapping[Address, Change],
    wanted: Wanted,
    *,
    now: datetime,
) -> tuple[Launch, ...]:
    """The launches, each with the people it contacts; raises ReconcilerError if a reading fails."""
    known: dict[str, Mapping[str, ContactList]] = {}
    complete = []
    for launch in launches:
        if launch.target not in known:
            known[launch.target] = _contact_lists(launch.provider)
        spec = changes[launch.address].before or {}
        reach = _reach(launch.address.type, spec, known[launch.target], wanted, now=now)
        complete.append(replace(launch, reach=reach))
    return tuple(complete)


def _reach(
    type_: str,
    spec: Tree,
    lists: Mapping[str, ContactList],
    wanted: Wanted,
    *,
    now: datetime,
) -> CampaignReach:
    """The people whom a start, or all starts of a schedule, may contact."""
    if wanted.recurrence is None:
        reach = replace(reach_of(type_, spec, lists, now=now), news=(STARTED,), may_start=True)
        # Without calling hours nothing tells when the vendor begins.
        return reach if reach.zone else replace(reach, earliest_at=None)
    due = starts(wanted.recurrence, now)
    begins = next(due, None)
    reach = reach_of(type_, spec, lists, now=begins or wanted.recurrence.end)
    runs = 1 + sum(1 for _ in due)
    return replace(reach, news=(STARTED,), may_start=True, runs=runs)


def in_all(launches: Iterable[Launch], *, now: datetime) -> Outreach:
    """Everybody whom some launches contact; a list that two of them use counts twice."""
    reached = [one for one in launches if one.reach is not None]
    if not reached:
        return Outreach(text="Outreach: nobody is contacted by this.")
    found = summed((one.reach for one in reached if one.reach is not None), now=now)
    repeats = (f"{one.address} starts by itself {one.repeats}." for one in reached if one.repeats)
    return replace(found, notes=(*repeats, *found.notes))


def with_shared_lists(launches: Sequence[Launch]) -> tuple[Launch, ...]:
    """The launches, with a warning for each contact list that two campaigns would use at once.

    Two campaigns cannot run at once on one contact list (docs/vendors/kore.md 7a).
    """
    running = _running(launches)
    return tuple(
        replace(one, warnings=(*one.warnings, *_shared(one, launches, running.get(one.target, ()))))
        for one in launches
    )


def _contact_lists(provider: Provider) -> Mapping[str, ContactList]:
    if provider.capabilities.contact_lists is Ability.NO:
        return {}
    return provider.contact_lists() or {}


def _running(launches: Iterable[Launch]) -> Mapping[str, Sequence[Live]]:
    """By target: all running campaigns of any channel, where a launch uses contact lists."""
    running: dict[str, list[Live]] = {}
    for launch in launches:
        if launch.target in running or not _lists_of(launch):
            continue
        able, listings = launch.provider.capabilities, launch.snapshot.listings
        rows = [
            row
            for channel in able.channels
            for row in (listings.get(channel) or launch.provider.list(channel)).items
        ]
        running[launch.target] = [
            row
            for row in rows
            if row.state is RunState.ACTIVE
            or (row.state is RunState.OTHER and row.status not in able.idle_statuses)
        ]
    return running


def _shared(launch: Launch, launches: Iterable[Launch], running: Iterable[Live]) -> list[str]:
    mine = _lists_of(launch)
    with_it = [
        (str(one.address), mine & _lists_of(one), "is started with it")
        for one in launches
        if one.target == launch.target and one.address != launch.address
    ]
    already = [
        (f'"{row.name}" ({row.remote_id})', mine & set(contact_lists(row.spec)), f"is {row.status}")
        for row in running
        if row.remote_id != launch.live.remote_id
    ]
    return [
        f"{who} {does} and uses {_quoted(names)} too: {_TWICE}"
        for who, names, does in (*with_it, *already)
        if names
    ]


def _lists_of(launch: Launch) -> set[str]:
    return {one.name for one in launch.reach.lists} if launch.reach is not None else set()


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))
