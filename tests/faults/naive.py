"""The control: an apply as it is often written. It tries again, keeps no intent and takes no lease.

It must produce duplicates under the same schedules; otherwise the harness is blind.
"""

from collections.abc import Collection, Mapping

from reconciler.errors import BudgetSpent
from reconciler.ledger.base import CacheChange, CachedReads
from reconciler.plan.model import Action, Change
from reconciler.providers.base import Provider
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.page_notes import PageNotes
from reconciler.resources.receipt import Receipt
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.writes import KNOWN_AFTER_APPLY
from reconciler.workflow.planning import make_plan
from tests.faults.fixtures import ENVIRONMENT, ScheduledSession
from tests.faults.simulated_world import SimulatedWorld
from tests.support.ledgers import NOTE

_TRIES = 3


class _Forgetful:
    """The part of a ledger that planning needs; it is empty but for the note that opened it."""

    def view(self) -> LedgerView:
        return LedgerView(environment=ENVIRONMENT, lineage="", serial=1, created=NOTE)

    def marks(self, _: Collection[MarkKey]) -> Mapping[MarkKey, SentMark]:
        return {}

    def receipts(self) -> tuple[Receipt, ...]:
        return ()

    def cached(self, _: str) -> CachedReads:
        return CachedReads()

    def cache(self, _: str, __: CacheChange) -> None:
        return

    def page_notes(self) -> PageNotes:
        return PageNotes()

    def keep_page_notes(self, _: PageNotes) -> None:
        return


def naive_apply(session: ScheduledSession, world: SimulatedWorld) -> None:
    """Plan and send; a request without a success is sent again."""
    planned = make_plan(session, _Forgetful())  # type: ignore[arg-type]
    if planned.plan.errored:
        return
    for change in planned.plan.changes:
        if change.action in (Action.CREATE, Action.UPDATE, Action.DELETE):
            try:
                _send(change, planned.providers[change.target])
            except BudgetSpent:
                world.tell("    naive: budget spent")


def _send(change: Change, provider: Provider) -> None:
    for request in change.requests:
        if KNOWN_AFTER_APPLY in request.path:
            return
        for _ in range(_TRIES):
            answer = provider.send(request)
            if answer.status is not None and answer.status < 500 and answer.is_object:
                break
