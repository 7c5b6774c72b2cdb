"""One target during an apply: its provider, its part of the ledger, its outcomes so far."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.apply.backoff import backoff
from reconciler.apply.context import ApplyContext, TargetSettings
from reconciler.apply.events import Finished, Progress, Started, Waiting
from reconciler.apply.permit import Permit
from reconciler.apply.receipt import RunReceipt
from reconciler.apply.step import Ended
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import AuthenticationFailed, BudgetSpent, LedgerFailed, Withheld
from reconciler.ledger.base import Ledger, Opening
from reconciler.plan.compare.unknown_creates import KnownIds
from reconciler.plan.model import Action, Change
from reconciler.plan.sent_marks import intent_key, mark_key
from reconciler.providers.base import Provider
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Binding, Intent, LedgerView, Moment, Record
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.receipt import Receipt
from reconciler.resources.sent_mark import MarkKey, SentMark

_LONGEST_PAUSE = 10.0
_NO_CREDENTIAL = "Nothing was sent for it. Check the credential, then run apply again."
_REPEATABLE = (Action.UPDATE, Action.DELETE)
_NOT_RECORDED = (Outcome.REFUSED, Outcome.UNKNOWN)
"""Outcomes of an update or a removal that leave its record as it was."""


@dataclass(slots=True, kw_only=True)
class TargetRun:
    """Used by one thread only; `context`, `permit` and `owned` are shared."""

    context: ApplyContext
    receipt: RunReceipt
    permit: Permit
    target: str
    plan_id: str
    view: LedgerView
    """The ledger as it was when apply began."""
    owned: set[str]
    """Ids that belong to an address; all targets of an account share this set."""
    bindings: dict[tuple[str, str], str]
    planned_at: datetime
    """The time of the plan, by our clock."""
    account: str = ""
    """The target's account, as sent marks name it."""
    marks: dict[MarkKey, SentMark] = field(default_factory=dict)
    """The sent mark of each name, as the ledger has it; this run adds its own."""
    begun: float = 0.0
    """When apply began, by `Clock.monotonic`."""
    spent: Diagnostic | None = None
    """Why nothing more is sent: the request budget is used up, or the credential was refused."""
    room: Callable[[], Diagnostic | None] = lambda: None
    """Why no further create may be sent; asked before each. See `apply.read_back`."""
    roomy: Callable[[], bool] = lambda: True
    """Whether that will be nothing for the create after the one that is being sent."""
    following: Change | None = None
    """The create that comes right after the present change."""
    ahead: Opening | None = None
    """Its intent and mark, once they are in the ledger."""
    outcomes: list[ChangeOutcome] = field(default_factory=list)
    _rows: dict[str, Live] | None = None
    _started: dict[str, float] = field(default_factory=dict)

    @property
    def provider(self) -> Provider:
        """The target's adapter."""
        return self.context.providers[self.target]

    @property
    def settings(self) -> TargetSettings:
        """How long apply waits at this target."""
        return self.context.targets[self.target]

    @property
    def ledger(self) -> Ledger:
        """The environment's ledger."""
        return self.context.ledger

    @property
    def lock_id(self) -> str:
        """The lease id that every write to the ledger carries."""
        return self.context.lease.id

    @property
    def known(self) -> KnownIds:
        """The names whose ids are known, with their ids."""
        return self.bindings

    def full(self, row: Live) -> Live | None:
        """A list row's campaign in full, as planning read it, or else read now."""
        snapshot = self.context.snapshots.get(self.target)
        if snapshot is not None and row.remote_id in snapshot.details:
            return snapshot.details[row.remote_id]
        return self.provider.get(row.type, row.remote_id, row)

    def listed(self, change: Change) -> Live | None:
        """The list row of a change's campaign, as planning read it."""
        return self._listed_rows().get(change.remote_id or "")

    def was_listed(self, remote_id: str) -> bool:
        """Whether planning saw a campaign with that id on this target."""
        return remote_id in self._listed_rows()

    def planned(self, change: Change) -> Live | None:
        """A change's campaign in full, as planning read it."""
        snapshot = self.context.snapshots.get(self.target)
        details = snapshot.details if snapshot is not None else {}
        return details.get(change.remote_id or "") or self.listed(change)

    def removed_ids(self) -> frozenset[str]:
        """Ids of campaigns that this environment's receipts show as removed by us."""
        return frozenset(
            entry.remote_id
            for receipt in self.ledger.receipts()
            for entry in receipt.outcomes
            if entry.action == "delete" and entry.outcome is Outcome.APPLIED and entry.remote_id
        )

    def record_before(self, change: Change) -> Record | None:
        """The ledger's record of the campaign, under the address it moved from if it moved."""
        return self.view.records.get(change.moved_from or change.address)

    def denied_creates(self, change: Change) -> tuple[Intent, ...]:
        """The denied creates of a change's address, or of its name under another address."""
        key = mark_key(change.address.type, change.name, self.account)
        return tuple(
            intent
            for intent in self.view.intents.values()
            if intent.denied and intent.target == change.target
            if intent.address == change.address or intent_key(intent, self.account) == key
        )

    def refusal(self) -> Diagnostic | None:
        """Why there is no point in preparing another write to this target; None when there is."""
        return self.spent or self.permit.refusal(self.settings.create_timeout)

    def leave(self, change: Change, intent: Intent | None = None) -> None:
        """The last check, right before the first byte of a write; raises Withheld.

        A create names its intent, which must be open.
        """
        about = [one for one in (change.address, change.moved_from) if one is not None]
        timeout = self.settings.create_timeout
        problem = self.spent or self.permit.last_check(timeout, about, intent)
        if problem is not None:
            raise Withheld(problem.summary, diagnostics=(problem,))

    def take_ahead(self, change: Change) -> Opening | None:
        """What the ledger already has of a create that is about to be sent."""
        if self.ahead is None or self.ahead.intent.address != change.address:
            return None
        ahead, self.ahead = self.ahead, None
        return ahead

    def spend(self, problem: BudgetSpent) -> Diagnostic:
        """Note that the request budget is used up: nothing more is sent to this target."""
        self.spent = problem.diagnostics[0]
        return self.spent

    def learn(self, bindings: Iterable[Binding]) -> tuple[Binding, ...]:
        """Add bindings; returns those that were not known before."""
        new = tuple(b for b in bindings if self.bindings.get((b.path, b.name)) != b.remote)
        self.bindings.update({(binding.path, binding.name): binding.remote for binding in new})
        return new

    def moment(self) -> Moment:
        """This moment by both clocks, the vendor's at the latest that it can be."""
        times = self.vendor_time()
        return Moment(self.context.clock.now(), times[1] if times else None)

    def mark_of(self, intent: Intent) -> SentMark | None:
        """The sent mark of an intent's name."""
        return self.marks.get(intent_key(intent, self.account))

    def removal_mark(self, change: Change) -> SentMark:
        """The sent mark of a name whose campaign was just removed: its next create waits too."""
        key = mark_key(change.address.type, change.name, self.account)
        before, now = self.ledger.marks([key]).get(key), self.moment()
        seen = before.seen_ids if before is not None else ()
        return SentMark(
            key=key,
            first_at=before.first_at if before is not None else now.ours,
            sent=now,
            environment=self.view.environment,
            address=change.address,
            seen_ids=tuple(sorted({*seen, *([change.remote_id] if change.remote_id else [])})),
        )

    def vendor_time(self) -> tuple[datetime, datetime] | None:
        """What the vendor's clock shows now: not before, and not after; None if it shows none."""
        snapshot = self.context.snapshots.get(self.target)
        return snapshot.vendor_time(self.context.clock.monotonic()) if snapshot else None

    def now(self) -> datetime:
        """Our clock or the vendor's, whichever is later, so nothing dated by it looks too old."""
        snapshot = self.context.snapshots.get(self.target)
        ours = self.context.clock.now()
        return max(ours, snapshot.as_of) if snapshot and snapshot.as_of else ours

    def start(self, change: Change) -> None:
        """Report that a change begins."""
        self._started[str(change.address)] = self.context.clock.monotonic()
        self.context.events(Started(change.address, self.target, change.action.value))

    def progress(self, change: Change, message: str) -> None:
        """Report that a change made progress."""
        elapsed = self._elapsed(change)
        self.context.events(Progress(change.address, self.target, message, elapsed))

    def finish(self, step: Ended) -> None:
        """Store a change's outcome and report it.

        After a refused credential nothing more is sent: it would be refused like this change.
        """
        refused = (one for one in step.diagnostics if one.code == AuthenticationFailed.code)
        problem = next(refused, None)
        if self.spent is None and problem is not None:
            self.spent = error(problem.code, f"not attempted: {problem.summary}", _NO_CREDENTIAL)
        outcome = self._outcome(step)
        self.outcomes.append(outcome)
        if step.change.action in _REPEATABLE and step.outcome in _NOT_RECORDED:
            self._note(step)
        self.context.events(Finished(outcome))

    def part(self, step: Ended) -> Receipt:
        """The part of the run's receipt for one change, to be written with what it tells of."""
        return self.receipt.of((self._outcome(step),))

    def _note(self, step: Ended) -> None:
        # The run's receipt will have it too, so a fault here is no fault of the change.
        with suppress(Exception):
            try:
                self.ledger.note_outcome(self.part(step), self.lock_id)
            except LedgerFailed as failed:
                self.permit.halt(failed)

    def _outcome(self, step: Ended) -> ChangeOutcome:
        return ChangeOutcome(
            address=step.change.address,
            target=self.target,
            action=step.change.action.value,
            outcome=step.outcome,
            remote_id=step.remote_id,
            message=step.message,
            elapsed=self._elapsed(step.change),
            diagnostics=step.diagnostics,
        )

    def looks(self, reason: str) -> Iterator[None]:
        """Yield once now, then after growing pauses, until the target's read-back time is over."""
        clock = self.context.clock
        end = clock.monotonic() + self.settings.read_back
        for pause in backoff(_LONGEST_PAUSE):
            yield
            if self.permit.stopped or clock.monotonic() + pause > end:
                return
            self.wait(pause, reason)

    def wait(self, seconds: float, reason: str) -> None:
        """Pause, and report why."""
        self.context.events(Waiting(self.target, reason, seconds))
        self.permit.pause(seconds)

    def wait_openly(self, seconds: float, reason: str) -> None:
        """The same, and show the reason to whoever waits for the lease."""
        lease = self.context.lease
        try:
            lease.note(reason)
            self.wait(seconds, reason)
            lease.note("")
        except LedgerFailed as failed:
            self.permit.halt(failed)

    def _listed_rows(self) -> dict[str, Live]:
        if self._rows is None:
            snapshot = self.context.snapshots.get(self.target)
            listings = snapshot.listings.values() if snapshot is not None else ()
            self._rows = {row.remote_id: row for listing in listings for row in listing.items}
        return self._rows

    def _elapsed(self, change: Change) -> float:
        now = self.context.clock.monotonic()
        return now - self._started.get(str(change.address), now)
