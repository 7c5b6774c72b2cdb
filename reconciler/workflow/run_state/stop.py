"""The emergency stop: the tombstone first, then every target side by side, without a lease.

Needs the project file and nothing else: an unreachable ledger, broken manifests or a missing
credential are told, and everything that can be stopped is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.apply.receipt import exit_code
from reconciler.diagnostics import Diagnostic
from reconciler.errors import (
    ExitCode,
    InvalidInput,
    LedgerFailed,
    OutcomeUnknown,
    ReconcilerError,
    worst,
)
from reconciler.ledger.base import Ledger
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.threads import results
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.run_state.halt import Case, Halt
from reconciler.workflow.run_state.receipts import Run, keep
from reconciler.workflow.run_state.recording import Resting, record_resting
from reconciler.workflow.run_state.roster import Member, Roster, by_target, read_roster
from reconciler.workflow.run_state.stops import add_stop
from reconciler.workflow.session import Session
from reconciler.workflow.targets import build_providers


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to stop: what some terms choose, or all of ours, or with `account` all there is."""

    terms: tuple[str, ...] = ()
    """Addresses and `label=value`."""
    account: bool = False
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """One campaign: the vendor's word before and after, and whether it is confirmed to rest."""

    outcome: ChangeOutcome
    name: str
    before: str
    after: str
    result: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an emergency stop came to."""

    campaigns: tuple[Stopped, ...]
    warnings: tuple[Diagnostic, ...]
    errors: tuple[ReconcilerError, ...]
    """What was left out, or could not be read or recorded."""

    @property
    def exit_code(self) -> ExitCode:
        """0 only if every campaign is confirmed and nothing was left out."""
        codes = (problem.exit_code for problem in self.errors)
        return worst((exit_code(one.outcome for one in self.campaigns), *codes))


def stop(session: Session, order: Order, *, interrupted: Callable[[], bool]) -> Report:
    """Stop campaigns; raises InvalidInput for a project file that cannot be read, nothing else."""
    session = replace(session, clock=InterruptibleClock(session.clock, interrupted))
    environment = session.environment.name
    run = Run.begin(session, "stop")
    errors: list[ReconcilerError] = []
    ledger = _held_back(session, order, environment, errors)
    roster = read_roster(session, ledger)
    errors += (*roster.errors, *_left_out(roster, order))
    members = by_target(roster.of(order.terms))
    halts = _halts(session, members, order, interrupted=interrupted)
    errors += (found for found in halts.values() if isinstance(found, ReconcilerError))
    begun = {name: found for name, found in halts.items() if isinstance(found, Halt)}
    if begun:
        with ThreadPoolExecutor(len(begun), "halt") as pool:
            results(pool.submit(halt.run) for halt in begun.values())
    for halt in begun.values():
        errors += (*halt.problems.values(), *_unsettled(halt))
    campaigns = [one for name, halt in begun.items() for one in _report(name, halt)]
    errors += _kept(run, ledger, campaigns, reason=order.reason)
    resting = [Resting(name, tuple(halt.resting)) for name, halt in begun.items()]
    warnings = (*roster.warnings, *record_resting(session, ledger, resting))
    return Report(tuple(campaigns), warnings, tuple(errors))


def _left_out(roster: Roster, order: Order) -> Iterator[ReconcilerError]:
    """Why not everything that was meant is stopped; what was found is stopped all the same."""
    try:
        roster.require_known(order.terms)
    except InvalidInput as problem:
        yield problem
    labels = [term for term in order.terms if "=" in term]
    if labels and roster.warnings:
        yield ReconcilerError(
            f"campaigns of {', '.join(labels)} may have been left out: labels stand in the "
            "manifests, and not all of them can be read",
            "Name the others by their addresses, or stop everything: reconciler stop --all.",
        )


def _held_back(
    session: Session, order: Order, environment: str, errors: list[ReconcilerError]
) -> Ledger | None:
    """The ledger, and the tombstone in it before anything else is done."""
    ledger: Ledger | None = None
    try:
        ledger = session.open_ledger()
        add_stop(session, ledger, order.reason)
    except ReconcilerError as problem:
        errors += (
            problem,
            LedgerFailed(
                f"the stop of {environment} could not be written to the ledger, so apply and start "
                "are not held back",
                "Keep everybody and every pipeline from applying. What only the ledger knows is "
                "not stopped by this: see --account.",
            ),
        )
    return ledger


def _halts(
    session: Session,
    members: Mapping[str, tuple[Member, ...]],
    order: Order,
    *,
    interrupted: Callable[[], bool],
) -> dict[str, Halt | ReconcilerError]:
    """A halt per target, or why there is none: each target is on its own."""
    targets = session.environment.targets
    halts: dict[str, Halt | ReconcilerError] = {}
    for name in sorted(targets.keys() | members.keys()):
        if name not in targets:
            halts[name] = ReconcilerError(
                f"the ledger has campaigns on target {name}, which is not in the project",
                "They were not stopped. Put the target back into the project file, and run it "
                "again.",
            )
        elif order.account or name in members:
            try:
                provider = build_providers(session, [name], urgent=True)[name]
            except ReconcilerError as problem:
                halts[name] = problem
                continue
            halts[name] = Halt(
                provider=provider,
                members=members.get(name, ()),
                account=order.account,
                clock=session.clock,
                settle=targets[name].settle.total_seconds(),
                patience=targets[name].read_back.total_seconds(),
                interrupted=interrupted,
            )
    return halts


def _unsettled(halt: Halt) -> Iterator[ReconcilerError]:
    found = {id(one) for case in halt.cases.values() for one in case.members}
    for one in halt.members:
        if one.unsettled and id(one) not in found:
            yield OutcomeUnknown(
                f"a create of {one.address} is unsettled, and nothing of its name is listed",
                "It may still appear. Run this again in some minutes.",
            )


def _report(target: str, halt: Halt) -> Iterator[Stopped]:
    for case in sorted(halt.cases.values(), key=lambda one: (one.live.type, one.live.name)):
        quiet = halt.is_quiet(case)
        for address in _addresses(case.members) or [Address(case.live.type, case.live.remote_id)]:
            outcome = ChangeOutcome(
                address=address,
                target=target,
                action="stop",
                outcome=_outcome(case, quiet=quiet),
                remote_id=case.live.remote_id,
                message=case.trouble,
            )
            yield Stopped(
                outcome=outcome,
                name=case.live.name,
                before=case.before,
                after="" if case.gone or not case.seen else case.live.status,
                result=_result(case, quiet=quiet),
            )


def _addresses(members: Iterable[Member]) -> list[Address]:
    return sorted({one.address for one in members})


def _outcome(case: Case, *, quiet: bool) -> Outcome:
    if quiet:
        return Outcome.APPLIED
    return Outcome.REFUSED if case.seen else Outcome.UNKNOWN


def _result(case: Case, *, quiet: bool) -> str:
    if not quiet:
        return f"NOT CONFIRMED{f': {case.trouble}' if case.trouble else ''}"
    if case.gone:
        return "gone"
    return "stopped" if case.stopped else "was not running"


def _kept(
    run: Run, ledger: Ledger | None, campaigns: Iterable[Stopped], *, reason: str
) -> Iterator[ReconcilerError]:
    if ledger is None:
        return
    try:
        keep(run, ledger, [one.outcome for one in campaigns], reason=reason)
    except ReconcilerError as problem:
        yield problem
