"""What a person does about drift: a sentence for each kind of finding, and the commands to copy."""

import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconciler.plan.model import Action, Change, Movement, Plan
from reconciler.resources.base import STATUS
from reconciler.resources.run_evidence import EXECUTION, SENT

_RUN_STATE = frozenset({STATUS, SENT, EXECUTION})


class Step(NamedTuple):
    """Something to do, and the commands that do it."""

    text: str
    commands: tuple[str, ...]


def drift_steps(plan: Plan) -> Iterator[Step]:
    """What to do about everything that was found; nothing if nothing was."""
    option = "" if plan.is_default else f" -e {shlex.quote(plan.environment)}"
    if any(_can_be_put_back(one) for one in plan.drift):
        text = "To keep a change, make it in the manifest too. To see what apply would put back:"
        yield Step(text, (f"reconciler plan{option}",))
    elif plan.pending:
        yield Step("To see what is pending:", (f"reconciler plan{option}",))
    if started := [one for one in plan.drift if _has_moved(one, Movement.EXPANDING)]:
        it, name = _whom(started)
        stop = f"reconciler stop {name}{option} --reason TEXT"
        yield Step(f"To stop {it}, or to accept its status:", (stop, _accept(name, option)))
    rest = [one for one in plan.drift if one not in started]
    if ended := [one for one in rest if _has_moved(one, Movement.CONTRACTING)]:
        _, name = _whom(ended)
        yield Step("To accept the status:", (_accept(name, option),))
    if plan.unmanaged:
        text = "To write manifests for the unmanaged campaigns:"
        yield Step(text, (f"reconciler import{option} --all",))
    if plan.orphaned:
        yield Step("To see what --prune would remove:", (f"reconciler plan{option} --prune",))


def _can_be_put_back(change: Change) -> bool:
    """Whether it is gone, or differs in settings: a plan never changes a run state."""
    settings = any(one.path not in _RUN_STATE for one in change.fields)
    return change.action is Action.DELETE or settings


def _has_moved(change: Change, movement: Movement) -> bool:
    moved = (one.movement for one in change.fields if one.path in _RUN_STATE)
    return movement in moved


def _whom(changes: Sequence[Change]) -> tuple[str, str]:
    """A campaign in a sentence, and in a command."""
    if len(changes) > 1:
        return "a campaign", "ADDRESS"
    return "it", str(changes[0].address)


def _accept(name: str, option: str) -> str:
    return f"reconciler status {name}{option} --accept --reason TEXT"
