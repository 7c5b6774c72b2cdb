"""Setting a campaign off by hand: what must be true, who is told, and who agreed.

Start and schedule both contact people. Either needs a campaign that is exactly as its manifest
says, no stop, no create of unknown outcome, somebody's yes, and the environment's lease.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from reconciler.address import Address
from reconciler.apply.lease import Holder, Lease
from reconciler.diagnostics import errors_in
from reconciler.errors import (
    ApplyRefused,
    AuthenticationFailed,
    BudgetSpent,
    ExitCode,
    InvalidInput,
    LeaseLost,
    OutcomeUnknown,
    ReconcilerError,
    Withheld,
)
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.plan.model import Action, Change, Outreach, Selection
from reconciler.plan.outreach import launch as launch_outreach
from reconciler.providers.base import Provider
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.planned_request import Impossible, PlannedRequest, Write
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.planning import Planned, make_plan
from reconciler.workflow.run_state.receipts import unsettled
from reconciler.workflow.run_state.stops import require_no_stop
from reconciler.workflow.session import Session

_ERRORS: Mapping[ExitCode, type[ReconcilerError]] = {
    ExitCode.AUTHENTICATION: AuthenticationFailed,
    ExitCode.BUDGET: BudgetSpent,
    ExitCode.INVALID: InvalidInput,
    ExitCode.UNKNOWN: OutcomeUnknown,
}
_SAFE_MARGIN = "Nothing was sent."
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be done to a campaign's run state, and what it is called."""

    address: Address
    operation: str
    write: Callable[[Live], Write]
    """The write, for the campaign as it was read."""
    why: str
    """The end of the outreach sentence."""
    launches: bool = True
    """Whether it contacts people; what does not is kept back by nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A campaign that may be set off, and what that means."""

    wanted: Wanted
    target: str
    live: Live
    requests: tuple[PlannedRequest, ...]
    outreach: Outreach
    provider: Provider
    snapshot: TargetSnapshot
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What a person must have read: without one nothing is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How a launch talks to whoever watches it."""

    show: Callable[[Launch], None]
    approve: Callable[[Launch], None]
    """Returns when the operator says yes; raises Declined otherwise."""
    on_wait: Callable[[LockInfo], None]
    interrupted: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a launch sends from: a session whose waits can be interrupted, ledger and lease."""

    session: Session
    ledger: Ledger
    lease: Lease
    interrupted: Callable[[], bool]
    launches: bool
    timeout: float
    """Seconds that the request may take."""

    def leave(self) -> None:
        """Asked right before the request leaves; raises what keeps it back."""
        if self.interrupted():
            raise Withheld("the run was interrupted", _SAFE_MARGIN)
        if self.launches:
            require_no_stop(self.ledger)
        self.lease.check(self.timeout)
        if not self.lease.allows(self.timeout):
            raise LeaseLost("the lease could not be renewed in time", _SAFE_MARGIN)


def run_launch(
    session: Session,
    wanted: Wanted,
    *,
    ask: bool,
    talk: Talk,
    act: Callable[[Launch, Site], Result],
) -> Result:
    """Show, ask, take the lease, look again, act; raises ReconcilerError before anything left."""
    session = replace(session, clock=InterruptibleClock(session.clock, talk.interrupted))
    ledger = session.open_ledger()
    agreed: Launch | None = None
    if ask:
        agreed = _prepare(session, ledger, wanted)
        talk.show(agreed)
        talk.approve(agreed)
    holder = Holder(
        operation=wanted.operation,
        who=session.who,
        host=session.host,
        run_url=session.run_url,
        lock_timeout=session.options.lock_timeout,
        on_wait=talk.on_wait,
    )
    with Lease(ledger, session.clock, holder=holder) as lease:
        fresh = _prepare(session, ledger, wanted)
        if agreed is None:
            talk.show(fresh)
            _require_no_doubts(fresh)
        else:
            _require_same(agreed, fresh)
        timeout = session.environment.targets[fresh.target].create_timeout.total_seconds()
        return act(
            fresh,
            Site(
                session=session,
                ledger=ledger,
                lease=lease,
                interrupted=talk.interrupted,
                launches=wanted.launches,
                timeout=timeout,
            ),
        )


def _prepare(session: Session, ledger: Ledger, wanted: Wanted) -> Launch:
    if wanted.launches:
        require_no_stop(ledger)
    view = ledger.view()
    if wanted.address in view.intents:
        raise ApplyRefused(
            f"{wanted.address} has a create of unknown outcome", "Settle it first: plan says how."
        )
    planned = _plan(session, ledger, wanted.address)
    change = _found(planned, wanted.address)
    if wanted.launches:
        _require_as_it_should_be(change, known=wanted.address in view.records)
    provider, snapshot = planned.providers[change.target], planned.snapshots[change.target]
    live = snapshot.live(change.remote_id or "")
    if live is None:
        raise ApplyRefused(f"{wanted.address} was not read", "Plan, and see what is wrong.")
    outreach = Outreach(text="Outreach: nobody is contacted by this.")
    if wanted.launches:
        can_tell = provider.capabilities.contact_lists is not Ability.NO
        lists = (provider.contact_lists() if can_tell else None) or {}
        outreach = launch_outreach(change, lists, now=session.clock.now(), why=wanted.why)
    return Launch(
        wanted=wanted,
        target=change.target,
        live=live,
        requests=_requests(wanted, live, provider),
        outreach=outreach,
        provider=provider,
        snapshot=snapshot,
        warnings=_warnings(live) if wanted.launches else (),
        doubts=_doubts(change, ledger) if wanted.launches else (),
    )


def _requests(wanted: Wanted, live: Live, provider: Provider) -> tuple[PlannedRequest, ...]:
    able = provider.capabilities
    offered = {"start": able.start, "schedule": able.schedule}[wanted.operation]
    if offered is Ability.NO:
        raise ApplyRefused(
            f"the API of {wanted.address} has no call for {wanted.operation}",
            "; ".join(("Do it in the vendor's console", *able.notes)) + ".",
        )
    requests = provider.requests(wanted.write(live))
    if isinstance(requests, Impossible):
        raise ApplyRefused(
            f"{wanted.operation} is not possible for {wanted.address}: {requests.reason}"
        )
    return requests


def _plan(session: Session, ledger: Ledger, address: Address) -> Planned:
    """A plan of this campaign alone, everything read anew."""
    options = replace(
        session.options, selection=Selection(select=(str(address),)), refresh_all=True
    )
    planned = make_plan(replace(session, options=options), ledger)
    if planned.plan.errored:
        errors = errors_in(planned.plan.diagnostics)
        kind = _ERRORS.get(planned.exit_code, ReconcilerError)
        raise kind(f"{address} cannot be planned", diagnostics=errors)
    return planned


def _found(planned: Planned, address: Address) -> Change:
    """The entry of the campaign, which must be live."""
    change = next((one for one in planned.plan.changes if one.address == address), None)
    if change is None or change.desired is None:
        raise ApplyRefused(
            f"{address} is in no manifest of this environment",
            "Only what git describes is set off from here; use the vendor's console for the rest.",
        )
    if change.remote_id is None:
        raise ApplyRefused(
            f"{address} is not there to be set off: {change.reason or 'apply first'}",
            "Nothing was sent.",
        )
    return change


def _require_as_it_should_be(change: Change, *, known: bool) -> None:
    """Raise ApplyRefused while apply would have anything to do for the campaign."""
    if known and change.action in (Action.NO_OP, Action.MANUAL):
        return
    paths = ", ".join(field.path for field in change.fields)
    why = f"it differs in {paths}" if paths else "it is not in the ledger yet"
    raise ApplyRefused(
        f"{change.address} is not as its manifest says: {why}",
        "Apply first, so that what goes out is what was reviewed.",
    )


def _warnings(live: Live) -> tuple[str, ...]:
    if live.state is RunState.FINISHED:
        text = f"it ran before and is {live.status}: this begins a new run"
        return (f"{text}, which contacts everybody on its lists again",)
    if live.state is RunState.PAUSED:
        return (f"it is {live.status}: this lets it go on",)
    return ()


def _doubts(change: Change, ledger: Ledger) -> tuple[str, ...]:
    doubts = []
    if change.action is Action.MANUAL:
        paths = ", ".join(field.path for field in change.fields)
        doubts.append(f"it differs from its manifest in {paths}, and apply cannot mend that")
    earlier = unsettled(ledger.receipts(), change.address)
    if earlier is not None:
        doubts.append(
            f"nobody knows what came of an earlier {earlier.get('action')}: it may have contacted "
            "everybody already. Look at status and at the vendor's console"
        )
    return tuple(doubts)


def _require_no_doubts(launch: Launch) -> None:
    if launch.doubts:
        raise ApplyRefused(
            f"{launch.wanted.address}: {launch.doubts[0]}",
            "Nothing was sent. Run it on a terminal without --auto-approve, and answer for it.",
        )


def _require_same(agreed: Launch, fresh: Launch) -> None:
    if _agreed_facts(agreed) != _agreed_facts(fresh):
        raise ApplyRefused(
            f"{fresh.wanted.address} or its contact lists changed while you were asked",
            "Nothing was sent. Run it again.",
        )


def _agreed_facts(launch: Launch) -> tuple[object, ...]:
    live, outreach = launch.live, launch.outreach
    return live.remote_id, live.status, live.spec, outreach.contact_lists, outreach.records
