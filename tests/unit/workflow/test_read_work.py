"""What is reported of a read: listing, then requests done and to do, then its end."""

from datetime import UTC, datetime

from reconciler.providers.account import Account, PagesRead
from reconciler.providers.rate_limit import RateLimiter
from reconciler.testing.clock import ManualClock
from reconciler.workflow.read_work import AccountsWork, ListingWork, ReadWork, time_left


def test_the_time_left_is_what_the_limit_imposes_or_the_pace_so_far() -> None:
    assert time_left(10, imposed=30.0, done=0, seconds=0.0) == 30.0
    assert time_left(10, imposed=3.0, done=5, seconds=20.0) == 40.0


def test_a_read_is_reported_from_its_listing_to_its_end() -> None:
    reports: list[ReadWork] = []
    clock = ManualClock(datetime(2026, 11, 20, tzinfo=UTC))
    work = AccountsWork({}, clock, reports.append)
    work.listing("retention")
    work.begin("retention", 2)
    clock.sleep(3.0)
    work.done("retention")
    work.done("retention")
    work.end("retention")
    assert reports == [
        ReadWork(target="retention"),
        ReadWork(target="retention", total=2),
        ReadWork(target="retention", done=1, total=2, seconds_left=3.0),
        ReadWork(target="retention", done=2, total=2),
        ReadWork(target="retention", finished=True),
    ]


def test_a_listing_is_reported_by_page_with_the_time_that_the_other_pages_take() -> None:
    reports: list[ReadWork] = []
    clock = ManualClock(datetime(2026, 11, 20, tzinfo=UTC))
    limiter = RateLimiter("main", limit=1, window=10.0, max_wait=900, clock=clock)
    listed = ListingWork(Account(limiter), clock, reports.append)
    for walk in (20.0, 5.0):
        listed("retention", PagesRead(pages=1, campaigns=50, pages_left=2))
        clock.sleep(walk)
        listed("retention", PagesRead(pages=2, campaigns=100, pages_left=1))
    imposed = limiter.seconds_until(2)
    assert imposed == 10.0
    assert reports == [
        ReadWork(target="retention", listed=50, seconds_left=imposed),
        ReadWork(target="retention", listed=100, seconds_left=20.0),
        ReadWork(target="retention", listed=50, seconds_left=imposed),
        ReadWork(target="retention", listed=100, seconds_left=5.0),
    ]


def test_a_target_of_which_nothing_must_be_read_in_full_only_ends() -> None:
    reports: list[ReadWork] = []
    work = AccountsWork({}, ManualClock(datetime(2026, 11, 20, tzinfo=UTC)), reports.append)
    work.begin("care", 0)
    work.end("care")
    assert reports == [ReadWork(target="care", finished=True)]
