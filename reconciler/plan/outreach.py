"""Finds who may be contacted by a plan and when at the earliest, and words it; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.plan.gates.audience import contact_lists
from reconciler.plan.gates.gate import count
from reconciler.plan.inventory import Inventory
from reconciler.plan.model import Action, Change, Outreach, SendsOnWrite
from reconciler.plan.windows import Opening, next_opening
from reconciler.resources.capabilities import Ability
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.snapshot import ContactList

_SHOWN_LISTS = 3


@dataclass(frozen=True, slots=True)
class _List:
    name: str
    records: int | None

    def __str__(self) -> str:
        size = "" if self.records is None else f" ({_people(self.records)})"
        return f'"{self.name}"{size}'


def outreach(changes: Iterable[Change], inventory: Inventory) -> Outreach:
    """Who may be contacted because of a plan's creates and updates."""
    writes = [change for change in changes if change.action in (Action.CREATE, Action.UPDATE)]
    sending = [change for change in writes if inventory.may_send(change.target)]
    if not sending:
        return Outreach(text=_nobody(writes, inventory))
    lists = _lists(sending, inventory)
    known = [one.records for one in lists if one.records is not None]
    now = inventory.inputs.now
    openings = (next_opening(change.after or {}, now) for change in sending)
    earliest = min(openings, key=lambda opening: opening.start)
    channels = tuple(sorted({_medium(change) for change in sending}))
    return Outreach(
        campaigns=len(sending),
        channels=channels,
        contact_lists=tuple(sorted({one.name for one in lists})),
        records=sum(known) if known else None,
        earliest_at=earliest.start.replace(microsecond=0),
        text=f"Outreach: {_who(sending)} may contact {_whom(lists)} "
        f"{_when(earliest, now)}, {_why(sending, inventory)}",
    )


def launch(
    change: Change,
    lists: Mapping[str, ContactList],
    *,
    now: datetime,
    why: str,
    begins: datetime | None = None,
) -> Outreach:
    """Who is contacted if the live campaign of an entry is started; `why` ends the sentence.

    `begins` is when it starts on its own; None for at once.
    """
    names = contact_lists(change.before)
    people = [_List(name, lists[name].records if name in lists else None) for name in names]
    known = [one.records for one in people if one.records is not None]
    spec = change.before or {}
    opens = next_opening(spec, begins or now)
    known_when = begins is not None or opens.zone is not None
    when = _when(opens, now) if known_when else "whenever the vendor starts it"
    return Outreach(
        campaigns=1,
        channels=(_medium(change),),
        contact_lists=tuple(names),
        records=sum(known) if known else None,
        earliest_at=opens.start.replace(microsecond=0),
        text=f"Outreach: {_who([change])} will contact {_whom(people)} {when}, {why}.",
    )


def _medium(change: Change) -> str:
    return BY_TYPE[change.address.type].medium


def _lists(sending: Iterable[Change], inventory: Inventory) -> list[_List]:
    found: dict[tuple[str, str], _List] = {}
    for change in sending:
        known = inventory.inputs.live[change.target].contact_lists or {}
        for name in contact_lists(change.after):
            records = known[name].records if name in known else None
            found[change.target, name] = _List(name, records)
    return [found[key] for key in sorted(found)]


def _who(sending: Sequence[Change]) -> str:
    media = [_medium(change) for change in sending]
    if len(set(media)) == 1:
        return count(len(media), f"{media[0]} campaign")
    shares = ", ".join(f"{media.count(medium)} {medium}" for medium in sorted(set(media)))
    return f"{count(len(media), 'campaign')} ({shares})"


def _whom(lists: Sequence[_List]) -> str:
    if not lists:
        return "people whom the vendor selects"
    parts = [str(contact_list) for contact_list in lists[:_SHOWN_LISTS]]
    if len(lists) > _SHOWN_LISTS:
        parts.append(f"{len(lists) - _SHOWN_LISTS} more lists")
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    known = [contact_list.records for contact_list in lists if contact_list.records is not None]
    if len(lists) == 1 or not known:
        return text
    least = "" if len(known) == len(lists) else "at least "
    return f"{text}, {least}{_people(sum(known))} in all,"


def _people(number: int) -> str:
    return f"{number:,} contact" if number == 1 else f"{number:,} contacts"


def _when(opening: Opening, now: datetime) -> str:
    utc = opening.start
    local = utc.astimezone(opening.zone or UTC)
    moment = f"{local:%a %d %b %Y %H:%M}"
    if local.utcoffset() == utc.utcoffset():
        moment += " UTC"
    elif local.date() == utc.date():
        moment += f" {local:%Z} ({utc:%H:%M} UTC)"
    else:
        moment += f" {local:%Z} ({utc:%a %d %b %H:%M} UTC)"
    return f"at once, because calling hours are open ({moment})" if utc <= now else f"from {moment}"


def _why(sending: Iterable[Change], inventory: Inventory) -> str:
    campaigns = list(sending)
    vendors = " and ".join(_titles(campaigns, inventory))
    done = [
        word
        for action, word in ((Action.CREATE, "created"), (Action.UPDATE, "updated"))
        if any(change.action is action for change in campaigns)
    ]
    return f"because {vendors} may start sending when a campaign is {' or '.join(done)}."


def _nobody(writes: Iterable[Change], inventory: Inventory) -> str:
    text = "Outreach: this plan contacts nobody."
    used = {change.target for change in writes}
    never = sorted(
        target
        for target in used
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
