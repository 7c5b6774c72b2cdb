"""Creates of unknown outcome: is there exactly one campaign that can only be ours?"""

from collections.abc import Callable, Iterator

from reconciler.apply.backoff import backoff
from reconciler.apply.target_run import Step, TargetRun, where
from reconciler.diagnostics import error
from reconciler.errors import AuthenticationFailed, BudgetSpent, OutcomeUnknown
from reconciler.plan.compare.unknown_creates import Candidate, candidates, strangers
from reconciler.plan.model import Change
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent
from reconciler.resources.outcome import Outcome
from reconciler.resources.snapshot import Listing

_LONGEST_PAUSE = 30.0
Keep = Callable[[Change, Intent, Live], Step]
"""Records the campaign that was found."""


def look_up(steps: list[Step], run: TargetRun, keep: Keep) -> list[Step]:
    """Look for every unknown create until it is found, `settle` is over, or the run stops."""
    pending = {str(step.change.address): step for step in steps}
    done: list[Step] = []
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
    return done + [unknown(step) for step in pending.values()]


def _settled(steps: list[Step], run: TargetRun, keep: Keep) -> Iterator[Step]:
    """One look: a listing per channel, and what it settles."""
    listings: dict[str, Listing] = {}
    for step in steps:
        if step.intent is None:
            continue
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


def found_step(step: Step, candidate: Candidate) -> Step:
    """A found campaign's step, with what was found and what is not proven."""
    message = f"found as {candidate.live.remote_id} after an unclear answer"
    if candidate.unproven:
        message += f"; not proven, because no reading shows it: {', '.join(candidate.unproven)}"
    if step.message:
        message += f"; {step.message}"
    return Step(
        change=step.change,
        outcome=step.outcome,
        remote_id=step.remote_id,
        message=message,
        diagnostics=step.diagnostics,
        record=step.record,
    )


def unknown(step: Step) -> Step:
    """A create that nothing settles: what an operator can do about it."""
    said = f" ({step.message})" if step.message else ""
    problem = error(
        OutcomeUnknown.code,
        f"it is not known whether the campaign was created{said}",
        "It is not created again. Look for it at the vendor, then run "
        f"`reconciler resolve {step.change.address} --adopt ID` or `--not-created --reason TEXT`.",
        **where(step.change),
    )
    return Step(
        change=step.change,
        outcome=Outcome.UNKNOWN,
        message=problem.summary,
        diagnostics=(*step.diagnostics, problem),
    )
