"""Finds the people whom a planned write may contact, and when; pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from reconciler.plan.compare.news import news_of
from reconciler.plan.inventory import Inventory
from reconciler.plan.model import Action, Change
from reconciler.plan.people import CampaignReach, ReachedList
from reconciler.plan.windows import next_opening
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.name_key import name_key
from reconciler.resources.snapshot import ContactList
from reconciler.resources.spellings import label
from reconciler.resources.tree import Tree, at

LISTS = "contactLists"
NEW, STARTED = "new", "start"
"""The news of a create and of a start; every other word names what is new."""
_UNDER_WAY = (RunState.ACTIVE, RunState.PAUSED, RunState.SCHEDULED)


def with_reach(change: Change, inventory: Inventory) -> Change:
    """The change with the people whom it may contact; unchanged if it can contact nobody."""
    if change.action not in (Action.CREATE, Action.UPDATE) or not change.requests:
        return change
    able = inventory.facts(change.target).capabilities
    live = inventory.row(change)
    state = live.state if live is not None else RunState.DRAFT
    may_start = inventory.may_send(change.target) and state not in (
        RunState.ACTIVE,
        RunState.SCHEDULED,
    )
    if not (may_start or (live is not None and is_under_way(live, able))):
        return change
    new = change.action is Action.CREATE
    snapshot = inventory.inputs.live[change.target]
    reach = reach_of(
        change.address.type,
        change.after or {},
        snapshot.contact_lists or {},
        now=inventory.inputs.now,
    )
    news = (NEW,) if new else news_of(change.address.type, change.fields)
    return replace(change, reach=replace(reach, news=news, may_start=may_start))


def is_under_way(live: Live, able: Capabilities) -> bool:
    """Whether a campaign contacts people now or goes on by itself; unknown words may mean that."""
    if live.state is RunState.OTHER:
        return live.status not in able.idle_statuses
    return live.state in _UNDER_WAY


def reach_of(
    type_: str, spec: Tree, known: Mapping[str, ContactList], *, now: datetime
) -> CampaignReach:
    """The people of a campaign with this spec, if it starts at `now`."""
    lists = lists_of(spec, known)
    opening = next_opening(spec, now)
    own_clocks = any(known[key].own_clocks for key in contact_lists(spec) if key in known)
    return CampaignReach(
        channel=BY_TYPE[type_].medium,
        lists=lists,
        earliest_at=opening.start.replace(microsecond=0),
        until=opening.end,
        zone=opening.zone.key if opening.zone is not None else "",
        own_clock_at=(
            opening.own_clock.replace(microsecond=0)
            if own_clocks and opening.own_clock is not None
            else None
        ),
    )


def lists_of(spec: Tree | None, known: Mapping[str, ContactList]) -> tuple[ReachedList, ...]:
    """A spec's contact lists by name, with their sizes where the vendor reports them."""
    return tuple(
        ReachedList(name, known[key].records if key in known else None)
        for key, name in contact_lists(spec).items()
    )


def contact_lists(spec: Tree | None) -> dict[str, str]:
    """The names of a spec's contact lists by their keys, sorted.

    Lists with one key count as one list: vendors may change the case and the spelling of a name.
    """
    value = at(spec or {}, LISTS)
    names = sorted({label(str(one)) for one in value}) if isinstance(value, list) else ()
    return {name_key(name): name for name in names}


def asks_for_sizes(able: Capabilities) -> bool:
    """Whether the vendor can say how many records a contact list has."""
    return able.contact_lists is not Ability.NO
