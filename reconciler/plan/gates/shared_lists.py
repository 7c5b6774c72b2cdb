"""Gates on contact lists that several campaigns use: at the same time, or soon after; pure.

Pairs that a manifest declares (`sharesAudienceWith`) meet none of them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations_with_replacement, islice

from reconciler.address import Address
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.contacting import Contacting, Crowd, Key
from reconciler.plan.gates.gate import count, make_gate, shortened
from reconciler.plan.gates.last_contact import LastContact, ago, last_contact
from reconciler.plan.inputs import PastContact
from reconciler.plan.people import moment_in_words
from reconciler.plan.reach import LISTS, contact_lists
from reconciler.plan.windows import Hours, hours_of, last_open, overlap
from reconciler.resources.base import Live
from reconciler.resources.spellings import label_key

_NAMED = 4


def contacted_lately(crowd: Crowd) -> Iterator[Gate]:
    """Lists that another campaign of the same channel contacts shortly before this one.

    A campaign that is under way or planned in the same hours is met by `duplicate_audience`, if
    the list or the contact is new.
    """
    found: dict[tuple[Address, str], None] = {}
    beside: set[tuple[Address, str, str]] = set()
    for one, name, other in _beside(crowd):
        last = _last(one, other, crowd)
        if last.at is not None and _too_soon(one, last.at, crowd):
            text = f'"{name}": {_named(other, one.target, crowd)}, {last.words}'
            found.setdefault((one.address, text))
            beside.add((one.address, name, other.remote_id))
    for one, name, first in _planned_before(crowd):
        looked_at = _calls_for_a_look(one) or _calls_for_a_look(first)
        since = _begins(first, crowd)
        last = _before(one, first.hours, crowd, since=since, looked_at=looked_at)
        named = first.live is not None and (one.address, name, first.live.remote_id) in beside
        if last.at is not None and not named and _too_soon(one, last.at, crowd):
            text = f'"{name}": {first.address} of the same run, {last.words}'
            found.setdefault((one.address, text))
    for one, name, past in _gone(crowd):
        if _too_soon(one, past.at, crowd):
            who = f"{past.address} ({past.remote_id}), which is gone"
            found.setdefault((one.address, f'"{name}": {who}, {ago(past.at, crowd.now)}'))
    if found:
        concerned = {address for address, _ in found}
        yield make_gate(
            "contacted-lately",
            f"{count(len(concerned), 'campaign')} would contact a list again within minGap",
            concerned,
            details=shortened([f"{address}: {text}" for address, text in found]),
        )


def cannot_tell(crowd: Crowd) -> Iterator[str]:
    """One note on all lists of which nothing tells when another campaign contacted them."""
    lists: dict[str, None] = {}
    others: dict[str, None] = {}
    for one, name, other in _beside(crowd):
        if crowd.safety[one.target].min_gap and not _last(one, other, crowd).told:
            lists.setdefault(f'"{name}"')
            others.setdefault(f'"{other.name}" ({other.remote_id})')
    if lists:
        yield (
            f"Cannot tell when {_few(list(lists))} {'were' if len(lists) > 1 else 'was'} last "
            f"contacted: {_few(list(others))} ran, and nothing shows when."
        )


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _last(one: Contacting, other: Live, crowd: Crowd) -> LastContact:
    """When another campaign of the same channel last contacted the people of this one."""
    if other.type != one.address.type:
        return LastContact()
    if (crowd.accounts[one.target], other.remote_id) in crowd.busy:
        hours, looked_at = hours_of(other.spec), _calls_for_a_look(one)
        return _before(one, hours, crowd, since=crowd.now, looked_at=looked_at)
    return last_contact(other, one.target, crowd, gap=crowd.safety[one.target].min_gap)


def _before(
    one: Contacting, hours: Hours | None, crowd: Crowd, *, since: datetime, looked_at: bool
) -> LastContact:
    """When a campaign that contacts people from `since` on last does so before another one begins.

    In the same hours it is left to `duplicate_audience`, if that looks at the two.
    """
    begins = _begins(one, crowd)
    if hours is None or overlap(one.hours, hours, crowd.now):
        return LastContact() if looked_at else LastContact(begins, "in the same hours")
    last = last_open(hours, since, begins)
    if last is not None:
        return LastContact(last, f"until {moment_in_words(last, hours.zone.key, now=crowd.now)}")
    again = hours.first_open(begins)
    words = "outside its hours"
    if again is not None:
        words += f" until {moment_in_words(again.start, hours.zone.key, now=crowd.now)}"
    return LastContact(since, words)


def _begins(one: Contacting, crowd: Crowd) -> datetime:
    return one.reach.earliest_at or crowd.now


def _too_soon(one: Contacting, last: datetime, crowd: Crowd) -> bool:
    return _begins(one, crowd) - last < crowd.safety[one.target].min_gap


def duplicate_audience(crowd: Crowd) -> Iterator[Gate]:
    """Lists that several campaigns may contact in the same hours, whatever their channels."""
    lists: dict[Key, dict[str, None]] = defaultdict(dict)
    shown: dict[Key, str] = {}
    addresses = []
    for one, name, other in _beside(crowd):
        busy = (crowd.accounts[one.target], other.remote_id) in crowd.busy
        if busy and _calls_for_a_look(one) and overlap(one.hours, hours_of(other.spec), crowd.now):
            addresses.append(one.address)
            key = crowd.accounts[one.target], label_key(name)
            shown.setdefault(key, f'"{name}" on target {one.target}')
            lists[key].setdefault(_named(other, one.target, crowd))
            lists[key].setdefault(str(one.address))
    for key, name, users in _planned_users(crowd):
        met = _met_in_same_hours(users, crowd)
        addresses += met
        if met:
            shown.setdefault(key, f'"{name}" on target {users[0].target}')
        for address in met:
            lists[key].setdefault(str(address))
    if lists:
        yield make_gate(
            "duplicate-audience",
            f"{count(len(lists), 'contact list')} would be contacted by {_several(lists)}",
            addresses,
            details=[
                f"{shown[key]}: {', '.join(shortened(list(found)))}" for key, found in lists.items()
            ],
        )


def _several(lists: Mapping[Key, Collection[str]]) -> str:
    """How many campaigns use a list, of which each meets at least one other."""
    numbers = {len(users) for users in lists.values()}
    many = "several" if len(numbers) > 1 else str(*numbers)
    each = " each" if len(lists) > 1 else ""
    meeting = "in the same hours" if numbers == {2} else "with hours in common"
    return f"{many} campaigns{each} {meeting}"


def _beside(crowd: Crowd) -> Iterator[tuple[Contacting, str, Live]]:
    """Each list of a campaign with news, and each other live campaign that names it."""
    for one in _with_news(crowd):
        for key, name in contact_lists(one.spec).items():
            for other in crowd.users.get((crowd.accounts[one.target], key), ()):
                if _is_other(one, other) and not _intended(one, other, crowd):
                    yield one, name, other


def _gone(crowd: Crowd) -> Iterator[tuple[Contacting, str, PastContact]]:
    """Each list of a campaign with news, and what contacted it through a campaign that is gone."""
    for one in _with_news(crowd):
        for key, name in contact_lists(one.spec).items():
            for past in crowd.gone.get((crowd.accounts[one.target], key), ()):
                same = past.address == one.address or str(past.address) in one.shares
                if past.address.type == one.address.type and not same:
                    yield one, name, past


def _planned_before(crowd: Crowd) -> Iterator[tuple[Contacting, str, Contacting]]:
    """Each list of a campaign with news, and one of each kind of its channel that begins before."""
    for _, name, users in _planned_users(crowd):
        in_order = sorted(_alike(users, crowd), key=lambda alike: _begins(alike[0], crowd))
        for firsts, ones in combinations_with_replacement(in_order, 2):
            if firsts[0].address.type != ones[0].address.type:
                continue
            for place, one in enumerate(ones):
                before = islice(firsts, place) if firsts is ones else firsts
                first = next((other for other in before if not _declared(one, other)), None)
                if first is not None:
                    yield one, name, first


def _met_in_same_hours(users: list[Contacting], crowd: Crowd) -> list[Address]:
    """Those of one list that another contacts in the same hours, if one of the two is looked at."""
    met: set[Address] = set()
    for ones, others in combinations_with_replacement(_alike(users, crowd), 2):
        looked_at = _calls_for_a_look(ones[0]) or _calls_for_a_look(others[0])
        if looked_at and overlap(ones[0].hours, others[0].hours, crowd.now):
            for some, rest in ((ones, others), (others, ones)):
                met |= {
                    one.address
                    for one in some
                    if any(one is not other and not _declared(one, other) for other in rest)
                }
    return [one.address for one in users if one.address in met]


def _alike(users: Iterable[Contacting], crowd: Crowd) -> list[list[Contacting]]:
    """Campaigns by what decides about them, because a plan may have thousands on one list."""
    groups: dict[object, list[Contacting]] = defaultdict(list)
    for one in users:
        key = one.address.type, one.hours, _begins(one, crowd), _calls_for_a_look(one)
        groups[key].append(one)
    return list(groups.values())


def _planned_users(crowd: Crowd) -> Iterator[tuple[Key, str, list[Contacting]]]:
    """Each list that campaigns with news contact, with these; targets may share an account."""
    users: dict[Key, list[Contacting]] = defaultdict(list)
    for one in _with_news(crowd):
        for key in contact_lists(one.spec):
            users[crowd.accounts[one.target], key].append(one)
    for (account, key), found in users.items():
        yield (account, key), contact_lists(found[0].spec)[key], found


def _declared(one: Contacting, two: Contacting) -> bool:
    """Whether one of two manifests declares the other as meant for the same people."""
    return bool(
        {str(one.address), one.name} & two.shares | {str(two.address), two.name} & one.shares
    )


def _with_news(crowd: Crowd) -> list[Contacting]:
    return [one for one in crowd.contacting if one.reach.news]


def _calls_for_a_look(one: Contacting) -> bool:
    """Whether it is a create, a start, or a change of lists: its lists may meet others."""
    return one.is_new or one.is_start or any(field.path == LISTS for field in one.fields)


def _is_other(one: Contacting, other: Live) -> bool:
    return one.live is None or one.live.remote_id != other.remote_id


def _intended(one: Contacting, other: Live, crowd: Crowd) -> bool:
    """Whether a manifest declares that both are meant for the same people."""
    owner = crowd.owners.get((crowd.accounts[one.target], other.remote_id))
    return other.name in one.shares or (owner is not None and str(owner) in one.shares)


def _named(other: Live, target: str, crowd: Crowd) -> str:
    owner = crowd.owners.get((crowd.accounts[target], other.remote_id))
    who = f", {owner}" if owner is not None else ""
    return f'live campaign "{other.name}" ({other.remote_id}{who}), {other.status}'


SHARED: tuple[Callable[[Crowd], Iterator[Gate]], ...] = (contacted_lately, duplicate_audience)
"""The rules about lists that several campaigns use."""
