"""Accept the run state that a vendor shows now; drift compares with it from then on.

Reads, asks, reads again under the lease, and writes the ledger. Sends no write to a vendor.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ApplyRefused, ReconcilerError, error_of
from reconciler.ledger.base import Ledger
from reconciler.ledger.lease import Lease
from reconciler.resources.ledger_records import Record, SeenState
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.receipt import Receipt
from reconciler.run_state.status import State, statuses
from reconciler.run_state.unsettled import unsettled_starts
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session

_OPERATION = "status --accept"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A campaign whose run state is to be accepted: its record, and the state that was read."""

    record: Record
    seen: SeenState
    state: str
    """The class of its status, in words."""
    doubt: str = ""
    """An earlier action whose outcome is unknown; accepting the state settles it."""

    @property
    def address(self) -> Address:
        """The campaign's address."""
        return self.record.address


def accept(
    session: Session,
    terms: Collection[str],
    reason: str,
    *,
    ask: bool,
    talk: Conversation[Sequence[Sighting]],
) -> tuple[Sighting, ...]:
    """Record the run state of the campaigns that the terms choose.

    Raises ReconcilerError unless each campaign is in the ledger and was read, and ApplyRefused if
    a state changed while the operator was asked. Nothing is recorded then.
    """
    session = replace(session, clock=InterruptibleClock(session.clock, talk.interrupted))
    run = ReceiptDraft.begin(session, _OPERATION)
    ledger = session.open_ledger()
    agreed: Sequence[Sighting] | None = None
    if ask:
        agreed = _look(session, ledger, terms)
        talk.show(agreed)
        talk.approve(agreed)
    with Lease(ledger, session.clock, holder=session.holder(_OPERATION, talk.on_wait)) as lease:
        fresh = _look(session, ledger, terms)
        if agreed is None:
            talk.show(fresh)
        else:
            _require_same(agreed, fresh)
        for sighting in fresh:
            ledger.put_record(replace(sighting.record, seen=sighting.seen), lease.id)
        words = {sighting.address: sighting.seen.status for sighting in fresh}
        outcomes = [_outcome(sighting) for sighting in fresh]
        keep_receipt(replace(run, statuses=words), ledger, outcomes, reason=reason)
    return fresh


def _look(session: Session, ledger: Ledger, terms: Collection[str]) -> tuple[Sighting, ...]:
    read = statuses(session, terms)
    records = ledger.view().records
    states: dict[Address, list[State]] = {}
    for state in read.states:
        states.setdefault(state.address, []).append(state)
    receipts = ledger.receipts()
    sightings = {address: _sighting(records, states[address], receipts) for address in states}
    if read.exit_code:
        kind = error_of(read.exit_code)
        raise kind("the run state could not be read", diagnostics=read.problems)
    objections = [
        _objection(address, records) for address, seen in sightings.items() if seen is None
    ]
    if objections:
        raise ReconcilerError("the run state cannot be accepted", diagnostics=objections)
    return tuple(one for one in sightings.values() if one is not None)


def _sighting(
    records: Mapping[Address, Record], states: Sequence[State], receipts: Sequence[Receipt]
) -> Sighting | None:
    """The reading of exactly the campaign that the ledger has under the address."""
    for state in states:
        record = records.get(state.address)
        known = record is not None and (record.target, record.remote_id)
        if record is not None and known == (state.target, state.remote_id) and state.seen:
            doubt = unsettled_starts(receipts, target=record.target, remote_id=record.remote_id)
            return Sighting(record, state.seen, state.state, doubt.action if doubt else "")
    return None


def _objection(address: Address, records: Mapping[Address, Record]) -> Diagnostic:
    record = records.get(address)
    why = (
        "the ledger has no record of it; apply first"
        if record is None
        else f"the vendor does not show {record.remote_id}"
    )
    return error(
        "not-accepted", f"the run state of {address} cannot be accepted: {why}", address=address
    )


def _require_same(agreed: Sequence[Sighting], fresh: Sequence[Sighting]) -> None:
    before, now = (
        # A running campaign goes on sending meanwhile.
        {
            one.address: (one.record.remote_id, replace(one.seen, sent=None), one.doubt)
            for one in looked
        }
        for looked in (agreed, fresh)
    )
    moved = sorted(one for one in before | now if before.get(one) != now.get(one))
    if moved:
        names = ", ".join(str(one) for one in moved)
        raise ApplyRefused(
            f"the run state of {names} changed while you were asked",
            "Nothing was recorded. Run this again.",
        )


def _outcome(sighting: Sighting) -> ChangeOutcome:
    return ChangeOutcome(
        address=sighting.address,
        target=sighting.record.target,
        action="accept",
        outcome=Outcome.APPLIED,
        remote_id=sighting.record.remote_id,
    )
