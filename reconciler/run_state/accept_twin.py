"""Accept a twin: from then on, a live campaign that looks like a managed one is no finding.

Reads, asks, reads again under the lease, and writes the ledger. Sends no write to a vendor.
"""

from dataclasses import replace

from reconciler.address import Address
from reconciler.diagnostics import error
from reconciler.errors import ReconcilerError, error_of
from reconciler.ledger.lease import Lease
from reconciler.plan.twins import Twin
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.run_state.status import statuses
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session

_OPERATION = "status --accept-twin"


def accept_twin(
    session: Session,
    address: Address,
    remote_id: str,
    reason: str,
    *,
    ask: bool,
    talk: Conversation[Twin],
) -> Twin:
    """Record that a campaign may exist beside the managed one; returns the twin as it was read.

    Raises ReconcilerError if the address has no such twin, or if it could not be read.
    """
    session = replace(session, clock=InterruptibleClock(session.clock, talk.interrupted))
    run = ReceiptDraft.begin(session, _OPERATION)
    ledger = session.open_ledger()
    if ask:
        shown = _look(session, address, remote_id)
        talk.show(shown)
        talk.approve(shown)
    with Lease(ledger, session.clock, holder=session.holder(_OPERATION, talk.on_wait)) as lease:
        twin = _look(session, address, remote_id)
        if not ask:
            talk.show(twin)
        record = ledger.view().records[address]
        accepted = tuple(sorted({*record.accepted_twins, twin.remote_id}))
        ledger.put_record(replace(record, accepted_twins=accepted), lease.id)
        keep_receipt(run, ledger, [_outcome(twin)], reason=reason)
    return twin


def _look(session: Session, address: Address, remote_id: str) -> Twin:
    read = statuses(session, (str(address),))
    if read.exit_code:
        kind = error_of(read.exit_code)
        raise kind("the account could not be read", diagnostics=read.problems)
    for twin in read.twins:
        if twin.remote_id == remote_id:
            return twin
    known = ", ".join(twin.remote_id for twin in read.twins)
    raise ReconcilerError(
        "no twin was accepted",
        diagnostics=[
            error(
                "not-accepted",
                f"{remote_id} is no twin of {address} that nobody manages and nobody accepted",
                f"Its twins are: {known}." if known else "It has no twins.",
                address=address,
            )
        ],
    )


def _outcome(twin: Twin) -> ChangeOutcome:
    return ChangeOutcome(
        address=twin.address,
        target=twin.target,
        action="accept-twin",
        outcome=Outcome.APPLIED,
        remote_id=twin.remote_id,
    )
