"""Decides whether a saved plan may still be applied, and names the first difference; pure.

See docs/concepts/at-most-one-create.md#the-plan-that-was-agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reconciler.address import Address
from reconciler.clock import timestamp
from reconciler.plan.gate_table import GateKind
from reconciler.plan.model import Change, Plan, PlanTarget

_CLOCK_SKEW = timedelta(minutes=5)
_SHOWN = 4
_ACCOUNT = ("provider", "base_url", "account", "api", "sends_on_write")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalFacts:
    """Facts that are not in the two plans."""

    plan_used: bool
    ledger_used: bool = False
    """Whether the ledger has records or receipts that a saved plan without a ledger lacks."""
    saved_changes_sha256: str
    fresh_changes_sha256: str


def why_refused(saved: Plan, fresh: Plan, *, now: datetime, facts: ApprovalFacts) -> str | None:
    """Why the saved plan must not be applied, given a fresh one under the lease; None if it may."""
    return (
        _used(facts)
        or _wrong_place(saved, fresh, facts)
        or _wrong_time(saved, now)
        or _other_accounts(saved, fresh)
        or _other_changes(saved, fresh, facts)
        or _further_namesakes(saved, fresh)
        or _further_gates(saved, fresh)
    )


_USED_LEDGER = (
    "it was made with an empty ledger, and this one was used before; plan again, and if the "
    "new plan is refused for the same reason, run reconciler ledger init first"
)


def with_yes(plan: Plan) -> Plan:
    """The plan with the gates opened that a person's `yes` at a terminal opens."""
    gates = (gate if gate.by_name else replace(gate, allowed_by="yes") for gate in plan.gates)
    return replace(plan, gates=tuple(gates))


def _used(facts: ApprovalFacts) -> str | None:
    return "it was applied before; plan again" if facts.plan_used else None


def _wrong_place(saved: Plan, fresh: Plan, facts: ApprovalFacts) -> str | None:
    if saved.environment != fresh.environment:
        return f"it was made for environment {saved.environment}, not for {fresh.environment}"
    if reason := _other_ledger(saved, fresh, facts):
        return reason
    if saved.errored or fresh.errored:
        which = "it has errors" if saved.errored else "planning again found errors"
        return f"{which}, so it cannot be applied"
    return None


def _other_ledger(saved: Plan, fresh: Plan, facts: ApprovalFacts) -> str | None:
    """Why this ledger may not be the one that the plan was made with.

    A plan that was made without a ledger fits a new one: nothing, or only the note that opened it.
    A ledger that went back since is no reason: it meets gate `ledger-behind`.
    """
    if saved.location and saved.location != fresh.location:
        return (
            f"it was made with the ledger at {saved.location}, and the project names "
            f"{fresh.location} now; plan again"
        )
    return _USED_LEDGER if not saved.lineage and facts.ledger_used else None


def _wrong_time(saved: Plan, now: datetime) -> str | None:
    if now >= saved.expires_at:
        return f"it expired at {timestamp(saved.expires_at)}; plan again"
    if now < saved.created_at - _CLOCK_SKEW:
        return (
            f"it was made at {timestamp(saved.created_at)}, which is in the future by this "
            "machine's clock; check the clocks"
        )
    return None


def _other_accounts(saved: Plan, fresh: Plan) -> str | None:
    then, now = _accounts(saved), _accounts(fresh)
    for name in sorted(then.keys() | now.keys()):
        if name not in then or name not in now:
            return f"target {name} is {'not in' if name not in then else 'only in'} the saved plan"
        for key in _ACCOUNT:
            was, is_ = getattr(then[name], key), getattr(now[name], key)
            if was != is_:
                return f"target {name}: {key} was {was} in the saved plan and is {is_} now"
    return None


def _accounts(plan: Plan) -> Mapping[str, PlanTarget]:
    return {target.name: target for target in plan.targets}


def _other_changes(saved: Plan, fresh: Plan, facts: ApprovalFacts) -> str | None:
    if facts.saved_changes_sha256 == facts.fresh_changes_sha256:
        return None
    then = {change.address: change for change in saved.changes}
    now = {change.address: change for change in fresh.changes}
    for address in sorted(then.keys() | now.keys()):
        difference = _difference(address, then.get(address), now.get(address))
        if difference:
            return f"{difference}; plan again"
    return "planning again gives different changes; make a new plan"


def _difference(address: Address, then: Change | None, now: Change | None) -> str | None:
    if then is None or now is None:
        return f"{address} is {'not in' if then is None else 'only in'} the saved plan"
    if then.action is not now.action:
        return f"{address}: the saved plan has {then.action}, planning again gives {now.action}"
    if then.remote_id != now.remote_id:
        return f"{address}: the live campaign was {then.remote_id} and is {now.remote_id} now"
    path = _first_difference(then, now)
    if path:
        return f"{address}: {path} differs from the saved plan"
    if then.requests != now.requests:
        return f"{address}: the requests differ from those in the saved plan"
    return None


def _first_difference(then: Change, now: Change) -> str:
    before = {field.path: field for field in then.fields}
    after = {field.path: field for field in now.fields}
    paths = sorted(before.keys() | after.keys())
    return next((path for path in paths if before.get(path) != after.get(path)), "")


def _further_namesakes(saved: Plan, fresh: Plan) -> str | None:
    """A campaign beside which nobody agreed to create one whose name looks the same."""
    seen = {change.address: change.seen_ids for change in saved.changes}
    for change in fresh.changes:
        further = set(change.seen_ids) - set(seen.get(change.address, ()))
        if further:
            return (
                f"{change.address}: the account has campaign {', '.join(sorted(further))} now, "
                "whose name looks the same; plan again"
            )
    return None


def _further_gates(saved: Plan, fresh: Plan) -> str | None:
    """A gate of the change that nobody saw, or saw for fewer campaigns.

    A gate that vanished is no reason to refuse, and a gate of the moment is judged by apply alone.
    """
    seen = {gate.code: gate.addresses for gate in saved.gates}
    for gate in fresh.gates:
        if gate.kind is GateKind.MOMENT:
            continue
        if gate.code not in seen:
            return f"planning again meets a gate that the saved plan did not: {gate.summary}"
        further = [str(one) for one in gate.addresses if one not in seen[gate.code]]
        if further:
            more = f" and {len(further) - _SHOWN} more" if len(further) > _SHOWN else ""
            return (
                f"gate {gate.code} concerns further campaigns than in the saved plan: "
                f"{', '.join(further[:_SHOWN])}{more}; plan again"
            )
    return None
