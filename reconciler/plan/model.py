"""The plan as a frozen value: apply's only input, and the source of every rendering."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, SourceRange
from reconciler.plan.gate_table import Gate
from reconciler.plan.people import CampaignReach, Outreach
from reconciler.plan.twins import Twin
from reconciler.plan.windows import ApplyWindows
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Impossible, PlannedRequest, Write


class Action(StrEnum):
    """What a change does. `manual` is a task for a person, because the API cannot do it."""

    NO_OP = "no-op"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ADOPT = "adopt"
    FORGET = "forget"
    MANUAL = "manual"


class Attribution(StrEnum):
    """What moved a field away from last-applied: the live side, the manifest, or both."""

    NONE = ""
    DRIFT = "drift"
    PENDING = "pending"
    BOTH = "both"


class Movement(StrEnum):
    """Which way a live campaign moved away from what was last applied."""

    NONE = ""
    EXPANDING = "expanding"
    """It may reach more people, at other times, or with other content."""
    CONTRACTING = "contracting"
    """No additional people are contacted. An automated run must never undo this."""


class Protection(Enum):
    """Whether apply records that a campaign must not be pruned, or may be pruned again.

    The values are those of `protects` in a plan document.
    """

    KEEP = None
    PROTECT = True
    UNPROTECT = False


class SendsOnWrite(StrEnum):
    """The setting `sendsOnWrite` of the project file: may creates and updates start sending?"""

    UNSET = "unset"
    POSSIBLY = "possibly"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One managed leaf that differs. `readable` is False when the vendor does not show it."""

    path: str
    before: JsonValue
    after: JsonValue
    note: str = ""
    attribution: Attribution = Attribution.NONE
    readable: bool = True
    movement: Movement = Movement.NONE
    """Of drift only."""
    as_shown: JsonValue = field(default=None, compare=False)
    """The vendor's own encoded text, if it is encoded; in no document, printed only with -v."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One campaign's entry in a plan, no-ops included."""

    address: Address
    target: str
    action: Action
    remote_id: str | None = None
    name: str = ""
    """The campaign's name at the vendor."""
    reason: str = ""
    source: SourceRange | None = None
    before: Tree | None = None
    """The whole live spec in canonical form; None for a create."""
    after: Tree | None = None
    """`before` overlaid with desired; None for a delete."""
    desired: Tree | None = None
    """The canonical spec as declared, ignored fields as read: what the ledger records."""
    fields: tuple[FieldChange, ...] = ()
    requests: tuple[PlannedRequest, ...] = ()
    notes: tuple[str, ...] = ()
    """What cannot be verified, stated once."""
    warnings: tuple[str, ...] = ()
    not_before: datetime | None = None
    """A create must wait until then, because the campaign of an earlier one may still appear."""
    appeared: str = ""
    """The id of the campaign that an unclear create must have made: apply imports it."""
    irreversible: bool = False
    seen_ids: tuple[str, ...] = ()
    """For a create: ids of campaigns whose names look like its name, read just before."""
    adopts: bool = False
    """The campaign was not in the ledger; with action `update` it is imported and changed."""
    moved_from: Address | None = None
    """The address under which the ledger has the campaign; its manifest is gone."""
    protection: Protection = Protection.KEEP
    """What apply records about pruning."""
    unmanages: tuple[str, ...] = ()
    """Fields that the ledger has and the manifest no longer sets."""
    movement: Movement = Movement.NONE
    """Of drift only: expanding if any of its fields is."""
    reach: CampaignReach | None = None
    """The people whom it may contact; None if it can contact nobody."""

    @property
    def writes(self) -> bool:
        """Whether apply sends anything for it."""
        return bool(self.requests)

    @property
    def settles(self) -> bool:
        """Whether apply updates the ledger for it, whatever the action is."""
        moved = self.moved_from is not None
        return moved or self.protection is not Protection.KEEP or bool(self.unmanages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Limits above which a plan meets a gate; percentages of the live campaigns of a target."""

    max_creates: int = 10
    max_updates: int = 10
    max_contacts: int | None = 10_000
    """People whom the writes of one run may reach; None for no limit."""
    quiet_reach: int = 1_000
    """A campaign of up to so many people may change without a gate."""
    min_gap: timedelta = timedelta(hours=24)
    """How long a contact list should rest between two campaigns."""
    apply_windows: ApplyWindows = field(default_factory=ApplyWindows)
    max_create_percent: int = 100
    max_update_percent: int = 30
    max_delete_percent: int = 30
    min_existing: int = 10
    reach_percent: int = 10
    reach_contacts: int = 100
    """A campaign may reach so many more people than was agreed; the larger of the two counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFacts:
    """What plan knows about a target besides its campaigns; a saved plan is bound to part of it."""

    name: str
    provider: str
    title: str
    """The vendor's name in sentences."""
    base_url: str
    account: str
    """The account's id at the vendor; for CareCycle the host, as a key sees one client only."""
    api: str
    sends_on_write: SendsOnWrite
    safety: Safety
    capabilities: Capabilities
    proxy: str = ""
    """The host of the proxy that it is reached through; "" for none."""
    marker: bool = False
    """Whether a create's description carries our mark."""
    settle: float = 0.0
    """Seconds in which a new campaign may still be missing from a complete listing."""
    requests: Callable[[Write], tuple[PlannedRequest, ...] | Impossible]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which of the desired campaigns a plan covers; empty means all."""

    targets: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether anything may be left out."""
        return bool(self.targets or self.select or self.exclude)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTarget:
    """A target that a plan covers: its account, and when it was read."""

    name: str
    provider: str
    base_url: str
    account: str
    api: str
    sends_on_write: SendsOnWrite
    proxy: str = ""
    """The host of the proxy that it is reached through; "" for none."""
    oldest_read: datetime | None = None
    """Whole seconds, as in the document; None when nothing was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmanagedCampaign:
    """A live campaign in no manifest and no ledger record."""

    target: str
    type: str
    remote_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What apply will do, and everything that a reviewer sees."""

    id: str
    tool_version: str
    environment: str
    is_default: bool = False
    """Whether it is the environment that the project uses if none is chosen."""
    created_at: datetime
    expires_at: datetime
    changes: tuple[Change, ...]
    """By address."""
    drift: tuple[Change, ...] = ()
    """Live campaigns that moved away from what was last applied; shown, never applied."""
    gates: tuple[Gate, ...] = ()
    outreach: Outreach = field(default_factory=Outreach)
    diagnostics: tuple[Diagnostic, ...] = ()
    targets: tuple[PlanTarget, ...] = ()
    """By name."""
    location: str = ""
    """The place of the ledger, as the project file has it."""
    lineage: str = ""
    serial: int = 0
    commit: str = ""
    """Of the manifests; "" if the run does not know it."""
    selection: Selection = field(default_factory=Selection)
    prune: bool = False
    allow: tuple[str, ...] = ()
    """Gates that were accepted when the plan was made, whether met or not; sorted."""
    errored: bool = False
    pending: tuple[Address, ...] = ()
    """Addresses whose manifests changed since the last apply."""
    unmanaged: tuple[UnmanagedCampaign, ...] = ()
    twins: tuple[Twin, ...] = ()
    """Live campaigns that look like managed ones, and that nobody manages."""
    orphaned: tuple[Address, ...] = ()
    """Addresses in the ledger without a manifest."""
    managed_count: int = 0
    live_count: int = 0
    requests_read: int = 0

    @property
    def requests_planned(self) -> int:
        """Writes that apply will send if nothing fails."""
        return sum(len(change.requests) for change in self.changes)

    @property
    def complete(self) -> bool:
        """Whether nothing was left out by selection or by a failed read."""
        return not self.selection.partial and not self.errored

    @property
    def applyable(self) -> bool:
        """Whether there is something to apply and no error prevents it."""
        return not self.errored and any(
            change.action not in (Action.NO_OP, Action.MANUAL) or change.settles
            for change in self.changes
        )

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to report except no-ops."""
        return any(change.action is not Action.NO_OP for change in self.changes)

    @property
    def changes_campaigns(self) -> bool:
        """Whether `--detailed-exitcode` exits with 2; an import alone changes only the ledger."""
        quiet = (Action.NO_OP, Action.ADOPT)
        return any(change.action not in quiet for change in self.changes)
