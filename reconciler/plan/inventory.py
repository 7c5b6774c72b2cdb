"""Indexes the inputs of a plan once: listings, owners of campaigns, records without a manifest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic
from reconciler.plan.compare.leaves import Bindings
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.listing_index import ListingIndex, index_listing
from reconciler.plan.model import Change, SendsOnWrite, TargetFacts
from reconciler.resources.base import Desired, Field, Live, Reach, RunState
from reconciler.resources.kinds import BY_TYPE, of_provider
from reconciler.resources.ledger_records import Record
from reconciler.resources.tree import at

Key = tuple[str, str]
"""A target and a type."""
Account = tuple[str, str]
"""A provider, and the account's id there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The result of planning one address."""

    change: Change | None = None
    drift: Change | None = None
    pending: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    hidden: tuple[str, ...] = ()
    """Managed fields that the target's readings omit."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The ledger's record of a manifest's campaign, and its old address if it moved."""

    record: Record | None = None
    moved_from: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """A plan's inputs with their indexes; it decides nothing."""

    inputs: PlanInputs
    bindings: Bindings
    indexes: Mapping[Key, ListingIndex]
    owners: Mapping[str, Mapping[str, Address]]
    """By target: the manifest's address that has a remote id, through any target of the account."""
    manifests: Mapping[Address, Desired]
    """All manifests, selected or not."""
    orphans: Mapping[Address, Record]
    """Records without a manifest."""
    _owned: Mapping[Account, Mapping[str, Address]]
    """By account: the address of every record, by its remote id."""
    _orphan_ids: Mapping[tuple[str, str], Record]
    _orphan_names: Mapping[tuple[Key, str], Record]
    _known_names: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def facts(self, target: str) -> TargetFacts:
        """The facts about a target."""
        return self.inputs.targets[target]

    def index(self, target: str, type_: str) -> ListingIndex | None:
        """The listing of a kind on a target; None when it was not read."""
        return self.indexes.get((target, type_))

    def full(self, target: str, row: Live) -> Live:
        """The fullest reading of a listed campaign."""
        return self.inputs.live[target].details.get(row.remote_id, row)

    def row(self, change: Change) -> Live | None:
        """The listed campaign of a change."""
        index = self.index(change.target, change.address.type)
        return index.by_id.get(change.remote_id or "") if index is not None else None

    def may_send(self, target: str) -> bool:
        """Whether a create or an update there may start contacting people."""
        facts = self.facts(target)
        return (
            facts.capabilities.may_send_on_write and facts.sends_on_write is not SendsOnWrite.NEVER
        )

    def unread(self, target: str) -> bool:
        """Whether a target was not read, so that nothing can be concluded about it."""
        snapshot = self.inputs.live.get(target)
        return snapshot is None or snapshot.problem is not None

    def hidden(self, target: str, remote_id: str) -> bool:
        """Whether the vendor returns a campaign by its id, and lists it nowhere."""
        snapshot = self.inputs.live.get(target)
        return snapshot is not None and remote_id in snapshot.unlisted

    def listed_late(self, record: Record) -> bool:
        """Whether a complete listing may lack a campaign only because the campaign is new.

        Of our clock and the vendor's the earlier one counts, so a clock that runs ahead makes
        no campaign look old.
        """
        index = self.index(record.target, record.address.type)
        if index is None or record.remote_id in index.by_id:
            return False
        if self.hidden(record.target, record.remote_id):
            return True
        snapshot = self.inputs.live[record.target]
        now = self.inputs.now
        now = min(now, snapshot.as_of or now)
        return (now - record.written_at).total_seconds() < self.facts(record.target).settle

    def known(self, desired: Desired) -> Owner:
        """The record of a manifest, or of the orphan whose campaign the manifest refers to."""
        own = self.inputs.ledger.records.get(desired.address)
        if own is not None:
            return Owner(own if own.target == desired.target else None)
        target, type_ = desired.target, desired.address.type
        ids = [desired.metadata.remote_id] if desired.metadata.remote_id else []
        index = self.index(target, type_)
        if index is not None and not ids:
            names = (desired.name, *desired.metadata.former_names)
            ids = [row.remote_id for name in names for row in index.named(name)]
        for remote_id in ids:
            if moved := self._orphan_ids.get((target, remote_id)):
                return Owner(moved, moved.address)
        if ids:
            return Owner()
        folded = BY_TYPE[type_].match_name(desired.name)
        orphan = self._orphan_names.get(((target, type_), folded))
        return Owner(orphan, orphan.address) if orphan is not None else Owner()

    def owned(self, target: str) -> Mapping[str, Address]:
        """The ids that belong to an address on this target or another target of its account."""
        return self._owned.get(self.account(target), {})

    def account(self, target: str) -> Account:
        """What identifies a target's account; other targets may use it, too."""
        return account_of(self.inputs, target)

    def campaigns(self, target: str) -> Iterable[Live]:
        """The live campaigns of a target, without archived campaigns."""
        snapshot = self.inputs.live.get(target)
        for listing in snapshot.listings.values() if snapshot is not None else ():
            for row in listing.items:
                if row.state is not RunState.ARCHIVED:
                    yield row

    def known_names(self, target: str, row: Field) -> tuple[str, ...]:
        """What the target is known to have that a field can name, sorted."""
        if (target, row.path) not in self._known_names:
            names = sorted({*row.always_there, *self._named(target, row)})
            self._known_names[target, row.path] = tuple(names)
        return self._known_names[target, row.path]

    def _named(self, target: str, row: Field) -> Iterator[str]:
        yield from self.bindings.names(target, row.path)
        snapshot = self.inputs.live.get(target)
        if row.reach is Reach.EXCLUSION and snapshot is not None:
            # A vendor may list do-not-call lists among the contact lists.
            yield from (
                name
                for one in (snapshot.contact_lists or {}).values()
                for name in (one.name, *one.also)
            )
        for live in self.campaigns(target):
            name = at(self.full(target, live).spec, row.path)
            yield from (name,) if isinstance(name, str) else ()


def take_inventory(inputs: PlanInputs) -> Inventory:
    """Index a plan's inputs."""
    manifests = {desired.address: desired for desired in inputs.desired}
    records = inputs.ledger.records.values()
    owned: dict[Account, dict[str, Address]] = defaultdict(dict)
    for record in records:
        owned[account_of(inputs, record.target)][record.remote_id] = record.address
    orphans = {rec.address: rec for rec in records if rec.address not in manifests}
    return Inventory(
        inputs=inputs,
        bindings=Bindings(inputs.ledger.bindings),
        indexes=_indexes(inputs),
        owners=_owners(inputs, manifests),
        manifests=manifests,
        orphans=orphans,
        _owned=owned,
        _orphan_ids={(rec.target, rec.remote_id): rec for rec in orphans.values()},
        _orphan_names={
            ((rec.target, rec.address.type), _folded(rec)): rec for rec in orphans.values()
        },
    )


def _owners(
    inputs: PlanInputs, manifests: Mapping[Address, Desired]
) -> dict[str, dict[str, Address]]:
    by_account: dict[Account, dict[str, Address]] = {}
    for record in inputs.ledger.records.values():
        if record.address in manifests:
            account = account_of(inputs, record.target)
            by_account.setdefault(account, {})[record.remote_id] = record.address
    targets = {*inputs.targets, *(record.target for record in inputs.ledger.records.values())}
    return {target: by_account.get(account_of(inputs, target), {}) for target in targets}


def account_of(inputs: PlanInputs, target: str) -> Account:
    """What identifies a target's account; a target that is gone is an account of its own."""
    facts = inputs.targets.get(target)
    return (target, "") if facts is None else (facts.provider, facts.account)


def _indexes(inputs: PlanInputs) -> dict[Key, ListingIndex]:
    indexes: dict[Key, ListingIndex] = {}
    for target, snapshot in inputs.live.items():
        if snapshot.problem is not None or target not in inputs.targets:
            continue
        for kind in of_provider(inputs.targets[target].provider):
            index = index_listing(snapshot, kind)
            if index is not None:
                indexes[target, kind.type] = index
    return indexes


def _folded(record: Record) -> str:
    kind = BY_TYPE.get(record.address.type)
    return record.name if kind is None else kind.match_name(record.name)
