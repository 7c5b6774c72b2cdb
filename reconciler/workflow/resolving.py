"""A create of unknown outcome, settled by an operator: adopted by its id, or closed as not created.

Reads the target's complete listing under the lease; sends nothing to the vendor. Needs no manifest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.apply.compare import learnt
from reconciler.apply.lease import Holder, Lease
from reconciler.apply.recovery import discard_recovery
from reconciler.clock import timestamp
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import ApplyRefused, InvalidInput, ReconcilerError
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.plan.candidates import compare, create_part, created, strangers
from reconciler.providers.base import Provider
from reconciler.resources.base import Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_view import Intent, LedgerView, Record
from reconciler.resources.marker import mark_of
from reconciler.resources.snapshot import Listing
from reconciler.resources.tree import Tree
from reconciler.workflow.session import Session
from reconciler.workflow.targets import build_providers

_NOTHING = "Nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the operator says: the campaign's id, or why there is none."""

    adopt: str = ""
    reason: str = ""
    """Of "not created"; required when `adopt` is empty."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was settled: the campaign's id, or "" for not created; and what to look at."""

    address: Address
    remote_id: str
    warnings: tuple[Diagnostic, ...] = ()


def resolve(
    session: Session, address: Address, verdict: Verdict, *, on_wait: Callable[[LockInfo], None]
) -> Resolved:
    """Close the open intent of an address.

    Raises ApplyRefused when the listing speaks against the verdict or the environment is locked,
    ReconcilerError when no intent is open, and whatever a reading raises.
    """
    ledger = session.open_ledger()
    _intent(address, ledger.view())
    holder = Holder(
        operation="resolve",
        who=session.who,
        host=session.host,
        run_url=session.run_url,
        lock_timeout=session.options.lock_timeout,
        on_wait=on_wait,
    )
    with Lease(ledger, session.clock, holder=holder) as lease:
        view = ledger.view()
        case = _Case(session=session, intent=_intent(address, view), view=view)
        provider = _provider(case)
        listing = provider.list(case.intent.channel)
        if verdict.adopt:
            resolved = _adopt(case, verdict.adopt, listing, provider=provider, run=(ledger, lease))
        else:
            _require_absence(case, listing)
            ledger.settle(case.intent, None, lease.id)
            resolved = Resolved(address, "")
        ledger.add_receipt(_receipt(case, resolved, verdict=verdict, holder=holder))
    discard_recovery(session.recovery_folder, case.intent)
    return resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An open intent and what the ledger knows around it."""

    session: Session
    intent: Intent
    view: LedgerView

    @property
    def owners(self) -> Mapping[str, Address]:
        """Which address has which id on the intent's target."""
        records = self.view.records.values()
        return {one.remote_id: one.address for one in records if one.target == self.intent.target}


def _intent(address: Address, view: LedgerView) -> Intent:
    if address in view.intents:
        return view.intents[address]
    others = ", ".join(str(one) for one in sorted(view.intents))
    there = f"Open are: {others}." if others else "No create of this environment is unsettled."
    raise ReconcilerError(
        f"{address} has no create of unknown outcome in environment {view.environment}",
        f"{there} A campaign that the ledger does not know is adopted by its name: plan shows it, "
        "and apply records it.",
    )


def _provider(case: _Case) -> Provider:
    target = case.intent.target
    if target not in case.session.environment.targets:
        raise InvalidInput(
            f"the create went to target {target}, which the project file does not have any more",
            "Put the target back until this is settled.",
        )
    return build_providers(case.session, [target])[target]


def _adopt(
    case: _Case,
    remote_id: str,
    listing: Listing,
    *,
    provider: Provider,
    run: tuple[Ledger, Lease],
) -> Resolved:
    ledger, lease = run
    intent = case.intent
    row = _adoptable(case, remote_id, listing)
    live = (provider.get(row.type, remote_id, row) if row.thin else row) or row
    record = Record(
        address=intent.address,
        target=intent.target,
        remote_id=remote_id,
        name=intent.name,
        spec=create_part(intent.type, intent.spec),
        generation=intent.generation,
        created=True,
        written_at=case.session.clock.now(),
    )
    ledger.settle(intent, record, lease.id, learnt(intent.target, intent.spec, live))
    return Resolved(intent.address, remote_id, tuple(_differences(case, live)))


def _adoptable(case: _Case, remote_id: str, listing: Listing) -> Live:
    """The listed campaign that may be what the create made; raises ApplyRefused."""
    intent = case.intent
    row = next((one for one in listing.items if one.remote_id == remote_id), None)
    if row is None or row.type != intent.type:
        raise _refused(f"target {intent.target} lists no {intent.channel} campaign {remote_id}")
    if remote_id in case.owners:
        raise _refused(f"campaign {remote_id} is managed by {case.owners[remote_id]}")
    if remote_id in intent.seen_ids:
        raise _refused(
            f"campaign {remote_id} was there before the create was sent, so the create did not "
            "make it",
            "To manage that campaign, settle the create first, then name it in metadata.remoteId.",
        )
    match_name = BY_TYPE[intent.type].match_name
    if match_name(row.name) != match_name(intent.name):
        raise _refused(
            f'campaign {remote_id} is named "{row.name}", and the create was for "{intent.name}"',
            "If it was renamed at the vendor, give it its name back first.",
        )
    if row.state is RunState.ARCHIVED:
        raise _refused(f"campaign {remote_id} is archived", "Settle the create as not created.")
    if intent.marker and mark_of(row.observed) not in ("", intent.marker):
        raise _refused(f"campaign {remote_id} carries the mark of another create")
    return row


def _require_absence(case: _Case, listing: Listing) -> None:
    """Raise ApplyRefused while a campaign is there, or may still show."""
    intent, session = case.intent, case.session
    found = strangers(intent, listing, case.owners)
    if found:
        ids = ", ".join(row.remote_id for row in found)
        raise _refused(
            f'target {intent.target} lists a campaign named "{intent.name}" that was not there '
            f"before: {ids}",
            f"If the create made it: reconciler resolve {intent.address} --adopt "
            f"{found[0].remote_id}. If it is somebody else's, rename it at the vendor first.",
        )
    settle = session.environment.targets[intent.target].settle.total_seconds()
    age = (session.clock.now() - intent.created_at).total_seconds()
    if 0 <= age < settle:
        raise _refused(
            f"the create was sent {age:.0f} s ago, and the vendor may list it late",
            f"Try again in {settle - age:.0f} s, or adopt the campaign once it shows.",
        )


def _refused(summary: str, advice: str = "") -> ApplyRefused:
    return ApplyRefused(summary, f"{_NOTHING} {advice}".rstrip())


def _differences(case: _Case, live: Live) -> list[Diagnostic]:
    """Fields of the adopted campaign that are not as they were sent."""
    intent = case.intent
    bindings = (one for one in case.view.bindings if one.target == intent.target)
    known = {(one.path, one.name): one.remote for one in bindings}
    different = compare(created(intent), live, known).different
    if not different:
        return []
    return [
        warning(
            "adopted-with-differences",
            f"{live.remote_id} is not as it was sent: {', '.join(different)}",
            "It is managed from now on; the next plan shows the differences.",
            address=intent.address,
            target=intent.target,
        )
    ]


def _receipt(case: _Case, resolved: Resolved, *, verdict: Verdict, holder: Holder) -> Tree:
    intent, now = case.intent, timestamp(case.session.clock.now())
    return {
        "plan_id": intent.run_id,
        "environment": case.view.environment,
        "operation": holder.operation,
        "who": holder.who,
        "host": holder.host,
        "run_url": holder.run_url,
        "started_at": now,
        "finished_at": now,
        "reason": verdict.reason,
        "outcomes": [
            {
                "address": str(intent.address),
                "target": intent.target,
                "action": "adopt" if resolved.remote_id else "not-created",
                "outcome": "applied",
                "remote_id": resolved.remote_id or None,
                "codes": [found.code for found in resolved.warnings],
            }
        ],
    }
