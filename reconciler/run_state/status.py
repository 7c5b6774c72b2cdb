"""The run state of all our campaigns, from one listing per channel; sends nothing else."""

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.config.project import Target
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ExitCode, LedgerFailed, ReconcilerError, worst
from reconciler.ledger.base import Ledger
from reconciler.plan.inputs import ManagedElsewhere
from reconciler.plan.model import SendsOnWrite
from reconciler.plan.sent_marks import marks_by_address, twin_keys
from reconciler.plan.twins import Twin, find_twins, twin_diagnostics
from reconciler.providers.base import Provider
from reconciler.providers.wrappers import ReadOnlyProvider
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Record, SeenState, Tombstone
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.run_state.known_campaigns import (
    Index,
    KnownCampaign,
    KnownCampaigns,
    by_target,
    read_roster,
)
from reconciler.run_state.sent_so_far import SentSoFar, sent_so_far
from reconciler.workflow.accounts import Accounts
from reconciler.workflow.elsewhere import managed_elsewhere
from reconciler.workflow.heading import account_of
from reconciler.workflow.read_work import ReadWork
from reconciler.workflow.session import Session
from reconciler.workflow.targets import build_providers

MAY_BE_SENDING = "may be sending"
"""The state of a campaign that is no longer just a draft, although the vendor shows it as one."""
_UNSETTLED = "its create is not settled: plan says what to do"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A campaign's run state; `status` and `state` are empty if there is no live campaign."""

    address: Address
    target: str
    remote_id: str = ""
    name: str = ""
    status: str = ""
    """The vendor's own word."""
    state: str = ""
    """The class of `status`: a value of `RunState`, or `MAY_BE_SENDING` in place of a draft."""
    note: str = ""
    seen: SeenState | None = None
    """The same as the ledger records it; None if there is no live campaign."""
    sent: int | None = None
    """How many messages it has sent so far; None if the reading does not tell."""


@dataclass(frozen=True, slots=True)
class Statuses:
    """All states, the stops in force, the problems of reading, the exit code, and twins."""

    environment: str
    states: tuple[State, ...]
    stops: tuple[Tombstone, ...]
    problems: tuple[Diagnostic, ...]
    exit_code: ExitCode
    twins: tuple[Twin, ...] = ()
    """Of the chosen campaigns, accepted ones left out."""
    records: tuple[Record, ...] = ()
    """All records of the ledger."""

    def sent_before(self, stop: Tombstone) -> SentSoFar:
        """What was sent for the shown campaigns that a stop holds."""
        held = [one for one in self.states if stop.address in (None, one.address)]
        ids = {(one.target, one.remote_id) for one in held}
        return sent_so_far(
            [one for one in self.records if (one.target, one.remote_id) in ids],
            [one.sent for one in held if one.status],
            before=stop.created_at,
        )


def statuses(session: Session, terms: Collection[str]) -> Statuses:
    """The run state of the campaigns that addresses and labels choose; without terms, of all.

    Raises InvalidInput for a term that matches nothing.
    """
    ledger = session.open_ledger()
    roster = read_roster(session, ledger)
    roster.require_known(terms)
    members = by_target(roster.of(terms))
    known = {name: of for name, of in members.items() if name in session.environment.targets}
    built = build_providers(session, known, accounts=Accounts(session, ledger))
    providers = {name: ReadOnlyProvider(provider) for name, provider in built.items()}
    states: list[State] = []
    twins: list[Twin] = []
    errors = list(roster.errors)
    elsewhere = tuple(managed_elsewhere(session, known))
    with ThreadPoolExecutor(max(len(known), 1), "status") as pool:
        runs = {
            name: pool.submit(
                _of_target,
                known[name],
                providers[name],
                session.environment.targets[name],
                session.on_read,
            )
            for name in known
        }
    for name, run in runs.items():
        try:
            found, rows = run.result()
            states += found
            account = account_of(session.environment.targets[name])
            twins += _twins(known[name], roster, rows, elsewhere, ledger.marks, account)
        except ReconcilerError as problem:
            errors.append(problem)
            states += [_unread(one, f"target {name} could not be read") for one in known[name]]
    for name in members.keys() - known.keys():
        states += [_unread(one, f"target {name} is not in the project") for one in members[name]]
    return Statuses(
        session.environment.name,
        tuple(sorted(states, key=lambda one: (one.address, one.target, one.remote_id))),
        _stops(ledger),
        (
            *roster.warnings,
            *(one for problem in errors for one in problem.diagnostics),
            *twin_diagnostics(twins),
        ),
        worst(problem.exit_code for problem in errors),
        tuple(twins),
        roster.records,
    )


def _twins(
    members: Collection[KnownCampaign],
    roster: KnownCampaigns,
    rows: Collection[Live],
    elsewhere: Collection[ManagedElsewhere],
    read_marks: Callable[[Collection[MarkKey]], Mapping[MarkKey, SentMark]],
    account: str,
) -> tuple[Twin, ...]:
    """The twins of a target's members; a campaign that an address manages is not one."""
    addresses = {(one.address, one.target) for one in members}
    managed = {
        *(record.remote_id for record in roster.records),
        *(other.record.remote_id for other in elsewhere),
        *(one.remote_id for one in roster.members),
    }
    chosen = {one.address: one for one in roster.records if (one.address, one.target) in addresses}
    records = chosen.values()
    found = find_twins(records, rows, managed=managed, marks={})
    if not found:
        return ()
    marks = read_marks(twin_keys(found, chosen, {one.target: account for one in found}))
    by_address = marks_by_address(records, marks, account)
    return find_twins(records, rows, managed=managed, marks=by_address)


def _stops(ledger: Ledger) -> tuple[Tombstone, ...]:
    try:
        return tuple(ledger.tombstones())
    except LedgerFailed:
        # The roster, which reads the same ledger, reports the problem.
        return ()


def _of_target(
    members: tuple[KnownCampaign, ...],
    provider: Provider,
    target: Target,
    on_read: Callable[[ReadWork], None],
) -> tuple[list[State], list[Live]]:
    """The states of the members, and the listings that they are from."""
    channels = sorted({one.channel for one in members})
    on_read(ReadWork(target=target.name))
    try:
        rows = [row for channel in channels for row in provider.list(channel).items]
    finally:
        on_read(ReadWork(target=target.name, finished=True))
    index = Index(members)
    of_id: dict[int, list[Live]] = {}
    of_name: dict[int, list[Live]] = {}
    for row in rows:
        for member in index.of_id(row):
            of_id.setdefault(id(member), []).append(row)
        for member in index.of_name(row):
            of_name.setdefault(id(member), []).append(row)
    may_send = (
        provider.capabilities.may_send_on_write and target.sends_on_write is not SendsOnWrite.NEVER
    )
    draft = MAY_BE_SENDING if may_send else RunState.DRAFT
    states = [
        state
        for member in members
        for state in _states(member, of_id.get(id(member)) or of_name.get(id(member), []), draft)
    ]
    return states, rows


def _states(member: KnownCampaign, rows: list[Live], draft: str) -> Iterator[State]:
    if not rows:
        gone = f"{member.remote_id} is gone" if member.remote_id else "not created"
        yield _unread(member, _UNSETTLED if member.unsettled else gone)
    for row in rows:
        yield State(
            address=member.address,
            target=member.target,
            remote_id=row.remote_id,
            name=row.name,
            status=row.status,
            state=draft if row.state is RunState.DRAFT else row.state,
            note="; ".join((*_doubts(member, rows), *row.remarks)),
            seen=SeenState.of(row),
            sent=row.sent,
        )


def _doubts(member: KnownCampaign, rows: list[Live]) -> Iterator[str]:
    if member.unsettled:
        yield _UNSETTLED
    if len(rows) > 1:
        yield "several campaigns have its name"


def _unread(member: KnownCampaign, note: str) -> State:
    return State(
        address=member.address, target=member.target, remote_id=member.remote_id, note=note
    )
