"""How many reads of an account run at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from reconciler.providers.account import Account
from reconciler.providers.page_size import PageSize
from reconciler.providers.paging import Page, PageRequest, PageSizes, read_pages
from reconciler.providers.rate_limit import RateLimiter
from reconciler.testing.clock import ManualClock


def account(parallelism: int) -> Account:
    limiter = RateLimiter("a", limit=1000, max_wait=1.0, clock=ManualClock())
    return Account(limiter, parallelism=parallelism)


def most_at_once(enter: Callable[[Callable[[], None]], None], wanted: int) -> int:
    """How many of `wanted` reads are inside at once."""
    inside, leave = Semaphore(0), Event()

    def read() -> None:
        inside.release()
        assert leave.wait(10)

    count = 0
    with ThreadPoolExecutor(wanted) as pool:
        for _ in range(wanted):
            pool.submit(enter, read)
        while count < wanted and inside.acquire(timeout=10 if count == 0 else 0.2):
            count += 1
        leave.set()
    return count


@pytest.mark.parametrize(
    ("parallelism", "page", "most"), [(8, False, 8), (8, True, 4), (2, True, 2), (1, False, 1)]
)
def test_an_account_has_only_so_many_reads_at_once(parallelism: int, page: bool, most: int) -> None:
    of_one = account(parallelism)

    def enter(read: Callable[[], None]) -> None:
        with of_one.reading(page=page):
            read()

    assert most_at_once(enter, most + 2) == most


def test_pages_after_the_first_are_fetched_side_by_side() -> None:
    together = Semaphore(0)

    def fetch(wanted: PageRequest) -> Page:
        if wanted.number > 1:
            # Each waits until four are under way.
            together.release()
            assert together.acquire(timeout=10)
        rows = range(wanted.skip, wanted.skip + 2)
        return Page(rows=tuple((str(row), {}) for row in rows), total=10, more=wanted.number < 5)

    walk = read_pages(fetch, PageSize(fixed=2), PageSizes(documented=2))
    assert list(walk.rows) == [str(row) for row in range(10)]


def test_what_targets_have_in_common_is_made_once() -> None:
    of_one = account(1)
    first, second, other = (of_one.share(key, object) for key in ("pool", "pool", "other"))
    assert first is second is not other
