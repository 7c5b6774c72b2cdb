"""The results of an emergency stop: rows for people, outcomes for the history, and errors."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
from reconciler.resources.ledger_records import Record
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.run_state.known_campaigns import KnownCampaign
from reconciler.run_state.sent_so_far import SentSoFar, sent_so_far
from reconciler.run_state.stop.campaign import StopCandidate
from reconciler.run_state.stop.in_flight import InFlight
from reconciler.run_state.stop.readings import TargetReadings
from reconciler.run_state.stop.target import TargetStop


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """One campaign: the vendor's status before and after, and whether the stop is confirmed."""

    outcome: ChangeOutcome
    name: str
    before: str
    after: str
    result: str
    sent: int | None = None
    """How many messages it has sent so far; None if no reading tells."""
    is_live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The results of an emergency stop."""

    campaigns: tuple[Stopped, ...]
    warnings: tuple[Diagnostic, ...]
    errors: tuple[ReconcilerError, ...]
    """Why campaigns were left out, or could not be read or recorded."""
    unknown: tuple[InvalidInput, ...] = ()
    """Terms that name no campaign, or several; nothing was done about these."""
    addresses: tuple[Address, ...] = ()
    """The campaigns that terms chose; empty if nothing was chosen by name."""
    held: bool
    """Whether the stop is in the ledger, so that apply and start are held back."""
    sent: SentSoFar
    """What was sent before the stop."""
    overlooked: bool = False
    """Whether there may be campaigns that only invalid manifests name."""

    @property
    def confirmed(self) -> bool:
        """Whether everything that was looked for is stopped, whatever else was asked for."""
        return not self.errors and exit_code(one.outcome for one in self.campaigns) is ExitCode.OK

    @property
    def exit_code(self) -> ExitCode:
        """0 only if every campaign is confirmed and nothing was left out."""
        # A ledger that refuses is an error here: 6 would mean that the stop itself was refused.
        codes = (
            ExitCode.ERROR if isinstance(problem, LedgerFailed) else problem.exit_code
            for problem in (*self.unknown, *self.errors)
        )
        return worst((exit_code(one.outcome for one in self.campaigns), *codes))


def stopped_rows(target: str, halt: TargetStop) -> Iterator[Stopped]:
    """The result of each campaign of a target, sorted by type and name."""
    for case in sorted(halt.look.cases.values(), key=lambda one: (one.live.type, one.live.name)):
        quiet = halt.is_quiet(case)
        for address in _addresses(case.members) or [Address(case.live.type, case.live.remote_id)]:
            outcome = ChangeOutcome(
                address=address,
                target=target,
                action="stop",
                outcome=_outcome(case, quiet=quiet, calm=halt.calm),
                remote_id=case.live.remote_id,
                message=case.trouble,
            )
            yield Stopped(
                outcome=outcome,
                name=case.live.name,
                before=case.before,
                after="" if case.gone or not case.seen else case.live.status,
                result=_result(case, quiet=quiet),
                sent=case.live.sent,
                is_live=not case.gone,
            )


def sent_by(campaigns: Iterable[Stopped], records: Iterable[Record]) -> SentSoFar:
    """What the stopped campaigns had sent; a live one counts once, whatever names it."""
    live = {(one.outcome.target, one.outcome.remote_id): one for one in campaigns}
    return sent_so_far(
        [one for one in records if (one.target, one.remote_id) in live],
        [one.sent for one in live.values() if one.is_live],
    )


def _addresses(members: Iterable[KnownCampaign]) -> list[Address]:
    return sorted({one.address for one in members})


def _outcome(case: StopCandidate, *, quiet: bool, calm: bool) -> Outcome:
    if quiet:
        return Outcome.APPLIED
    return Outcome.REFUSED if case.seen and calm else Outcome.UNKNOWN


def _result(case: StopCandidate, *, quiet: bool) -> str:
    if not quiet:
        return f"NOT CONFIRMED{f': {case.trouble}' if case.trouble else ''}"
    if case.gone:
        return "gone"
    return "stopped" if case.stopped else "was not running"


def may_land(in_flight: InFlight | None) -> ReconcilerError:
    """The error of a stop that ended while an earlier request may still take effect."""
    holder = in_flight.holder if in_flight is not None else None
    who = f"{holder.who} on {holder.host} ({holder.operation})" if holder else "another run"
    return ReconcilerError(
        f"{who} began before this stop and may have a request in flight, which could take effect "
        "after the last reading",
        "Nothing is confirmed. Run it again; it is safe.",
    )


def unsettled_creates(look: TargetReadings) -> Iterator[ReconcilerError]:
    """An error for each open create that may still appear and has no campaign to stop yet."""
    found = {id(one) for case in look.cases.values() for one in case.members}
    for member in look.members:
        if member.intent is None or id(member) in found:
            continue
        if look.may_appear(member.intent):
            yield OutcomeUnknown(
                f"the create of {member.address} is not settled, and no campaign has its name",
                "It may still appear. Run this again in a few minutes.",
            )
