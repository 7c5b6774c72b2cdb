"""Launches as values: what is wanted, what it means for people, and the context to send it in.

Start and schedule both contact people. `preconditions` checks the campaigns, `agree` asks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.errors import Withheld
from reconciler.ledger.base import Ledger
from reconciler.ledger.lease import Lease
from reconciler.plan.gate_table import Gate
from reconciler.plan.model import Selection
from reconciler.plan.people import CampaignReach
from reconciler.providers.base import Provider
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Record, stop_of
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.resources.writes import PlannedRequest, Recurrence, Write
from reconciler.workflow.session import Session

_SAFE_MARGIN = "Nothing was sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which campaigns to launch, and how."""

    selection: Selection
    """Never empty: only campaigns that were chosen are launched."""
    operation: str
    write: Callable[[Live], Write]
    """The write, for a campaign as it was read."""
    repeats: str = ""
    """When it starts by itself, in words; "" for once, now."""
    launches: bool = True
    """Whether it contacts people. If not, a stop and the checks of a launch do not apply."""
    recurrence: Recurrence | None = None
    """When it starts by itself; None for at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A campaign that may be launched, and what that means for people."""

    address: Address
    operation: str
    target: str
    live: Live
    record: Record | None
    """The ledger's record, if it is about exactly this campaign."""
    requests: tuple[PlannedRequest, ...]
    provider: Provider
    snapshot: TargetSnapshot
    reach: CampaignReach | None = None
    """The people whom it contacts; None if it contacts nobody."""
    repeats: str = ""
    """When it starts by itself, in words; "" for once, now."""
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """Doubts that a person must confirm; otherwise nothing is sent."""


@dataclass(frozen=True, slots=True)
class Launches:
    """Everything that one command is about to launch, and what stops it."""

    campaigns: tuple[Launch, ...]
    """By address."""
    gates: tuple[Gate, ...] = ()
    notes: tuple[str, ...] = ()
    """What a gate needs to know, and nothing tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchContext:
    """What sending needs: a session whose waits can be interrupted, the ledger and the lease.

    Used by one thread per target.
    """

    session: Session
    ledger: Ledger
    lease: Lease
    interrupted: Callable[[], bool]
    launches: bool

    def leave(self, launch: Launch) -> None:
        """The last check, right before the first byte; raises ReconcilerError if it must not leave.

        A stop that begins later finds the lease, and reads until the request has ended.
        """
        if self.interrupted():
            raise Withheld("the run was interrupted", _SAFE_MARGIN)
        timeout = self.session.environment.targets[launch.target].create_timeout.total_seconds()
        stop = stop_of(self.lease.last_check(timeout), launch.address)
        if self.launches and stop is not None:
            raise stop.refusal()
