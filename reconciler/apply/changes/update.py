"""Changes existing campaigns: update, delete, adopt, forget, and a new draft's settings.

A campaign that changed after the plan was made is not touched.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from pydantic import JsonValue

from reconciler.apply.changes.follow_up import as_created, complete
from reconciler.apply.changes.opening import next_opening
from reconciler.apply.changes.repeatable import (
    Repeatable,
    comes_true,
    read,
    send_all,
    unknown_write,
)
from reconciler.apply.readings import moved, overruled_before, unexpected, unreadable
from reconciler.apply.step import Ended, Written, not_attempted, placed, where
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import BudgetSpent, LedgerFailed, ReconcilerError
from reconciler.plan.compare.unknown_creates import evidence
from reconciler.plan.model import Action, Change, Protection
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Record, SeenState
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt
from reconciler.resources.tree import leaves, unflatten
from reconciler.resources.writes import KNOWN_AFTER_APPLY, PlannedRequest

_GONE = "gone-since-plan"


def update(change: Change, run: TargetRun) -> Ended | Written:
    """Change a campaign if it is still as the plan saw it."""
    write = Repeatable(
        change=change,
        obstacle=lambda: _obstacle(change, run),
        done=lambda live: _as_wanted(change, live, run),
    )
    step = send_all(write, change.requests, run)
    return _written(_record(change, run), change, run) if step is None else step


def delete(change: Change, run: TargetRun) -> Ended:
    """Delete or archive a campaign; its record is dropped only when it is proven gone."""
    write = Repeatable(change=change, obstacle=lambda: _obstacle(change, run), done=_gone)
    step = send_all(write, change.requests, run)
    if step is not None:
        gone = any(problem.code == _GONE for problem in step.diagnostics)
        proven = gone and _lists_no_more(change, run)
        return _forgotten(change, run, "it was already gone") if proven else step
    if not comes_true(write, run):
        return unknown_write(change, "the vendor accepted it, but the campaign is still there")
    return _forgotten(change, run, removed=True)


def adopt(change: Change, run: TargetRun) -> Ended:
    """Start to manage a live campaign that is already as declared; nothing is sent."""
    if problem := run.refusal():
        return not_attempted(change, problem)
    return _recorded(_record(change, run), change, run)


def settle(change: Change, run: TargetRun) -> Ended:
    """Record a move to another address, another protection, or fields that are dropped."""
    if problem := run.refusal():
        return not_attempted(change, problem)
    old = run.record_before(change)
    if old is None:
        return adopt(change, run)
    kept = unflatten(pair for pair in leaves(old.spec) if pair[0] not in change.unmanages)
    protected = _protected(change, old)
    record = replace(old, address=change.address, protected=protected, spec=kept)
    return _recorded(record, change, run)


def forget(change: Change, run: TargetRun) -> Ended:
    """Stop managing a campaign; nothing is sent."""
    if problem := run.refusal():
        return not_attempted(change, problem)
    return _forgotten(change, run)


def send_settings(
    change: Change,
    record: Record,
    later: tuple[PlannedRequest, ...],
    run: TargetRun,
    *,
    found: bool = False,
) -> Ended | Written:
    """Send what the create of `record` could not carry; the id is kept whatever happens.

    A campaign that was `found` must be a draft, and gets only what it lacks.
    """
    remote_id = record.remote_id
    made = replace(change, remote_id=remote_id)
    requests = tuple(
        replace(request, path=request.path.replace(KNOWN_AFTER_APPLY, quote(remote_id, safe="")))
        for request in later
    )
    write = Repeatable(
        change=made,
        obstacle=lambda: None,
        done=lambda live: _as_wanted(made, live, run),
    )
    ready = complete(made, requests, run, done=write.done if found else None)
    step = ready if isinstance(ready, Ended) else send_all(write, ready, run)
    if step is None:
        full = replace(record, spec=change.desired or {}, written_at=run.now())
        return replace(_written(full, made, run), change=change)
    if step.outcome is Outcome.SKIPPED:
        step = as_created(made, step.diagnostics[0])
    so = "" if found else f"created as {remote_id}, but its settings are not in force: "
    return replace(step, change=change, remote_id=remote_id, message=f"{so}{step.message}")


def _obstacle(change: Change, run: TargetRun) -> Diagnostic | None:
    """Read the campaign and return why it must not be changed now; None when it may."""
    try:
        live = read(change, run, run.listed(change))
    except BudgetSpent as spent:
        return run.spend(spent)
    except ReconcilerError as failed:
        return failed.diagnostics[0]
    place = where(change)
    if live is None or live.state is RunState.ARCHIVED:
        return error(
            _GONE, "the campaign disappeared after the plan was made", "Plan again.", **place
        )
    if live.blocked:
        return error("moved-since-plan", f"it cannot be changed now: {live.blocked[0]}", **place)
    paths = moved(change.before or {}, live)
    if paths:
        summary = f"it changed after the plan was made: {', '.join(paths)}"
        return error("moved-since-plan", summary, "Nothing was sent. Plan again.", **place)
    return None


def _lists_no_more(change: Change, run: TargetRun) -> bool:
    """Whether a complete listing lacks the campaign too; one reading alone proves nothing."""
    try:
        rows = run.provider.list(BY_TYPE[change.address.type].channel).items
    except ReconcilerError:
        return False
    return all(row.remote_id != change.remote_id or _gone(row) for row in rows)


def _gone(live: Live | None) -> bool:
    return live is None or live.state is RunState.ARCHIVED


def _as_wanted(change: Change, live: Live | None, run: TargetRun) -> bool:
    """Whether every readable declared field is equal and every changed field is readable."""
    if live is None or change.desired is None:
        return False
    changed = {field.path for field in change.fields} or {p for p, _ in leaves(change.desired)}
    old = run.record_before(change)
    different = unexpected(change.desired, live, overruled_before(change.desired, old))
    return not different and changed.isdisjoint(evidence(change.desired, live, run.known).unproven)


def _record(change: Change, run: TargetRun) -> Record:
    """The last-applied record after the change; fields that were never sent stay assumed."""
    old = run.record_before(change)
    spec = change.desired or {}
    assumed = old.assumed if old else unreadable(change.address.type, spec, change.before or {})
    declared = {path for path, _ in leaves(spec)}
    sent = {field.path for field in change.fields} if change.requests else set[str]()
    if change.requests and run.provider.capabilities.update is Ability.FULL_BODY:
        sent = declared
    assumed = tuple(path for path in assumed if path in declared - sent)
    remote_id = change.remote_id or ""
    return Record(
        address=change.address,
        target=change.target,
        remote_id=remote_id,
        name=str(spec.get("name", change.name)),
        spec=spec,
        generation=old.generation if old else 0,
        created=old is not None and old.created and old.remote_id == remote_id,
        assumed=assumed,
        references=_references(change, run, old),
        protected=_protected(change, old),
        seen=_seen(old.seen if old else None, SeenState.of(run.planned(change))),
        overruled={**overruled_before(spec, old), **_shown_before(change)},
        accepted_twins=old.accepted_twins if old else (),
        recorded_at=(old.recorded_at or old.written_at) if old else run.now(),
        written_at=_written_at(change, run, old),
    )


def _seen(accepted: SeenState | None, now: SeenState | None) -> SeenState | None:
    """What was accepted: a write of settings does not accept a run that somebody else caused.

    Records of the first release do not tell what was sent before.
    """
    if accepted is None or now is None or accepted.sent is not None:
        return accepted or now
    return replace(accepted, sent=now.sent, execution=now.execution)


def _written_at(change: Change, run: TargetRun, old: Record | None) -> datetime:
    """When it was last written, by us or others; for an adoption the vendor's creation time."""
    if change.requests:
        return run.now()
    planned = run.planned(change)
    made = planned.created_at if planned is not None else None
    return old.written_at if old is not None else min(made or run.now(), run.now())


def _shown_before(change: Change) -> Mapping[str, JsonValue]:
    """The values that the vendor showed before, for each field that is sent.

    While a reading still shows them, the vendor accepted the body but did not apply it, and no
    later plan sends it again.
    """
    if not change.requests:
        return {}
    return {field.path: field.before for field in change.fields if field.readable}


def _protected(change: Change, old: Record | None) -> bool:
    if change.protection is Protection.KEEP:
        return old is not None and old.protected
    return change.protection is Protection.PROTECT


def _references(change: Change, run: TargetRun, old: Record | None) -> Mapping[str, str]:
    """The ids that planning read for fields written by name, without the fields that change now."""
    live = run.planned(change)
    shown = live.references if live is not None else old.references if old is not None else {}
    changed = {field.path for field in change.fields} if change.requests else set[str]()
    return {path: remote for path, remote in shown.items() if path not in changed}


def _written(record: Record, change: Change, run: TargetRun) -> Ended | Written:
    """Record the change; if that succeeds, it has yet to be read back."""
    step = _recorded(record, change, run)
    return step if step.diagnostics else Written(change=change, record=record)


def _recorded(record: Record, change: Change, run: TargetRun) -> Ended:
    run.owned.add(record.remote_id)
    done = Ended(change=change, outcome=Outcome.APPLIED, remote_id=record.remote_id)
    try:
        _put(record, run.part(done), change, run)
        if change.moved_from is not None:
            run.ledger.forget(change.moved_from, run.lock_id)
    except LedgerFailed as failed:
        return replace(done, diagnostics=(placed(change, run.permit.halt(failed)),))
    return done


def _put(record: Record, part: Receipt, change: Change, run: TargetRun) -> None:
    """Record a campaign; whoever takes one over has decided what a denied create made."""
    denied = run.denied_creates(change) if change.adopts else ()
    own = next((one for one in denied if one.address == record.address), None)
    if own is None:
        # For a create this was its last request, so the next one follows at once.
        opening = next_opening(run) if change.action is Action.CREATE else None
        if run.ledger.put_record(record, run.lock_id, part=part, opening=opening):
            run.ahead = opening
    else:
        run.ledger.settle(own, record, run.lock_id, part=part)
    for intent in denied:
        if intent is not own:
            run.ledger.settle(intent, None, run.lock_id)


def _forgotten(
    change: Change, run: TargetRun, message: str = "", *, removed: bool = False
) -> Ended:
    done = Ended(
        change=change, outcome=Outcome.APPLIED, remote_id=change.remote_id, message=message
    )
    try:
        if removed:
            run.ledger.put_mark(run.removal_mark(change), run.lock_id)
        run.ledger.forget(change.address, run.lock_id, run.part(done))
    except LedgerFailed as failed:
        return replace(done, diagnostics=(placed(change, run.permit.halt(failed)),))
    return done
