"""Turns what was seen of written campaigns into their outcomes, and records what it taught.

Nothing is ever sent again because of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.apply.awaited import Awaited
from reconciler.apply.readings import learnt, otherwise
from reconciler.apply.step import Ended, Written, placed, where
from reconciler.apply.target_run import TargetRun
from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.errors import BudgetSpent, LedgerFailed, Unforeseen, unforeseen
from reconciler.plan.model import Action, Change
from reconciler.plan.twins import twin_diagnostics
from reconciler.resources.base import RunState
from reconciler.resources.ledger_records import Binding, Record, SeenState

NOT_APPLIED = "not-applied-by-server"
_MAY_SEND = "A write itself may start a campaign: see sendsOnWrite in the project file."


def verdicts(items: Sequence[Awaited], run: TargetRun, reason: Diagnostic | None) -> list[Ended]:
    """The outcomes of written campaigns. `reason` is why reading ended early, if it did."""
    failed = _learn(items, run)
    return [_verdict_guarded(item, failed.get(id(item)), reason) for item in items]


def unconfirmed(step: Written, fault: Exception) -> Ended:
    """The outcome of a campaign that was written, after an unforeseen fault of reading it back."""
    problem = _not_yet_visible(step.change, unforeseen(fault))
    return replace(step.ended(), diagnostics=(*step.diagnostics, problem))


def _verdict_guarded(item: Awaited, failed: Diagnostic | None, reason: Diagnostic | None) -> Ended:
    """The verdict; after an unforeseen fault the campaign counts as written, not confirmed."""
    try:
        return _verdict(item, failed, reason)
    except Exception as fault:  # noqa: BLE001 - what was written must still be reported
        return unconfirmed(item.step, fault)


def _verdict(item: Awaited, failed: Diagnostic | None, reason: Diagnostic | None) -> Ended:
    change = item.step.change
    problems = (
        *item.step.diagnostics,
        *((placed(change, failed),) if failed is not None else ()),
        *_started(item),
        *_has_sent(item),
        *twin_diagnostics(item.twins),
    )
    if item.live is not None and item.different:
        problems = (*problems, _not_applied(item))
    elif not item.done:
        problems = (*problems, _not_yet_visible(change, reason.summary if reason else ""))
        if reason is not None and reason.code == BudgetSpent.code:
            problems = (*problems, placed(change, reason))
    message = item.step.message or (problems[-1].summary if problems else "")
    return replace(item.step.ended(), diagnostics=problems, message=message)


def _learn(items: Sequence[Awaited], run: TargetRun) -> Mapping[int, Diagnostic]:
    """Record what the readings showed; in one write, because each costs a round trip.

    That is ids of names that we wrote, run state, and overruled values. Returns the problem of each
    campaign whose record could not be written, by the item's `id`.
    """
    if run.permit.stopped:
        return {}
    changed: list[Awaited] = []
    records: list[Record] = []
    bindings: list[Binding] = []
    try:
        for item in items:
            new = run.learn(learnt(item.record.target, item.record.spec, item.live))
            record = _record(item)
            if new or record != item.record:
                changed.append(item)
                records.append(record)
                bindings += new
        if records:
            run.ledger.put_records(records, run.lock_id, bindings)
    except LedgerFailed as failed:
        return dict.fromkeys(map(id, changed), run.permit.halt(failed))
    except Exception as fault:  # noqa: BLE001 - what was written must still be reported
        return dict.fromkeys(map(id, items), Unforeseen.of(fault).diagnostics[0])
    return {}


def _record(item: Awaited) -> Record:
    old, live = item.record, item.live
    seen = live is not None and (item.done or bool(item.different))
    overruled = otherwise(old.spec, live) if live is not None and seen else old.overruled
    return replace(old, seen=_seen(item), overruled=overruled)


def _seen(item: Awaited) -> SeenState | None:
    """The run state to accept: a start that the plan announced as possible is not drift."""
    seen, now = item.record.seen, SeenState.of(item.live)
    if now is None or seen is None:
        return now or seen
    announced = item.step.change.irreversible
    if seen.state is not now.state:
        return now if announced else seen
    if now.sent is None:
        return seen
    if announced:
        return replace(seen, sent=now.sent, execution=now.execution)
    new = item.step.change.action is Action.CREATE
    return replace(seen, sent=0, execution=now.execution) if new else seen


def _started(item: Awaited) -> tuple[Diagnostic, ...]:
    """An error if the campaign started although no request was meant to start it."""
    live, change = item.live, item.step.change
    if (
        live is None
        or change.irreversible
        or live.state not in (RunState.ACTIVE, RunState.SCHEDULED)
    ):
        return ()
    problem = error(
        "started-by-itself",
        f"it is {live.status} now, although no request was meant to start it",
        f"If nobody started it, stop it:{command_lines(f'stop {change.address} --reason TEXT')}\n"
        "Then check that sendsOnWrite of its target is set correctly.",
        **where(change),
    )
    return (problem,)


def _has_sent(item: Awaited) -> tuple[Diagnostic, ...]:
    """What the campaign sent since the plan read it: the only evidence that a write sends.

    An error if the plan did not announce it.
    """
    seen, live, change = item.record.seen, item.live, item.step.change
    before = seen.sent if seen is not None else None
    if change.action is Action.CREATE:
        before = 0
    if live is None or live.sent is None or before is None or live.sent <= before:
        return ()
    new = live.sent - before
    messages = "1 message" if new == 1 else f"{new:,} messages"
    found = f"it has sent {messages}, although nobody started it"
    if change.irreversible:
        return (warning("has-sent", found, _MAY_SEND, **where(change)),)
    stop = command_lines(f"stop {change.address} --reason TEXT")
    advice = f"{_MAY_SEND} If that is wrong, stop it:{stop}"
    return (error("sent-by-itself", found, advice, **where(change)),)


def _not_applied(item: Awaited) -> Diagnostic:
    return error(
        NOT_APPLIED,
        f"the vendor accepted it, but shows other values: {', '.join(item.different)}",
        "Plan again to see them side by side.",
        **where(item.step.change),
    )


def _not_yet_visible(change: Change, reason: str) -> Diagnostic:
    detail = "It is recorded and will not be created again; the next plan looks for it."
    return warning(
        "not-yet-visible",
        f"written, but not yet visible at the vendor{f' ({reason})' if reason else ''}",
        detail,
        **where(change),
    )
