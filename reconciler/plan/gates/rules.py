"""Finds the gates of a plan: what stops apply until it is acknowledged by name; pure.

A gate's message has the numbers, the limit and the option to proceed.
"""

from collections.abc import Callable, Iterator, Mapping

from reconciler.diagnostics import Severity
from reconciler.plan.gates.audience import audience_changed, dnc_removed, duplicate_audience
from reconciler.plan.gates.gate import GateInputs, addresses_of, count, make_gate
from reconciler.plan.model import Action, Gate, Safety, SendsOnWrite

GATE_CODES: Mapping[str, str] = {
    "immediate-start": "a create or an update may start contacting people at once",
    "creates-over-limit": "more creates than maxCreates or maxCreatePercent allow",
    "updates-over-limit": "more updates than maxUpdatePercent of the live campaigns",
    "deletes-over-limit": "more deletes than maxDeletePercent of the live campaigns",
    "delete": "a campaign is deleted or archived",
    "recreate": "a campaign that vanished is created again",
    "adopt-change": "a live campaign that the ledger does not know is adopted and changed",
    "new-ledger": "an automated run creates campaigns and found no existing ledger",
    "audience-changed": "an existing campaign gets additional contact lists",
    "duplicate-audience": "two campaigns contact the same list",
    "dnc-removed": "a campaign loses its do-not-call list",
    "outside-apply-window": "apply runs outside of its window",
    "policy": "a policy rule reports an error",
}
"""Every code that `--allow` takes, with its meaning."""
NEVER_MET = frozenset({"outside-apply-window", "policy"})
"""Gates whose settings and rules come in a later version."""


def gates(planned: GateInputs) -> tuple[Gate, ...]:
    """Every gate that apply will meet, acknowledged or not; one per code, in a fixed order."""
    allowed = planned.inventory.inputs.allow
    found: dict[str, list[Gate]] = {}
    for rule in _RULES:
        for gate in rule(planned):
            found.setdefault(gate.code, []).append(gate)
    return tuple(
        make_gate(
            code,
            f"{'; '.join(one.summary for one in parts)}; to proceed: --allow {code}",
            (address for one in parts for address in one.addresses),
            allowed=code in allowed,
        )
        for code, parts in found.items()
    )


def _immediate_start(planned: GateInputs) -> Iterator[Gate]:
    for target in planned.targets:
        facts = planned.inventory.facts(target)
        writes = planned.of(Action.CREATE, Action.UPDATE, target=target)
        if (
            writes
            and facts.capabilities.may_send_on_write
            and facts.sends_on_write is SendsOnWrite.UNSET
        ):
            yield make_gate(
                "immediate-start",
                f"{count(len(writes), 'write')} on target {target} may start contacting people "
                "at once, and the project file does not accept that (sendsOnWrite)",
                addresses_of(writes),
            )


def _delete(planned: GateInputs) -> Iterator[Gate]:
    deletes = planned.of(Action.DELETE)
    if deletes:
        yield make_gate(
            "delete", f"{count(len(deletes), 'campaign')} will be removed", addresses_of(deletes)
        )


def _recreate(planned: GateInputs) -> Iterator[Gate]:
    lost = {
        change.address: change.remote_id
        for change in planned.drift
        if change.action is Action.DELETE
    }
    again = [change.address for change in planned.of(Action.CREATE) if change.address in lost]
    if again:
        ids = ", ".join(str(lost[address]) for address in again)
        yield make_gate(
            "recreate",
            f"{count(len(again), 'campaign')} applied earlier disappeared from the vendor and "
            f"would be created again ({ids}): people may be contacted a second time",
            again,
        )


def _adopt_change(planned: GateInputs) -> Iterator[Gate]:
    changed = [change for change in planned.of(Action.UPDATE) if change.adopts]
    if changed:
        ids = ", ".join(str(change.remote_id) for change in changed)
        yield make_gate(
            "adopt-change",
            f"{count(len(changed), 'live campaign')} that the ledger does not know would be "
            f"adopted and changed ({ids})",
            addresses_of(changed),
        )


def _new_ledger(planned: GateInputs) -> Iterator[Gate]:
    inputs = planned.inventory.inputs
    creates = planned.of(Action.CREATE)
    if creates and inputs.automation and not inputs.ledger.found:
        yield make_gate(
            "new-ledger",
            f"{count(len(creates), 'create')} in an automated run that found no ledger: what "
            "earlier runs created may be unknown here",
            addresses_of(creates),
        )


def _policy(planned: GateInputs) -> Iterator[Gate]:
    writes = {one.address for one in planned.of(Action.CREATE, Action.UPDATE)}
    broken = [
        one
        for one in planned.inventory.inputs.findings
        if one.severity is Severity.ERROR and not one.waived and one.address in writes
    ]
    if broken:
        rules = ", ".join(sorted({one.rule for one in broken}))
        yield make_gate(
            "policy",
            f"{count(len(broken), 'policy error')} ({rules})",
            (one.address for one in broken),
        )


def _limits(planned: GateInputs) -> Iterator[Gate]:
    """The limits that a plan exceeds, target by target."""
    for target in planned.targets:
        safety = planned.inventory.facts(target).safety
        existing = sum(1 for _ in planned.inventory.campaigns(target))
        for action, percent in (
            (Action.CREATE, safety.max_create_percent),
            (Action.UPDATE, safety.max_update_percent),
            (Action.DELETE, safety.max_delete_percent),
        ):
            changes = planned.of(action, target=target)
            excess = _absolute(action, len(changes), safety, existing=existing) or _share(
                action, len(changes), percent, existing=existing, safety=safety
            )
            if excess:
                yield make_gate(
                    f"{action}s-over-limit",
                    f"Too many {action}s on target {target}: {excess}",
                    addresses_of(changes),
                )


def _absolute(action: Action, number: int, safety: Safety, *, existing: int) -> str:
    if action is not Action.CREATE or number <= safety.max_creates:
        return ""
    return f"{number} is over maxCreates {safety.max_creates} ({number}/{existing} live)"


def _share(action: Action, number: int, percent: int, *, existing: int, safety: Safety) -> str:
    """The rule of octoDNS: strictly more, and only if enough exist for a share to be meaningful."""
    if existing < safety.min_existing or number * 100 <= percent * existing:
        return ""
    limit = f"max{action.capitalize()}Percent"
    return f"{number / existing:.2%} is over {limit} {percent}% ({number}/{existing} live)"


_RULES: tuple[Callable[[GateInputs], Iterator[Gate]], ...] = (
    _immediate_start,
    _limits,
    _delete,
    _recreate,
    _adopt_change,
    _new_ledger,
    audience_changed,
    duplicate_audience,
    dnc_removed,
    _policy,
)
