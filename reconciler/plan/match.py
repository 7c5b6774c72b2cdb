"""Finds the live campaign of a manifest: by pin, by ledger id, then by vendor name; pure.

Looks it up in complete listings that are indexed once. Knows nothing of field values.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.plan.listing_index import ListingIndex, index_listing
from reconciler.resources.base import Desired, Kind, Lifecycle, Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import LedgerView, Record
from reconciler.resources.marker import is_marked_for
from reconciler.resources.snapshot import TargetSnapshot

NO_OWNERS: Mapping[str, Address] = {}


@dataclass(frozen=True, slots=True)
class Matched:
    """The manifest's campaign; `by` is `pin`, `ledger`, `marker`, `name` or `former name`."""

    live: Live
    by: str


@dataclass(frozen=True, slots=True)
class Absent:
    """No campaign was found."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The ledger knows a campaign that a complete listing lacks, or shows as archived."""

    remote_id: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several campaigns have the name."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """The campaign is managed by another address."""

    remote_id: str
    owner: Address


@dataclass(frozen=True, slots=True)
class PinMissing:
    """`metadata.remoteId` names a campaign that a complete listing lacks."""

    remote_id: str


Match = Matched | Absent | Gone | Ambiguous | Taken | PinMissing


@dataclass(frozen=True, slots=True)
class Missing:
    """A campaign whose id is in git or the ledger, but not in the listings."""

    kind: Kind
    remote_id: str
    record: Record | None = None
    """None when only a pin names the campaign."""


def match(
    desired: Desired,
    index: ListingIndex,
    *,
    record: Record | None = None,
    owners: Mapping[str, Address] = NO_OWNERS,
    owned: Collection[str] = (),
) -> Match:
    """Find the campaign of a manifest.

    `record` is the ledger's record of this address on this target; `owners` maps the remote ids of
    this target to addresses, and must not contain addresses that a campaign may move away from.
    `owned` are all ids that the ledger knows; a mark proves nothing about these.
    """
    found = _find(desired, index, record, owned)
    if isinstance(found, Matched):
        owner = owners.get(found.live.remote_id, desired.address)
        if owner != desired.address:
            return Taken(found.live.remote_id, owner)
    return found


def _find(
    desired: Desired, index: ListingIndex, record: Record | None, owned: Collection[str]
) -> Match:
    pin = desired.metadata.remote_id
    if pin is not None:
        return Matched(index.by_id[pin], "pin") if pin in index.by_id else PinMissing(pin)
    own = index.by_id.get(record.remote_id) if record is not None else None
    if own is not None and own.state is not RunState.ARCHIVED:
        return Matched(own, "ledger")
    for by, rows in _alike(desired, index, owned):
        if len(rows) > 1:
            return Ambiguous(tuple(sorted(row.remote_id for row in rows)))
        for row in rows:
            return Matched(row, by)
    return Gone(record.remote_id) if record is not None else Absent()


def _alike(
    desired: Desired, index: ListingIndex, owned: Collection[str]
) -> Iterator[tuple[str, tuple[Live, ...]]]:
    """Live campaigns that may be the manifest's, by ever weaker evidence."""
    marked = (row for row in index.marked(desired.marker) if row.remote_id not in owned)
    yield "marker", tuple(row for row in marked if is_marked_for(desired, row))
    yield "name", index.named(desired.name)
    former = (row for name in desired.metadata.former_names for row in index.named(name))
    yield "former name", tuple({row.remote_id: row for row in former}.values())


def channels_of(target: str, desired: Iterable[Desired], view: LedgerView) -> tuple[str, ...]:
    """The listings that a target's plan needs: those of its manifests and ledger records."""
    types = {one.address.type for one in desired if one.target == target}
    types |= {record.address.type for record in view.records.values() if record.target == target}
    types |= {intent.type for intent in view.intents.values() if intent.target == target}
    return tuple(sorted({BY_TYPE[type_].channel for type_ in types if type_ in BY_TYPE}))


def needed_details(
    desired: Iterable[Desired],
    snapshot: TargetSnapshot,
    ledger: LedgerView,
    *,
    prune: bool = False,
) -> tuple[str, ...]:
    """The remote ids of a target that plan will compare, sorted; reads only the listings.

    These are the managed campaigns, the candidates for adoption and, if they would be removed,
    the campaigns whose manifests are gone.
    """
    wanted = [manifest for manifest in desired if manifest.target == snapshot.target]
    orphans = tuple(_orphans(wanted, snapshot.target, ledger, prune=prune))
    indexes = _indexes(snapshot, wanted, orphans)
    owned = _owned(snapshot.target, ledger)
    ids: set[str] = set()
    for manifest in _kept(wanted):
        index = indexes.get(manifest.address.type)
        if index is None:
            continue
        match_ = _find(manifest, index, _record_of(manifest, ledger), owned)
        if isinstance(match_, Matched):
            ids.add(match_.live.remote_id)
    for record in orphans:
        index = indexes.get(record.address.type)
        if index is not None and record.remote_id in index.by_id:
            ids.add(record.remote_id)
    return tuple(sorted(ids))


def missing(
    desired: Iterable[Desired],
    snapshot: TargetSnapshot,
    ledger: LedgerView,
    *,
    prune: bool = False,
) -> tuple[Missing, ...]:
    """The campaigns of a target that plan would report as gone, by id; reads only the listings."""
    wanted = [one for one in desired if one.target == snapshot.target]
    orphans = tuple(_orphans(wanted, snapshot.target, ledger, prune=prune))
    indexes = _indexes(snapshot, wanted, orphans)
    kept = tuple(_kept(wanted))
    pins = [
        (manifest.address.type, manifest.metadata.remote_id, None)
        for manifest in kept
        if manifest.metadata.remote_id is not None
    ]
    own = [found for manifest in kept if (found := _record_of(manifest, ledger)) is not None]
    records = [(record.address.type, record.remote_id, record) for record in (*own, *orphans)]
    campaigns = {
        remote_id: Missing(BY_TYPE[type_], remote_id, record)
        for type_, remote_id, record in (*pins, *records)
        if (index := indexes.get(type_)) is not None and remote_id not in index.by_id
    }
    return tuple(campaigns[remote_id] for remote_id in sorted(campaigns))


def not_found(
    desired: Iterable[Desired],
    snapshot: TargetSnapshot,
    ledger: LedgerView,
    *,
    unlisted: Collection[str] = (),
) -> frozenset[str]:
    """The channels of a target where a create would be planned; reads only the listings.

    None would be planned for the campaigns `unlisted`, which are known to exist.
    """
    created = to_be_created(desired, snapshot, ledger, unlisted=unlisted)
    return frozenset(BY_TYPE[manifest.address.type].channel for manifest in created)


def to_be_created(
    desired: Iterable[Desired],
    snapshot: TargetSnapshot,
    ledger: LedgerView,
    *,
    unlisted: Collection[str] = (),
) -> Iterator[Desired]:
    """The manifests of a target for which a create would be planned; reads only the listings."""
    wanted = [manifest for manifest in desired if manifest.target == snapshot.target]
    indexes = _indexes(snapshot, wanted, ())
    owned = _owned(snapshot.target, ledger)
    for manifest in _kept(wanted):
        index, record = indexes.get(manifest.address.type), _record_of(manifest, ledger)
        known = record is not None and record.remote_id in unlisted
        if index is None or known or manifest.metadata.lifecycle is Lifecycle.RETIRED:
            continue
        if isinstance(_find(manifest, index, record, owned), Absent | Gone):
            yield manifest


def _indexes(
    snapshot: TargetSnapshot, desired: Iterable[Desired], records: Iterable[Record]
) -> dict[str, ListingIndex | None]:
    types = {one.address.type for one in desired} | {one.address.type for one in records}
    return {type_: index_listing(snapshot, BY_TYPE[type_]) for type_ in types if type_ in BY_TYPE}


def _kept(desired: Iterable[Desired]) -> Iterator[Desired]:
    """Manifests that concern a campaign at the vendor: all but released ones."""
    return (
        manifest for manifest in desired if manifest.metadata.lifecycle is not Lifecycle.RELEASED
    )


def _orphans(
    desired: Collection[Desired], target: str, ledger: LedgerView, *, prune: bool
) -> Iterator[Record]:
    """Records without a manifest that plan may remove, or move to another address."""
    addresses = {one.address for one in desired}
    names = {(one.address.type, BY_TYPE[one.address.type].match_name(one.name)) for one in desired}
    for record in ledger.records.values():
        kind = BY_TYPE.get(record.address.type)
        if record.target != target or record.address in addresses or kind is None:
            continue
        if prune or (kind.type, kind.match_name(record.name)) in names:
            yield record


def _owned(target: str, ledger: LedgerView) -> frozenset[str]:
    return frozenset(one.remote_id for one in ledger.records.values() if one.target == target)


def _record_of(desired: Desired, ledger: LedgerView) -> Record | None:
    record = ledger.records.get(desired.address)
    return record if record is not None and record.target == desired.target else None
