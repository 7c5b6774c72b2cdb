"""Campaigns that are set off by hand, as values: what is wanted, what it means, where it leaves.

Start and schedule both contact people. What must be true of a campaign stands in `preconditions`,
who is shown it and says yes in `agree`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconciler.address import Address
from reconciler.errors import Withheld
from reconciler.ledger.base import Ledger
from reconciler.ledger.lease import Lease
from reconciler.plan.model import Outreach, Selection
from reconciler.providers.base import Provider
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Record
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.resources.writes import PlannedRequest, Recurrence, Write
from reconciler.workflow.session import Session
from reconciler.workflow.stops import require_no_stop

_SAFE_MARGIN = "Nothing was sent."
_NOBODY = Outreach(text="Outreach: nobody is contacted by this.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be done to the run state of which campaigns, and what it is called."""

    selection: Selection
    """Never empty: nothing is set off because it was not left out."""
    operation: str
    write: Callable[[Live], Write]
    """The write, for a campaign as it was read."""
    why: str
    """The end of the outreach sentence."""
    launches: bool = True
    """Whether it contacts people; what does not is kept back by nothing."""
    recurrence: Recurrence | None = None
    """When it starts by itself; None for at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A campaign that may be set off, and what that means."""

    address: Address
    operation: str
    target: str
    live: Live
    record: Record | None
    """The ledger's, if it is about this very campaign."""
    requests: tuple[PlannedRequest, ...]
    provider: Provider
    snapshot: TargetSnapshot
    outreach: Outreach = _NOBODY
    sizes: Mapping[str, int | None] = field(default_factory=dict)
    """How long each of its contact lists is; None where the vendor does not tell."""
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What a person must have read: without one nothing is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchContext:
    """Where a launch sends from: a session whose waits can be interrupted, ledger and lease.

    Used by one thread per target.
    """

    session: Session
    ledger: Ledger
    lease: Lease
    interrupted: Callable[[], bool]
    launches: bool

    def leave(self, target: str) -> None:
        """Asked right before a request leaves; raises what keeps it back."""
        if self.interrupted():
            raise Withheld("the run was interrupted", _SAFE_MARGIN)
        timeout = self.session.environment.targets[target].create_timeout.total_seconds()
        self.lease.confirm(timeout)
        if self.launches:
            # After the lease: a stop that is not seen here finds the lease, and looks on.
            require_no_stop(self.ledger)
