"""The emergency stop: the tombstone first, then every target side by side, without a lease.

Needs the project file and nothing else: an unreachable ledger, broken manifests or a missing
credential are told, and everything that can be stopped is.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.apply.receipt import exit_code
from reconciler.diagnostics import Diagnostic, Severity, error
from reconciler.errors import (
    AuthenticationFailed,
    ExitCode,
    InvalidInput,
    OutcomeUnknown,
    ReconcilerError,
    worst,
)
from reconciler.ledger.base import Ledger
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.run_state.halt import Case, Halt
from reconciler.workflow.run_state.receipts import Run, keep
from reconciler.workflow.run_state.roster import Member, Roster, by_target, read_roster
from reconciler.workflow.run_state.status import unknown_address
from reconciler.workflow.run_state.stops import add_stop
from reconciler.workflow.session import Session
from reconciler.workflow.targets import build_providers

_CODES = {
    InvalidInput.code: ExitCode.INVALID,
    AuthenticationFailed.code: ExitCode.AUTHENTICATION,
    OutcomeUnknown.code: ExitCode.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to stop: some addresses, or all of ours, or with `account` all there is."""

    addresses: Collection[Address] = ()
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
    problems: tuple[Diagnostic, ...]

    @property
    def exit_code(self) -> ExitCode:
        """0 only if every campaign is confirmed and nothing was left out."""
        codes = [
            _CODES.get(problem.code, ExitCode.ERROR)
            for problem in self.problems
            if problem.severity is Severity.ERROR
        ]
        return worst((exit_code(one.outcome for one in self.campaigns), *codes))


def stop(session: Session, order: Order, *, interrupted: Callable[[], bool]) -> Report:
    """Stop campaigns; raises InvalidInput for a project file that cannot be read, nothing else."""
    session = replace(session, clock=InterruptibleClock(session.clock, interrupted))
    name = session.environment.name
    run = Run.begin(session, "stop")
    ledger, problems = _held_back(session, order, name)
    roster = read_roster(session, ledger)
    problems += roster.problems
    chosen = roster.of(order.addresses)
    known = {one.address for one in chosen.members}
    problems += [unknown_address(one) for one in order.addresses if one not in known]
    halts, untried = _halts(session, chosen, order, interrupted=interrupted)
    problems += untried
    if halts:
        with ThreadPoolExecutor(len(halts), "halt") as pool:
            list(pool.map(lambda halt: halt.run(), halts.values()))
    for halt in halts.values():
        problems += halt.problems.values()
        problems += _unsettled(halt)
    campaigns = [one for name in sorted(halts) for one in _report(name, halts[name])]
    problems += _kept(run, ledger, campaigns, reason=order.reason)
    return Report(tuple(campaigns), tuple(dict.fromkeys(problems)))


def _held_back(
    session: Session, order: Order, environment: str
) -> tuple[Ledger | None, list[Diagnostic]]:
    """The ledger, and the tombstone in it before anything else is done."""
    ledger: Ledger | None = None
    try:
        ledger = session.open_ledger()
        add_stop(session, ledger, order.reason)
    except ReconcilerError as problem:
        return ledger, [
            *problem.diagnostics,
            error(
                "stop-not-recorded",
                f"the stop of {environment} could not be written to the ledger, so apply and start "
                "are not held back",
                "Keep everybody and every pipeline from applying. What only the ledger knows is "
                "not stopped by this: see --account.",
            ),
        ]
    return ledger, []


def _halts(
    session: Session, roster: Roster, order: Order, *, interrupted: Callable[[], bool]
) -> tuple[dict[str, Halt], list[Diagnostic]]:
    """A halt per target, and why there is none for others: each target is on its own."""
    targets, members = session.environment.targets, by_target(roster.members)
    problems = list(_without_target(members.keys() - targets.keys()))
    halts: dict[str, Halt] = {}
    for name in sorted(targets):
        if not (order.account or name in members):
            continue
        try:
            provider = build_providers(session, [name], urgent=True)[name]
        except ReconcilerError as problem:
            problems += [replace(found, target=name) for found in problem.diagnostics]
            continue
        halts[name] = Halt(
            provider=provider,
            members=members.get(name, ()),
            account=order.account,
            clock=session.clock,
            patience=targets[name].read_back.total_seconds(),
            interrupted=interrupted,
        )
    return halts, problems


def _without_target(names: Iterable[str]) -> Iterator[Diagnostic]:
    for name in sorted(names):
        yield error(
            "unknown-target",
            f"the ledger has campaigns on target {name}, which is not in the project",
            "They were not stopped. Put the target back into the project file, and run it again.",
            target=name,
        )


def _unsettled(halt: Halt) -> Iterator[Diagnostic]:
    found = {id(one) for case in halt.cases.values() for one in case.members}
    for one in halt.members:
        if one.unsettled and id(one) not in found:
            yield error(
                OutcomeUnknown.code,
                f"a create of {one.address} is unsettled, and nothing of its name is listed",
                "It may still appear. Run this again in some minutes.",
                address=one.address,
                target=one.target,
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
) -> tuple[Diagnostic, ...]:
    if ledger is None:
        return ()
    try:
        keep(run, ledger, [one.outcome for one in campaigns], reason=reason)
    except ReconcilerError as problem:
        return problem.diagnostics
    return ()
