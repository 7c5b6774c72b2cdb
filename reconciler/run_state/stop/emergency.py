"""The emergency stop: stop all targets, and write the stop to the ledger, at the same time.

Needs the project file and nothing else: an unreachable ledger, broken manifests or a missing
credential are reported, and everything that can be stopped is stopped. No campaign waits for the
ledger, for the manifests of others or for a listing before it is known. Nothing is confirmed while
a run that began before the stop may still have a request in flight.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.command_lines import command_lines
from reconciler.errors import ReconcilerError, reportable
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.resources.ledger_records import LedgerView
from reconciler.run_state.known_campaigns import (
    KnownCampaign,
    KnownCampaigns,
    of_ledger,
    read_reach,
    read_view,
    with_manifests,
)
from reconciler.run_state.recording import Resting, record_resting
from reconciler.run_state.stop.chosen import Chosen, chosen
from reconciler.run_state.stop.halts import Halts, StopsAhead
from reconciler.run_state.stop.hold import Hold, not_held
from reconciler.run_state.stop.in_flight import InFlight
from reconciler.run_state.stop.report import (
    Report,
    Stopped,
    may_land,
    sent_by,
    stopped_rows,
    unsettled_creates,
)
from reconciler.run_state.stop.target import TargetStop
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session

_LEDGER_SECONDS = 1.0
"""How long the first stops wait for the ledger to say which campaigns there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to stop: the campaigns that terms choose, all of ours, or the whole `account`."""

    terms: tuple[str, ...] = ()
    """Addresses, names, ids and `label=value`."""
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
    on_ahead: Callable[[StopsAhead], None] = lambda _: None,
) -> Report:
    """Stop campaigns; raises InvalidInput for a project file that cannot be read, nothing else.

    `on_wait` is called with the holder of the lease, whose requests may still take effect after
    the first stops; `on_ahead` with what takes long at the rate limit.
    """
    session = replace(session, clock=InterruptibleClock(session.clock, interrupted))
    run = ReceiptDraft.begin(session, "stop")
    hold = Hold(session, on_wait)
    halts = Halts(
        session,
        account=order.account,
        interrupted=interrupted,
        over=hold.is_over,
        announce=on_ahead,
    )
    with ThreadPoolExecutor(3, "ledger") as pool:
        roster, which = _stop_all(session, order, pool, hold, halts)
        held = hold.end()
    errors = list(roster.errors)
    if isinstance(held, ReconcilerError):
        errors += (held, not_held(session.environment.name))
    errors += (*_left_out(roster, order), *halts.errors)
    for halt in halts.begun.values():
        errors += (*halt.look.problems.values(), *unsettled_creates(halt.look))
    if not all(halt.calm for halt in halts.begun.values()):
        errors.append(may_land(held if isinstance(held, InFlight) else None))
    campaigns = [one for name, halt in halts.begun.items() for one in stopped_rows(name, halt)]
    errors += _kept(run, hold.ledger, campaigns, reason=order.reason)
    resting = [Resting(name, tuple(halt.resting)) for name, halt in halts.begun.items()]
    warnings = (*roster.warnings, *record_resting(session, hold.ledger, resting))
    return Report(
        campaigns=tuple(campaigns),
        warnings=warnings,
        errors=tuple(errors),
        unknown=which.problems,
        held=isinstance(held, InFlight),
        addresses=which.addresses,
        sent=sent_by(campaigns, roster.records),
        overlooked=bool(roster.warnings),
    )


def _stop_all(
    session: Session, order: Order, pool: Executor, hold: Hold, halts: Halts
) -> tuple[KnownCampaigns, Chosen]:
    """Stop what is known as soon as it is known; returns everything that was known in the end."""
    asked = pool.submit(read_view, session.open_ledger)
    if not order.terms:
        hold.begin(pool, None, order.reason)
    early = _answer(asked)
    # Only now: it decides an order, and must not delay what is needed to stop anything.
    reach = pool.submit(read_reach, session.open_ledger)
    if isinstance(early, LedgerView):
        with halts.beside(_named(of_ledger(early), order), TargetStop.catch):
            roster = with_manifests(session, early)
    else:
        roster = with_manifests(session, early)
        if early is None:
            with halts.beside(
                _members(roster, order, chosen(roster, order.terms)), TargetStop.sweep
            ):
                roster = with_manifests(session, asked.result())
    which = chosen(roster, order.terms)
    if which.addresses:
        hold.begin(pool, which.addresses, order.reason)
    members = _measured(_members(roster, order, which), reach)
    with halts.beside(members, TargetStop.run, whole=True):
        pass
    return roster, which


def _measured(
    members: Iterable[KnownCampaign], reach: Future[Mapping[Address, int]]
) -> tuple[KnownCampaign, ...]:
    """The same campaigns with how many people they reach, if that is known by now."""
    found = tuple(members)
    records = reach.result() if reach.done() else {}
    for one in found:
        one.records = records.get(one.address, 0)
    return found


def _answer(
    asked: Future[LedgerView | ReconcilerError],
) -> LedgerView | ReconcilerError | None:
    """What the ledger says; None if it takes long."""
    try:
        return asked.result(_LEDGER_SECONDS)
    except TimeoutError:
        return None


def _named(known: Iterable[KnownCampaign], order: Order) -> tuple[KnownCampaign, ...]:
    """Those of the ledger's campaigns that are certainly meant, before the manifests are read."""
    return tuple(one for one in known if not order.terms or str(one.address) in order.terms)


def _members(roster: KnownCampaigns, order: Order, which: Chosen) -> tuple[KnownCampaign, ...]:
    if not order.terms:
        return roster.members
    return tuple(one for one in roster.members if one.address in which.addresses)


def _left_out(roster: KnownCampaigns, order: Order) -> Iterator[ReconcilerError]:
    """Why campaigns may be missing; those that were found are still stopped."""
    labels = [term for term in order.terms if "=" in term]
    if labels and roster.warnings:
        yield ReconcilerError(
            f"campaigns of {', '.join(labels)} may have been left out: labels are read from "
            "manifests, and not all manifests can be read",
            "Name the others by their addresses, or stop everything:"
            + command_lines("stop --all --reason TEXT"),
        )
    if not (order.terms or order.account) and roster.warnings and not roster.records:
        yield ReconcilerError(
            "campaigns that only invalid manifests name were not looked at: the ledger knows no "
            "campaign",
            "Fix the manifests, or stop everything on the accounts:"
            + command_lines("stop --all --account --reason TEXT"),
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
