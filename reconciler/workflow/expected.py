"""How many requests an apply will send to each account, and how long the rate limit makes that."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.apply.read_back import MOST_UNPROVEN
from reconciler.plan.model import Action, Change, Plan
from reconciler.providers.account import Account
from reconciler.resources.snapshot import TargetSnapshot

_SMALLEST_PAGE = 50
"""Campaigns on a page of a listing that took several responses, where its size is not known."""
_READINGS = 2
"""Of a campaign that is changed or removed: right before, and after."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an apply sends to the account of some targets: at least, and at most without retries."""

    targets: tuple[str, ...]
    requests: tuple[int, int]
    seconds: tuple[float, float]
    """Until the last of them may be sent; the time that the vendor needs is not counted."""


def expected(
    plan: Plan, snapshots: Mapping[str, TargetSnapshot], accounts: Mapping[str, Account]
) -> Iterator[Expected]:
    """What applying a plan will send to each account, right now.

    It is least if the answers prove the creates, and most if each has to be read by its id. Pages
    are counted in the size that the account is known to grant; otherwise there are at least two.
    """
    by_target: dict[str, list[Change]] = {}
    for change in plan.changes:
        if change.requests:
            by_target.setdefault(change.target, []).append(change)
    by_account: dict[Account, list[str]] = {}
    for target in sorted(by_target):
        if target in accounts:
            by_account.setdefault(accounts[target], []).append(target)
    for account, targets in by_account.items():
        size = account.page_size.known
        counts = [_requests(by_target[one], snapshots.get(one), size) for one in targets]
        least, most = (sum(one[place] for one in counts) for place in (0, 1))
        yield Expected(
            tuple(targets),
            (least, most),
            (account.limiter.seconds_until(least), account.limiter.seconds_until(most)),
        )


def _requests(
    changes: Iterable[Change], snapshot: TargetSnapshot | None, size: int | None
) -> tuple[int, int]:
    found = list(changes)
    creates = sum(one.action is Action.CREATE for one in found)
    writes = sum(len(one.requests) for one in found)
    readings = _READINGS * (len(found) - creates)
    listings = tuple(snapshot.listings.values()) if snapshot is not None else ()
    several = [len(one.items) + creates for one in listings if not one.at_once]
    most_pages = sum(math.ceil(rows / (size or _SMALLEST_PAGE)) for rows in several)
    least_pages = most_pages if size else min(2 * len(several), most_pages)
    known = writes + readings + len(listings) - len(several)
    proofs = max(0, math.ceil(creates / MOST_UNPROVEN) - 1)
    return known + least_pages + proofs, known + most_pages + creates
