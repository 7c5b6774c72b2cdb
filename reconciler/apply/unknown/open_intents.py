"""Settles open intents of earlier runs from the listing that planning has just read.

See docs/concepts/at-most-one-create.md#an-open-intent.

Nothing is sent for them. An intent that cannot be settled blocks only its own address and name.
A denied intent is closed without a report once the vendor must have listed its campaign, unless
campaigns are listed that may be it: then the plan of its address decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.apply.step import Ended, placed, refused, where
from reconciler.apply.target_run import TargetRun
from reconciler.apply.unknown.search import FoundCreate, fitting, unknown_create
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import BudgetSpent, LedgerFailed, ReconcilerError, unforeseen
from reconciler.plan.compare.unknown_creates import Candidate, renamed, strangers
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent, Moment
from reconciler.resources.name_key import name_key
from reconciler.resources.snapshot import TargetSnapshot


def settle_earlier(
    intents: Iterable[Intent], planned: Iterable[Change], run: TargetRun
) -> Iterator[FoundCreate | Ended]:
    """What the target's listing shows for each intent; a found campaign has yet to be recorded.

    The caller must record it before it asks for the next one, because one campaign cannot belong to
    two creates. A denied create whose campaign has not appeared has no outcome here: its address
    gets an outcome of its own if the plan creates it.
    """
    known = {change.address: change for change in planned}
    snapshot = run.context.snapshots.get(run.target)
    for intent in _likely_first(intents, snapshot, run):
        change = created_change(intent, known.get(intent.address))
        if snapshot and intent.channel in snapshot.listings and not run.permit.stopped:
            agreed = _seen_by_creates(intent, known.values())
            settled = _settled_guarded(intent, change, snapshot, run, agreed)
        elif intent.denied:
            settled = None
        else:
            settled = unknown_create(change, intent, "it was not looked for in this run")
        if settled is not None:
            yield settled


def _likely_first(
    intents: Iterable[Intent], snapshot: TargetSnapshot | None, run: TargetRun
) -> list[Intent]:
    """Intents with a campaign of their name first: once adopted, no other intent can claim it."""
    listings = snapshot.listings if snapshot is not None else {}

    def is_unseen(intent: Intent) -> bool:
        listing = listings.get(intent.channel)
        return listing is None or not strangers(intent, listing, run.owned)

    return sorted(intents, key=is_unseen)


def _seen_by_creates(intent: Intent, planned: Iterable[Change]) -> frozenset[str]:
    """The campaigns beside which the plan creates the intent's name again."""
    key = name_key(intent.name)
    return frozenset(
        remote_id
        for change in planned
        if change.action is Action.CREATE and change.target == intent.target
        if change.address == intent.address or name_key(change.name) == key
        for remote_id in change.seen_ids
    )


def _settled_guarded(
    intent: Intent,
    change: Change,
    snapshot: TargetSnapshot,
    run: TargetRun,
    agreed: frozenset[str],
) -> FoundCreate | Ended | None:
    """Settle an intent; an unforeseen fault leaves it open, and the others go on."""
    try:
        return _settled(intent, change, snapshot, run, agreed)
    except Exception as problem:  # noqa: BLE001
        return unknown_create(change, intent, unforeseen(problem))


def _settled(
    intent: Intent,
    change: Change,
    snapshot: TargetSnapshot,
    run: TargetRun,
    agreed: frozenset[str],
) -> FoundCreate | Ended | None:
    listing = snapshot.listings[intent.channel]
    try:
        found = fitting(intent, listing, run)
    except BudgetSpent as spent:
        return unknown_create(change, intent, run.spend(spent).summary)
    except ReconcilerError as failed:
        return unknown_create(change, intent, str(failed))
    if len(found) == 1:
        adopted = replace(change, action=Action.ADOPT)
        return FoundCreate(change=adopted, intent=intent, candidate=found[0])
    named, alike = strangers(intent, listing, run.owned), renamed(intent, listing, run.owned)
    if intent.denied:
        may_be = {row.remote_id for row in (*named, *alike)}
        return None if may_be - agreed else _unseen(intent, change, snapshot, run)
    if found or named or alike:
        return unknown_create(change, intent, _why(found, named or alike))
    return _unseen(intent, change, snapshot, run)


def _unseen(
    intent: Intent, change: Change, snapshot: TargetSnapshot, run: TargetRun
) -> Ended | None:
    """The outcome of an intent when a complete listing shows no campaign for it."""
    moment, mark = snapshot.moment(run.context.clock.now()), run.mark_of(intent)
    if intent.denied:
        settled = mark is not None and mark.seconds_left(moment, run.settings.settle) <= 0
        return _denied(intent, change, run) if settled else None
    after = run.settings.absent_after
    sent = mark.sent if mark is not None else Moment(intent.created_at)
    if after is not None and moment.seconds_since(sent) >= after:
        return _closed(intent, change, run)
    return unknown_create(change, intent, "no campaign with its name has appeared since")


def _denied(intent: Intent, change: Change, run: TargetRun) -> Ended | None:
    """Close a denied create whose campaign must be listed by now."""
    try:
        run.ledger.settle(intent, None, run.lock_id)
    except LedgerFailed as failed:
        problem = placed(change, run.permit.halt(failed))
        return replace(unknown_create(change, intent, "the ledger failed"), diagnostics=(problem,))
    return None


def _why(found: Sequence[Candidate], others: Sequence[Live]) -> str:
    ids = ", ".join(row.remote_id for row in others)
    if found:
        return f"several campaigns fit: {ids}"
    return f"{ids} may be it, but its name or settings differ from what was sent"


def _closed(intent: Intent, change: Change, run: TargetRun) -> Ended:
    closed = refused(change, _not_created(change))
    try:
        run.ledger.settle(intent, None, run.lock_id, part=run.part(closed))
    except LedgerFailed as failed:
        problem = placed(change, run.permit.halt(failed))
        return replace(unknown_create(change, intent, "the ledger failed"), diagnostics=(problem,))
    return closed


def _not_created(change: Change) -> Diagnostic:
    return error(
        "not-created",
        "an earlier create of unknown outcome is closed as not created: absentAfter has passed and "
        "no campaign with its name is listed",
        "Plan again: the new plan creates it.",
        **where(change),
    )


def created_change(intent: Intent, planned: Change | None = None) -> Change:
    """The create of an intent as a change, for its outcome; it is not sent again."""
    return Change(
        address=intent.address,
        target=intent.target,
        action=Action.CREATE,
        name=intent.name,
        source=planned.source if planned is not None else None,
        desired=intent.spec,
    )
