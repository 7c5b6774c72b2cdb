"""The contents of the ledger as values: records, open intents, bindings, tombstones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.command_lines import command_lines
from reconciler.errors import ApplyRefused
from reconciler.resources.base import Live, RunState
from reconciler.resources.receipt import Receipt
from reconciler.resources.tree import Tree
from reconciler.resources.writes import PlannedRequest


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by our clock and by the vendor's. Each clock is compared only with itself."""

    ours: datetime
    vendors: datetime | None = None
    """None if the vendor does not report its time."""

    def seconds_since(self, earlier: Self) -> float:
        """Seconds that have passed by both clocks; negative if a clock was set back."""
        ages = [self.ours - earlier.ours]
        if self.vendors is not None and earlier.vendors is not None:
            ages.append(self.vendors - earlier.vendors)
        return min(ages).total_seconds()


@dataclass(frozen=True, slots=True)
class SeenState:
    """An accepted run state: a later change from it is drift."""

    state: RunState
    status: str
    """The vendor's term."""
    run: str = ""
    """The vendor's id of its latest run; "" if the vendor returned none."""
    sent: int | None = None
    """How many messages it had sent by then; None if the reading did not tell."""
    execution: str = ""
    """The vendor's word for the way it runs; "" if the reading did not tell."""

    @classmethod
    def of(cls, live: Live | None) -> Self | None:
        """The run state that a read shows, or None."""
        if live is None or not live.status:
            return None
        return cls(live.state, live.status, live.run, live.sent, live.execution)


@dataclass(frozen=True, slots=True)
class SentCount:
    """How many messages a campaign had sent, whoever manages it."""

    sent: int
    since: datetime
    """When we first read this number: everybody was contacted before that."""
    grew: bool = False
    """Whether we had read a smaller one earlier: somebody was contacted shortly before `since`."""

    def then(self, sent: int, now: datetime) -> Self:
        """What a later reading makes of it."""
        return self if sent == self.sent else type(self)(sent, now, grew=sent > self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A campaign that we wrote or adopted."""

    address: Address
    target: str
    remote_id: str
    name: str
    """Its name at the vendor when last written."""
    spec: Tree
    """Last applied; `assumed` paths were taken as true at adoption. Canonical."""
    generation: int
    """The number of creates for this address so far; the next intent gets the next number."""
    created: bool
    """Whether reconciler created it (prune removes no other campaign)."""
    assumed: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    """Ids that the vendor returned in place of names we wrote, if no binding has their names."""
    protected: bool = False
    """Its manifest had `lifecycle: protected`, so it is never pruned."""
    seen: SeenState | None = None
    """Its run state when we last wrote, adopted, started or stopped it; None if not known."""
    overruled: Mapping[str, JsonValue] = field(default_factory=dict)
    """Paths of `spec` for which the vendor returned another value after the write, and that value.
    """
    accepted_twins: tuple[str, ...] = ()
    """Ids of campaigns that a person accepted beside it, although their names look the same."""
    recorded_at: datetime | None = None
    """When the ledger first had a record of it; None in records of the first release."""
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A create that is about to be sent, or was sent, and may still have made a campaign."""

    address: Address
    generation: int
    target: str
    type: str
    channel: str
    name: str
    spec: Tree
    seen_ids: tuple[str, ...]
    """Ids of campaigns whose names look alike, read just before; after a denial, of all like it."""
    run_id: str
    attempt: int = 1
    """2 for the second attempt of one run, after a rate limit."""
    created_at: datetime
    """When it was about to be sent; after a denial, when the denial arrived."""
    vendors_at: datetime | None = None
    """The vendor's clock when it was sent, at the earliest that it can have been."""
    marker: str = ""
    """The marker in the description that was sent; "" for none."""
    account: str = ""
    """The account that it was sent to; "" in an intent of the first release."""
    later: tuple[PlannedRequest, ...] = ()
    """The requests that follow the create and set what it cannot carry."""
    denied: str = ""
    """How the vendor refused it, in words; "" while its outcome is not known."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A name that we wrote, and the id that the vendor returned for it afterwards."""

    target: str
    path: str
    name: str
    remote: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An emergency stop that stays in force until it is cleared."""

    reason: str
    who: str
    created_at: datetime
    address: Address | None = None
    """The campaign that it holds; None for the whole environment."""

    @property
    def summary(self) -> str:
        """Who stopped what, for an error's first line."""
        return f"{self.who} stopped {self.address or 'this environment'}"

    @property
    def advice(self) -> str:
        """What to do about it, for an error's second line."""
        if self.address is None:
            clear = command_lines("stop --clear --reason TEXT")
            return f"Nothing is sent until the stop is cleared:{clear}"
        clear = command_lines(f"stop --clear {self.address} --reason TEXT")
        return f"Nothing is sent for it until the stop is cleared:{clear}"

    def refusal(self) -> ApplyRefused:
        """The error of a run that may not send anything while the stop is in force."""
        return ApplyRefused(f"{self.summary}: {self.reason}", self.advice)


def stop_of(stops: Iterable[Tombstone], *addresses: Address) -> Tombstone | None:
    """The stop that holds the environment or one of these campaigns, or None."""
    return next((one for one in stops if one.address is None or one.address in addresses), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedNote:
    """Who opened a new environment for automation, when, and why: the ledger's note `created`."""

    who: str
    host: str
    run_url: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """The ledger of an environment at one serial."""

    environment: str
    lineage: str
    serial: int
    records: Mapping[Address, Record] = field(default_factory=dict)
    intents: Mapping[Address, Intent] = field(default_factory=dict)
    """Only open intents."""
    bindings: tuple[Binding, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    counts: Mapping[str, Mapping[str, SentCount]] = field(default_factory=dict)
    """By target and remote id."""
    created: CreatedNote | None = None
    applied: bool = False
    """Whether an apply wrote or adopted a campaign since the second release; never unset."""
    unfinished: tuple[Receipt, ...] = ()
    """What runs have noted that did not end with a receipt: the one that goes on, and killed ones.
    """
