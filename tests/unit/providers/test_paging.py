import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.errors import ReadFailed
from reconciler.providers.account import PagesRead
from reconciler.providers.page_size import PageSize
from reconciler.providers.paging import (
    Page,
    PageRequest,
    PageSizes,
    Unsettled,
    Walk,
    read_pages,
    whole,
)
from reconciler.resources.page_notes import LearnedSize

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SIZES = PageSizes(documented=50, larger=(1000, 200, 100))


def page(*ids: str, total: int, more: bool = False) -> Page:
    return Page(rows=tuple((id_, {"id": id_}) for id_ in ids), total=total, more=more)


class Pages:
    """Gives one set of pages per walk, and repeats the last one."""

    def __init__(self, *walks: list[Page]) -> None:
        self.walks = list(walks)
        self.now: list[Page] = []
        self.asked: list[int] = []

    def __call__(self, wanted: PageRequest) -> Page:
        number = wanted.number
        self.asked.append(number)
        if number == 1:
            self.now = self.walks.pop(0) if len(self.walks) > 1 else self.walks[0]
        return self.now[min(number, len(self.now)) - 1]


def read(pages: Callable[[PageRequest], Page], size: int = 2) -> Walk:
    return read_pages(pages, PageSize(fixed=size), SIZES)


GOOD = [page("a", "b", total=3, more=True), page("c", total=3)]


def test_pages_make_one_listing_in_their_order() -> None:
    assert list(read(Pages(GOOD)).rows) == ["a", "b", "c"]


def test_each_page_but_the_last_says_how_far_the_walk_is() -> None:
    said: list[PagesRead] = []
    pages = Pages(
        [
            page("a", "b", total=5, more=True),
            page("c", "d", total=5, more=True),
            page("e", total=5),
        ]
    )
    read_pages(pages, PageSize(fixed=2), SIZES, said.append)
    assert said == [
        PagesRead(pages=1, campaigns=2, pages_left=2),
        PagesRead(pages=2, campaigns=4, pages_left=1),
    ]


def test_an_account_without_campaigns_is_complete() -> None:
    assert read(Pages([page(total=0)])) == Walk({}, at_once=True)


def test_a_page_that_promises_more_is_believed_until_an_empty_one() -> None:
    pages = Pages([page("a", total=1, more=True), page(total=1, more=True)])
    assert list(read(pages, 1).rows) == ["a"]
    assert pages.asked == [1, 2]


@pytest.mark.parametrize(
    ("walk", "why"),
    [
        ([page("a", total=2)], "have 1 different campaigns, but page 1 reports 2"),
        ([page("a", "b", total=1)], "have 2 different campaigns"),
        ([page("a", total=2, more=True), page("a", total=2)], "page 2 repeats"),
        ([page("a", "b", total=3, more=True), page("b", total=3)], "page 2 repeats"),
        ([page("a", "b", total=4, more=True), page("b", "c", total=4)], "have 3"),
        ([page("a", total=3, more=True), page(total=3)], "have 1"),
    ],
)
def test_pages_that_do_not_add_up_are_read_twice_and_then_refused(
    walk: list[Page], why: str
) -> None:
    pages = Pages(walk)
    with pytest.raises(Unsettled, match=why):
        read(pages, len(walk[0].rows))
    assert pages.asked.count(1) == 2


def test_pages_that_shift_while_they_are_read_settle_at_the_second_reading() -> None:
    shifted = [page("a", "b", total=4, more=True), page("b", "c", total=4)]
    assert list(read(Pages(shifted, GOOD)).rows) == ["a", "b", "c"]


def test_a_total_that_moves_settles_at_the_second_reading_or_is_refused() -> None:
    moving = [page("a", "b", total=3, more=True), page("c", "d", total=4)]
    assert list(read(Pages(moving, GOOD)).rows) == ["a", "b", "c"]
    with pytest.raises(Unsettled, match="page 2 reports 4 campaigns, page 1 3"):
        read(Pages(moving))


@pytest.mark.parametrize(
    ("walk", "at_once"),
    [
        ([page("a", "b", total=2)], True),
        (GOOD, False),
        ([page("a", total=1, more=True), page(total=1)], False),
    ],
)
def test_a_walk_says_whether_one_page_showed_it_all(walk: list[Page], at_once: bool) -> None:
    assert read(Pages(walk)).at_once is at_once


def test_a_row_that_moves_between_two_pages_may_be_missed() -> None:
    # "b" was deleted and "e" created while page 2 was requested, so "c" moved to page 1.
    slipped = [page("a", "b", total=4, more=True), page("d", "e", total=4)]
    walk = read(Pages(slipped))
    assert (list(walk.rows), walk.at_once) == (["a", "b", "d", "e"], False)


def test_pages_that_never_end_are_given_up() -> None:
    with pytest.raises(Unsettled, match="more than 5000 pages"):
        read(lambda wanted: page(str(wanted.number), total=9, more=True), 1)


class Vendor:
    """Has `total` campaigns, and answers with at most `most` rows a page."""

    def __init__(self, total: int, *, most: int = 1000, states: bool = False) -> None:
        self.total, self.most, self.states = total, most, states
        self.asked: list[tuple[int, int]] = []
        self.fails: Callable[[PageRequest], bool] = lambda _: False
        self.changed: Callable[[PageRequest, Page], Page] = lambda _, found: found

    def __call__(self, wanted: PageRequest) -> Page:
        self.asked.append((wanted.number, wanted.size))
        if self.fails(wanted):
            raise ReadFailed("HTTP 500")
        given = min(wanted.size, self.most)
        rows = range(wanted.skip, min(wanted.skip + given, self.total))
        found = Page(
            rows=tuple((str(row), {}) for row in rows),
            total=self.total,
            more=wanted.skip + wanted.size < self.total,
            size=given if self.states else wanted.size,
        )
        return self.changed(wanted, found)


def listed(vendor: Vendor, size: PageSize | None = None) -> tuple[list[tuple[int, int]], PageSize]:
    """What was asked for a complete listing, in the order of pages, and what was learnt."""
    size, vendor.asked = size or PageSize(), []
    assert len(read_pages(vendor, size, SIZES).rows) == vendor.total
    return vendor.asked, size


def next_run(size: PageSize, *, days: int = 1) -> PageSize:
    """What a later run knows."""
    found, later = size.learned(NOW), PageSize()
    if found is not None:
        later.remember(found, NOW + timedelta(days=days))
    return later


@pytest.mark.parametrize("total", [0, 3, 50])
def test_an_account_of_one_page_is_asked_for_nothing_larger(total: int) -> None:
    asked, size = listed(Vendor(total))
    assert asked == [(1, 50)]
    assert size.learned(NOW) is None


def test_a_large_page_that_is_granted_is_asked_for_at_once_from_then_on() -> None:
    vendor = Vendor(900)
    asked, size = listed(vendor)
    assert asked == [(1, 50), (1, 1000)]
    assert size.learned(NOW) == LearnedSize(size=1000, trials=1, learned_at=NOW)
    assert listed(vendor, size)[0] == listed(vendor, next_run(size))[0] == [(1, 1000)]


@pytest.mark.parametrize(("most", "size", "trials"), [(999, 200, 2), (199, 100, 3), (99, 50, 3)])
def test_a_refused_size_is_followed_by_the_next_smaller_one(
    most: int, size: int, trials: int
) -> None:
    vendor = Vendor(420)
    vendor.fails = lambda wanted: wanted.size > most
    asked, learnt = listed(vendor)
    pages = -(-420 // size)
    # The last page that was tried is the first of the walk.
    assert len(asked) == 1 + trials + pages - 1
    assert learnt.learned(NOW) == LearnedSize(size=size, trials=trials, learned_at=NOW)
    assert len(listed(vendor, next_run(learnt))[0]) == pages
    # A month later there is at most what is left of three trials.
    assert len(listed(vendor, next_run(learnt, days=31))[0]) <= pages + 1 + 3 - trials


@pytest.mark.parametrize(("most", "states"), [(100, False), (100, True), (73, False), (20, True)])
def test_the_rows_of_a_page_that_was_cut_are_the_size(most: int, states: bool) -> None:
    vendor = Vendor(210, most=most, states=states)
    asked, size = listed(vendor)
    pages = -(-210 // most)
    assert len(asked) == pages + (2 if most > 50 else 1)
    assert {asked_for for _, asked_for in asked[2:]} == {most}
    assert len(listed(vendor, next_run(size))[0]) == pages


def test_a_small_page_by_accident_is_no_size() -> None:
    vendor = Vendor(45)
    short = iter([1])
    vendor.changed = lambda _, found: Page(
        rows=found.rows[: next(short, 99)], total=45, more=found.more
    )
    asked, size = listed(vendor)
    assert asked == [(1, 50), (1, 50)]
    assert (size.known, size.learned(NOW)) == (None, None)


def test_a_small_page_that_comes_twice_is_the_size_of_this_run() -> None:
    vendor = Vendor(45, most=20)
    asked, size = listed(vendor)
    assert asked == [(1, 50), (1, 50), (1, 20), (2, 20), (3, 20)]
    assert (size.known, size.learned(NOW)) == (20, None)
    assert len(listed(vendor, size)[0]) == 3


def test_a_large_page_with_another_total_is_not_believed() -> None:
    # A vendor that counts what it returns would make the account look small.
    vendor = Vendor(300)
    vendor.changed = lambda wanted, found: (
        Page(rows=found.rows[:60], total=60, more=False) if wanted.size > 50 else found
    )
    asked, size = listed(vendor)
    assert len(asked) == 3 + 6
    assert size.learned(NOW) == LearnedSize(size=50, trials=3, learned_at=NOW)


def test_a_large_page_without_more_rows_ends_the_trials() -> None:
    asked, size = listed(Vendor(300, most=50))
    assert len(asked) == 1 + 6
    assert size.learned(NOW) == LearnedSize(size=50, trials=1, learned_at=NOW)


def test_a_size_that_no_longer_works_is_replaced() -> None:
    vendor = Vendor(420)
    _, size = listed(vendor)
    vendor.fails = lambda wanted: wanted.size > 100
    asked, size = listed(vendor, next_run(size))
    assert [asked_for for _, asked_for in asked] == [1000, 200, *[100] * 5]
    assert size.learned(NOW) == LearnedSize(size=100, trials=3, learned_at=NOW)
    vendor.fails = lambda wanted: wanted.size > 50
    asked, size = listed(vendor, next_run(size))
    assert [asked_for for _, asked_for in asked] == [100, *[50] * 9]
    assert size.learned(NOW) == LearnedSize(size=50, trials=3, learned_at=NOW)


def test_a_vendor_that_is_down_teaches_nothing() -> None:
    vendor = Vendor(420)
    _, size = listed(vendor)
    size = next_run(size)
    vendor.fails = lambda _: True
    with pytest.raises(ReadFailed):
        read_pages(vendor, size, SIZES)
    assert size.learned(NOW) is None


def test_a_size_is_tried_again_after_a_month_but_three_times_in_all() -> None:
    vendor, memory, costs = Vendor(420), None, []
    vendor.fails = lambda wanted: wanted.size > 200
    for month in range(4):
        now, size = NOW + timedelta(days=31 * month), PageSize()
        if memory is not None:
            size.remember(memory, now)
        costs.append(len(listed(vendor, size)[0]))
        memory = size.learned(now) or memory
    # The small page, 1,000 rows, and what has served before; then only that.
    assert costs == [5, 5, 3, 3]


def test_a_fixed_size_is_the_only_one() -> None:
    vendor = Vendor(420)
    asked, size = listed(vendor, PageSize(fixed=200))
    assert asked[0] == (1, 200)
    assert len(asked) == 3
    assert size.learned(NOW) is None
    vendor.fails = lambda wanted: wanted.size > 100
    with pytest.raises(ReadFailed):
        read_pages(vendor, PageSize(fixed=200), SIZES)


def test_a_vendor_that_ignores_skip_is_never_complete() -> None:
    vendor = Vendor(420, most=100)
    vendor.changed = lambda wanted, _: Page(
        rows=tuple((str(row), {}) for row in range(min(wanted.size, 100))), total=420, more=True
    )
    with pytest.raises(Unsettled, match="page 2 repeats campaigns of earlier pages"):
        read_pages(vendor, PageSize(), SIZES)


def test_large_pages_that_do_not_add_up_are_replaced_by_small_ones() -> None:
    vendor = Vendor(420)
    vendor.changed = lambda wanted, found: (
        Page(rows=found.rows[:200] * 2, total=420, more=found.more) if wanted.size > 50 else found
    )
    assert len(read_pages(vendor, PageSize(), SIZES).rows) == 420


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (3.0, 3),
        (3.5, None),
        (float("inf"), None),
        (True, None),
        ("12", 12),
        ("x", None),
        ("-3", None),
        ("", None),
        (None, None),
    ],
)
def test_whole_numbers_are_taken_as_vendors_write_them(value: object, number: int | None) -> None:
    assert whole(value) == number


def test_pages_that_nobody_wants_any_more_do_not_wait_for_their_turn() -> None:
    waiting, pause = threading.Semaphore(0), threading.Event()

    def fetch(wanted: PageRequest) -> Page:
        if wanted.number == 2:
            assert waiting.acquire(timeout=10)
            raise ReadFailed("HTTP 500")
        if wanted.number > 2:
            waiting.release()
            while True:
                pause.wait(0.01)
                wanted.leave()
        return page("a", "b", total=8, more=True)

    with pytest.raises(ReadFailed, match="HTTP 500"):
        read_pages(fetch, PageSize(fixed=2), SIZES)
