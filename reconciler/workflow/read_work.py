"""How much of a read is left, in requests and in time; knows no screen."""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from reconciler.clock import Clock
from reconciler.providers.account import Account, PagesRead

_LONG_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWork:
    """How far the read of a target is, after each page and each campaign that was read in full."""

    target: str
    done: int = 0
    """Requests for single campaigns, of `total`."""
    total: int = 0
    """0 while the campaigns are being listed."""
    listed: int = 0
    """How many were listed so far, while that goes on."""
    seconds_left: float = 0.0
    """Until everything is read that is still to be read of its account, or of the listing."""
    finished: bool = False
    """Whether nothing is left to read of the target, or its read has failed."""


@dataclass(frozen=True, slots=True)
class AccountWork:
    """What is to be requested from an account."""

    account: str
    targets: tuple[str, ...]
    requests: int
    seconds: float
    """Until the last request may be sent; the time that the vendor needs is not counted."""
    limit: tuple[int, float]
    """So many requests in so many seconds."""


def time_left(requests: int, *, imposed: float, done: int, seconds: float) -> float:
    """How long so many requests will take: what the rate limit imposes, or longer if they are slow.

    `imposed` is the wait until the last of them may be sent; `done` requests took `seconds`.
    """
    return max(imposed, requests * seconds / done if done else 0.0)


class ListingWork:
    """Called for each page of a listing of an account; reports how far the listing is."""

    def __init__(self, account: Account, clock: Clock, report: Callable[[ReadWork], None]) -> None:
        self._account = account
        self._clock = clock
        self._report = report
        self._began: dict[str, float] = {}

    def __call__(self, target: str, read: PagesRead) -> None:
        """Report what was listed, and how long the pages that are left will take."""
        now = self._clock.monotonic()
        if read.pages == 1:
            self._began[target] = now
        left = time_left(
            read.pages_left,
            imposed=self._account.limiter.seconds_until(read.pages_left),
            done=read.pages - 1,
            seconds=now - self._began[target],
        )
        self._report(ReadWork(target=target, listed=read.campaigns, seconds_left=left))


class AccountsWork:
    """Counts what is left to read of each account; `report` is called for each campaign read."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        clock: Clock,
        report: Callable[[ReadWork], None],
        announce: Callable[[AccountWork], None] = lambda _: None,
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._report = report
        self._announce = announce
        self._left: Counter[Hashable] = Counter()
        self._done: Counter[Hashable] = Counter()
        self._totals: Counter[str] = Counter()
        self._of_target: Counter[str] = Counter()
        self._began: dict[Hashable, float] = {}
        self._guard = threading.Lock()

    def listing(self, target: str, pages: int = 0) -> None:
        """The campaigns of a target are being listed; `pages` of them are known before."""
        self._say_wait(target, pages)
        self._report(ReadWork(target=target))

    def begin(self, target: str, total: int) -> None:
        """So many campaigns of a target will be read in full."""
        account = self._accounts.get(target, target)
        with self._guard:
            self._left[account] += total
            self._totals[target] += total
            self._began.setdefault(account, self._clock.monotonic())
            left = self._left[account]
        if total:
            self._say_wait(target, left)
            self._say(target)

    def done(self, target: str) -> None:
        """One more campaign of a target was read."""
        account = self._accounts.get(target, target)
        with self._guard:
            self._left[account] -= 1
            self._done[account] += 1
            self._of_target[target] += 1
        self._say(target)

    def end(self, target: str) -> None:
        """Nothing more of a target is read."""
        self._report(ReadWork(target=target, finished=True))

    def _say_wait(self, target: str, requests: int) -> None:
        """Announce what is left of the target's account, if it takes long."""
        account = self._accounts.get(target)
        seconds = account.limiter.seconds_until(requests) if account else 0.0
        if account and seconds > _LONG_SECONDS:
            limiter = account.limiter
            limit = limiter.limit, limiter.window
            targets = tuple(name for name, of in self._accounts.items() if of is account)
            self._announce(AccountWork(limiter.account, targets, requests, seconds, limit))

    def _say(self, target: str) -> None:
        known = self._accounts.get(target)
        account: Hashable = known or target
        with self._guard:
            left, read = self._left[account], self._done[account]
            done, total = self._of_target[target], self._totals[target]
        seconds_left = time_left(
            left,
            imposed=known.limiter.seconds_until(left) if known else 0.0,
            done=read,
            seconds=self._clock.monotonic() - self._began[account],
        )
        self._report(ReadWork(target=target, done=done, total=total, seconds_left=seconds_left))
