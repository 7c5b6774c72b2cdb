"""The sentences with the counts, exactly as in Terraform, because other tools parse them.

Those tools must not take a plan for one without changes if it needs a person or changes the ledger:
it has neither of Terraform's two sentences.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.errors import OutcomeUnknown
from reconciler.plan.model import Action, Change, Plan, Protection
from reconciler.resources.outcome import ChangeOutcome, Outcome

NO_CHANGES = "No changes. Your campaigns match the manifests."
NOTHING_TO_APPLY = "Nothing to apply."


@dataclass(frozen=True, slots=True)
class Counts:
    """Changes by action; an adoption that also changes counts twice, a `manual` change never."""

    imports: int = 0
    add: int = 0
    change: int = 0
    destroy: int = 0
    forget: int = 0

    @property
    def in_plan(self) -> bool:
        """Whether Terraform would count anything; it does not count what it forgets."""
        return bool(self.imports or self.add or self.change or self.destroy)


def plan_counts(plan: Plan) -> Counts:
    """The counts of what a plan will do."""
    return _count(
        ((one.action.value, one.adopts or bool(one.appeared)) for one in plan.changes),
    )


def outcome_counts(plan: Plan, outcomes: Iterable[ChangeOutcome]) -> Counts:
    """The counts of what an apply has done."""
    adopted: set[Address] = {change.address for change in plan.changes if change.adopts}
    return _count(
        (one.action, one.address in adopted) for one in outcomes if one.outcome is Outcome.APPLIED
    )


def _count(actions: Iterable[tuple[str, bool]]) -> Counts:
    found = list(actions)
    words = [action for action, _ in found]
    return Counts(
        imports=sum(1 for action, adopts in found if adopts or action == Action.ADOPT.value),
        add=words.count(Action.CREATE.value),
        change=words.count(Action.UPDATE.value),
        destroy=words.count(Action.DELETE.value),
        forget=words.count(Action.FORGET.value),
    )


def plan_sentence(plan: Plan) -> str:
    """`Plan: 1 to add, 0 to change, 0 to destroy.`, or the sentence for no change at a vendor."""
    counts = plan_counts(plan)
    if not counts.in_plan:
        if in_ledger := _ledger_sentence(plan):
            return in_ledger
        waits = plan.errored or plan.has_changes or unsettled(plan)
        return NOTHING_TO_APPLY if waits else NO_CHANGES
    imports = f"{counts.imports} to import, " if counts.imports else ""
    forget = f", {counts.forget} to forget" if counts.forget else ""
    return (
        f"Plan: {imports}{counts.add} to add, {counts.change} to change, "
        f"{counts.destroy} to destroy{forget}."
    )


def apply_sentence(plan: Plan, outcomes: Iterable[ChangeOutcome]) -> str:
    """`Apply complete! Resources: 1 added, 0 changed, 0 destroyed. Ledger: 1 moved.`."""
    found = list(outcomes)
    counts = outcome_counts(plan, found)
    applied = {one.address for one in found if one.outcome is Outcome.APPLIED}
    recorded = _recorded(one for one in plan.changes if one.address in applied)
    ledger = f" Ledger: {recorded}." if recorded else ""
    imports = f"{counts.imports} imported, " if counts.imports else ""
    forget = f", {counts.forget} forgotten" if counts.forget else ""
    return (
        f"Apply complete! Resources: {imports}{counts.add} added, {counts.change} changed, "
        f"{counts.destroy} destroyed{forget}.{ledger}"
    )


def by_hand(plan: Plan) -> int:
    """How many changes a person must make."""
    open_creates = unsettled(plan)
    return sum(
        1
        for one in plan.changes
        if one.action is Action.MANUAL and not one.appeared and one.address not in open_creates
    )


def by_hand_sentence(plan: Plan, how: str) -> str:
    """How many changes a person must make, and how to see them; "" for none.

    `how` begins with the sign that ends or goes on with the sentence.
    It is a separate sentence, because the others do not count changes that are made by hand.
    """
    number = by_hand(plan)
    if not number:
        return ""
    return f"{number} change{'s' if number != 1 else ''} must be made by hand{how}"


def unsettled(plan: Plan) -> frozenset[Address]:
    """The addresses whose earlier create has an outcome that is not known."""
    return frozenset(
        one.address
        for one in plan.diagnostics
        if one.code == OutcomeUnknown.code and one.address is not None
    )


def unsettled_creates(plan: Plan) -> list[Address]:
    """The campaigns of which somebody must say whether an earlier create made them."""
    appeared = {one.address for one in plan.changes if one.appeared}
    return sorted(unsettled(plan) - appeared)


def unsettled_sentence(plan: Plan) -> str:
    """Of which campaigns it is not known whether they were created; "" for none."""
    waiting = unsettled_creates(plan)
    if not waiting:
        return ""
    if len(waiting) == 1:
        return f"It is not known whether {waiting[0]} was created."
    names = ", ".join(map(str, waiting))
    return f"It is not known whether these {len(waiting):,} campaigns were created: {names}."


def _ledger_sentence(plan: Plan) -> str:
    """`Only the ledger changes: 1 moved, 1 protected.`, or "" if the ledger does not change."""
    forgotten = sum(1 for one in plan.changes if one.action is Action.FORGET)
    parts = (f"{forgotten} forgotten" if forgotten else "", _recorded(plan.changes))
    listed = ", ".join(filter(None, parts))
    return f"Only the ledger changes: {listed}." if listed else ""


def _recorded(changes: Iterable[Change]) -> str:
    """`1 moved, 1 protected`: what changes in the ledger beside what the vendor has."""
    found = list(changes)
    counts = {
        "moved": sum(1 for one in found if one.moved_from is not None),
        "protected": sum(1 for one in found if one.protection is Protection.PROTECT),
        "no longer protected": sum(1 for one in found if one.protection is Protection.UNPROTECT),
        "managed in fewer fields": sum(
            1 for one in found if one.action is Action.NO_OP and one.unmanages
        ),
    }
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number)
