"""How many rows a page of an account's listings has: fixed, remembered, or learnt in this run.

Knows no vendor and no request; `paging` learns it.
"""

import threading
from datetime import datetime, timedelta

from reconciler.resources.page_notes import LearnedSize

MOST_TRIALS = 3
_VALID = timedelta(days=30)


class PageSize:
    """The page size of an account, for all its listings in a run; shared by threads.

    What an earlier run remembered is used for 30 days. Then larger pages are tried again, but only
    while some of the account's three trials are left.
    """

    def __init__(self, *, fixed: int | None = None, tries: bool = True) -> None:
        """Without `tries`, no page is asked for that may be too large."""
        self.fixed = fixed
        self._most_trials = MOST_TRIALS if tries else 0
        self.known = fixed
        """The size to ask for; None until something is known."""
        self.learning = threading.Lock()
        """Held while a size is tried, so that no other listing of the account tries it too."""
        self._before: LearnedSize | None = None
        self._trials = 0
        self._kept: int | None = None

    def remember(self, found: LearnedSize, now: datetime) -> None:
        """Begin with what an earlier run learnt."""
        self._before, self._trials = found, found.trials
        young = timedelta(0) <= now - found.learned_at < _VALID
        if self.fixed is None and (young or found.trials >= MOST_TRIALS):
            self.known = self._kept = found.size

    def take_trial(self, size: int) -> bool:
        """Count a request for a page of this size, which may be too large; False if none is left.

        A size that has served before is no trial.
        """
        if self._before is not None and self._before.size == size:
            return True
        if self._trials >= self._most_trials:
            return False
        self._trials += 1
        return True

    def use(self, size: int) -> None:
        """Ask for pages of this size in this run."""
        self.known = size

    def keep(self, size: int) -> None:
        """Remember this size, if it is the one in use: it has served."""
        if self.fixed is None and self.known == size:
            self._kept = size

    def learned(self, now: datetime) -> LearnedSize | None:
        """What later runs should remember; None if there is nothing new."""
        if self._kept is None:
            return None
        before = self._before
        if before and before.size == self._kept and now - before.learned_at < _VALID:
            return None
        return LearnedSize(size=self._kept, trials=self._trials, learned_at=now)
