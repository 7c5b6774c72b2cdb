"""What nobody knows of a campaign's earlier launches: from receipts alone, and from nothing else.

A campaign is what its target and its id say: its address may have changed since. Each attempt to
launch it stands for itself, so that what became of one says nothing about another one.
"""

from collections.abc import Iterator, Sequence

from reconciler.resources.outcome import Outcome
from reconciler.resources.tree import Tree
from reconciler.workflow.history import outcomes_of

ABOUT_TO_LEAVE = "about-to-leave"
"""The code of an entry that is written before its request leaves."""
NOT_CONFIRMED = "not-confirmed"
"""The code of a start that the vendor says it did and that no reading showed."""
OFF = "off"
"""What the entry of a schedule that is switched off says instead of a schedule."""
_SETTLES_ALL = frozenset({"stop", "accept"})
_LAUNCHES = frozenset({"start", "schedule"})


def unsettled_starts(receipts: Sequence[Tree], *, target: str, remote_id: str) -> Tree | None:
    """The newest start or schedule of a campaign of which nobody knows what it came to.

    An attempt is settled by its own conclusion; any earlier one by a later one of its action that
    is confirmed, by a confirmed stop, and by a person who accepts what a reading shows. A schedule
    that is switched off settles schedules only.
    """
    open_: dict[str, Tree] = {}
    attempts = _Attempts()
    for entry in _of_campaign(receipts, target, remote_id):
        action, applied = entry.get("action"), entry.get("outcome") == Outcome.APPLIED.value
        if action in _SETTLES_ALL and applied:
            open_.clear()
        elif action in _LAUNCHES and entry.get("schedule") != OFF:
            attempt = attempts.of(entry)
            open_.pop(attempt, None)
            if _is_doubtful(entry):
                open_[attempt] = entry
            elif applied:
                open_ = _without(open_, action)
        elif action in _LAUNCHES and applied:
            open_ = _without(open_, "schedule")
    return next(reversed(open_.values()), None)


def _without(open_: dict[str, Tree], action: object) -> dict[str, Tree]:
    return {attempt: entry for attempt, entry in open_.items() if entry.get("action") != action}


def _is_doubtful(entry: Tree) -> bool:
    return entry.get("outcome") == Outcome.UNKNOWN.value or NOT_CONFIRMED in _codes(entry)


def _of_campaign(receipts: Sequence[Tree], target: str, remote_id: str) -> Iterator[Tree]:
    for receipt in receipts:
        for entry in outcomes_of(receipt):
            if (entry.get("target"), entry.get("remote_id")) == (target, remote_id):
                yield entry


def _codes(entry: Tree) -> Sequence[object]:
    codes = entry.get("codes")
    return codes if isinstance(codes, list) else ()


class _Attempts:
    """Which attempt an entry belongs to.

    Entries once had no id for that. Then a conclusion belongs to the announcement before it, if
    that has none yet: whoever launches has the lease.
    """

    def __init__(self) -> None:
        self._announced: dict[str, str] = {}
        self._count = 0

    def of(self, entry: Tree) -> str:
        """The id of the attempt that an entry of a launch is about."""
        attempt = entry.get("attempt")
        if isinstance(attempt, str):
            return attempt
        self._count += 1
        action, own = str(entry.get("action")), f"entry {self._count}"
        if ABOUT_TO_LEAVE in _codes(entry):
            self._announced[action] = own
            return own
        return self._announced.pop(action, own)
