"""What people write in an emergency into known campaigns: an address, a name, an id or a label.

A term that fits no campaign, or several, chooses none. The other terms still count. Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.errors import InvalidInput
from reconciler.plan.model import Selection
from reconciler.plan.selection import selected
from reconciler.resources.name_key import name_key
from reconciler.run_state.known_campaigns import KnownCampaign, KnownCampaigns
from reconciler.suggestions import nearest


@dataclass(frozen=True, slots=True)
class Chosen:
    """The campaigns that terms name, and what is wrong with the other terms."""

    addresses: tuple[Address, ...]
    problems: tuple[InvalidInput, ...] = ()


def chosen(roster: KnownCampaigns, terms: Iterable[str]) -> Chosen:
    """The addresses that terms name."""
    addresses: set[Address] = set()
    problems: list[InvalidInput] = []
    for term in terms:
        found = _of_label(roster, term) or _of_name(roster, term)
        if len(found) > 1 and not _is_label(term):
            names = ", ".join(str(one) for one in sorted(found))
            problems.append(InvalidInput(f"{term!r} names several campaigns", f"Use {names}."))
        elif found:
            addresses |= found
        else:
            problems.append(_unknown(roster, term))
    return Chosen(tuple(sorted(addresses)), tuple(problems))


def _is_label(term: str) -> bool:
    return "=" in term


def _of_label(roster: KnownCampaigns, term: str) -> set[Address]:
    if not _is_label(term):
        return set()
    return {one.address for one in selected(roster.desired, Selection(select=(term,)))}


def _of_name(roster: KnownCampaigns, term: str) -> set[Address]:
    """The campaign with this address, or else all with this name, id or vendor name."""
    exact = {one.address for one in roster.members if str(one.address) == term}
    return exact or {one.address for one in roster.members if _is_called(one, term)}


def _is_called(member: KnownCampaign, term: str) -> bool:
    return term in (member.address.name, member.remote_id) or (
        bool(member.name) and name_key(member.name) == name_key(term)
    )


def _unknown(roster: KnownCampaigns, term: str) -> InvalidInput:
    near = nearest(term, _words(roster))
    detail = "Neither the ledger nor a readable manifest of this environment has it."
    if _is_label(term):
        return InvalidInput(f"no manifest has the label {term}", detail)
    hint = f"Did you mean {near}? " if near is not None else ""
    return InvalidInput(f"no campaign is called {term}", f"{hint}{detail}")


def _words(roster: KnownCampaigns) -> Iterator[str]:
    for one in roster.members:
        yield str(one.address)
        yield one.address.name
        if one.name:
            yield one.name
