"""Gates on what is new for people who are contacted: content, hours, attempts, and lists; pure."""

from collections.abc import Callable, Iterable, Iterator

from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.contacting import Contacting, Crowd
from reconciler.plan.gates.gate import count, make_gate
from reconciler.plan.people import ReachedList, people
from reconciler.plan.reach import LISTS, contact_lists
from reconciler.resources.tree import Tree, at

_DNC = "dncLists.name"
_CONTENT = frozenset({"text", "template", "flow"})
_MORE = frozenset({"hours", "attempts"})


def content_changed(crowd: Crowd) -> Iterator[Gate]:
    """Existing campaigns that contact many people with another text, template or flow."""
    yield from _changed(crowd, "content-changed", _CONTENT, "new content")


def reach_grows(crowd: Crowd) -> Iterator[Gate]:
    """Existing campaigns that contact many people at more hours or more often."""
    yield from _changed(crowd, "reach-grows", _MORE, "longer hours or more attempts")


def _changed(crowd: Crowd, code: str, words: frozenset[str], what: str) -> Iterator[Gate]:
    loud = [
        one
        for one in crowd.contacting
        if not one.is_new
        and words.intersection(one.reach.news)
        and _above(one, crowd.safety[one.target].quiet_reach)
    ]
    if loud:
        limits = sorted({crowd.safety[one.target].quiet_reach for one in loud})
        quiet = " and ".join(f"{limit:,}" for limit in limits)
        yield make_gate(
            code,
            f"{count(len(loud), 'campaign')} with {what} for more people than quietReach {quiet}",
            (one.address for one in loud),
            details=[
                f"{one.address}: {', '.join(w for w in one.reach.news if w in words)} for "
                f"{whom(one)}"
                for one in widest_first(loud)
            ],
        )


def _above(one: Contacting, limit: int) -> bool:
    """Whether it may reach more people than a limit; people whom nobody counted may be more."""
    return one.reach.records is None or one.reach.records > limit


def audience_changed(crowd: Crowd) -> Iterator[Gate]:
    """Existing campaigns that get additional or other contact lists; fewer need no gate."""
    changed = [
        (one, before, after)
        for one in crowd.contacting
        if any(field.path == LISTS for field in one.fields)
        for before, after in [(_names(one.before), _names(one.spec))]
        if after - before
    ]
    if changed:
        swapped = sum(1 for _, before, after in changed if before - after)
        grown = len(changed) - swapped
        what = (
            f"{count(swapped, 'existing campaign')} will contact other lists" if swapped else "",
            f"{count(grown, 'existing campaign')} will contact additional lists" if grown else "",
        )
        found = [one for one, _, _ in changed]
        yield make_gate(
            "audience-changed",
            "; ".join(filter(None, what)),
            (one.address for one in found),
            details=[
                f"{one.address}: from {_sizes(one.lists_before)} to {_sizes(one.reach.lists)}"
                for one in widest_first(found)
            ],
        )


def _names(spec: Tree | None) -> set[str]:
    return set(contact_lists(spec).values())


def _sizes(lists: tuple[ReachedList, ...]) -> str:
    shown = (
        f'"{one.name}"' if one.records is None else f'"{one.name}" ({one.records:,})'
        for one in lists
    )
    return ", ".join(shown) or "none"


def dnc_removed(crowd: Crowd) -> Iterator[Gate]:
    """Campaigns that lose or replace their do-not-call list."""
    removed = [
        one
        for one in crowd.contacting
        if at(one.before or {}, _DNC) and at(one.before or {}, _DNC) != at(one.spec, _DNC)
    ]
    if removed:
        yield make_gate(
            "dnc-removed",
            f"{count(len(removed), 'campaign')} will no longer respect a do-not-call list",
            (one.address for one in removed),
            details=[
                f'{one.address}: "{at(one.before or {}, _DNC)}" -> {_dnc(one)}, for {whom(one)}'
                for one in widest_first(removed)
            ],
        )


def _dnc(one: Contacting) -> str:
    name = at(one.spec, _DNC)
    return f'"{name}"' if name else "none"


def whom(one: Contacting) -> str:
    """The people of a campaign, as a gate names them."""
    if not one.reach.lists:
        return "people whom the vendor selects"
    if one.reach.records is None:
        return "people on a list of unknown size"
    runs = f" in each of {one.reach.runs:,} runs" if one.reach.runs > 1 else ""
    return f"{people(one.reach.records)}{runs}"


def widest_first(found: Iterable[Contacting]) -> list[Contacting]:
    """By how many people they may reach; an unknown number counts as the largest."""
    return sorted(
        found, key=lambda one: (one.reach.records is not None, -one.reach.least, one.address)
    )


PARTS: tuple[Callable[[Crowd], Iterator[Gate]], ...] = (
    content_changed,
    reach_grows,
    audience_changed,
    dnc_removed,
)
"""The rules about what is new; one part of a change meets one of them."""
