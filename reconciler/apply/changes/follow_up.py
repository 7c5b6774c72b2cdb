"""Completes the requests after a create from a reading of the new campaign.

The campaign is read even when the answer to its create showed it: an answer may omit what a reading
shows, and a campaign that cannot be read yet may not accept a write yet either. If anything is not
as planned, nothing is sent, and the campaign stays as it was created.
"""

from collections.abc import Callable

from reconciler.apply.changes.repeatable import read
from reconciler.apply.step import Ended, where
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import AuthenticationFailed, BudgetSpent, ReconcilerError
from reconciler.plan.model import Change
from reconciler.resources.base import Live, RunState
from reconciler.resources.follow_up import beyond_create, completed, follow_up
from reconciler.resources.outcome import Outcome
from reconciler.resources.writes import Impossible, PlannedRequest

_CODE = "settings-not-sent"
_LEFT = "It is recorded and will not be created again. Plan again: the plan shows what is left."


def complete(
    change: Change,
    requests: tuple[PlannedRequest, ...],
    run: TargetRun,
    *,
    done: Callable[[Live | None], bool] | None = None,
) -> tuple[PlannedRequest, ...] | Ended:
    """The requests after a create, ready to be sent, or the outcome of the create without them.

    `change` and `requests` have the new campaign's id. For a campaign that was found later, `done`
    says whether a reading shows the settings: then there is nothing to send.
    """
    opens = any(request.unknown for request in requests)
    if done is None and not opens:
        return requests
    live = _reading(change, run)
    if isinstance(live, Diagnostic):
        return as_created(change, live)
    if done is not None and done(live):
        return ()
    if live.blocked:
        return as_blocked(change, live)
    ready: tuple[PlannedRequest, ...] | Impossible = requests
    if done is not None and live.state is not RunState.DRAFT:
        ready = Impossible(f"it is not a draft any more: it is {live.status}")
    elif opens:
        fresh = run.provider.requests(follow_up(change.after or {}, live))
        ready = completed(requests, fresh)
    if isinstance(ready, Impossible):
        return as_created(change, error(_CODE, ready.reason))
    return ready


def as_blocked(change: Change, live: Live) -> Ended:
    """The outcome of a create whose campaign must not be changed any more; nothing is sent."""
    return as_created(change, error(_CODE, f"it cannot be changed now: {live.blocked[0]}"))


def without_requests(change: Change) -> Ended:
    """The outcome of a create whose intent does not have the requests that follow it."""
    return as_created(change, error(_CODE, "the ledger does not have the request for them"))


def _reading(change: Change, run: TargetRun) -> Live | Diagnostic:
    """The new campaign, tried for the target's read-back time; or why it was not read."""
    unseen = problem = error(_CODE, "the vendor does not show it yet")
    for _ in run.looks("reading the new campaign"):
        if refusal := run.refusal():
            return refusal
        try:
            live = read(change, run)
            if live is not None:
                return live
            problem = unseen
        except BudgetSpent as spent:
            return run.spend(spent)
        except AuthenticationFailed as failed:
            return failed.diagnostics[0]
        except ReconcilerError as failed:
            problem = failed.diagnostics[0]
    stopped = run.refusal() if run.permit.stopped else None
    return stopped or problem


def as_created(change: Change, problem: Diagnostic) -> Ended:
    """The outcome of a create whose settings were not sent, and why; the campaign is recorded."""
    paths = ", ".join(sorted(beyond_create(change.address.type, change.after or {})))
    not_set = error(
        problem.code,
        f"not set: {paths} ({problem.summary})",
        f"{problem.detail} {_LEFT}".lstrip(),
        **where(change),
    )
    return Ended(
        change=change,
        outcome=Outcome.APPLIED,
        remote_id=change.remote_id,
        message=not_set.summary,
        diagnostics=(not_set,),
    )
