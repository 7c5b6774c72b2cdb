"""Find who is contacted when campaigns are launched: by each, by all, and by two at once.

Reads the contact lists of a target once, however many campaigns it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.address import Address
from reconciler.plan.gates.audience import contact_lists
from reconciler.plan.gates.gate import count
from reconciler.plan.model import Change
from reconciler.plan.outreach import launch as launch_outreach
from reconciler.plan.recurrences import starts
from reconciler.providers.base import Provider
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.snapshot import ContactList
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
    recurrence = wanted.recurrence
    begins = next(starts(recurrence, now), recurrence.end) if recurrence is not None else None
    known: dict[str, Mapping[str, ContactList]] = {}
    complete = []
    for launch in launches:
        if launch.target not in known:
            known[launch.target] = _contact_lists(launch.provider)
        lists = known[launch.target]
        change = changes[launch.address]
        outreach = launch_outreach(change, lists, now=now, why=wanted.why, begins=begins)
        names = outreach.contact_lists
        sizes = {name: lists[name].records if name in lists else None for name in names}
        complete.append(replace(launch, outreach=outreach, sizes=sizes))
    return tuple(complete)


def with_shared_lists(launches: Sequence[Launch]) -> tuple[Launch, ...]:
    """The launches, with a warning for each contact list that two campaigns would use at once.

    Two campaigns cannot run at once on one contact list (docs/vendors/kore.md 7a).
    """
    running = _running(launches)
    return tuple(
        replace(one, warnings=(*one.warnings, *_shared(one, launches, running.get(one.target, ()))))
        for one in launches
    )


def in_all(launches: Sequence[Launch]) -> str:
    """The outreach sentence of several launches; a list that two of them use counts once."""
    sizes = {(one.target, name): size for one in launches for name, size in one.sizes.items()}
    reached = [count(len(sizes), "contact list")] if sizes else []
    known = [size for size in sizes.values() if size is not None]
    if known:
        least = "" if len(known) == len(sizes) else "at least "
        reached[0] += f" ({least}{sum(known):,} {'contact' if sum(known) == 1 else 'contacts'})"
    if any(not one.sizes for one in launches):
        reached.append("people whom the vendor selects")
    return f"In all: {len(launches)} campaigns will contact {' and '.join(reached)}."


def _contact_lists(provider: Provider) -> Mapping[str, ContactList]:
    if provider.capabilities.contact_lists is Ability.NO:
        return {}
    return provider.contact_lists() or {}


def _running(launches: Iterable[Launch]) -> Mapping[str, Sequence[Live]]:
    """By target: all running campaigns of any channel, where a launch uses contact lists."""
    running: dict[str, list[Live]] = {}
    for launch in launches:
        if launch.target in running or not launch.sizes:
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
    mine = set(launch.sizes)
    with_it = [
        (str(one.address), mine & set(one.sizes), "is started with it")
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


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))
