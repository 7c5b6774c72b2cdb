"""Find the live campaigns that `import` writes, and why it skips others; pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from reconciler.command_lines import command_lines
from reconciler.plan.compare.unknown_creates import renamed, strangers
from reconciler.plan.listing_index import ListingIndex
from reconciler.plan.match import Ambiguous, Matched, match
from reconciler.resources.base import Desired, Kind, Live, RunState
from reconciler.resources.kinds import BY_TYPE, of_provider
from reconciler.resources.ledger_records import Intent, LedgerView
from reconciler.resources.name_spelling import spelling_fault
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.resources.tree import has


@dataclass(frozen=True, slots=True)
class Found:
    """A campaign of a target; `reason` says why it is skipped, "" if it is to be written."""

    target: str
    live: Live
    reason: str = ""
    managed: bool = False
    """Whether a manifest is already for exactly this campaign."""
    ambiguous: bool = False
    """Whether its manifest must identify it by its id: its name is not enough, or not allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The live campaigns that somebody asks for; by default, all but archived ones."""

    patterns: tuple[str, ...] = ()
    """Names, shell patterns of names, or ids; empty for all campaigns."""
    statuses: tuple[str, ...] = ()
    """The vendor's words, or ours (`draft`), in any case; empty for all."""
    since: datetime | None = None
    """Only campaigns that were created then or later."""

    def has_status(self, live: Live) -> bool:
        """Whether the campaign has one of the statuses, or no status was asked for."""
        words = {live.status.casefold(), live.state.value}
        return not self.statuses or any(one.casefold() in words for one in self.statuses)

    def includes(self, live: Live) -> bool:
        """Whether a campaign is among them; one without a date is, whatever its age."""
        if self.since is not None and live.created_at is not None and live.created_at < self.since:
            return False
        fit = not self.patterns or any(fits(live, pattern) for pattern in self.patterns)
        return fit and self.has_status(live)

    def takes_archived(self, live: Live) -> bool:
        """Whether an archived campaign was asked for by its name, its id or its status."""
        return bool(self.statuses) or any(_named(live, pattern) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for on one target, and what is managed already."""

    provider: str
    wanted: Wanted
    desired: Collection[Desired]
    view: LedgerView

    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of campaign that the target may have."""
        return of_provider(self.provider)


def fits(live: Live, pattern: str) -> bool:
    """Whether a pattern matches the campaign's name or id."""
    match_name = BY_TYPE[live.type].match_name
    return _named(live, pattern) or fnmatchcase(match_name(live.name), match_name(pattern))


def find_unmanaged(snapshot: TargetSnapshot, search: Search) -> tuple[Found, ...]:
    """The campaigns that match, sorted by kind, name and id, with full readings where available."""
    return tuple(
        found
        for kind in search.kinds()
        if (listing := snapshot.listings.get(kind.channel)) is not None
        for found in _of_kind(ListingIndex(kind, listing.items), kind, snapshot, search=search)
    )


def _of_kind(
    index: ListingIndex, kind: Kind, snapshot: TargetSnapshot, *, search: Search
) -> Iterator[Found]:
    owners = _owners(index, kind, snapshot, search=search)
    rows = sorted(index.by_id.values(), key=lambda row: (row.name, row.remote_id))
    for row in rows:
        if not search.wanted.includes(row):
            continue
        archived = row.state is RunState.ARCHIVED
        owner = owners.get(row.remote_id, _NOBODY)
        reason = owner.reason
        if archived and not search.wanted.takes_archived(row):
            reason = reason or "it is archived; name it to import it anyway"
        reason = reason or _undescribable(row)
        yield Found(
            target=snapshot.target,
            live=snapshot.details.get(row.remote_id, row),
            reason=reason,
            managed=owner.manages,
            ambiguous=archived or len(index.named(row.name)) > 1 or bool(spelling_fault(row.name)),
        )


def _undescribable(row: Live) -> str:
    """Why no manifest can describe a campaign: no field of it is one that the API can write."""
    if not row.name or has(row.spec, "name"):
        return ""
    why = "; ".join(row.blocked) or "the API cannot write such a campaign"
    return f"{why}. Manage it in the vendor's console; drift lists it as unmanaged"


def _named(live: Live, text: str) -> bool:
    kind = BY_TYPE[live.type]
    named = kind.match_name(live.name) == kind.match_name(text)
    return named or live.remote_id == kind.match_id(text)


@dataclass(frozen=True, slots=True)
class _Owner:
    """Why a campaign is taken; `manages` if a manifest is for exactly this campaign."""

    reason: str
    manages: bool = False


_NOBODY = _Owner("")


def _owners(
    index: ListingIndex, kind: Kind, snapshot: TargetSnapshot, *, search: Search
) -> Mapping[str, _Owner]:
    """The owners of taken campaigns, by id; manifests before the ledger's records and intents."""
    target = snapshot.target
    return {
        **dict(_by_intents(snapshot, kind, view=search.view)),
        **dict(_by_records(index, kind, target, search=search)),
        **dict(_by_manifests(index, kind, target, search=search)),
    }


def _by_intents(
    snapshot: TargetSnapshot, kind: Kind, *, view: LedgerView
) -> Iterator[tuple[str, _Owner]]:
    owned = {one.remote_id for one in view.records.values() if one.target == snapshot.target}
    listing = snapshot.listings[kind.channel]
    for intent in view.intents.values():
        if (intent.target, intent.type) == (snapshot.target, kind.type):
            for row in (*renamed(intent, listing, owned), *strangers(intent, listing, owned)):
                yield row.remote_id, _Owner(_may_have_made(row.remote_id, intent))


def _may_have_made(remote_id: str, intent: Intent) -> str:
    if intent.denied:
        return (
            f"the create of {intent.address} was denied and may have made it all the same. If it "
            f"did, set metadata.remoteId of that manifest to {remote_id}"
        )
    return (
        f"the create of {intent.address} may have made it, and its outcome is not known. If it "
        "did, run the first of these. If it did not, run the second:"
        + command_lines(
            f"resolve {intent.address} --adopt {remote_id}",
            f"resolve {intent.address} --not-created --reason TEXT",
        )
    )


def _by_records(
    index: ListingIndex, kind: Kind, target: str, *, search: Search
) -> Iterator[tuple[str, _Owner]]:
    declared = {one.address for one in search.desired}
    for address, record in search.view.records.items():
        if (record.target, address.type) != (target, kind.type):
            continue
        row = index.by_id.get(record.remote_id)
        if address not in declared:
            why = "which has no manifest. Restore that manifest"
        elif row is not None and row.state is RunState.ARCHIVED:
            why = "which has a manifest, but it is archived. plan says what to do"
        else:
            why = "whose manifest is for another campaign. plan says what to do"
        yield record.remote_id, _Owner(f"the ledger has it as {address}, {why}")


def _by_manifests(
    index: ListingIndex, kind: Kind, target: str, *, search: Search
) -> Iterator[tuple[str, _Owner]]:
    for desired in search.desired:
        if (desired.target, desired.address.type) != (target, kind.type):
            continue
        record = search.view.records.get(desired.address)
        if record is not None and record.target != target:
            record = None
        found = match(desired, index, record=record)
        if isinstance(found, Matched):
            why = f"{desired.address} manages it already, so there is nothing to do"
            yield found.live.remote_id, _Owner(why, manages=True)
        elif isinstance(found, Ambiguous):
            for remote_id in found.ids:
                why = (
                    f"{desired.address} may mean it or another campaign with its name. If it means "
                    f"this one, set metadata.remoteId of that manifest to {remote_id}"
                )
                yield remote_id, _Owner(why)
