"""Which campaigns are ours: everything that the ledger or a readable manifest names.

An emergency must not wait for valid manifests or for a ledger, so a fault in either is a warning.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, errors_in, warning
from reconciler.errors import InvalidInput, ReconcilerError, reportable
from reconciler.ledger.base import Ledger
from reconciler.manifests.loader import Loaded
from reconciler.plan.model import Selection
from reconciler.plan.selection import selected, slips_in_words, unknown_terms
from reconciler.resources.base import Desired, Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent, LedgerView
from reconciler.workflow.session import Session

Key = tuple[Address, str]
"""An address and a target: a manifest may have moved away from where the ledger knows it."""


@dataclass(slots=True)
class KnownCampaign:
    """One of our campaigns, by everything that it may be found by."""

    address: Address
    target: str
    remote_id: str = ""
    """The ledger's, or a manifest's pin."""
    name: str = ""
    """Its name at the vendor when last heard of."""
    names: set[str] = field(default_factory=set)
    """In the form under which two names are the same campaign."""
    written_at: datetime | None = None
    """When we last wrote it: a listing may lack what is new."""
    intent: Intent | None = None
    """A create of it that is not settled."""

    @property
    def unsettled(self) -> bool:
        """Whether a create of it is not settled."""
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
    """The manifests that can be read: nothing else knows labels."""
    warnings: tuple[Diagnostic, ...] = ()
    errors: tuple[ReconcilerError, ...] = ()

    def of(self, terms: Collection[str]) -> tuple[KnownCampaign, ...]:
        """The members that addresses and `label=value` terms choose; all without a term."""
        if not terms:
            return self.members
        chosen = {str(one.address) for one in selected(self.desired, _selecting(terms))}
        chosen.update(terms)
        return tuple(one for one in self.members if str(one.address) in chosen)

    def require_known(self, terms: Collection[str]) -> None:
        """Raise InvalidInput for a term that neither a manifest nor the ledger has."""
        addresses = (one.address for one in self.members)
        unknown = unknown_terms(self.desired, addresses, _selecting(terms))
        if unknown:
            raise InvalidInput(
                slips_in_words(unknown),
                "Neither the ledger nor a readable manifest of this environment has it.",
            )


def _selecting(terms: Collection[str]) -> Selection:
    return Selection(select=tuple(terms))


def read_roster(session: Session, ledger: Ledger | None) -> KnownCampaigns:
    """Everything that is known; `ledger` is None when it cannot be opened."""
    found: dict[Key, KnownCampaign] = {}
    errors: list[ReconcilerError] = []
    if ledger is not None:
        try:
            _from_ledger(ledger.view(), found)
        except Exception as problem:  # noqa: BLE001 - manifests and vendors know campaigns too
            errors.append(reportable(problem))
    loaded = session.readable_manifests(session.environment.name)
    desired = loaded.desired.get(session.environment.name, ())
    _from_manifests(desired, found)
    members = [found[key] for key in sorted(found)]
    strange = sorted({one.address.type for one in members} - BY_TYPE.keys())
    if strange:
        errors.append(
            ReconcilerError(
                f"the ledger has campaigns of {', '.join(strange)}, which no provider here knows",
                "They were left out. Install the package that brings them, and run it again.",
            )
        )
    known = (one for one in members if one.address.type in BY_TYPE)
    return KnownCampaigns(tuple(known), desired, tuple(_unreadable(loaded)), tuple(errors))


class Index:
    """Members of one target, found by a live campaign."""

    def __init__(self, members: Iterable[KnownCampaign]) -> None:
        self._by_id: dict[tuple[str, str], list[KnownCampaign]] = {}
        self._by_name: dict[tuple[str, str], list[KnownCampaign]] = {}
        for one in members:
            self._by_id.setdefault((one.address.type, one.remote_id), []).append(one)
            for name in one.names:
                self._by_name.setdefault((one.address.type, name), []).append(one)

    def of_id(self, row: Live) -> list[KnownCampaign]:
        """The members whose id it has."""
        return self._by_id.get((row.type, row.remote_id), [])

    def of_name(self, row: Live) -> list[KnownCampaign]:
        """The members whose name it has; an archived campaign is nobody's by its name."""
        if row.state is RunState.ARCHIVED:
            return []
        return self._by_name.get((row.type, _same(row.type, row.name)), [])


def _from_ledger(view: LedgerView, found: dict[Key, KnownCampaign]) -> None:
    for record in view.records.values():
        member = _member(found, record.address, record.target)
        member.remote_id, member.name = record.remote_id, record.name
        member.names.add(_same(record.address.type, record.name))
        member.written_at = record.written_at
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
        member.names |= {_same(desired.address.type, one) for one in names}


def _unreadable(loaded: Loaded) -> Iterator[Diagnostic]:
    faults = errors_in(loaded.diagnostics)
    if faults:
        yield warning(
            "manifests-not-readable",
            f"{len(faults)} problem{'s' if len(faults) != 1 else ''} in the manifests: campaigns "
            "that only they name are not known",
            "The first: " + faults[0].summary,
            source=faults[0].source,
        )


def _member(found: dict[Key, KnownCampaign], address: Address, target: str) -> KnownCampaign:
    return found.setdefault((address, target), KnownCampaign(address, target))


def _same(type_: str, name: str) -> str:
    kind = BY_TYPE.get(type_)
    return name if kind is None else kind.match_name(name)


def by_target(members: Iterable[KnownCampaign]) -> Mapping[str, tuple[KnownCampaign, ...]]:
    """Members by target, both in order."""
    found: dict[str, list[KnownCampaign]] = {}
    for one in members:
        found.setdefault(one.target, []).append(one)
    return {target: tuple(found[target]) for target in sorted(found)}
