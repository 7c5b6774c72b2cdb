"""Finds the gates of a plan: what stops apply until it is accepted by name; pure.

A gate's message has the numbers and the limit.
"""

from collections.abc import Callable, Iterable, Iterator

from reconciler.address import Address
from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.acceptance import leftovers
from reconciler.plan.gates.contacting import crowd_of
from reconciler.plan.gates.gate import GateInputs, addresses_of, count, make_gate
from reconciler.plan.gates.judge import Verdict, judge, people_rules
from reconciler.plan.gates.near_twins import near_twin
from reconciler.plan.gates.ownership import adopt_change, foreign_owner
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.model import Action, Safety, SendsOnWrite
from reconciler.plan.selection import selected
from reconciler.resources.kinds import BY_TYPE


def gates(planned: GateInputs) -> tuple[Verdict, tuple[Diagnostic, ...]]:
    """Every gate that apply will meet, open or not, and warnings about needless acceptances."""
    inputs = planned.inventory.inputs
    crowd = crowd_of(planned.changes, planned.inventory)
    found = (*(gate for rule in _RULES for gate in rule(planned)), *people_rules(crowd))
    today = inputs.now.date()
    chosen = selected(inputs.desired, inputs.selection)
    verdict = judge(found, crowd, desired=inputs.desired, allow=inputs.allow, today=today)
    return verdict, tuple(leftovers(chosen, verdict.used, verdict.gates, today))


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
    if creates and not inputs.has_history:
        yield make_gate(
            "new-ledger",
            f"{count(len(creates), 'create')}, and the ledger of environment {inputs.environment} "
            "knows of no earlier apply. If there was one, its ledger is lost: restore it",
            addresses_of(creates),
            details=[
                "If the environment is new, answer apply's question at a terminal, or run once:",
                *command_lines(f"ledger init -e {inputs.environment} --reason TEXT").split("\n")[
                    1:
                ],
            ],
        )


def _ledger_behind(planned: GateInputs) -> Iterator[Gate]:
    writes = [change for change in planned.changes if change.writes]
    yield from ledger_behind(planned.inventory.inputs, addresses_of(writes))


def ledger_behind(inputs: PlanInputs, addresses: Iterable[Address]) -> Iterator[Gate]:
    """What would be sent although the ledger went back: it may have lost creates and stops."""
    concerned = tuple(addresses)
    if inputs.behind and concerned:
        yield make_gate(
            "ledger-behind",
            f"{inputs.behind}. It does not know what was sent or stopped since: restore the newer "
            "one. If that is lost, compare each campaign with the vendor's console first",
            concerned,
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
    limits = {Action.CREATE: safety.max_creates, Action.UPDATE: safety.max_updates}
    limit = limits.get(action)
    if limit is None or number <= limit:
        return ""
    name = f"max{action.capitalize()}s"
    there = f"{existing} campaigns are" if existing != 1 else "1 campaign is"
    return f"{number} is over {name} {limit} ({there} live there)"


def _share(action: Action, number: int, percent: int, *, existing: int, safety: Safety) -> str:
    """The rule of octoDNS: strictly more, and only if enough exist for a share to be meaningful."""
    if existing < safety.min_existing or number * 100 <= percent * existing:
        return ""
    limit = f"max{action.capitalize()}Percent"
    of = "to" if action is Action.CREATE else "of"
    share = f"{number} {of} {count(existing, 'live campaign')}"
    return f"{number / existing:.2%} is over {limit} {percent}% ({share})"


def _dnc_at_risk(planned: GateInputs) -> Iterator[Gate]:
    """Updates that may drop an unseen list, for campaigns that somebody else set up.

    For a campaign that we created without such a list a warning is enough (docs/vendors/kore.md
    6.2); a campaign that is adopted and changed at once meets a gate anyway.
    """
    records = planned.inventory.inputs.ledger.records
    for target in planned.targets:
        facts = planned.inventory.facts(target)
        known = (
            (change, records.get(change.moved_from or change.address))
            for change in planned.of(Action.UPDATE, target=target)
            if change.reach is not None
            and BY_TYPE[change.address.type].channel in facts.capabilities.drops_exclusion
        )
        risky = [change for change, record in known if record is not None and not record.created]
        if risky:
            yield make_gate(
                "dnc-removed",
                f"{count(len(risky), 'update')} on target {target} of campaigns that were not "
                f"created here, through api {facts.api}, which neither shows a do-not-call list "
                "nor sends it: a campaign that has one loses it",
                addresses_of(risky),
            )


_RULES: tuple[Callable[[GateInputs], Iterator[Gate]], ...] = (
    _immediate_start,
    _limits,
    _delete,
    _recreate,
    near_twin,
    adopt_change,
    foreign_owner,
    _new_ledger,
    _ledger_behind,
    _dnc_at_risk,
    _policy,
)
