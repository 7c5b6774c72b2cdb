"""What a person does after a plan or an apply, with the commands to copy on lines of their own."""

import shlex
from collections.abc import Iterator, Sequence

from reconciler.address import Address
from reconciler.command_lines import command_lines
from reconciler.plan.model import Action, Plan
from reconciler.render.summary import unsettled_creates, unsettled_sentence
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.unsettled_create import WHICH, settling
from reconciler.resources.writes import RUNNING

_SHOWN = 10
"""Campaigns for which the commands are spelled out."""


def after_plan(plan: Plan) -> Iterator[str]:
    """How to go on with what apply does not do."""
    running = [
        one.address for one in plan.changes if one.action is Action.MANUAL and RUNNING in one.reason
    ]
    if running:
        names = _words(running)
        option = _option(plan)
        single = len(running) == 1
        are, they_have, them = ("is", "it has", "it") if single else ("are", "they have", "them")
        yield (
            f"{_listed(running)} {are} contacting people. Wait until {they_have} finished, then "
            f"plan again. To go on now, stop {them}, clear the stop and plan again:"
            + command_lines(
                f"stop {names}{option} --reason TEXT",
                f"stop --clear {names}{option} --reason TEXT",
                f"plan{option}",
            )
        )
    if sentence := unsettled_sentence(plan):
        yield f"{sentence} {_how_to_settle(unsettled_creates(plan), _option(plan))}"


def after_apply(plan: Plan, outcomes: Sequence[ChangeOutcome]) -> Iterator[str]:
    """What to do about creates that are not known, and about campaigns that may be sending."""
    unknown = [
        one.address
        for one in outcomes
        if one.outcome is Outcome.UNKNOWN and one.action == Action.CREATE.value
    ]
    if unknown:
        yield _how_to_settle(unknown, _option(plan))
    applied = {one.address for one in outcomes if one.outcome is Outcome.APPLIED}
    sending = [
        one.address
        for one in plan.changes
        if one.address in applied and one.reach is not None and one.reach.may_start
    ]
    if sending:
        names, option = _words(sending), _option(plan)
        them = "it" if len(sending) == 1 else "them"
        yield (
            f"{_listed(sending)} may be sending: the vendor does not say whether a create or an "
            f"update starts a campaign. To look at {them}, or to stop {them}:"
            + command_lines(f"status {names}{option}", f"stop {names}{option} --reason TEXT")
        )


def _how_to_settle(addresses: Sequence[Address], option: str) -> str:
    """The commands for each create, or for the first ones of many."""
    commands = "".join(settling(one, option) for one in addresses[:_SHOWN])
    if len(addresses) == 1:
        return f"Look for it in the vendor's console. {WHICH}{commands}"
    rest = len(addresses) - _SHOWN
    more = f"\nand the same for {rest} more" if rest > 0 else ""
    return (
        "Look for each in the vendor's console. If it is there, run the first of its commands with "
        f"its id. If it is not, run the second:{commands}{more}"
    )


def _words(addresses: Sequence[Address]) -> str:
    return " ".join(map(str, addresses)) if len(addresses) <= _SHOWN else "ADDRESS"


def _listed(addresses: Sequence[Address]) -> str:
    if len(addresses) > _SHOWN:
        return f"{len(addresses):,} campaigns"
    *others, last = map(str, addresses)
    return f"{', '.join(others)} and {last}" if others else last


def _option(plan: Plan) -> str:
    return "" if plan.is_default else f" -e {shlex.quote(plan.environment)}"
