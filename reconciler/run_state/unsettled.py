"""What nobody knows of a campaign's earlier launches: from receipts alone, and from nothing else.

A campaign is what its target and its id say: its address may have changed since. Each attempt to
launch it stands for itself, so that what became of one says nothing about another one.
"""

from collections.abc import Iterator, Sequence

from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import OFF, Receipt, ReceiptEntry

ABOUT_TO_LEAVE = "about-to-leave"
"""The code of an entry that is written before its request leaves."""
NOT_CONFIRMED = "not-confirmed"
"""The code of a start that the vendor says it did and that no reading showed."""
_SETTLES_ALL = frozenset({"stop", "accept"})
_LAUNCHES = frozenset({"start", "schedule"})


def unsettled_starts(
    receipts: Sequence[Receipt], *, target: str, remote_id: str
) -> ReceiptEntry | None:
    """The newest start or schedule of a campaign of which nobody knows what it came to.

    An attempt is settled by its own conclusion; any earlier one by a later one of its action that
    is confirmed, by a confirmed stop, and by a person who accepts what a reading shows. A schedule
    that is switched off settles schedules only.
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
    """Which attempt an entry belongs to.

    Entries once had no id for that. Then a conclusion belongs to the announcement before it, if
    that has none yet: whoever launches has the lease.
    """

    def __init__(self) -> None:
        self._announced: dict[str, str] = {}
        self._count = 0

    def of(self, entry: ReceiptEntry) -> str:
        """The id of the attempt that an entry of a launch is about."""
        if entry.attempt is not None:
            return entry.attempt
        self._count += 1
        own = f"entry {self._count}"
        if ABOUT_TO_LEAVE in entry.codes:
            self._announced[entry.action] = own
            return own
        return self._announced.pop(entry.action, own)
