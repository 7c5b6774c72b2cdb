"""Finds the gates of a plan: what stops apply until it is acknowledged by name; pure.

A gate's message has the numbers, the limit and the option to proceed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reconciler.diagnostics import Severity
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.audience import (
    audience_changed,
    contacts_of,
    dnc_removed,
    duplicate_audience,
)
from reconciler.plan.gates.gate import GateInputs, addresses_of, count, make_gate
from reconciler.plan.gates.near_twins import near_twin
from reconciler.plan.gates.ownership import adopt_change, foreign_owner
from reconciler.plan.model import Action, Safety, SendsOnWrite


def gates(planned: GateInputs) -> tuple[Gate, ...]:
    """Every gate that apply will meet, acknowledged or not; one per code, in a fixed order."""
    allowed = planned.inventory.inputs.allow
    found: dict[str, list[Gate]] = {}
    for rule in _RULES:
        for gate in rule(planned):
            found.setdefault(gate.code, []).append(gate)
    whole = (_joined(code, parts) for code, parts in found.items())
    return tuple(
        replace(
            gate,
            records=contacts_of(planned, gate.addresses),
            allowed_by="--allow" if gate.code in allowed else "",
        )
        for gate in whole
    )


def _joined(code: str, parts: Sequence[Gate]) -> Gate:
    """One gate for all targets, with the option to proceed."""
    return make_gate(
        code,
        f"{'; '.join(one.summary for one in parts)}; to proceed: --allow {code}",
        (address for one in parts for address in one.addresses),
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
    near_twin,
    adopt_change,
    foreign_owner,
    _new_ledger,
    audience_changed,
    duplicate_audience,
    dnc_removed,
    _policy,
)
