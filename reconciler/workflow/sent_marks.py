"""Read the sent marks that a plan needs, and the open creates of other environments behind them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reconciler.ledger.base import Ledger
from reconciler.plan.inputs import OpenElsewhere
from reconciler.plan.sent_marks import Facts, intent_key, needed_marks, with_first_release
from reconciler.resources.base import Desired
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.workflow.session import Session


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks as stored, the same with those that a first release implies, and what is open."""

    stored: Mapping[MarkKey, SentMark]
    known: Mapping[MarkKey, SentMark]
    open_elsewhere: Mapping[MarkKey, OpenElsewhere]


def read_marks(
    session: Session,
    ledger: Ledger,
    *,
    desired: Collection[Desired],
    snapshots: Mapping[str, TargetSnapshot],
    view: LedgerView,
    targets: Facts,
) -> Marks:
    """The marks of every campaign that may be created; asks the ledger only if there are any."""
    keys = needed_marks(desired, snapshots, view, targets)
    stored = ledger.marks(keys) if keys else {}
    return Marks(
        stored=stored,
        known=with_first_release(stored, view, targets),
        open_elsewhere=_open_elsewhere(session, stored.values(), view, targets),
    )


def _open_elsewhere(
    session: Session, marks: Collection[SentMark], view: LedgerView, targets: Facts
) -> Mapping[MarkKey, OpenElsewhere]:
    """The creates of unknown outcome that these marks stem from, whatever made them."""
    views = {view.environment: view}
    found: dict[MarkKey, OpenElsewhere] = {}
    for mark in marks:
        if mark.environment not in views:
            views[mark.environment] = session.open_ledger(mark.environment).view()
        intent = views[mark.environment].intents.get(mark.address)
        if intent is None or intent.denied:
            continue
        account = targets[intent.target].account if intent.target in targets else ""
        if intent_key(intent, account) == mark.key:
            found[mark.key] = OpenElsewhere(mark.environment, intent)
    return found
