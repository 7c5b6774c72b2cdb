"""Launches that somebody agreed to: show, ask, take the lease, look again, and only then act.

What is sent comes from looking again under the lease, and only if that shows what was agreed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from reconciler.address import Address
from reconciler.errors import ApplyRefused
from reconciler.ledger.lease import Lease
from reconciler.run_state.launch.model import Launch, LaunchContext, Wanted
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
    talk: Conversation[Sequence[Launch]],
    act: Callable[[Sequence[Launch], LaunchContext], Result],
) -> Result:
    """Set off what is wanted, by `act`; raises ReconcilerError before anything left."""
    session = replace(session, clock=InterruptibleClock(session.clock, talk.interrupted))
    ledger = session.open_ledger()
    agreed: Sequence[Launch] | None = None
    if ask:
        agreed = prepare(session, ledger, wanted)
        talk.show(agreed)
        talk.approve(agreed)
    holder = session.holder(wanted.operation, talk.on_wait)
    with Lease(ledger, session.clock, holder=holder) as lease:
        fresh = prepare(session, ledger, wanted)
        if agreed is None:
            talk.show(fresh)
            _require_no_doubts(fresh)
        else:
            _require_same(agreed, fresh)
        context = LaunchContext(
            session=session,
            ledger=ledger,
            lease=lease,
            interrupted=talk.interrupted,
            launches=wanted.launches,
        )
        return act(fresh, context)


def _require_no_doubts(launches: Sequence[Launch]) -> None:
    problems = [
        ApplyRefused(
            f"{launch.address}: {launch.doubts[0]}",
            "Nothing was sent. Run it on a terminal without --auto-approve, and answer for it.",
        )
        for launch in launches
        if launch.doubts
    ]
    if problems:
        told = [found for problem in problems for found in problem.diagnostics]
        raise ApplyRefused("nobody answers for what is in doubt", diagnostics=told)


def _require_same(agreed: Sequence[Launch], fresh: Sequence[Launch]) -> None:
    before, now = _facts(agreed), _facts(fresh)
    moved = sorted(address for address in before | now if before.get(address) != now.get(address))
    if moved:
        names = ", ".join(str(address) for address in moved)
        raise ApplyRefused(
            f"{names} or what its start would mean changed while you were asked",
            "Nothing was sent. Run it again.",
        )


def _facts(launches: Sequence[Launch]) -> dict[Address, tuple[object, ...]]:
    """What was agreed to. Without the time: that moves on while a person reads."""
    return {
        one.address: (
            one.live.remote_id,
            one.live.status,
            one.live.spec,
            one.outreach.contact_lists,
            one.outreach.records,
            one.warnings,
            one.doubts,
        )
        for one in launches
    }
