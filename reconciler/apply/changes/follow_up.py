"""What a create's plan left open, completed from a reading of the new campaign.

The campaign is read even when the answer to its create showed it: an answer may leave out what a
reading shows, and what cannot be read yet can be slow to take a write, too. If anything is not as
planned, nothing is sent; the campaign stays as it was created.
"""

from reconciler.apply.changes.repeatable import read
from reconciler.apply.step import Ended, where
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import AuthenticationFailed, BudgetSpent, ReconcilerError
from reconciler.plan.model import Change
from reconciler.resources.base import Live
from reconciler.resources.follow_up import beyond_create, completed, follow_up
from reconciler.resources.outcome import Outcome
from reconciler.resources.writes import Impossible, PlannedRequest

_CODE = "settings-not-sent"
_LEFT = "It is recorded and will not be created again. Plan again: the plan shows what is left."


def complete(
    change: Change, requests: tuple[PlannedRequest, ...], run: TargetRun
) -> tuple[PlannedRequest, ...] | Ended:
    """A create's later requests as they may be sent, or what became of it without them.

    `change` and `requests` have the new campaign's id.
    """
    if not any(request.unknown for request in requests):
        return requests
    live = _reading(change, run)
    if isinstance(live, Diagnostic):
        return _as_created(change, live)
    if live.blocked:
        return as_blocked(change, live)
    told = run.provider.requests(follow_up(change.after or {}, live))
    found = completed(requests, told)
    if isinstance(found, Impossible):
        return _as_created(change, error(_CODE, found.reason))
    return found


def as_blocked(change: Change, live: Live) -> Ended:
    """What became of a create whose campaign must not be changed any more; nothing is sent."""
    return _as_created(change, error(_CODE, f"it cannot be changed now: {live.blocked[0]}"))


def _reading(change: Change, run: TargetRun) -> Live | Diagnostic:
    """The new campaign, looked for as long as the target's read-back; or why it was not read."""
    unseen = problem = error(_CODE, "the vendor does not show it yet")
    for _ in run.looks("reading the new campaign"):
        if kept_back := run.refusal():
            return kept_back
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


def _as_created(change: Change, problem: Diagnostic) -> Ended:
    """The campaign exists and is recorded; what its create could not carry is not set."""
    paths = ", ".join(sorted(beyond_create(change.address.type, change.after or {})))
    found = error(
        problem.code,
        f"not set: {paths} ({problem.summary})",
        f"{problem.detail} {_LEFT}".lstrip(),
        **where(change),
    )
    return Ended(
        change=change,
        outcome=Outcome.APPLIED,
        remote_id=change.remote_id,
        message=found.summary,
        diagnostics=(found,),
    )
