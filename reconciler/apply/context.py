"""What apply works with: the ports, and how long it waits at each target."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.apply.events import Event
from reconciler.clock import Clock
from reconciler.diagnostics import Diagnostic
from reconciler.ledger.base import Ledger
from reconciler.ledger.lease import Lease
from reconciler.plan.model import Change
from reconciler.providers.base import Provider
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.snapshot import TargetSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSettings:
    """How long apply waits at one target, in seconds."""

    create_timeout: float
    """The longest that one write may take."""
    read_back: float
    """How long it waits until a reading shows what it wrote."""
    settle: float
    """How long it looks for the campaign of a create whose outcome is unknown."""
    absent_after: float | None = None
    """The time after which, by the operator's word, "not listed" means "not created"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyContext:
    """Everything apart from the plan. `events` is never called by two threads at once."""

    providers: Mapping[str, Provider]
    """By target."""
    ledger: Ledger
    lease: Lease
    """Held."""
    clock: Clock
    targets: Mapping[str, TargetSettings]
    events: Callable[[Event], None]
    interrupted: Callable[[], bool]
    """True once the operator asked to stop; the request in flight is still finished."""
    snapshots: Mapping[str, TargetSnapshot] = field(default_factory=dict)
    """What planning read from each target under this lease; earlier creates are searched in it."""
    marks: Mapping[MarkKey, SentMark] = field(default_factory=dict)
    """The sent marks that the ledger had when planning asked, of all names that may be created."""
    waits: bool = True
    """Whether to wait for creates that may not be sent yet; else they are skipped."""
    recheck: Callable[[], Callable[[Change], Diagnostic | None]] = lambda: lambda _: None
    """Begins a look at what was agreed: why a create that waited must not be sent after all."""
    recovery: Path
    """The folder for ids of campaigns that were created but could not be recorded."""
    plan_sha256: str = ""
    """Of the plan document; for the receipt."""
    commit: str = ""
    """Of the manifests; for the receipt."""
