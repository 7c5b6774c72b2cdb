"""Carries out a plan: creates strictly one at a time per target, targets in parallel.

Decides nothing, and compares only what was written. Each change ends in an outcome, and one failure
does not stop the others.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import chain, zip_longest
from typing import assert_never

from reconciler.apply.changes.create import create
from reconciler.apply.changes.created import record_found
from reconciler.apply.changes.delayed import create_delayed, delayed
from reconciler.apply.changes.repeatable import unknown_write
from reconciler.apply.changes.update import adopt, delete, forget, settle, update
from reconciler.apply.context import ApplyContext
from reconciler.apply.events import Event
from reconciler.apply.permit import Permit
from reconciler.apply.read_back import ReadBack
from reconciler.apply.receipt import RunReceipt, keep_receipt
from reconciler.apply.step import Delayed, Ended, Step, Unclear, Written
from reconciler.apply.target_run import TargetRun
from reconciler.apply.unknown.open_intents import settle_earlier
from reconciler.apply.unknown.search import FoundCreate, look_up
from reconciler.apply.unknown.unrecorded_id import discard_recovery
from reconciler.errors import ApplyRefused, ReconcilerError, Unforeseen, unforeseen
from reconciler.plan.model import Action, Change, Plan
from reconciler.resources.ledger_records import Intent, LedgerView, stop_of
from reconciler.resources.outcome import ChangeOutcome
from reconciler.resources.receipt import Receipt
from reconciler.threads import results


def apply_plan(plan: Plan, *, context: ApplyContext) -> tuple[ChangeOutcome, ...]:
    """Apply an approved plan under a held lease; outcomes by address, no-ops left out.

    Raises ApplyRefused, and LedgerFailed, only before anything was sent.
    """
    work = [change for change in plan.changes if _is_work(change)]
    started_at = context.clock.now()
    context = replace(context, events=_one_at_a_time(context.events))
    view = context.ledger.view()
    earlier = [intent for intent in view.intents.values() if intent.target in context.snapshots]
    if not work and not earlier:
        return ()
    _require_fresh(plan, view)
    if any(context.waits or change.not_before is None for change in work):
        _use_up(plan, context)
    permit = Permit(context)
    receipt = RunReceipt(plan, context, started_at)
    begun = context.clock.monotonic()
    targets = {change.target for change in work} | {intent.target for intent in earlier}
    owned = _owned(plan, view)
    runs = [
        _target_run(target, view, receipt, permit, owned[target], begun)
        for target in sorted(targets)
    ]
    try:
        with ThreadPoolExecutor(max_workers=len(runs), thread_name_prefix="apply") as pool:
            results([pool.submit(_run, plan, work, earlier, run) for run in runs])
    finally:
        # Also when a run breaks off: the receipt then has what was done until then.
        found = [outcome for run in runs for outcome in run.outcomes]
        outcomes = tuple(sorted(found, key=lambda outcome: outcome.address))
        if work or outcomes:
            outcomes = _with_receipt(receipt, outcomes, view.unfinished)
    return outcomes


def _is_work(change: Change) -> bool:
    return change.action not in {Action.NO_OP, Action.MANUAL} or change.adopts or change.settles


def _of_target(work: Iterable[Change], target: str) -> list[Change]:
    """Creates first, each part in plan order."""
    mine = [change for change in work if change.target == target]
    return sorted(mine, key=lambda change: change.action is not Action.CREATE)


def _require_fresh(plan: Plan, view: LedgerView) -> None:
    if plan.errored:
        raise ApplyRefused("the plan has errors and cannot be applied", "Fix them and plan again.")
    if stop := stop_of(view.tombstones):
        raise stop.refusal()


def _use_up(plan: Plan, context: ApplyContext) -> None:
    if not context.ledger.use_plan(plan.id, context.lease.id):
        raise ApplyRefused("this plan was applied before", "Plan again.")


def _owned(plan: Plan, view: LedgerView) -> Mapping[str, set[str]]:
    """The ids that belong to an address, by target; targets of one account share one set."""
    accounts = {
        target.name: (target.provider, target.base_url, target.account) for target in plan.targets
    }
    ids: dict[object, set[str]] = defaultdict(set)
    for record in view.records.values():
        ids[accounts.get(record.target, record.target)].add(record.remote_id)
    names = {*accounts, *(change.target for change in plan.changes)}
    names |= {intent.target for intent in view.intents.values()}
    return {name: ids[accounts.get(name, name)] for name in names}


def _target_run(
    target: str,
    view: LedgerView,
    receipt: RunReceipt,
    permit: Permit,
    owned: set[str],
    begun: float,
) -> TargetRun:
    plan, context = receipt.plan, receipt.context
    bindings = (binding for binding in view.bindings if binding.target == target)
    account = next((one.account for one in plan.targets if one.name == target), "")
    return TargetRun(
        context=context,
        receipt=receipt,
        permit=permit,
        target=target,
        plan_id=plan.id,
        view=view,
        owned=owned,
        bindings={(binding.path, binding.name): binding.remote for binding in bindings},
        planned_at=plan.created_at,
        account=account,
        marks={key: mark for key, mark in context.marks.items() if key.account == account},
        begun=begun,
    )


def _run(plan: Plan, work: Iterable[Change], earlier: Iterable[Intent], run: TargetRun) -> None:
    """Apply everything for one target; all waiting happens after everything is sent."""
    intents = sorted(
        (intent for intent in earlier if intent.target == run.target),
        key=lambda intent: intent.address,
    )
    completed: list[Step] = []
    for settled in settle_earlier(intents, plan.changes, run):
        step = _adopted(settled, run) if isinstance(settled, FoundCreate) else settled
        if isinstance(step, Ended):
            run.finish(step)
        else:
            completed.append(step)
    unseen = ReadBack(run)
    run.room, run.roomy = unseen.room, unseen.roomy
    mine = _of_target(work, run.target)
    begun = (_begun(change, run, after) for change, after in zip_longest(mine, mine[1:]))
    late = _follow(chain(completed, begun), run, unseen)
    _follow(create_delayed(late, run), run, unseen)


def _waits(change: Change) -> bool:
    return change.action is Action.CREATE and change.not_before is not None


def _begun(change: Change, run: TargetRun, after: Change | None) -> Step:
    """Begin a change; `after` is the next one."""
    if _waits(change):
        return delayed(change, run)
    at_once = after is not None and after.action is Action.CREATE and not _waits(after)
    run.following = after if at_once else None
    if run.refusal() is None:
        run.start(change)
    return _perform_guarded(change, run)


def _follow(steps: Iterable[Step | FoundCreate], run: TargetRun, unseen: ReadBack) -> list[Delayed]:
    """Follow each step to its outcome; returns those that have to wait."""
    unclear: list[Unclear] = []
    late: list[Delayed] = []
    for found in steps:
        step = record_found(found, run) if isinstance(found, FoundCreate) else found
        match step:
            case Ended():
                unseen.doubt(step)
                run.finish(step)
            case Written():
                if (ended := unseen.add(step)) is not None:
                    run.finish(ended)
            case Unclear():
                unseen.doubt(step)
                unclear.append(step)
            case Delayed():
                late.append(step)
            case _:
                assert_never(step)
    for ended in unseen.end():
        run.finish(ended)
    if unclear:
        _follow(look_up(unclear, run), run, unseen)
    return late


def _adopted(found: FoundCreate, run: TargetRun) -> Ended | Written:
    """Record what an earlier run created; it is read back only if its settings were sent now."""
    step = record_found(found, run)
    if isinstance(step, Ended):
        return step
    discard_recovery(run.context.recovery, found.intent)
    return step if found.intent.later else step.ended()


def _perform_guarded(change: Change, run: TargetRun) -> Step:
    """Perform a change; an unforeseen fault becomes its outcome, and the other changes go on."""
    try:
        return _perform(change, run)
    except ReconcilerError as problem:
        return unknown_write(change, str(problem))
    except Exception as problem:  # noqa: BLE001 - a request may have been sent
        return unknown_write(change, unforeseen(problem))


def _perform(change: Change, run: TargetRun) -> Step:
    match change.action:
        case Action.CREATE:
            return create(change, run)
        case Action.UPDATE:
            return update(change, run)
        case Action.DELETE:
            return delete(change, run)
        case Action.ADOPT:
            return adopt(change, run)
        case Action.NO_OP | Action.MANUAL:
            return settle(change, run)
        case Action.FORGET:
            return forget(change, run)
        case _:
            assert_never(change.action)


def _with_receipt(
    receipt: RunReceipt, outcomes: tuple[ChangeOutcome, ...], left: Sequence[Receipt]
) -> tuple[ChangeOutcome, ...]:
    """The outcomes; if the receipt could not be stored, the last one gets an error."""
    try:
        keep_receipt(receipt, outcomes, left)
    except ReconcilerError as failed:
        problem = failed
    except Exception as fault:  # noqa: BLE001 - what was sent must still be reported
        problem = Unforeseen.of(fault)
    else:
        return outcomes
    if not outcomes:
        raise problem
    last = outcomes[-1]
    more = (*last.diagnostics, problem.diagnostics[0])
    return (*outcomes[:-1], replace(last, diagnostics=more))


def _one_at_a_time(events: Callable[[Event], None]) -> Callable[[Event], None]:
    """`events`, called by one thread at a time; a failing listener does not affect the run."""
    guard = threading.Lock()

    def report(event: Event) -> None:
        with guard, suppress(Exception):
            events(event)

    return report
