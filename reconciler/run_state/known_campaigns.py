"""Our campaigns, from the ledger and from every manifest that can be read.

An emergency stop must not wait for valid manifests or for a ledger: problems with either are
returned, not raised.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, errors_in, warning
from reconciler.errors import InvalidInput, ReconcilerError, reportable
from reconciler.ledger.base import Ledger
from reconciler.manifests.loader import Loaded
from reconciler.plan.model import Selection
from reconciler.plan.selection import nearest_term, selected, slips_in_words, unknown_terms
from reconciler.resources.base import Desired, Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent, LedgerView, Record
from reconciler.workflow.session import Session

_AT_WORK = (RunState.ACTIVE, RunState.SCHEDULED)
Key = tuple[Address, str]
"""An address and a target: a manifest may name another target than the ledger."""


@dataclass(slots=True)
class KnownCampaign:
    """One of our campaigns, with everything that identifies it."""

    address: Address
    target: str
    remote_id: str = ""
    """From the ledger, or pinned by a manifest."""
    name: str = ""
    """Its last known name at the vendor."""
    names: set[str] = field(default_factory=set)
    """Normalised: two campaigns with an equal entry have the same name for the vendor."""
    written_at: datetime | None = None
    """When we last wrote it. A listing may lack a new campaign."""
    intent: Intent | None = None
    """Its create, if that is not settled."""
    likely: bool = False
    """Whether it ran, or would start by itself, when its run state was last recorded."""
    status: str = ""
    """The vendor's term for that run state."""
    records: int = 0
    """How many people its contact lists held when they were last recorded; 0 if nobody knows."""

    @property
    def unsettled(self) -> bool:
        """Whether its create is not settled."""
        return self.intent is not None

    @property
    def channel(self) -> str:
        """The listing that shows it."""
        return BY_TYPE[self.address.type].channel


@dataclass(frozen=True, slots=True)
class KnownCampaigns:
    """Our campaigns by address and target, and what could not be read."""

    members: tuple[KnownCampaign, ...]
    desired: tuple[Desired, ...] = ()
    """The manifests that can be read. Only manifests have labels."""
    warnings: tuple[Diagnostic, ...] = ()
    errors: tuple[ReconcilerError, ...] = ()
    records: tuple[Record, ...] = ()
    """All records of the ledger."""

    def of(self, terms: Collection[str]) -> tuple[KnownCampaign, ...]:
        """The members that addresses and `label=value` terms choose; without terms, all."""
        if not terms:
            return self.members
        chosen = {str(one.address) for one in selected(self.desired, _selecting(terms))}
        chosen.update(terms)
        return tuple(one for one in self.members if str(one.address) in chosen)

    def require_known(self, terms: Collection[str]) -> None:
        """Raise InvalidInput for a term that matches nothing in the manifests and the ledger."""
        addresses = [one.address for one in self.members]
        unknown = unknown_terms(self.desired, addresses, _selecting(terms))
        if unknown:
            meant = nearest_term(unknown, self.desired, addresses)
            advice = f"Did you mean {meant}? " if meant else ""
            advice += "Neither the ledger nor a readable manifest of this environment has it."
            raise InvalidInput(slips_in_words(unknown), advice)


def _selecting(terms: Collection[str]) -> Selection:
    return Selection(select=tuple(terms))


def read_roster(session: Session, ledger: Ledger) -> KnownCampaigns:
    """All known campaigns."""
    return with_manifests(session, read_view(lambda: ledger))


def read_view(open_ledger: Callable[[], Ledger]) -> LedgerView | ReconcilerError:
    """What the ledger knows, or why it cannot be opened or read."""
    try:
        return open_ledger().view()
    except Exception as problem:  # noqa: BLE001 - manifests and vendors know campaigns too
        return reportable(problem)


def read_reach(open_ledger: Callable[[], Ledger]) -> Mapping[Address, int]:
    """How many people each campaign reached by its last receipt that says so.

    Empty if the ledger cannot be read: it only decides an order.
    """
    try:
        receipts = open_ledger().receipts()
    except Exception:  # noqa: BLE001 - only the order of the stops depends on it
        return {}
    entries = (entry for receipt in receipts for entry in receipt.outcomes)
    return {entry.address: entry.records for entry in entries if entry.records is not None}


def of_ledger(view: LedgerView) -> tuple[KnownCampaign, ...]:
    """The campaigns that the ledger knows, without those of no installed provider."""
    found: dict[Key, KnownCampaign] = {}
    _from_ledger(view, found)
    return tuple(found[key] for key in sorted(found) if key[0].type in BY_TYPE)


def with_manifests(session: Session, view: LedgerView | ReconcilerError | None) -> KnownCampaigns:
    """All known campaigns; `view` is None while the ledger has not answered."""
    found: dict[Key, KnownCampaign] = {}
    errors: list[ReconcilerError] = [view] if isinstance(view, ReconcilerError) else []
    records: tuple[Record, ...] = ()
    if isinstance(view, LedgerView):
        records = tuple(view.records.values())
        _from_ledger(view, found)
    loaded = session.readable_manifests(session.environment.name)
    desired = loaded.desired.get(session.environment.name, ())
    _from_manifests(desired, found)
    members = [found[key] for key in sorted(found)]
    strange = sorted({one.address.type for one in members} - BY_TYPE.keys())
    if strange:
        errors.append(
            ReconcilerError(
                f"the ledger has campaigns of {', '.join(strange)}, which no installed provider "
                "supports",
                "They were left out. Install the package that supports them, and run this again.",
            )
        )
    known = (one for one in members if one.address.type in BY_TYPE)
    return KnownCampaigns(tuple(known), desired, tuple(_unreadable(loaded)), tuple(errors), records)


class Index:
    """The members of one target, looked up by a live campaign."""

    def __init__(self, members: Iterable[KnownCampaign]) -> None:
        self._by_id: dict[tuple[str, str], list[KnownCampaign]] = {}
        self._by_name: dict[tuple[str, str], list[KnownCampaign]] = {}
        for member in members:
            self._by_id.setdefault((member.address.type, member.remote_id), []).append(member)
            for name in member.names:
                self._by_name.setdefault((member.address.type, name), []).append(member)

    def of_id(self, row: Live) -> list[KnownCampaign]:
        """The members with the id of the row."""
        return self._by_id.get((row.type, row.remote_id), [])

    def of_name(self, row: Live) -> list[KnownCampaign]:
        """The members with the name of the row; none for an archived campaign."""
        if row.state is RunState.ARCHIVED:
            return []
        return self._by_name.get((row.type, _same(row.type, row.name)), [])


def _from_ledger(view: LedgerView, found: dict[Key, KnownCampaign]) -> None:
    for record in view.records.values():
        member = _member(found, record.address, record.target)
        member.remote_id, member.name = record.remote_id, record.name
        member.names.add(_same(record.address.type, record.name))
        member.written_at = record.written_at
        if record.seen is not None:
            member.likely = record.seen.state in _AT_WORK
            member.status = record.seen.status
    for intent in view.intents.values():
        member = _member(found, intent.address, intent.target)
        member.names.add(_same(intent.type, intent.name))
        member.intent = intent


def _from_manifests(wanted: Iterable[Desired], found: dict[Key, KnownCampaign]) -> None:
    for desired in wanted:
        member = _member(found, desired.address, desired.target)
        member.remote_id = desired.metadata.remote_id or member.remote_id
        member.name = member.name or desired.name
        names = (desired.name, *desired.metadata.former_names)
        member.names |= {_same(desired.address.type, name) for name in names}


def _unreadable(loaded: Loaded) -> Iterator[Diagnostic]:
    faults = errors_in(loaded.diagnostics)
    if faults:
        yield warning(
            "manifests-not-readable",
            f"{len(faults)} problem{'s' if len(faults) != 1 else ''} in the manifests: campaigns "
            "that only the invalid ones name are not known",
            "The first problem: " + faults[0].summary,
            source=faults[0].source,
        )


def _member(found: dict[Key, KnownCampaign], address: Address, target: str) -> KnownCampaign:
    return found.setdefault((address, target), KnownCampaign(address, target))


def _same(type_: str, name: str) -> str:
    kind = BY_TYPE.get(type_)
    return name if kind is None else kind.match_name(name)


def by_target(members: Iterable[KnownCampaign]) -> Mapping[str, tuple[KnownCampaign, ...]]:
    """Members by target; targets sorted, members in the given order."""
    found: dict[str, list[KnownCampaign]] = {}
    for one in members:
        found.setdefault(one.target, []).append(one)
    return {target: tuple(found[target]) for target in sorted(found)}
