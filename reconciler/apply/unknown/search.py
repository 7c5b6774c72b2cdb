"""Searches for the one campaign that a create of unknown outcome must have made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.apply.backoff import backoff
from reconciler.apply.step import Ended, Unclear, where
from reconciler.apply.target_run import TargetRun
from reconciler.apply.unknown.sent_id import doubt_of_reading
from reconciler.diagnostics import Diagnostic, error
from reconciler.durations import in_words
from reconciler.errors import AuthenticationFailed, BudgetSpent, OutcomeUnknown
from reconciler.plan.compare.unknown_creates import (
    Candidate,
    candidates,
    created_spec,
    evidence,
    strangers,
)
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent
from reconciler.resources.outcome import Outcome
from reconciler.resources.snapshot import Listing
from reconciler.resources.unsettled_create import how_to_settle

_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCreate:
    """The only campaign that an open intent's create can have made; not recorded yet."""

    change: Change
    intent: Intent
    candidate: Candidate

    @property
    def live(self) -> Live:
        """The campaign."""
        return self.candidate.live

    @property
    def how(self) -> str:
        """How the vendor answered its create."""
        return "denied" if self.intent.denied else "unclear"

    @property
    def message(self) -> str:
        """Which campaign was found, and which of its fields are not proven."""
        imported = "imported: " if self.change.action is Action.ADOPT else ""
        found = f"{imported}its create was {self.how}, {self.live.remote_id} has appeared since"
        if not self.candidate.unproven:
            return found
        paths = ", ".join(self.candidate.unproven)
        return f"{found}; not proven, because no reading shows it: {paths}"


def look_up(steps: Iterable[Unclear], run: TargetRun) -> Iterator[FoundCreate | Ended]:
    """Look for each unknown create until it is found, `settle` is over, or the run stops.

    The caller must record a found campaign before it asks for the next one, because one campaign
    cannot belong to two creates.
    """
    pending = {step.change.address: step for step in steps}
    clock = run.context.clock
    end = clock.monotonic() + run.settings.settle
    for pause in backoff(_LONGEST_PAUSE):
        if run.permit.stopped:
            break
        try:
            for found in _look(tuple(pending.values()), run):
                del pending[found.change.address]
                yield found
        except (AuthenticationFailed, BudgetSpent):
            break
        except Exception:  # noqa: BLE001, S110 - a failed look proves nothing; look again
            pass
        if not pending or clock.monotonic() + pause > end:
            break
        left = in_words(end - clock.monotonic())
        run.wait(pause, f"checking what was created, at most {left} more")
    for step in pending.values():
        yield unknown_create(step.change, step.intent, step.message, step.diagnostics)


def _look(steps: Iterable[Unclear], run: TargetRun) -> Iterator[FoundCreate]:
    """Look once, with one listing per channel; yields what it settles."""
    listings: dict[str, Listing] = {}
    for step in steps:
        channel = step.intent.channel
        if channel not in listings:
            listings[channel] = run.provider.list(channel)
        found = _named(step, listings[channel], run) or fitting(step.intent, listings[channel], run)
        if len(found) == 1:
            yield FoundCreate(change=step.change, intent=step.intent, candidate=found[0])


def _named(step: Unclear, listing: Listing, run: TargetRun) -> tuple[Candidate, ...]:
    """The listed campaign that the answer named, unless something speaks against it."""
    rows = strangers(step.intent, listing, run.owned) if step.named else ()
    live = next((run.full(row) for row in rows if row.remote_id == step.named), None)
    if live is None or doubt_of_reading(live, step.intent):
        return ()
    return (Candidate(live, evidence(created_spec(step.intent), live, run.known).unproven),)


def fitting(intent: Intent, listing: Listing, run: TargetRun) -> tuple[Candidate, ...]:
    """The campaigns of a listing that may be what the create of an intent made."""
    found = strangers(intent, listing, run.owned)
    return candidates(intent, found, known=run.known, full=run.full)


def unknown_create(
    change: Change, intent: Intent, reason: str, diagnostics: tuple[Diagnostic, ...] = ()
) -> Ended:
    """The outcome of a create that is not settled, with what an operator can do about it."""
    why = f" ({reason})" if reason else ""
    problem = error(
        OutcomeUnknown.code,
        f"it is not known whether the campaign was created{why}",
        f"It is not created again. {how_to_settle(intent)}",
        **where(change),
    )
    return Ended(
        change=change,
        outcome=Outcome.UNKNOWN,
        message=problem.summary,
        diagnostics=(*diagnostics, problem),
    )
