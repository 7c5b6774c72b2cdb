"""The inputs of a plan, complete: desired, live and ledger values, and the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic
from reconciler.plan.model import Selection, TargetFacts
from reconciler.resources.base import Desired
from reconciler.resources.finding import Finding
from reconciler.resources.ledger_records import Intent, LedgerView, Record
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.snapshot import TargetSnapshot


@dataclass(frozen=True, slots=True)
class ManagedElsewhere:
    """A campaign that another environment manages on an account that both environments use."""

    environment: str
    record: Record
    """Of that environment's ledger; its target is the one by which this environment knows the
    account."""


@dataclass(frozen=True, slots=True)
class OpenElsewhere:
    """An open intent for a name that a manifest of this environment has too."""

    environment: str
    intent: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class PastContact:
    """A write or a start of ours that may have contacted the people of some contact lists."""

    address: Address
    target: str
    remote_id: str
    lists: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """Everything that determines a plan. Equal inputs give equal plans."""

    environment: str
    is_default: bool = False
    """Whether it is the environment that the project uses if none is chosen."""
    location: str = ""
    """The place of the ledger, as the project file has it."""
    commit: str = ""
    """Of the manifests."""
    plan_id: str
    now: datetime
    expires_at: datetime
    desired: tuple[Desired, ...]
    live: Mapping[str, TargetSnapshot]
    """By target; a target without a manifest or a ledger record may be missing."""
    targets: Mapping[str, TargetFacts]
    ledger: LedgerView
    elsewhere: tuple[ManagedElsewhere, ...] = ()
    """What other environments manage on the accounts of this one."""
    marks: Mapping[MarkKey, SentMark] = field(default_factory=dict)
    """The sent marks of all campaigns that may be created."""
    open_elsewhere: Mapping[MarkKey, OpenElsewhere] = field(default_factory=dict)
    """Creates of unknown outcome for the same names, in another environment or for another target.
    """
    findings: tuple[Finding, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    """Warnings from loading, shown with the plan."""
    selection: Selection = field(default_factory=Selection)
    allow: frozenset[str] = frozenset()
    prune: bool = False
    max_contacts: int | None = None
    """`maxContacts` of the environment, for all its targets together; None for no such limit."""
    started: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """By target and remote id: when we last started a campaign, as far as the history tells."""
    contacts: tuple[PastContact, ...] = ()
    """What the history tells of writes and starts that may have contacted people."""
    behind: str = ""
    """How the ledger went back since it was seen, in words; "" if it did not."""
    has_history: bool = True
    """Whether the ledger shows an earlier apply, or somebody opened the environment as new."""
