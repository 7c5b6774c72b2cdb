"""Reads back what was written: is it listed, and equal as far as a reading shows it?

A campaign counts as visible once the listing has it, because the next plan relies on the listing.
At most `MOST_UNPROVEN` creates of a target are unproven at any moment; see
docs/concepts/at-most-one-create.md#reading-back.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from reconciler.address import Address
from reconciler.apply.awaited import Awaited, awaited
from reconciler.apply.read_verdicts import NOT_APPLIED, unconfirmed, verdicts
from reconciler.apply.step import Ended, Unclear, Written
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import (
    AuthenticationFailed,
    BudgetSpent,
    ReadFailed,
    ReconcilerError,
    TooSoon,
    Unforeseen,
)
from reconciler.plan.model import Action
from reconciler.plan.twins import Twin, find_twins
from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Record
from reconciler.resources.outcome import Outcome

MOST_UNPROVEN = 20
"""So many campaigns at most would be wrong before anybody notices."""
_STOPPED = "interrupted"
_TWICE = 2
"""A page that proved nothing so often is not asked for again."""
_FEW = 3
"""Up to this many campaigns are read one by one before the account is listed."""


class ReadBack:
    """What a target's run has written and has not seen yet; used by one thread."""

    def __init__(self, run: TargetRun) -> None:
        self._run = run
        self._items: list[Awaited] = []
        self._doubtful: set[Address] = set()
        """Creates that were sent, and of which no reading can be awaited."""
        self._unhelpful: Counter[str] = Counter()
        """By channel: how often the page of the newest campaigns proved nothing."""
        self._closed: Diagnostic | None = None
        self._reason: Diagnostic | None = None
        """Why the last attempt ended before its time; None if it did not."""

    def add(self, step: Written) -> Ended | None:
        """Take a written campaign; returns its outcome if it cannot be awaited."""
        try:
            item = awaited(step, self._run)
        except Exception as fault:  # noqa: BLE001 - what was written must still be reported
            ended = unconfirmed(step, fault)
            self.doubt(ended)
            return ended
        self._doubtful.discard(step.change.address)
        self._items.append(item)
        return None

    def doubt(self, step: Unclear | Ended) -> None:
        """Count a create that may have been made and that is not read back."""
        if step.change.action is not Action.CREATE:
            return
        if isinstance(step, Unclear) or step.outcome in (Outcome.UNKNOWN, Outcome.APPLIED):
            self._doubtful.add(step.change.address)

    def room(self) -> Diagnostic | None:
        """Why no further create may be sent; None when it may.

        Proves creates first when many are unproven, or when one looks different.
        """
        for due in (self._suspects, self._all_if_many):
            if self._closed is not None:
                break
            items = due()
            self._await(items, self._look_for_creates)
            for item in items:
                item.examined = True
            self._close()
        if self._closed is None and self._unproven >= MOST_UNPROVEN:
            self._closed = self._run.refusal() or self._reason or _too_many()
        return self._closed

    def roomy(self) -> bool:
        """Whether the create after the present one can be sent at once."""
        few = self._unproven + 1 < MOST_UNPROVEN
        return few and self._closed is None and not self._suspects()

    def end(self) -> list[Ended]:
        """Read until everything is seen or the time is over; the outcomes."""
        items, self._items = self._items, []
        try:
            self._await(items, self._look)
            with suppress(ReconcilerError):
                # A campaign that no reading by id shows may be listed, and so may a twin of it.
                if self._reason is None:
                    self._look_in_listings([item for item in items if item.live is None])
        except Exception as fault:  # noqa: BLE001 - what was written must still be reported
            return [unconfirmed(item.step, fault) for item in items]
        self._close(items)
        self._doubtful |= {item.step.change.address for item in items if item.unproven}
        return verdicts(items, self._run, self._reason)

    @property
    def _unproven(self) -> int:
        return len(self._doubtful) + sum(item.unproven for item in self._items)

    def _suspects(self) -> list[Awaited]:
        return [item for item in self._items if item.suspicious]

    def _all_if_many(self) -> list[Awaited]:
        many = self._unproven >= MOST_UNPROVEN
        return [item for item in self._items if many and item.unproven]

    def _close(self, items: Sequence[Awaited] | None = None) -> None:
        """Let no further create be sent once one is proven different."""
        for item in self._items if items is None else items:
            if item.unproven and item.different:
                self._closed = self._closed or error(
                    NOT_APPLIED,
                    f"not attempted: the vendor accepted {item.record.address}, but shows other "
                    f"values: {', '.join(item.different)}",
                    "Nothing more is created on this target. Plan again to see the values side by "
                    "side.",
                )

    def _await(self, items: Sequence[Awaited], look: Callable[[Sequence[Awaited]], bool]) -> None:
        """Look until `look` says that everything is seen, or the time is over."""
        run, self._reason = self._run, None
        if not items:
            return
        for _ in run.looks("reading back"):
            if run.permit.stopped:
                break
            try:
                seen, self._reason = look(items), None
            except (AuthenticationFailed, BudgetSpent) as failed:
                self._reason = failed.diagnostics[0]
                return
            except ReconcilerError as failed:
                seen, self._reason = False, failed.diagnostics[0]
            except Exception as fault:  # noqa: BLE001 - what was written must still be reported
                seen, self._reason = False, Unforeseen.of(fault).diagnostics[0]
            if seen:
                return
        if run.permit.stopped:
            self._reason = error(_STOPPED, "the run was interrupted")

    def _look_for_creates(self, items: Sequence[Awaited]) -> bool:
        """Look once for creates: in the page of the newest campaigns, and by id for the others."""
        self._see_newest([item for item in items if not item.read])
        for item in items:
            if not item.read:
                item.answer = None
                self._read(item)
        return not any(item.unproven for item in items)

    def _see_newest(self, items: Sequence[Awaited]) -> None:
        """Take the rows of the newest campaigns, of which one request has many."""
        for channel in sorted({_channel(item) for item in items}):
            if self._unhelpful[channel] >= _TWICE:
                continue
            try:
                rows = {row.remote_id: row for row in self._run.provider.newest(channel)}
            except ReadFailed:
                self._unhelpful[channel] = _TWICE
                continue
            shown = [item for item in items if item.record.remote_id in rows]
            proven = [item for item in shown if item.see_row(rows[item.record.remote_id])]
            self._unhelpful[channel] += 0 if proven else _TWICE if shown else 1

    def _look(self, items: Sequence[Awaited]) -> bool:
        """Look once, as a plan does: the list row, completed by a reading where it is thin."""
        unread = [item for item in items if not item.read and item.answer is None]
        if len(unread) <= _FEW:
            unread = [item for item in unread if not item.by_row]
            for item in unread:
                self._read(item)
            if any(item.live is None for item in unread):
                return False
        if open_ := [item for item in items if not item.done]:
            self._look_in_listings(open_)
        return all(item.done for item in items)

    def _look_in_listings(self, items: Sequence[Awaited]) -> None:
        rows: dict[str, Live] = {}
        for channel in sorted({_channel(item) for item in items}):
            rows |= {row.remote_id: row for row in self._run.provider.list(channel).items}
        for item in items:
            item.twins = _new_twins(item.record, rows, self._run)
            row = rows.get(item.record.remote_id)
            item.listed = item.listed or row is not None
            proven = row is not None and item.see_row(row)
            if not proven and (row is not None or item.unproven):
                item.answer = None
                self._read(item, row)

    def _read(self, item: Awaited, row: Live | None = None) -> None:
        record = item.record
        item.see(self._run.provider.get(record.address.type, record.remote_id, row))


def _channel(item: Awaited) -> str:
    return BY_TYPE[item.record.address.type].channel


def _new_twins(record: Record, rows: Mapping[str, Live], run: TargetRun) -> tuple[Twin, ...]:
    new = [row for remote_id, row in rows.items() if not run.was_listed(remote_id)]
    return find_twins([record], new, managed=run.owned, marks={})


def _too_many() -> Diagnostic:
    return error(
        TooSoon.code,
        f"not attempted: the vendor does not show {MOST_UNPROVEN} creates of this run yet",
        "No more than that are sent before they are seen. Apply again later: the next run goes on "
        "from there.",
    )
