"""The emergency stop: write the tombstone, then stop all targets in parallel, without a lease.

Needs the project file and nothing else: an unreachable ledger, broken manifests or a missing
credential are reported, and everything that can be stopped is stopped. Nothing is confirmed while
a run that began before the stop may still have a request in flight.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from reconciler.config.project import Target
from reconciler.errors import InvalidInput, LedgerFailed, ReconcilerError, reportable
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.run_state.known_campaigns import (
    KnownCampaign,
    KnownCampaigns,
    by_target,
    read_roster,
)
from reconciler.run_state.recording import Resting, record_resting
from reconciler.run_state.stop.in_flight import InFlight
from reconciler.run_state.stop.readings import TargetReadings
from reconciler.run_state.stop.report import (
    Report,
    Stopped,
    may_land,
    stopped_rows,
    unsettled_creates,
)
from reconciler.run_state.stop.target import TargetStop
from reconciler.threads import results
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session
from reconciler.workflow.stops import add_stop
from reconciler.workflow.targets import build_providers


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to stop: the campaigns that terms choose, all of ours, or the whole `account`."""

    terms: tuple[str, ...] = ()
    """Addresses and `label=value`."""
    account: bool = False
    reason: str


def _silent(_: LockInfo) -> None:
    return


def stop(
    session: Session,
    order: Order,
    *,
    interrupted: Callable[[], bool],
    on_wait: Callable[[LockInfo], None] = _silent,
) -> Report:
    """Stop campaigns; raises InvalidInput for a project file that cannot be read, nothing else.

    `on_wait` is called with the holder of the lease, whose requests may still take effect after
    the first stops.
    """
    session = replace(session, clock=InterruptibleClock(session.clock, interrupted))
    environment = session.environment.name
    run = ReceiptDraft.begin(session, "stop")
    errors: list[ReconcilerError] = []
    ledger, in_flight = _held_back(session, order, environment, errors)
    if in_flight is not None and in_flight.holder is not None:
        on_wait(in_flight.holder)
    roster = read_roster(session, ledger)
    errors += (*roster.errors, *_left_out(roster, order))
    members = by_target(roster.of(order.terms))
    halts = _halts(
        session, members, account=order.account, interrupted=interrupted, in_flight=in_flight
    )
    errors += (found for found in halts.values() if isinstance(found, ReconcilerError))
    begun = {name: found for name, found in halts.items() if isinstance(found, TargetStop)}
    if begun:
        with ThreadPoolExecutor(len(begun), "halt") as pool:
            faults = results(pool.submit(_run_guarded, halt) for halt in begun.values())
        errors += (fault for fault in faults if fault is not None)
    for halt in begun.values():
        errors += (*halt.look.problems.values(), *unsettled_creates(halt.look))
    if not all(halt.calm for halt in begun.values()):
        errors.append(may_land(in_flight))
    campaigns = [one for name, halt in begun.items() for one in stopped_rows(name, halt)]
    errors += _kept(run, ledger, campaigns, reason=order.reason)
    resting = [Resting(name, tuple(halt.resting)) for name, halt in begun.items()]
    warnings = (*roster.warnings, *record_resting(session, ledger, resting))
    return Report(tuple(campaigns), warnings, tuple(errors), in_flight is not None)


def _left_out(roster: KnownCampaigns, order: Order) -> Iterator[ReconcilerError]:
    """Why chosen campaigns may be missing; those that were found are still stopped."""
    try:
        roster.require_known(order.terms)
    except InvalidInput as problem:
        yield problem
    labels = [term for term in order.terms if "=" in term]
    if labels and roster.warnings:
        yield ReconcilerError(
            f"campaigns of {', '.join(labels)} may have been left out: labels are read from "
            "manifests, and not all manifests can be read",
            "Name the others by their addresses, or stop everything: reconciler stop --all.",
        )


def _held_back(
    session: Session, order: Order, environment: str, errors: list[ReconcilerError]
) -> tuple[Ledger | None, InFlight | None]:
    """The ledger with the tombstone written to it, and the requests that may be in flight."""
    ledger: Ledger | None = None
    in_flight: InFlight | None = None
    try:
        ledger = session.open_ledger()
        add_stop(session, ledger, order.reason)
        in_flight = InFlight(ledger, session.clock)
    except Exception as problem:  # noqa: BLE001 - an emergency stop goes on
        errors += (
            reportable(problem),
            LedgerFailed(
                f"the stop of {environment} could not be written to the ledger, so apply and start "
                "are not held back",
                "Make sure that nobody and no pipeline applies. Campaigns that only the ledger "
                "knows are not stopped by this: see --account.",
            ),
        )
    return ledger, in_flight


def _halts(
    session: Session,
    members: Mapping[str, tuple[KnownCampaign, ...]],
    *,
    account: bool,
    interrupted: Callable[[], bool],
    in_flight: InFlight | None,
) -> dict[str, TargetStop | ReconcilerError]:
    """By target: its stop, or why it cannot be stopped. One failure does not stop the others."""
    targets = session.environment.targets
    halts: dict[str, TargetStop | ReconcilerError] = {}
    for name in sorted(targets.keys() | members.keys()):
        if name not in targets:
            halts[name] = ReconcilerError(
                f"the ledger has campaigns on target {name}, which is not in the project",
                "They were not stopped. Put the target back into the project file, and run this "
                "again.",
            )
        elif account or name in members:
            try:
                halts[name] = _halt(
                    session,
                    targets[name],
                    members.get(name, ()),
                    account=account,
                    interrupted=interrupted,
                    over=partial(_is_over, in_flight, targets[name]),
                )
            except Exception as fault:  # noqa: BLE001 - an emergency stop goes on
                halts[name] = reportable(fault)
    return halts


def _run_guarded(halt: TargetStop) -> ReconcilerError | None:
    """Stop a target's campaigns; an unexpected error is returned and affects no other target."""
    try:
        halt.run()
    except Exception as fault:  # noqa: BLE001 - an emergency stop goes on
        return reportable(fault)
    return None


def _is_over(in_flight: InFlight | None, target: Target) -> bool:
    """Whether no request that was sent before the stop can still take effect on a target."""
    # Without a tombstone apply and start are not held back, so there is no end to wait for.
    return in_flight is None or in_flight.is_over(target.create_timeout.total_seconds())


def _halt(
    session: Session,
    target: Target,
    members: tuple[KnownCampaign, ...],
    *,
    account: bool,
    interrupted: Callable[[], bool],
    over: Callable[[], bool],
) -> TargetStop:
    provider = build_providers(session, [target.name], urgent=True)[target.name]
    look = TargetReadings(
        provider=provider,
        members=members,
        account=account,
        clock=session.clock,
        settle=target.settle.total_seconds(),
    )
    return TargetStop(
        provider=provider,
        look=look,
        clock=session.clock,
        patience=target.read_back.total_seconds(),
        interrupted=interrupted,
        over=over,
    )


def _kept(
    run: ReceiptDraft, ledger: Ledger | None, campaigns: Iterable[Stopped], *, reason: str
) -> Iterator[ReconcilerError]:
    if ledger is None:
        return
    try:
        keep_receipt(run, ledger, [one.outcome for one in campaigns], reason=reason)
    except Exception as problem:  # noqa: BLE001 - what was stopped must still be reported
        yield reportable(problem)
