"""Open intents of earlier runs, settled from the listing that planning just read (design 6.5).

Nothing is sent for them. What cannot be settled keeps blocking its own address, and only that.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from reconciler.apply.lookup import fitting, told, unknown
from reconciler.apply.recovery import discard_recovery
from reconciler.apply.site import Site, Step, placed, refused, where
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import BudgetSpent, LedgerFailed, ReconcilerError
from reconciler.plan.candidates import Candidate, renamed, strangers
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live
from reconciler.resources.ledger_view import Intent
from reconciler.resources.outcome import Outcome
from reconciler.resources.snapshot import Listing

Keep = Callable[[Change, Intent, Live], Step]
"""Records the campaign that was found."""


def settle_earlier(
    intents: Iterable[Intent], planned: Iterable[Change], site: Site, keep: Keep
) -> None:
    """Settle each intent that the target's listing settles; every one ends in an outcome."""
    known = {change.address: change for change in planned}
    snapshot = site.context.snapshots.get(site.target)
    for intent in intents:
        change = _change(intent, known.get(intent.address))
        listing = snapshot.listings.get(intent.channel) if snapshot is not None else None
        if listing is None or site.permit.stopped:
            site.finish(_open(change, "it was not looked for in this run"))
        else:
            site.finish(_settled(intent, change, listing, site=site, keep=keep))


def _settled(intent: Intent, change: Change, listing: Listing, *, site: Site, keep: Keep) -> Step:
    try:
        found = fitting(intent, listing, site)
    except BudgetSpent as spent:
        return _open(change, site.spend(spent).summary)
    except ReconcilerError as failed:
        return _open(change, str(failed))
    if len(found) == 1:
        return _kept(intent, change, found[0], site=site, keep=keep)
    others = strangers(intent, listing, site.owned) or renamed(intent, listing, site.owned)
    if not others and _absent(intent, listing, site):
        return _closed(intent, change, site)
    return _open(change, _why(found, others))


def _why(found: Sequence[Candidate], others: Sequence[Live]) -> str:
    ids = ", ".join(row.remote_id for row in others)
    if found:
        return f"several campaigns may be it: {ids}"
    if others:
        return f"{ids} may be it, but has another name or is not as it was sent"
    return "no campaign of its name has shown since"


def _kept(intent: Intent, change: Change, found: Candidate, *, site: Site, keep: Keep) -> Step:
    step = told(keep(replace(change, action=Action.ADOPT), intent, found.live), found)
    if step.record is not None:
        discard_recovery(site.context.recovery, intent)
    return replace(step, record=None)


def _absent(intent: Intent, listing: Listing, site: Site) -> bool:
    """Whether the operator vouches that what is not listed by now was not created.

    By our clock and by the vendor's: one that runs ahead must not make an intent old.
    """
    after = site.settings.absent_after
    now = site.context.clock.now()
    age = (min(now, listing.as_of or now) - intent.created_at).total_seconds()
    return after is not None and age >= after


def _closed(intent: Intent, change: Change, site: Site) -> Step:
    try:
        site.ledger.settle(intent, None, site.lock_id)
    except LedgerFailed as failed:
        problem = placed(change, site.permit.halt(failed))
        return replace(_open(change, "the ledger failed"), diagnostics=(problem,))
    return refused(change, _not_created(change))


def _not_created(change: Change) -> Diagnostic:
    return error(
        "not-created",
        "an earlier create of unknown outcome is closed as not created: absentAfter has passed and "
        "no campaign of its name is listed",
        "Plan again: the plan creates it.",
        **where(change),
    )


def _open(change: Change, reason: str) -> Step:
    return unknown(Step(change=change, outcome=Outcome.UNKNOWN, message=reason))


def _change(intent: Intent, planned: Change | None) -> Change:
    """The change that the outcome is told for; nothing of it is sent."""
    return Change(
        address=intent.address,
        target=intent.target,
        action=Action.CREATE,
        name=intent.name,
        source=planned.source if planned is not None else None,
        desired=intent.spec,
    )
