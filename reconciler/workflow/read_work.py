"""How much of a read is left, in requests and in time; knows no screen."""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from reconciler.clock import Clock
from reconciler.providers.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWork:
    """How far the read of a target is, after each campaign that was read in full."""

    target: str
    done: int
    total: int
    seconds_left: float
    """Until everything is read that is still to be read of its account."""


def time_left(requests: int, *, imposed: float, done: int, seconds: float) -> float:
    """How long so many requests will take: what the rate limit imposes, or longer if they are slow.

    `imposed` is the wait until the last of them may be sent; `done` requests took `seconds`.
    """
    return max(imposed, requests * seconds / done if done else 0.0)


class AccountsWork:
    """Counts what is left to read of each account; `report` is called for each campaign read."""

    def __init__(
        self, accounts: Mapping[str, Account], clock: Clock, report: Callable[[ReadWork], None]
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._report = report
        self._left: Counter[Hashable] = Counter()
        self._done: Counter[Hashable] = Counter()
        self._began: dict[Hashable, float] = {}
        self._guard = threading.Lock()

    def begin(self, target: str, total: int) -> None:
        """So many campaigns of a target will be read."""
        account = self._accounts.get(target, target)
        with self._guard:
            self._left[account] += total
            self._began.setdefault(account, self._clock.monotonic())

    def done(self, target: str, done: int, total: int) -> None:
        """One more campaign of a target was read: now `done` of `total`."""
        known = self._accounts.get(target)
        account: Hashable = known or target
        with self._guard:
            self._left[account] -= 1
            self._done[account] += 1
            left, read = self._left[account], self._done[account]
        seconds_left = time_left(
            left,
            imposed=known.limiter.seconds_until(left) if known else 0.0,
            done=read,
            seconds=self._clock.monotonic() - self._began[account],
        )
        self._report(ReadWork(target=target, done=done, total=total, seconds_left=seconds_left))
