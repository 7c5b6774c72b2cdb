"""Sums up who may be contacted by a plan or by a start, in words; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.plan.gates.gate import count
from reconciler.plan.gates.last_contact import has_run
from reconciler.plan.inventory import Inventory
from reconciler.plan.model import Action, Change, SendsOnWrite
from reconciler.plan.people import CampaignReach, Outreach, moment_in_words, people
from reconciler.plan.unproven import unproven
from reconciler.resources.capabilities import Ability

_NAMED = 4
_UNKNOWN = "Outreach: not known, because the plan has errors."
_MORE = "The plan has errors, so there may be more."


def outreach(changes: Iterable[Change], inventory: Inventory, *, errored: bool = False) -> Outreach:
    """Who may be contacted because of a plan's creates and updates.

    A plan with errors does not say that nobody is contacted: what it could not plan is not in it.
    """
    writes = [one for one in changes if one.action in (Action.CREATE, Action.UPDATE)]
    reaching = {str(one.address): one.reach for one in writes if one.reach is not None}
    doubts = (*unproven(writes, inventory), *((_MORE,) if errored and writes else ()))
    if errored and not writes:
        return Outreach(text=_UNKNOWN)
    if not reaching:
        return Outreach(text=_nobody(writes, inventory), notes=doubts)
    found = summed(reaching.values(), now=inventory.inputs.now)
    notes = (
        *_not_certain(writes, inventory),
        *found.notes,
        *_empty(reaching.values()),
        *_no_news(writes, inventory),
        *doubts,
    )
    return Outreach(
        campaigns=found.campaigns,
        channels=found.channels,
        contact_lists=found.contact_lists,
        records=found.records,
        unknown_sizes=found.unknown_sizes,
        earliest_at=found.earliest_at,
        text=found.text,
        notes=notes,
    )


def summed(reaches: Iterable[CampaignReach], *, now: datetime) -> Outreach:
    """The people of several campaigns. A list that two of them use counts twice."""
    every = list(reaches)
    sizes = [size for one in every for size in _sizes(one)]
    first = min(every, key=lambda one: one.earliest_at or now)
    who = count(len(every), "campaign")
    if any(one.runs > 1 for one in every):
        who += f" in {sum(one.runs for one in every):,} runs"
    early = _own_clocks(every, now=now)
    when = f"{_first(first, now=now, several=len(every) > 1)}{early.when}"
    return Outreach(
        campaigns=len(every),
        channels=tuple(sorted({one.channel for one in every})),
        contact_lists=tuple(sorted({row.name for one in every for row in one.lists})),
        records=_in_all(every) if any(size is not None for size in sizes) else None,
        unknown_sizes=None in sizes,
        earliest_at=first.earliest_at,
        text=f"Outreach: {_whom(every)} by {who}, {when}.",
        notes=(*_used_again(every), *early.notes),
    )


def _used_again(reaches: Iterable[CampaignReach]) -> Iterator[str]:
    """Lists of several campaigns for whose people something is new."""
    uses = Counter(row.name for one in reaches if one.news for row in one.lists)
    again = [(name, number) for name, number in sorted(uses.items()) if number > 1]
    if again:
        shown = ", ".join(f'"{name}" ({number:,})' for name, number in again[:_NAMED])
        more = f" and {len(again) - _NAMED} more lists" if len(again) > _NAMED else ""
        yield f"The same contacts count once for each campaign that uses their list: {shown}{more}."


def _in_all(reaches: Iterable[CampaignReach]) -> int:
    return sum(one.least * one.runs for one in reaches)


def _sizes(reach: CampaignReach) -> list[int | None]:
    return [row.records for row in reach.lists]


def _whom(reaches: Sequence[CampaignReach]) -> str:
    parts = []
    sizes = [size for one in reaches for size in _sizes(one)]
    if any(size is not None for size in sizes):
        parts.append(f"up to {people(_in_all(reaches))}")
    if None in sizes:
        parts.append("lists of unknown size" if parts else "an unknown number of contacts")
    if any(not one.lists for one in reaches):
        parts.append("people whom the vendor selects")
    return " and ".join(parts)


def _first(reach: CampaignReach, *, now: datetime, several: bool) -> str:
    who = "the first " if several else ""
    if reach.earliest_at is None:
        return f"{who}whenever the vendor starts it"
    if reach.earliest_at <= now:
        return f"{who}at once"
    return f"{who}from {moment_in_words(reach.earliest_at, reach.zone, now=now)}"


@dataclass(frozen=True, slots=True)
class _Early:
    """That some contacts may be contacted before the campaign's own zone allows it."""

    when: str = ""
    """The rest of the sentence about the first contact."""
    notes: tuple[str, ...] = ()


def _own_clocks(reaches: Iterable[CampaignReach], *, now: datetime) -> _Early:
    """How much earlier a contact may be contacted than the campaign's own zone allows."""
    early: dict[str, None] = {}
    most, at_once = timedelta(), False
    for one in reaches:
        if one.earliest_at is None or one.own_clock_at is None:
            continue
        ahead = one.earliest_at - one.own_clock_at
        if ahead > timedelta():
            most, at_once = max(most, ahead), at_once or one.own_clock_at <= now
            early.update(dict.fromkeys(row.name for row in one.lists))
    if not early:
        return _Early()
    note = (
        f"Contacts with a time zone of their own ({_quoted(list(early))}) are contacted by their "
        "own clock."
    )
    return _Early(
        f", {'some perhaps at once' if at_once else f'some perhaps up to {_span(most)} earlier'}",
        (note,),
    )


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _span(length: timedelta) -> str:
    hours, minutes = divmod(-(-length // timedelta(minutes=1)), 60)
    return " ".join(
        part
        for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
        if part
    )


def _empty(reaches: Iterable[CampaignReach]) -> Iterator[str]:
    names = sorted({row.name for one in reaches for row in one.lists if row.records == 0})
    if names:
        yield f"Nobody is on {_quoted(names)} now."


def _not_certain(writes: Iterable[Change], inventory: Inventory) -> Iterator[str]:
    starting = [one for one in writes if one.reach is not None and one.reach.may_start]
    titles = _titles(starting, inventory)
    if titles:
        does = "do" if len(titles) > 1 else "does"
        yield (
            f"Not certain: {' and '.join(titles)} {does} not say whether a write starts a campaign."
        )


def _no_news(writes: Iterable[Change], inventory: Inventory) -> Iterator[str]:
    """The updates that people do not notice; one that may start its campaign still counts."""
    quiet = [one for one in writes if one.action is Action.UPDATE and _is_quiet(one)]
    again = [one for one in quiet if (row := inventory.row(one)) is not None and has_run(row)]
    first = [one for one in quiet if one not in again]
    for found, words in (
        (first, "Same people, nothing new for them"),
        (again, "Nothing new, for people who may have been contacted before"),
    ):
        if found:
            yield f"{words}: {_quietly(found)}."


def _quietly(quiet: Sequence[Change]) -> str:
    paths = sorted({_short(field.path) for one in quiet for field in one.fields})
    what = f" ({', '.join(paths)})" if paths else ""
    least = sum(one.reach.least for one in quiet if one.reach is not None)
    return f"{count(len(quiet), 'campaign')} with {people(least)}{what}"


def _short(path: str) -> str:
    """The last part of a path; `dncLists` for the name of such a list."""
    above, _, last = path.rpartition(".")
    return above if above and last == "name" else last


def _is_quiet(change: Change) -> bool:
    return change.reach is not None and not change.reach.news


def _nobody(writes: Sequence[Change], inventory: Inventory) -> str:
    if not writes:
        return "Outreach: this plan contacts nobody."
    text = f"Outreach: nobody until {'it is' if len(writes) == 1 else 'they are'} started."
    never = sorted(
        target
        for target in {change.target for change in writes}
        if inventory.facts(target).sends_on_write is SendsOnWrite.NEVER
        and inventory.facts(target).capabilities.may_send_on_write
    )
    if never:
        text += f" The project file says that writes on {', '.join(never)} never send."
    drafts = (
        change
        for change in writes
        if change.action is Action.CREATE
        and inventory.facts(change.target).capabilities.create is Ability.DRAFT
    )
    for title in _titles(drafts, inventory):
        text += f" {title} creates drafts, which contact nobody."
    return text


def _titles(changes: Iterable[Change], inventory: Inventory) -> list[str]:
    """The vendors of the changes, each once, in the order of their providers' names."""
    used = (inventory.facts(change.target) for change in changes)
    titles = {facts.provider: facts.title for facts in used}
    return [titles[provider] for provider in sorted(titles)]
