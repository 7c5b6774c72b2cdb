"""Evaluates earlier creates that are not settled: what the listings show, what they block; pure.

A create of unknown outcome blocks its address and its name until it is settled. A denied create
blocks them only if exactly one campaign fits, which apply adopts. Otherwise its manifest is planned
like any other, and what may be its campaign is shown. Sends and records nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, SourceRange
from reconciler.plan.changes import errors
from reconciler.plan.compare.unknown_creates import Candidate, candidates, renamed, strangers
from reconciler.plan.inventory import Inventory
from reconciler.plan.sent_marks import ended_before, intent_key, mark_key, not_before
from reconciler.resources.base import Desired, Live
from reconciler.resources.ledger_records import Intent
from reconciler.resources.name_key import name_key


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCreate:
    """An open intent, and what the listing shows for it."""

    intent: Intent
    found: tuple[Candidate, ...] = ()
    """Campaigns that fit it."""
    others: tuple[Live, ...] = ()
    """Campaigns that may be it although they do not fit."""
    not_before: datetime | None = None
    """Until when its campaign may still appear; None after that time."""
    looked: bool = True
    """Whether a listing was read."""

    @property
    def is_denied(self) -> bool:
        """Whether it was denied, and no campaign has appeared that can only be it."""
        return bool(self.intent.denied) and len(self.found) != 1

    @property
    def may_be(self) -> tuple[Live, ...]:
        """The campaigns that may be it."""
        return (*(one.live for one in self.found), *self.others)

    @property
    def appeared(self) -> str:
        """The id of the campaign that it must have made, which apply imports; "" without one."""
        return self.found[0].live.remote_id if len(self.found) == 1 else ""

    @property
    def why_blocked(self) -> str:
        """Why nothing may be planned for its address and its name; empty if nothing blocks."""
        if self.is_denied:
            return ""
        if self.appeared:
            how = "denied" if self.intent.denied else "unclear"
            return f"its create was {how}, {self.appeared} has appeared since"
        return "the outcome of an earlier create is not known"

    def diagnostic(self, source: SourceRange | None) -> Diagnostic:
        """What a reviewer has to know about it."""
        if self.is_denied:
            return errors.denied(
                self.intent, source, self.not_before, looked=self.looked, may_be=self.may_be
            )
        if self.intent.denied:
            return errors.denied_but_there(self.intent, source, self.found[0].live.remote_id)
        return errors.unsettled_create(self.intent, source, self.found, self.others)


class OpenCreates:
    """All open intents of an environment, looked up by address and by name."""

    def __init__(self, inventory: Inventory) -> None:
        intents = inventory.inputs.ledger.intents
        self._opens = {address: _open(intent, inventory) for address, intent in intents.items()}
        claimed = {
            (create.intent.target, create.found[0].live.remote_id)
            for create in self._opens.values()
            if len(create.found) == 1
        }
        self._opens = {
            address: _without_claimed(create, claimed) for address, create in self._opens.items()
        }
        self._inventory = inventory
        self._by_name: dict[tuple[str, str, str], list[OpenCreate]] = {}
        for create in self._opens.values():
            self._by_name.setdefault(_name_key(create.intent), []).append(create)

    @property
    def all(self) -> Mapping[Address, OpenCreate]:
        """All open creates, by the address that each was made for."""
        return self._opens

    def of(self, desired: Desired) -> tuple[OpenCreate, ...]:
        """The open creates of a manifest's address, or of its name under another address."""
        key = (desired.target, desired.address.type, name_key(desired.name))
        found = {id(create): create for create in self._by_name.get(key, ())}
        if own := self._opens.get(desired.address):
            found[id(own)] = own
        return tuple(found.values())

    def suspects(self, desired: Desired) -> tuple[Live, ...]:
        """What earlier creates of a manifest may have made although no live one has its name.

        These are campaigns of other names that fit a denied create, and archived ones that ended
        after the last create of the name.
        """
        if not self._opens and not self._inventory.inputs.marks:
            return ()
        key = name_key(desired.name)
        renamed = (row for create in self.of(desired) for row in create.may_be)
        rows = (*(row for row in renamed if name_key(row.name) != key), *self._archived(desired))
        return tuple(row for _, row in sorted({row.remote_id: row for row in rows}.items()))

    def _archived(self, desired: Desired) -> Iterator[Live]:
        target, type_ = desired.target, desired.address.type
        index, inputs = self._inventory.index(target, type_), self._inventory.inputs
        if index is None:
            return
        mark = inputs.marks.get(
            mark_key(type_, desired.name, self._inventory.facts(target).account)
        )
        if mark is None:
            return
        known = {*self._inventory.owned(target), *mark.seen_ids}
        known |= {other.record.remote_id for other in inputs.elsewhere}
        for row in index.archived(desired.name):
            if row.remote_id not in known and not ended_before(row, mark):
                yield row


def _name_key(intent: Intent) -> tuple[str, str, str]:
    return intent.target, intent.type, name_key(intent.name)


def _open(intent: Intent, inventory: Inventory) -> OpenCreate:
    inputs, target = inventory.inputs, intent.target
    snapshot = inputs.live.get(target)
    listing = snapshot.listings.get(intent.channel) if snapshot is not None else None
    if snapshot is None or listing is None:
        return OpenCreate(intent=intent, looked=False)
    owned = inventory.owned(target)
    named = strangers(intent, listing, owned)
    bindings = (binding for binding in inputs.ledger.bindings if binding.target == target)
    known = {(binding.path, binding.name): binding.remote for binding in bindings}
    found = candidates(intent, named, known=known, full=lambda row: inventory.full(target, row))
    others = _others(intent, named, renamed(intent, listing, owned), found)
    facts = inputs.targets[target]
    moment = not_before(
        inputs.marks.get(intent_key(intent, facts.account)),
        snapshot,
        settle=facts.settle,
        now=inputs.now,
    )
    return OpenCreate(intent=intent, found=found, others=others, not_before=moment)


def _others(
    intent: Intent, named: Iterable[Live], renamed: Iterable[Live], found: Collection[Candidate]
) -> tuple[Live, ...]:
    """Campaigns that may be it although they do not fit; for an unknown create by ever less."""
    if intent.denied:
        fitting = {one.live.remote_id for one in found}
        rows = {row.remote_id: row for row in (*named, *renamed)}
        return tuple(row for remote_id, row in rows.items() if remote_id not in fitting)
    return () if found else tuple(named) or tuple(renamed)


def _without_claimed(create: OpenCreate, claimed: Collection[tuple[str, str]]) -> OpenCreate:
    """The open create without campaigns that another create certainly made."""
    target = create.intent.target
    others = tuple(row for row in create.others if (target, row.remote_id) not in claimed)
    return replace(create, others=others)
