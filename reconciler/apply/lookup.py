"""Creates of unknown outcome: is there exactly one campaign that can only be ours?"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from reconciler.apply.compare import compare, create_part
from reconciler.apply.patience import backoff
from reconciler.apply.site import Site, Step, where
from reconciler.diagnostics import error
from reconciler.errors import AuthenticationFailed, BudgetSpent, OutcomeUnknown, ReconcilerError
from reconciler.plan.model import Change
from reconciler.resources.base import Live, RunState
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.ledger_view import Intent
from reconciler.resources.outcome import Outcome
from reconciler.resources.snapshot import Listing

_LONGEST_PAUSE = 30.0
Keep = Callable[[Change, Intent, Live], Step]
"""Records the campaign that was found."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live campaign that fits an intent, and the fields that no reading proves."""

    live: Live
    unproven: tuple[str, ...]


def strangers(intent: Intent, listing: Listing, owned: Collection[str]) -> tuple[Live, ...]:
    """Campaigns of the intent's name that were not there before and belong to no address."""
    match_name = BY_TYPE[intent.type].match_name
    name = match_name(intent.name)
    return tuple(
        row
        for row in listing.items
        if row.type == intent.type
        and match_name(row.name) == name
        and row.state is not RunState.ARCHIVED
        and row.remote_id not in intent.seen_ids
        and row.remote_id not in owned
    )


def candidates(intent: Intent, listing: Listing, site: Site) -> tuple[Candidate, ...]:
    """Strangers whose readable create-time fields equal the intent."""
    kind = BY_TYPE[intent.type]
    wanted = create_part(intent.type, create_spec(kind, intent.spec))
    found = []
    for row in strangers(intent, listing, site.owned):
        live = site.provider.get(row.type, row.remote_id, row) if row.thin else row
        if live is None:
            continue
        comparison = compare(wanted, live, site.known)
        if not comparison.different:
            found.append(Candidate(live, comparison.unproven))
    return tuple(found)


def look_up(steps: list[Step], site: Site, keep: Keep) -> list[Step]:
    """Look for every unknown create until it is found, `settle` is over, or the run stops."""
    pending = {str(step.change.address): step for step in steps}
    done: list[Step] = []
    clock = site.context.clock
    end = clock.monotonic() + site.settings.settle
    for pause in backoff(_LONGEST_PAUSE):
        if site.permit.stopped:
            break
        try:
            for step in _settled(list(pending.values()), site, keep):
                done.append(step)
                del pending[str(step.change.address)]
        except (AuthenticationFailed, BudgetSpent):
            break
        except ReconcilerError:
            # An incomplete listing proves nothing; the next one may be whole.
            pass
        if not pending or clock.monotonic() + pause > end:
            break
        site.wait(pause, "looking for a create of unknown outcome")
    return done + [_unknown(step) for step in pending.values()]


def _settled(steps: list[Step], site: Site, keep: Keep) -> Iterator[Step]:
    """One look: a listing per channel, and what it settles."""
    listings: dict[str, Listing] = {}
    for step in steps:
        if step.intent is None:
            continue
        channel = step.intent.channel
        if channel not in listings:
            listings[channel] = site.provider.list(channel)
        found = candidates(step.intent, listings[channel], site)
        if len(found) == 1:
            kept = keep(step.change, step.intent, found[0].live)
            yield _found(kept, found[0])


def _found(step: Step, candidate: Candidate) -> Step:
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


def _unknown(step: Step) -> Step:
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
