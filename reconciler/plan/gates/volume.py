"""Gates on how many people are contacted, how soon again, and at what time; pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from reconciler.address import Address
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.audience import whom
from reconciler.plan.gates.contacting import Contacting, Crowd
from reconciler.plan.gates.gate import count, make_gate
from reconciler.plan.people import moment_in_words, people
from reconciler.plan.reach import LISTS, contact_lists
from reconciler.plan.windows import hours_of, overlap
from reconciler.resources.base import Live, RunState

REACH_OVER_LIMIT = "reach-over-limit"
_SHOWN = 10
_RAN = (RunState.ACTIVE, RunState.PAUSED, RunState.FINISHED)


def reach_over_limit(crowd: Crowd) -> Iterator[Gate]:
    """More records than `maxContacts`, where the write or the start itself may begin contact."""
    for target in crowd.targets:
        starting = [one for one in crowd.of_target(target) if one.reach.may_start]
        limit = crowd.safety[target].max_contacts
        if limit is not None:
            yield from _over(starting, limit, f"on target {target}")
    if crowd.most is not None:
        starting = [one for one in crowd.contacting if one.reach.may_start]
        yield from _over(starting, crowd.most, "in this environment")


def _over(starting: Sequence[Contacting], limit: int, where: str) -> Iterator[Gate]:
    counted = sum(one.reach.least * one.reach.runs for one in starting)
    uncounted = [one for one in starting if _is_uncounted(one)]
    if counted <= limit and not uncounted:
        return
    whom_all = [people(counted)] if counted else []
    if uncounted:
        whom_all.append(f"{count(len(uncounted), 'campaign')} of unknown size")
    yield make_gate(
        REACH_OVER_LIMIT,
        f"{' and '.join(whom_all)} {where}; maxContacts is {limit:,}",
        (one.address for one in starting),
        details=_shortened([f"{one.address}: {whom(one)}" for one in _widest(starting)]),
    )


def _is_uncounted(one: Contacting) -> bool:
    """Whether nobody knows how many people there are.

    A plan shows a campaign without lists as it is; its start must know whom it contacts.
    """
    return one.reach.records is None and (bool(one.reach.lists) or one.is_start)


def _widest(found: Sequence[Contacting]) -> list[Contacting]:
    return sorted(
        found, key=lambda one: (one.reach.records is not None, -one.reach.least, one.address)
    )


def ran_before(crowd: Crowd) -> Iterator[Gate]:
    """Campaigns that ran: if the write starts one, everybody on its lists is contacted again."""
    again = [
        (one, one.live)
        for one in crowd.contacting
        if one.reach.may_start and one.live is not None and has_run(one.live)
    ]
    if again:
        yield make_gate(
            "ran-before",
            f"{count(len(again), 'campaign')} ran before, and may contact the same people again",
            (one.address for one, _ in again),
            details=[f"{one.address} is {live.status}: {whom(one)}" for one, live in again],
        )


def has_run(live: Live) -> bool:
    """Whether a campaign is known to have contacted anybody."""
    sent = live.observed.get("totalMessagesSent")
    return live.state in _RAN or (isinstance(sent, int) and sent > 0)


def contacted_lately(crowd: Crowd) -> Iterator[Gate]:
    """Lists that another campaign of the same channel contacts shortly before this one.

    A campaign that is under way in the same hours is met by `duplicate_audience`.
    """
    found: dict[tuple[Address, str], None] = {}
    for one, name, other in _beside(crowd):
        moment = _last_contact(one, other, crowd)
        begins = one.reach.earliest_at or crowd.now
        if (
            other.type == one.address.type
            and moment is not None
            and begins - moment < crowd.safety[one.target].min_gap
        ):
            text = f'"{name}": {_named(other, one.target, crowd)}, {_ago(moment, crowd)}'
            found[one.address, text] = None
    if found:
        concerned = {address for address, _ in found}
        yield make_gate(
            "contacted-lately",
            f"{count(len(concerned), 'campaign')} would contact a list again within minGap",
            concerned,
            details=_shortened([f"{address}: {text}" for address, text in found]),
        )


def _beside(crowd: Crowd) -> Iterator[tuple[Contacting, str, Live]]:
    """Each list of a campaign with news, and each other live campaign that names it.

    Pairs that a manifest declares (`sharesAudienceWith`) are left out.
    """
    for one in _with_news(crowd):
        for name in contact_lists(one.spec):
            for other in crowd.users.get((one.target, name), ()):
                if _is_other(one, other) and not _intended(one, other, crowd):
                    yield one, name, other


def _last_contact(one: Contacting, other: Live, crowd: Crowd) -> datetime | None:
    """When a live campaign last contacted anybody, as far as anything tells; None for never."""
    key = (one.target, other.remote_id)
    if key in crowd.busy:
        return None if overlap(one.hours, hours_of(other.spec), crowd.now) else crowd.now
    moments = [crowd.started[key]] if key in crowd.started else []
    updated = other.observed.get("campaignInstanceUpdatedAt")
    if has_run(other) and isinstance(updated, str):
        moments += [moment] if (moment := _moment(updated)) is not None else []
    return max(moments, default=None)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _ago(moment: datetime, crowd: Crowd) -> str:
    hours = max(timedelta(), crowd.now - moment) // timedelta(hours=1)
    return "now" if moment >= crowd.now else f"{hours} h ago" if hours else "less than 1 h ago"


def duplicate_audience(crowd: Crowd) -> Iterator[Gate]:
    """Lists that two campaigns may contact in the same hours, whatever their channels."""
    lists: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    addresses = []
    for one, name, other in _beside(crowd):
        busy = (one.target, other.remote_id) in crowd.busy
        if busy and _calls_for_a_look(one) and overlap(one.hours, hours_of(other.spec), crowd.now):
            addresses.append(one.address)
            lists[one.target, name].setdefault(_named(other, one.target, crowd))
            lists[one.target, name].setdefault(str(one.address))
    for (target, name), users in _planned_users(crowd).items():
        for one, two in combinations(users, 2):
            looked_at = _calls_for_a_look(one) or _calls_for_a_look(two)
            if looked_at and not _declared(one, two) and overlap(one.hours, two.hours, crowd.now):
                addresses += [one.address, two.address]
                lists[target, name].setdefault(str(one.address))
                lists[target, name].setdefault(str(two.address))
    if lists:
        yield make_gate(
            "duplicate-audience",
            f"{count(len(lists), 'contact list')} would be contacted by two campaigns in the same "
            "hours",
            addresses,
            details=[
                f'"{name}" on target {target}: {", ".join(_shortened(list(found)))}'
                for (target, name), found in lists.items()
            ],
        )


def _planned_users(crowd: Crowd) -> Mapping[tuple[str, str], list[Contacting]]:
    users: dict[tuple[str, str], list[Contacting]] = defaultdict(list)
    for one in _with_news(crowd):
        for name in contact_lists(one.spec):
            users[one.target, name].append(one)
    return users


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
    owner = crowd.owners.get((one.target, other.remote_id))
    return other.name in one.shares or (owner is not None and str(owner) in one.shares)


def _named(other: Live, target: str, crowd: Crowd) -> str:
    owner = crowd.owners.get((target, other.remote_id))
    who = f", {owner}" if owner is not None else ""
    return f'live campaign "{other.name}" ({other.remote_id}{who}), {other.status}'


def _shortened(texts: list[str]) -> list[str]:
    if len(texts) <= _SHOWN:
        return texts
    return [*texts[:_SHOWN], f"and {len(texts) - _SHOWN} more"]


def outside_apply_window(crowd: Crowd) -> Iterator[Gate]:
    """Writes and starts that would contact people outside of `applyWindows`."""
    for target in crowd.targets:
        windows = crowd.safety[target].apply_windows
        if windows.open_at(crowd.now):
            continue
        later = windows.next_open(crowd.now)
        opens = f"; they open {moment_in_words(later, '', now=crowd.now)}" if later else ""
        yield make_gate(
            "outside-apply-window",
            f"now is outside of applyWindows of target {target}{opens}",
            (one.address for one in crowd.of_target(target)),
        )


VOLUMES: tuple[Callable[[Crowd], Iterator[Gate]], ...] = (
    reach_over_limit,
    ran_before,
    contacted_lately,
    duplicate_audience,
    outside_apply_window,
)
"""The rules about how many people are contacted, and when."""
