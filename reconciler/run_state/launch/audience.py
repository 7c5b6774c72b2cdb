"""Find who is contacted when campaigns are launched: by each, by all, and by two at once.

Reads the contact lists of a target once, however many campaigns it has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.address import Address
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.model import Change
from reconciler.plan.outreach import summed
from reconciler.plan.people import CampaignReach, Outreach
from reconciler.plan.reach import STARTED, asks_for_sizes, contact_lists, reach_of
from reconciler.plan.recurrences import starts
from reconciler.resources.base import Live, RunState
from reconciler.resources.snapshot import ContactList, TargetSnapshot
from reconciler.resources.spellings import label_key
from reconciler.resources.tree import Tree
from reconciler.run_state.launch.model import Launch, Wanted
from reconciler.workflow.audiences import read_audiences
from reconciler.workflow.planning import Planned

_TWICE = "the vendor may refuse it, and people may be contacted twice"


def with_everybody(planned: Planned, launches: Iterable[Launch]) -> PlanInputs:
    """The inputs of the plan, with the contact lists of the targets and everybody who uses them.

    Raises ReconcilerError if a reading fails.
    """
    lists: dict[str, set[str]] = {}
    for one in launches:
        if asks_for_sizes(one.provider.capabilities):
            lists.setdefault(one.target, set()).update(contact_lists(one.live.spec))
    reads = read_audiences(planned.snapshots, planned.providers, lists)
    if reads.errors:
        raise reads.errors[0]
    return replace(planned.inputs, live=reads.snapshots)


def with_audiences(
    launches: Iterable[Launch],
    changes: Mapping[Address, Change],
    wanted: Wanted,
    inputs: PlanInputs,
) -> tuple[Launch, ...]:
    """The launches, each with the people it contacts."""
    complete = []
    for launch in launches:
        spec = changes[launch.address].before or {}
        lists = inputs.live[launch.target].contact_lists or {}
        reach = _reach(launch.address.type, spec, lists, wanted, now=inputs.now)
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


def with_shared_lists(
    launches: Sequence[Launch], live: Mapping[str, TargetSnapshot]
) -> tuple[Launch, ...]:
    """The launches, with a warning for each contact list that two campaigns would use at once.

    Two campaigns cannot run at once on one contact list (docs/vendors/kore.md 7a).
    """
    return tuple(
        replace(one, warnings=(*one.warnings, *_shared(one, launches, _running(one, live))))
        for one in launches
    )


def _running(launch: Launch, live: Mapping[str, TargetSnapshot]) -> Iterator[Live]:
    """The running campaigns of any channel on a launch's target."""
    idle = launch.provider.capabilities.idle_statuses
    for row in live[launch.target].everybody():
        if row.state is RunState.ACTIVE or (row.state is RunState.OTHER and row.status not in idle):
            yield row


def _shared(launch: Launch, launches: Iterable[Launch], running: Iterable[Live]) -> list[str]:
    mine = _lists_of(launch)
    with_it = [
        (str(one.address), mine.keys() & _lists_of(one), "is started with it")
        for one in launches
        if one.target == launch.target and one.address != launch.address
    ]
    already = [
        (
            f'"{row.name}" ({row.remote_id})',
            mine.keys() & contact_lists(row.spec),
            f"is {row.status}",
        )
        for row in running
        if row.remote_id != launch.live.remote_id
    ]
    return [
        f"{who} {does} and uses {_quoted(mine[key] for key in keys)} too: {_TWICE}"
        for who, keys, does in (*with_it, *already)
        if keys
    ]


def _lists_of(launch: Launch) -> dict[str, str]:
    """The names of a launch's contact lists by their keys."""
    lists = launch.reach.lists if launch.reach is not None else ()
    return {label_key(one.name): one.name for one in lists}


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))
