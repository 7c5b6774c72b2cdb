"""Settle a create of unknown outcome as the operator says: adopt an id, or close as not created.

Reads the target's complete listing under the lease; sends nothing to the vendor. Needs no manifest.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.apply.readings import learnt
from reconciler.apply.unknown.operator_claims import (
    Owners,
    adoptable,
    differences,
    doubts,
    require_absence,
)
from reconciler.apply.unknown.unrecorded_id import discard_recovery
from reconciler.diagnostics import Diagnostic
from reconciler.errors import InvalidInput, ReconcilerError, TooSoon
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.lease import Lease
from reconciler.plan.compare.unknown_creates import KnownIds, created_record
from reconciler.providers.base import Provider
from reconciler.providers.stable_listing import list_steadily
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent, LedgerView, Moment
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.receipt import Receipt
from reconciler.resources.snapshot import Listing
from reconciler.workflow.receipts import ReceiptDraft
from reconciler.workflow.session import Session
from reconciler.workflow.targets import build_providers

_OPERATION = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAnswer:
    """The operator's answer: the campaign's id, or why there is none."""

    adopt: str = ""
    reason: str = ""
    """How it is known that nothing was created; required if `adopt` is empty."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was settled: the campaign's id, or "" for not created, and warnings."""

    address: Address
    remote_id: str
    warnings: tuple[Diagnostic, ...] = ()


def resolve(
    session: Session,
    address: Address,
    verdict: OperatorAnswer,
    *,
    on_wait: Callable[[LockInfo], None],
) -> Resolved:
    """Close the open intent of an address.

    Raises ApplyRefused if the listing contradicts the verdict or the environment is locked, and
    ReconcilerError if no intent is open or a reading fails.
    """
    ledger = session.open_ledger()
    _intent(address, ledger.view())
    with Lease(ledger, session.clock, holder=session.holder(_OPERATION, on_wait)) as lease:
        view = ledger.view()
        case = _OpenCreate(session=session, intent=_intent(address, view), view=view)
        provider = _provider(case)
        begun_at = session.clock.now()
        listing = list_steadily(provider, case.intent.channel)
        if verdict.adopt:
            resolved = _adopt(
                case, verdict.adopt, listing, provider=provider, ledger=ledger, lock_id=lease.id
            )
        else:
            moment = Moment(begun_at, listing.as_of)
            try:
                require_absence(case.intent, listing, case.owners, settle=case.settle, now=moment)
            except TooSoon:
                # Measure from this reading on, whatever the clocks showed before.
                if case.intent.needs_look(moment):
                    ledger.update_intent(replace(case.intent, first_look=moment), lease.id)
                raise
            ledger.settle(case.intent, None, lease.id)
            resolved = Resolved(address, "", doubts(case.intent, listing, case.owners))
        ledger.add_receipt(_receipt(case, resolved, verdict.reason))
    discard_recovery(session.recovery_folder, case.intent)
    return resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenCreate:
    """An open intent and what the ledger knows about its target."""

    session: Session
    intent: Intent
    view: LedgerView

    @property
    def owners(self) -> Owners:
        """The address of each recorded id on the intent's target."""
        records = self.view.records.values()
        return {one.remote_id: one.address for one in records if one.target == self.intent.target}

    @property
    def known(self) -> KnownIds:
        """The known ids of names on the intent's target."""
        mine = (one for one in self.view.bindings if one.target == self.intent.target)
        return {(one.path, one.name): one.remote for one in mine}

    @property
    def settle(self) -> float:
        """Seconds within which the vendor lists a new campaign."""
        return self.session.environment.targets[self.intent.target].settle.total_seconds()


def _intent(address: Address, view: LedgerView) -> Intent:
    if address in view.intents:
        return view.intents[address]
    others = ", ".join(str(one) for one in sorted(view.intents))
    there = f"Unsettled are: {others}." if others else "This environment has no unsettled create."
    raise ReconcilerError(
        f"{address} has no create of unknown outcome in environment {view.environment}",
        f"{there} A campaign that is not in the ledger is adopted by its name: plan shows it, and "
        "apply records it.",
    )


def _provider(case: _OpenCreate) -> Provider:
    target = case.intent.target
    if target not in case.session.environment.targets:
        raise InvalidInput(
            f"the create went to target {target}, which is no longer in the project file",
            "Put the target back until this is settled.",
        )
    return build_providers(case.session, [target])[target]


def _adopt(
    case: _OpenCreate,
    remote_id: str,
    listing: Listing,
    *,
    provider: Provider,
    ledger: Ledger,
    lock_id: str,
) -> Resolved:
    intent = case.intent
    remote_id = BY_TYPE[intent.type].match_id(remote_id)
    row = adoptable(intent, remote_id, listing, case.owners)
    live = (provider.get(row.type, remote_id, row) if row.thin else row) or row
    record = created_record(intent, remote_id, live, written_at=case.session.clock.now())
    ledger.settle(intent, record, lock_id, learnt(intent.target, intent.spec, live))
    return Resolved(intent.address, remote_id, differences(intent, live, case.known))


def _receipt(case: _OpenCreate, resolved: Resolved, reason: str) -> Receipt:
    intent = case.intent
    outcome = ChangeOutcome(
        address=intent.address,
        target=intent.target,
        action="adopt" if resolved.remote_id else "not-created",
        outcome=Outcome.APPLIED,
        remote_id=resolved.remote_id or None,
        diagnostics=resolved.warnings,
    )
    receipt = ReceiptDraft.begin(case.session, _OPERATION).receipt((outcome,))
    return replace(receipt, plan_id=intent.run_id, reason=reason)
