"""The accounts behind an environment's targets, and what is known about their listings."""

import contextlib
import threading
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from reconciler.clock import Clock
from reconciler.config.hosts import host_of
from reconciler.config.project import Target
from reconciler.config.value_types import RateLimit
from reconciler.errors import LedgerFailed
from reconciler.ledger.base import Ledger
from reconciler.providers.account import Account
from reconciler.providers.base import Provider
from reconciler.providers.page_size import PageSize
from reconciler.providers.rate_limit import RateLimiter
from reconciler.resources.page_notes import PageNotes
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.resources.tree import digest
from reconciler.workflow.heading import account_of
from reconciler.workflow.read_work import ListingWork
from reconciler.workflow.session import Session
from reconciler.workflow.shared_listings import sharing

_VENDORS_LIMIT = RateLimit(60, 60)
"""What both vendors allow per account.

See docs/vendors/kore.md 10, docs/vendors/carecycle.md 12.
"""


_SMALL_PAGE = 50


class Accounts(Mapping[str, Account]):
    """The account of each target; targets of one account share it.

    With a ledger it begins with what earlier runs noted, and notes what it learns when the session
    ends. Notes that cannot be written are lost, as a cache may be.
    """

    def __init__(
        self, session: Session, ledger: Ledger | None = None, *, urgent: bool = False
    ) -> None:
        """With `urgent`, its waits have no limit, and it takes as many requests as vendors allow.

        It then asks for no page that the vendor may not answer at once.
        """
        self._ledger = ledger
        self._clock = session.clock
        self.notes = PageNotes() if ledger is None else ledger.page_notes()
        """What earlier runs noted."""
        self._rows = dict(self.notes.rows)
        self._guard = threading.Lock()
        known = session.environment.targets
        self._listing_keys = {name: listing_key(one) for name, one in known.items()}
        self._targets: dict[str, Account] = {}
        self._by_note: dict[str, Account] = {}
        for targets in by_account(known.values()):
            wanted = [_hurried(one) for one in targets] if urgent else targets
            account = Account(
                _limiter(wanted, session.clock),
                parallelism=session.options.parallelism,
                page_size=self._page_size(targets, tries=not urgent),
            )
            account.on_page = ListingWork(account, session.clock, session.on_read)
            self._by_note[note_key(targets[0])] = account
            self._targets |= dict.fromkeys((one.name for one in targets), account)
        session.opened.callback(self._keep)

    def __getitem__(self, target: str) -> Account:
        return self._targets[target]

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def __len__(self) -> int:
        return len(self._targets)

    def pages(self, target: str) -> int:
        """How many pages the listings of a target had, as far as that was noted."""
        size = self._targets[target].page_size.known or _SMALL_PAGE
        return sum(-(-rows // size) for rows in self.notes.rows.get(target, {}).values())

    def sharing(self, providers: Mapping[str, Provider]) -> Mapping[str, Provider]:
        """The providers for one read, in which targets share the listings of their account."""
        return sharing(providers, self._listing_keys)

    def listed(self, rows: TargetSnapshot) -> None:
        """Note how many rows the listings of a target had, if that is more than a small page."""
        with self._guard:
            known = dict(self._rows.get(rows.target, {}))
            for channel, found in rows.listings.items():
                known[channel] = len(found.items)
            self._rows[rows.target] = {key: n for key, n in known.items() if n > _SMALL_PAGE}

    def _page_size(self, targets: Sequence[Target], *, tries: bool) -> PageSize:
        fixed = min((one.page_size for one in targets if one.page_size), default=None)
        size = PageSize(fixed=fixed, tries=tries)
        remembered = self.notes.sizes.get(note_key(targets[0]))
        if remembered is not None:
            size.remember(remembered, self._clock.now())
        return size

    def _keep(self) -> None:
        if self._ledger is None:
            return
        now = self._clock.now()
        learned = {key: one.page_size.learned(now) for key, one in self._by_note.items()}
        news = {key: size for key, size in learned.items() if size is not None}
        if news or _differ(self._rows, self.notes.rows):
            found = PageNotes(sizes={**self.notes.sizes, **news}, rows=self._rows)
            with contextlib.suppress(LedgerFailed):
                self._ledger.keep_page_notes(found)


def account_key(target: Target) -> Hashable:
    """What identifies a target's account: its provider, its server, and its id or credential."""
    return (
        target.provider,
        host_of(target.base_url),
        target.account_id or _credentials(target),
        tuple(sorted(target.options.items())),
    )


def listing_key(target: Target) -> Hashable:
    """What a target's listings depend on: targets with equal keys have the same ones."""
    return (
        account_key(target),
        target.base_url,
        target.api,
        target.app_id,
        target.path_id,
        _credentials(target),
    )


def by_account(targets: Iterable[Target]) -> tuple[tuple[Target, ...], ...]:
    """The targets of each account."""
    found: dict[Hashable, list[Target]] = {}
    for target in targets:
        found.setdefault(account_key(target), []).append(target)
    return tuple(map(tuple, found.values()))


def note_key(target: Target) -> str:
    """The key of an account's notes."""
    return digest(repr(account_key(target)))[:32]


def rate_limit_of(targets: Iterable[Target]) -> RateLimit:
    """The strictest limit that a target of an account names."""
    return min((one.rate_limit for one in targets), key=lambda one: one.requests / one.seconds)


def _credentials(target: Target) -> Hashable:
    auth = target.auth
    given = (auth.token, auth.client_id, auth.client_secret, auth.api_key)
    return tuple((one.kind, one.name) for one in given if one is not None)


def _limiter(targets: Sequence[Target], clock: Clock) -> RateLimiter:
    limit = rate_limit_of(targets)
    return RateLimiter(
        account_of(targets[0]),
        limit=limit.requests,
        window=limit.seconds,
        max_wait=min(one.max_wait for one in targets).total_seconds(),
        clock=clock,
    )


def _hurried(target: Target) -> Target:
    per_second = target.rate_limit.requests / target.rate_limit.seconds
    rate = target.rate_limit if per_second > 1 else _VENDORS_LIMIT
    return replace(target, rate_limit=rate, max_wait=timedelta.max)


def _differ(rows: Mapping[str, Mapping[str, int]], noted: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether the listings would have another number of small pages."""
    return _pages(rows) != _pages(noted)


def _pages(rows: Mapping[str, Mapping[str, int]]) -> Mapping[tuple[str, str], int]:
    return {
        (target, channel): -(-count // _SMALL_PAGE)
        for target, counts in rows.items()
        for channel, count in counts.items()
    }
