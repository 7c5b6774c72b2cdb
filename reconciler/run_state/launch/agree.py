"""Get approval for launches: show, ask, take the lease, read again, and only then act.

Requests come from the reading under the lease, and only if it shows what was approved.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from reconciler.address import Address
from reconciler.errors import ApplyRefused
from reconciler.ledger.lease import Lease
from reconciler.plan.gates.refusal import require_open
from reconciler.run_state.launch.model import Launch, LaunchContext, Launches, Wanted
from reconciler.run_state.launch.preconditions import prepare
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.session import Session

Result = TypeVar("Result")


def run_launches(
    session: Session,
    wanted: Wanted,
    *,
    ask: bool,
    talk: Conversation[Launches],
    act: Callable[[Sequence[Launch], LaunchContext], Result],
) -> Result:
    """Call `act` with the approved launches; raises ReconcilerError if nothing was sent."""
    session = replace(session, clock=InterruptibleClock(session.clock, talk.interrupted))
    ledger = session.open_ledger()
    agreed: Launches | None = None
    if ask:
        agreed = prepare(session, ledger, wanted)
        talk.show(agreed)
        require_open(agreed.gates, wanted.operation)
        talk.approve(agreed)
    holder = session.holder(wanted.operation, talk.on_wait)
    with Lease(ledger, session.clock, holder=holder) as lease:
        fresh = prepare(session, ledger, wanted)
        if agreed is None:
            talk.show(fresh)
            _require_no_doubts(fresh.campaigns)
        else:
            _require_same(agreed.campaigns, fresh.campaigns)
        require_open(fresh.gates, wanted.operation)
        context = LaunchContext(
            session=session,
            ledger=ledger,
            lease=lease,
            interrupted=talk.interrupted,
            launches=wanted.launches,
        )
        return act(fresh.campaigns, context)


def _require_no_doubts(launches: Sequence[Launch]) -> None:
    problems = [
        ApplyRefused(
            f"{launch.address}: {launch.doubts[0]}",
            "Nothing was sent. Run this in a terminal without --auto-approve and confirm it.",
        )
        for launch in launches
        if launch.doubts
    ]
    if problems:
        doubts = [found for problem in problems for found in problem.diagnostics]
        raise ApplyRefused("unresolved doubts need a person's confirmation", diagnostics=doubts)


def _require_same(agreed: Sequence[Launch], fresh: Sequence[Launch]) -> None:
    before, now = _facts(agreed), _facts(fresh)
    moved = sorted(address for address in before | now if before.get(address) != now.get(address))
    if moved:
        names = ", ".join(str(address) for address in moved)
        raise ApplyRefused(
            f"{names} or the effect of launching it changed while you were asked",
            "Nothing was sent. Run this again.",
        )


def _facts(launches: Sequence[Launch]) -> dict[Address, tuple[object, ...]]:
    """The facts that were approved; without the time, which moves on while a person reads."""
    return {
        one.address: (
            one.live.remote_id,
            one.live.status,
            one.live.spec,
            one.reach.lists if one.reach is not None else (),
            one.warnings,
            one.doubts,
        )
        for one in launches
    }
