import pytest

from reconciler.providers.paging import Page, Unsettled, Walk, read_pages, whole


def page(*ids: str, total: int, more: bool = False) -> Page:
    return Page(rows=tuple((id_, {"id": id_}) for id_ in ids), total=total, more=more)


class Pages:
    """Gives one set of pages per walk, and repeats the last one."""

    def __init__(self, *walks: list[Page]) -> None:
        self.walks = list(walks)
        self.now: list[Page] = []
        self.asked: list[int] = []

    def __call__(self, number: int) -> Page:
        self.asked.append(number)
        if number == 1:
            self.now = self.walks.pop(0) if len(self.walks) > 1 else self.walks[0]
        return self.now[number - 1]


GOOD = [page("a", "b", total=3, more=True), page("c", total=3)]


def test_pages_make_one_listing_in_their_order() -> None:
    assert list(read_pages(Pages(GOOD)).rows) == ["a", "b", "c"]


def test_an_account_without_campaigns_is_complete() -> None:
    assert read_pages(Pages([page(total=0)])) == Walk({}, at_once=True)


def test_a_page_that_promises_more_is_believed_until_an_empty_one() -> None:
    pages = Pages([page("a", total=1, more=True), page(total=1, more=True)])
    assert list(read_pages(pages).rows) == ["a"]
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
        read_pages(pages)
    assert pages.asked == [*range(1, len(walk) + 1)] * 2


def test_pages_that_shift_while_they_are_read_settle_at_the_second_reading() -> None:
    shifted = [page("a", "b", total=4, more=True), page("b", "c", total=4)]
    assert list(read_pages(Pages(shifted, GOOD)).rows) == ["a", "b", "c"]


def test_a_total_that_moves_settles_at_the_second_reading_or_is_refused() -> None:
    moving = [page("a", total=2, more=True), page("b", "c", total=3)]
    assert list(read_pages(Pages(moving, GOOD)).rows) == ["a", "b", "c"]
    with pytest.raises(Unsettled, match="page 2 reports 3 campaigns, page 1 2"):
        read_pages(Pages(moving))


@pytest.mark.parametrize(
    ("walk", "at_once"),
    [
        ([page("a", "b", total=2)], True),
        (GOOD, False),
        ([page("a", total=1, more=True), page(total=1)], False),
    ],
)
def test_a_walk_says_whether_one_page_showed_it_all(walk: list[Page], at_once: bool) -> None:
    assert read_pages(Pages(walk)).at_once is at_once


def test_a_row_that_moves_between_two_pages_may_be_missed() -> None:
    # "b" was deleted and "e" created while page 2 was requested, so "c" moved to page 1.
    slipped = [page("a", "b", total=4, more=True), page("d", "e", total=4)]
    walk = read_pages(Pages(slipped))
    assert (list(walk.rows), walk.at_once) == (["a", "b", "d", "e"], False)


def test_pages_that_never_end_are_given_up() -> None:
    with pytest.raises(Unsettled, match="more than 5000 pages"):
        read_pages(lambda number: page(str(number), total=9, more=True))


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
