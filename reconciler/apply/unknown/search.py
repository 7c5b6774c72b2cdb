"""Creates of unknown outcome: is there exactly one campaign that can only be ours?"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from reconciler.apply.backoff import backoff
from reconciler.apply.step import Ended, Unclear, Written, where
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import AuthenticationFailed, BudgetSpent, OutcomeUnknown
from reconciler.plan.compare.unknown_creates import Candidate, candidates, strangers
from reconciler.plan.model import Change
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent
from reconciler.resources.outcome import Outcome
from reconciler.resources.snapshot import Listing

_LONGEST_PAUSE = 30.0
Keep = Callable[[Change, Intent, Live], Ended | Written]
"""Records the campaign that was found."""


def look_up(steps: list[Unclear], run: TargetRun, keep: Keep) -> list[Ended | Written]:
    """Look for every unknown create until it is found, `settle` is over, or the run stops."""
    pending = {str(step.change.address): step for step in steps}
    done: list[Ended | Written] = []
    clock = run.context.clock
    end = clock.monotonic() + run.settings.settle
    for pause in backoff(_LONGEST_PAUSE):
        if run.permit.stopped:
            break
        try:
            for step in _settled(list(pending.values()), run, keep):
                done.append(step)
                del pending[str(step.change.address)]
        except (AuthenticationFailed, BudgetSpent):
            break
        except Exception:  # noqa: BLE001, S110 - a failed look proves nothing; look again
            pass
        if not pending or clock.monotonic() + pause > end:
            break
        run.wait(pause, "looking for a create of unknown outcome")
    open_ = (
        unknown_create(step.change, step.message, step.diagnostics) for step in pending.values()
    )
    return [*done, *open_]


def _settled(steps: list[Unclear], run: TargetRun, keep: Keep) -> Iterator[Ended | Written]:
    """One look: a listing per channel, and what it settles."""
    listings: dict[str, Listing] = {}
    for step in steps:
        channel = step.intent.channel
        if channel not in listings:
            listings[channel] = run.provider.list(channel)
        found = fitting(step.intent, listings[channel], run)
        if len(found) == 1:
            kept = keep(step.change, step.intent, found[0].live)
            yield found_step(kept, found[0])


def fitting(intent: Intent, listing: Listing, run: TargetRun) -> tuple[Candidate, ...]:
    """The campaigns of a listing that may be what the create of an intent made."""
    found = strangers(intent, listing, run.owned)
    return candidates(intent, found, known=run.known, full=run.full)


def found_step(step: Ended | Written, candidate: Candidate) -> Ended | Written:
    """A found campaign's step, with what was found and what is not proven."""
    message = f"found as {candidate.live.remote_id} after an unclear answer"
    if candidate.unproven:
        message += f"; not proven, because no reading shows it: {', '.join(candidate.unproven)}"
    if step.message:
        message += f"; {step.message}"
    return replace(step, message=message)


def unknown_create(change: Change, reason: str, diagnostics: tuple[Diagnostic, ...] = ()) -> Ended:
    """A create that nothing settles: what an operator can do about it."""
    said = f" ({reason})" if reason else ""
    problem = error(
        OutcomeUnknown.code,
        f"it is not known whether the campaign was created{said}",
        "It is not created again. Look for it at the vendor, then run "
        f"`reconciler resolve {change.address} --adopt ID` or `--not-created --reason TEXT`.",
        **where(change),
    )
    return Ended(
        change=change,
        outcome=Outcome.UNKNOWN,
        message=problem.summary,
        diagnostics=(*diagnostics, problem),
    )
