"""Settle creates of unknown outcome as the operator says: adopt an id, or close as not created.

Reads the target's complete listing under the lease. Sends nothing to the vendor, except what the
create of an adopted draft could not carry. Needs no manifest, and no environment in the project
file: the ledger knows which one the create was sent for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from reconciler.address import Address
from reconciler.apply.changes.created import complete_found
from reconciler.apply.context import ApplyContext
from reconciler.apply.permit import Permit
from reconciler.apply.readings import learnt
from reconciler.apply.receipt import RunReceipt
from reconciler.apply.target_run import TargetRun
from reconciler.apply.unknown.open_intents import created_change
from reconciler.apply.unknown.operator_claims import (
    adoptable,
    differences,
    require_absence,
)
from reconciler.apply.unknown.unrecorded_id import discard_recovery
from reconciler.clock import time_of_day
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ExitCode, ReconcilerError, TooSoon, exit_code_of, worst
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.lease import Lease
from reconciler.plan.compare.unknown_creates import created_record
from reconciler.plan.model import Plan
from reconciler.providers.stable_listing import list_steadily
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent, LedgerView, Moment
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.receipt import Receipt
from reconciler.resources.snapshot import Listing
from reconciler.workflow.open_create import OpenCreateCase, open_case
from reconciler.workflow.receipts import ReceiptDraft
from reconciler.workflow.session import Session

_OPERATION = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAnswer:
    """The operator's answer: the campaign's id, or why there is none."""

    adopt: str = ""
    reason: str = ""
    """How it is known that nothing was created; required if `adopt` is empty."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was settled: the campaign's id, or "" for not created, and what is to be said of it."""

    address: Address
    remote_id: str
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """ERROR if the campaign's settings could not be sent."""
        return worst(exit_code_of(found.code) for found in errors_in(self.diagnostics))


def resolve(
    session: Session,
    addresses: Sequence[Address],
    verdict: OperatorAnswer,
    *,
    on_wait: Callable[[LockInfo], None],
    on_pause: Callable[[str], None],
) -> tuple[Resolved, ...]:
    """Close the open intents of some addresses; waits until their campaigns must be listed.

    Raises ApplyRefused if the listing contradicts the verdict or the environment is locked, TooSoon
    instead of waiting if the session does not wait, and ReconcilerError if no intent is open or a
    reading fails. Then nothing was closed except what was returned by an earlier call.
    """
    name = session.ledger_environment
    ledger = session.open_ledger(name)
    _intents(addresses, ledger.view())
    with Lease(ledger, session.clock, holder=session.holder(_OPERATION, on_wait)) as lease:
        view = ledger.view()
        cases = [open_case(session, intent, view) for intent in _intents(addresses, view)]
        run = _Run(session, ledger, lease, on_pause)
        settled = []
        for case in cases:
            resolved = run.adopted(case, verdict.adopt) if verdict.adopt else run.closed(case)
            receipt = _receipt(case, resolved, verdict.reason, name)
            if resolved.remote_id:
                receipt = replace(receipt, run_id=lease.id)
            ledger.add_receipt(receipt)
            ledger.drop_parts((receipt,), lease.id)
            discard_recovery(session.recovery_folder, case.intent)
            settled.append(resolved)
    return tuple(settled)


@dataclass(frozen=True, slots=True)
class _Run:
    session: Session
    ledger: Ledger
    lease: Lease
    on_pause: Callable[[str], None]

    def closed(self, case: OpenCreateCase) -> Resolved:
        """Close an intent as not created, once a complete listing proves it."""
        intent = case.intent
        clock = self.session.clock
        begun_at, begun_tick = clock.now(), clock.monotonic()
        listing = list_steadily(case.provider, intent.channel)
        require_absence(intent, listing, case.owners)
        took = timedelta(seconds=clock.monotonic() - begun_tick)
        vendors = listing.as_of - took if listing.as_of else None
        left = self._left(case, Moment(begun_at, vendors))
        if left > 0:
            self._wait(case, left)
            listing = list_steadily(case.provider, intent.channel)
            require_absence(intent, listing, case.owners)
        self.ledger.settle(intent, None, self.lease.id)
        return Resolved(intent.address, "")

    def adopted(self, case: OpenCreateCase, remote_id: str) -> Resolved:
        """Record the campaign that the operator names, if the create may have made it."""
        intent, provider = case.intent, case.provider
        listing: Listing = list_steadily(provider, intent.channel)
        remote_id = BY_TYPE[intent.type].match_id(remote_id)
        row = adoptable(intent, remote_id, listing, case.owners)
        live = (provider.get(row.type, remote_id, row) if row.thin else row) or row
        record = created_record(intent, remote_id, live, written_at=self.session.clock.now())
        bindings = learnt(intent.target, intent.spec, live)
        self.ledger.settle(intent, record, self.lease.id, bindings)
        step = complete_found(created_change(intent), intent, record, self._run(case))
        found = (*differences(intent, live, case.known), *step.diagnostics)
        return Resolved(intent.address, remote_id, found)

    def _run(self, case: OpenCreateCase) -> TargetRun:
        """What it takes to send the requests that follow a create."""
        target, clock = case.intent.target, self.session.clock
        context = ApplyContext(
            providers={target: case.provider},
            ledger=self.ledger,
            lease=self.lease,
            clock=clock,
            targets={target: case.settings},
            events=lambda _: None,
            interrupted=lambda: False,
            recovery=self.session.recovery_folder,
        )
        now, view = clock.now(), case.view
        agreed = Plan(
            id=case.intent.run_id,
            tool_version="",
            environment=view.environment,
            created_at=now,
            expires_at=now,
            changes=(),
        )
        return TargetRun(
            context=context,
            receipt=RunReceipt(agreed, context, now),
            permit=Permit(context),
            target=target,
            plan_id=agreed.id,
            view=view,
            owned=set(case.owners),
            bindings=dict(case.known),
            planned_at=now,
        )

    def _left(self, case: OpenCreateCase, now: Moment) -> float:
        mark = self.ledger.marks([case.mark_key]).get(case.mark_key)
        return case.settle if mark is None else mark.seconds_left(now, case.settle)

    def _wait(self, case: OpenCreateCase, seconds: float) -> None:
        clock = self.session.clock
        until = time_of_day(clock.now() + timedelta(seconds=seconds + 1))
        why = f"the campaign of {case.intent.address} may still appear until {until}"
        if not self.session.options.wait:
            raise TooSoon(
                f"nothing was changed: {why}",
                "Try again after that, or adopt the campaign once it appears.",
            )
        self.on_pause(f"Waiting: {why}.")
        self.lease.note(why)
        clock.sleep(seconds)
        self.lease.note("")


def _intents(addresses: Sequence[Address], view: LedgerView) -> list[Intent]:
    unknown = [address for address in addresses if address not in view.intents]
    if not unknown:
        return [view.intents[address] for address in addresses]
    others = ", ".join(str(one) for one in sorted(view.intents))
    there = f"Unsettled are: {others}." if others else "This environment has no unsettled create."
    raise ReconcilerError(
        f"{unknown[0]} has no create of unknown outcome in environment {view.environment}",
        f"{there} A campaign that is not in the ledger is adopted by its name: plan shows it, and "
        "apply records it.",
    )


def _receipt(case: OpenCreateCase, resolved: Resolved, reason: str, environment: str) -> Receipt:
    intent = case.intent
    outcome = ChangeOutcome(
        address=intent.address,
        target=intent.target,
        action="adopt" if resolved.remote_id else "not-created",
        outcome=Outcome.APPLIED,
        remote_id=resolved.remote_id or None,
        diagnostics=resolved.diagnostics,
    )
    draft = ReceiptDraft.begin(case.session, _OPERATION)
    receipt = draft.receipt((outcome,))
    return replace(receipt, environment=environment, plan_id=intent.run_id, reason=reason)
