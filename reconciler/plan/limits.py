"""Gates on the size of a plan: absolute for creates, shares of the live campaigns for the rest."""

from collections.abc import Iterator

from reconciler.plan.gates.gate import Planned, addresses_of, make_gate
from reconciler.plan.model import Action, Gate, Safety


def limits(planned: Planned) -> Iterator[Gate]:
    """The limits that a plan exceeds, target by target."""
    for target in planned.targets:
        safety = planned.estate.facts(target).safety
        existing = sum(1 for _ in planned.estate.campaigns(target))
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
    """The rule of octoDNS: strictly more, and only where enough exists for a share to mean much."""
    if existing < safety.min_existing or number * 100 <= percent * existing:
        return ""
    limit = f"max{action.capitalize()}Percent"
    return f"{number / existing:.2%} is over {limit} {percent}% ({number}/{existing} live)"
