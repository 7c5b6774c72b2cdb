"""Find a campaign's earlier launches whose outcome is unknown, from receipts and nothing else.

Target and id identify a campaign: its address may have changed since. Each attempt to launch it
counts on its own: the outcome of one attempt shows nothing about another.
"""

from collections.abc import Iterator, Sequence

from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import OFF, Receipt, ReceiptEntry

ABOUT_TO_LEAVE = "about-to-leave"
"""The code of an entry that is written before its request is sent."""
NOT_CONFIRMED = "not-confirmed"
"""The code of a start that the vendor confirmed and that no reading showed."""
_SETTLES_ALL = frozenset({"stop", "accept"})
_LAUNCHES = frozenset({"start", "schedule"})


def unsettled_starts(
    receipts: Sequence[Receipt], *, target: str, remote_id: str
) -> ReceiptEntry | None:
    """The newest start or schedule of a campaign whose outcome is unknown; None without one.

    An attempt is settled by the entry with its own outcome. Earlier attempts are also settled by a
    later confirmed attempt of the same action, by a confirmed stop, and by a person who accepts
    the run state. A schedule that is switched off settles schedules only.
    """
    open_: dict[str, ReceiptEntry] = {}
    attempts = _Attempts()
    for entry in _of_campaign(receipts, target, remote_id):
        action, applied = entry.action, entry.outcome is Outcome.APPLIED
        if action in _SETTLES_ALL and applied:
            open_.clear()
        elif action in _LAUNCHES and entry.schedule != OFF:
            attempt = attempts.of(entry)
            open_.pop(attempt, None)
            if _is_doubtful(entry):
                open_[attempt] = entry
            elif applied:
                open_ = _without(open_, action)
        elif action in _LAUNCHES and applied:
            open_ = _without(open_, "schedule")
    return next(reversed(open_.values()), None)


def _without(open_: dict[str, ReceiptEntry], action: str) -> dict[str, ReceiptEntry]:
    return {attempt: entry for attempt, entry in open_.items() if entry.action != action}


def _is_doubtful(entry: ReceiptEntry) -> bool:
    return entry.outcome is Outcome.UNKNOWN or NOT_CONFIRMED in entry.codes


def _of_campaign(
    receipts: Sequence[Receipt], target: str, remote_id: str
) -> Iterator[ReceiptEntry]:
    for receipt in receipts:
        for entry in receipt.outcomes:
            if (entry.target, entry.remote_id) == (target, remote_id):
                yield entry


class _Attempts:
    """The attempt that an entry belongs to.

    Old entries have no attempt id. There, an outcome belongs to the announcement before it, if
    that has no outcome yet: launches hold the lease, so they do not overlap.
    """

    def __init__(self) -> None:
        self._announced: dict[str, str] = {}
        self._count = 0

    def of(self, entry: ReceiptEntry) -> str:
        """The id of the attempt that a launch's entry belongs to."""
        if entry.attempt is not None:
            return entry.attempt
        self._count += 1
        own = f"entry {self._count}"
        if ABOUT_TO_LEAVE in entry.codes:
            self._announced[entry.action] = own
            return own
        return self._announced.pop(entry.action, own)
