"""Reads back what was written: is it listed, and equal as far as a reading shows it?

A campaign counts as visible once the listing has it, because the next plan relies on the listing.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from pydantic import JsonValue

from reconciler.apply.readings import learnt, otherwise, overruled_before, unexpected
from reconciler.apply.step import Ended, Written, placed, where
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.errors import (
    AuthenticationFailed,
    BudgetSpent,
    LedgerFailed,
    ReconcilerError,
    unforeseen,
)
from reconciler.plan.compare.leaves import rows_of
from reconciler.plan.compare.unknown_creates import evidence
from reconciler.plan.model import Action, Change
from reconciler.plan.twins import Twin, find_twins, twin_diagnostics
from reconciler.resources.base import Compare, Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Record, SeenState
from reconciler.resources.tree import overlay

_MAY_SEND = "A write itself may start a campaign: see sendsOnWrite in the project file."
_FEW = 3
"""Up to this many campaigns are read one by one before the account is listed."""


@dataclass(slots=True, kw_only=True)
class _Awaited:
    """A written campaign that is not yet seen; done when it is `read` and `listed`."""

    step: Written
    excused: Mapping[str, JsonValue]
    """What the vendor shows in place of values sent before; showing it again is not reported."""
    listed: bool
    """Whether a listing showed it, or none is needed."""
    by_row: bool = False
    """A plan treats its list row as a full reading, so only the row can confirm it."""
    live: Live | None = None
    different: tuple[str, ...] = ()
    twins: tuple[Twin, ...] = ()
    """Campaigns that look like it, and that planning did not see."""

    @property
    def record(self) -> Record:
        return self.step.record

    @property
    def read(self) -> bool:
        return self.live is not None and not self.different

    @property
    def done(self) -> bool:
        return self.read and self.listed

    def see(self, live: Live | None) -> None:
        if live is None:
            return
        self.live = live
        self.different = unexpected(self.record.spec, live, self.excused)
        changed = {field.path for field in self.step.change.fields}
        unproven = evidence(self.record.spec, live, {}).unproven
        if any(_is_listed(live.type, path) for path in changed.intersection(unproven)):
            self.listed = False


def _is_listed(type_: str, path: str) -> bool:
    """Whether a listing may show a field that a reading of the campaign does not show."""
    row = rows_of(type_)[path]
    return row.compare is Compare.VALUE and bool(row.read_as)


def read_back(steps: list[Written], run: TargetRun) -> list[Ended]:
    """The steps, ended with what reading back showed; nothing is ever sent again because of it."""
    try:
        awaited = [_awaited(step, run) for step in steps]
        reason = _await(awaited, run) if awaited else ""
    except Exception as fault:  # noqa: BLE001 - what was written must still be reported
        return [_unconfirmed(step, fault) for step in steps]
    return [_verdict_guarded(item, run, reason) for item in awaited]


def _awaited(step: Written, run: TargetRun) -> _Awaited:
    row = run.listed(step.change)
    by_row = row is not None and not row.thin
    awaited = _Awaited(
        step=step,
        excused=overruled_before(step.record.spec, run.record_before(step.change)),
        listed=step.change.action is not Action.CREATE and not by_row,
        by_row=by_row,
    )
    awaited.see(step.live)
    return awaited


def _await(awaited: list[_Awaited], run: TargetRun) -> str:
    """Read until everything is seen or the time is over; returns why it ended early, or ""."""
    reason = ""
    for _ in run.looks("reading back"):
        if run.permit.stopped:
            break
        try:
            _look(awaited, run)
            reason = ""
        except (AuthenticationFailed, BudgetSpent) as failed:
            return str(failed)
        except ReconcilerError as failed:
            reason = str(failed)
        except Exception as fault:  # noqa: BLE001 - what was written must still be reported
            reason = unforeseen(fault)
        if all(item.done for item in awaited):
            return ""
    if run.permit.stopped:
        return "the run was stopped"
    if reason:
        return reason
    with suppress(ReconcilerError):
        # A campaign that no reading by id shows may be listed, and so may a twin of it.
        _look_in_listings([item for item in awaited if item.live is None], run)
    return ""


def _look(awaited: list[_Awaited], run: TargetRun) -> None:
    """Read once, as a plan does: the list row, completed by a reading where the row is thin."""
    unread = [item for item in awaited if not item.read]
    if len(unread) <= _FEW:
        unread = [item for item in unread if not item.by_row]
        for item in unread:
            item.see(run.provider.get(item.record.address.type, item.record.remote_id))
        if any(item.live is None for item in unread):
            return
    open_ = [item for item in awaited if not item.done]
    if open_:
        _look_in_listings(open_, run)


def _look_in_listings(awaited: Sequence[_Awaited], run: TargetRun) -> None:
    rows: dict[str, Live] = {}
    for channel in sorted({BY_TYPE[item.record.address.type].channel for item in awaited}):
        rows |= {row.remote_id: row for row in run.provider.list(channel).items}
    for item in awaited:
        item.twins = _new_twins(item.record, rows, run)
        row = rows.get(item.record.remote_id)
        if row is None:
            continue
        item.listed = True
        if not row.thin:
            item.by_row = True
            item.see(row)
        elif item.live is not None and item.read:
            # As `get` does with the row: a listing may show what a reading does not.
            live = item.live.counted_as(row)
            item.see(replace(live, spec=overlay(row.spec, live.spec)))
        else:
            item.see(run.provider.get(row.type, row.remote_id, row))


def _new_twins(record: Record, rows: Mapping[str, Live], run: TargetRun) -> tuple[Twin, ...]:
    new = [row for remote_id, row in rows.items() if not run.was_listed(remote_id)]
    return find_twins([record], new, managed=run.owned, marks={})


def _verdict_guarded(item: _Awaited, run: TargetRun, reason: str) -> Ended:
    """The verdict; after an unforeseen fault the campaign counts as written, not confirmed."""
    try:
        return _verdict(item, run, reason)
    except Exception as fault:  # noqa: BLE001 - what was written must still be reported
        return _unconfirmed(item.step, fault)


def _unconfirmed(step: Written, fault: Exception) -> Ended:
    problem = _not_yet_visible(step.change, unforeseen(fault))
    return replace(step.ended(), diagnostics=(*step.diagnostics, problem))


def _verdict(item: _Awaited, run: TargetRun, reason: str) -> Ended:
    problems = (
        *item.step.diagnostics,
        *_learn(item, run),
        *_started(item),
        *_has_sent(item),
        *twin_diagnostics(item.twins),
    )
    if item.live is not None and item.different:
        problems = (*problems, _not_applied(item))
    elif not item.done:
        problems = (*problems, _not_yet_visible(item.step.change, reason))
    message = item.step.message or (problems[-1].summary if problems else "")
    return replace(item.step.ended(), diagnostics=problems, message=message)


def _learn(item: _Awaited, run: TargetRun) -> tuple[Diagnostic, ...]:
    """Record what the reading showed: ids of names that we wrote, run state, overruled values."""
    old, live = item.record, item.live
    new = run.learn(learnt(old.target, old.spec, live))
    seen = live is not None and (item.done or bool(item.different))
    overruled = otherwise(old.spec, live) if live is not None and seen else old.overruled
    record = replace(old, seen=_seen(item), overruled=overruled)
    if (not new and record == old) or run.permit.stopped:
        return ()
    try:
        run.ledger.put_record(record, run.lock_id, new)
    except LedgerFailed as failed:
        return (placed(item.step.change, run.permit.halt(failed)),)
    return ()


def _seen(item: _Awaited) -> SeenState | None:
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


def _started(item: _Awaited) -> tuple[Diagnostic, ...]:
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
        f"If nobody started it, stop it: reconciler stop {change.address}. Then check that "
        "sendsOnWrite of its target is set correctly.",
        **where(change),
    )
    return (problem,)


def _has_sent(item: _Awaited) -> tuple[Diagnostic, ...]:
    """What the campaign sent since the plan read it: the only evidence that a write sends.

    An error if the plan did not announce it.
    """
    seen, live, change = item.record.seen, item.live, item.step.change
    before = seen.sent if seen is not None else None
    if change.action is Action.CREATE:
        before = 0
    if live is None or live.sent is None or before is None or live.sent <= before:
        return ()
    found = f"it has sent {live.sent - before:,} messages, although nobody started it"
    if change.irreversible:
        return (warning("has-sent", found, _MAY_SEND, **where(change)),)
    advice = f"If that is wrong, stop it: reconciler stop {change.address}. {_MAY_SEND}"
    return (error("sent-by-itself", found, advice, **where(change)),)


def _not_applied(item: _Awaited) -> Diagnostic:
    return error(
        "not-applied-by-server",
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
