"""Pages into a listing that is proven complete, or into the reason why it is not.

Knows no vendor: each vendor gives a function that fetches a page with its claims about the whole.

Larger pages save requests, but no vendor says how large a page may be. So the first page of an
unknown account is asked for with the documented size. Only if more pages follow are larger ones
tried: their answer must report the same total, and a failure only leads to a smaller one.
"""

import re
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from reconciler.errors import AuthenticationFailed, ReadFailed, Withheld
from reconciler.providers.account import PARALLEL_PAGES, PagesRead
from reconciler.providers.base import at_once
from reconciler.providers.page_size import PageSize
from reconciler.resources.tree import Tree

_MOST_PAGES = 5000
_DIGITS = re.compile(r"[0-9]{1,9}")


class Unsettled(Exception):
    """The pages contradict each other or themselves; reading again may help."""


class _OtherCount(Unsettled):
    """A page has another number of rows than was asked for, although it is not the last."""

    def __init__(self, number: int, page: "Page", size: int) -> None:
        rows = len(page.rows)
        super().__init__(f"page {number} has {rows} campaigns of {size} that were asked for")
        self.rows = rows
        self.stated = page.size == rows


@dataclass(frozen=True, slots=True)
class PageSizes:
    """The size that a vendor documents for a page, and the larger ones to try, largest first."""

    documented: int
    larger: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to fetch; numbers count from 1.

    A `trial` is sent once: if it fails, a smaller page is asked for.
    """

    number: int
    size: int
    trial: bool = False
    leave: Callable[[], None] = field(default=at_once, compare=False)
    """Called while it waits for the rate limit; raises if nobody wants the page any more."""

    @property
    def skip(self) -> int:
        """The number of rows on the pages before."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its records by id, the total it claims, and whether another page follows."""

    rows: tuple[tuple[str, Tree], ...]
    total: int
    more: bool
    size: int | None = None
    """The page size that it claims."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Every record by id, in the vendor's order, and whether a single response had all of them.

    A walk over several pages can add up and still miss a campaign: if a campaign that was read is
    deleted and another is created, a row moves to a page that was already read.
    """

    rows: dict[str, Tree]
    at_once: bool


Fetch = Callable[[PageRequest], Page]
OnPage = Callable[[PagesRead], None]


def read_pages(
    fetch: Fetch, size: PageSize, sizes: PageSizes, on_page: OnPage = lambda _: None
) -> Walk:
    """Walk over all pages; `size` is what is known about the account, and learns from it.

    Complete means: all pages have the same total, the number of distinct ids equals it, and every
    page with records has a new record. Raises `Unsettled` if the pages never add up, and what
    `fetch` raises for the documented size.
    """
    asked, first = _first_page(fetch, size, sizes)
    attempts = _Attempts(asked, size, sizes)
    while True:
        try:
            walk = _walk(fetch, attempts.begin, first, on_page)
        except (Unsettled, ReadFailed) as problem:
            attempts.follow(problem)
            first = None
        else:
            attempts.succeeded()
            return walk


class _Attempts:
    """The attempts at a complete walk, each with a page size."""

    def __init__(self, asked: int, size: PageSize, sizes: PageSizes) -> None:
        self.begin = PageRequest(1, asked)
        """Page 1 of the next attempt."""
        self._size = size
        self._sizes = sizes
        self._lasting = True
        self._doubted: int | None = None
        self._counted = False
        self._unsettled = False

    def follow(self, problem: Unsettled | ReadFailed) -> None:
        """Choose how to begin again after a problem; raises the problem if nothing is left to do.

        A size above the documented one that fails is replaced by the next smaller one. Pages that
        do not add up are read a second time, and large ones then once more with the documented
        size. A page with another number of rows than asked for shows the size to use.
        """
        large = self.begin.size > self._sizes.documented
        if isinstance(problem, ReadFailed):
            if self._size.fixed is not None or not large:
                raise problem
            smaller = _next_smaller(self.begin.size, self._size, self._sizes)
            self._use(smaller, trial=smaller > self._sizes.documented)
        elif isinstance(problem, _OtherCount) and self._explained(problem):
            return
        elif not self._unsettled:
            self._unsettled = True
        elif large:
            self.begin = PageRequest(1, self._sizes.documented)
        else:
            raise problem

    def succeeded(self) -> None:
        """Remember the size, if it was more than an accident."""
        if self._lasting:
            self._size.keep(self.begin.size)

    def _explained(self, other: _OtherCount) -> bool:
        """Whether the vendor may use another size; then begin again with that, once.

        A small page must come twice, unless the vendor says that this is its size.
        """
        if self._counted:
            return False
        lasting = other.stated or other.rows >= self._sizes.documented
        if lasting or other.rows == self._doubted:
            self._counted, self._lasting = True, lasting
            self._use(other.rows)
            return True
        first_time = self._doubted is None
        self._doubted = other.rows
        return first_time

    def _use(self, size: int, *, trial: bool = False) -> None:
        self.begin = PageRequest(1, size, trial=trial)
        self._size.use(size)


def _first_page(fetch: Fetch, size: PageSize, sizes: PageSizes) -> tuple[int, Page | None]:
    """The page size to use, and page 1 if it was fetched to learn that."""
    known = size.known
    if known is not None:
        return known, None
    page = fetch(PageRequest(1, sizes.documented))
    if not sizes.larger or len(page.rows) != sizes.documented or page.total <= len(page.rows):
        return sizes.documented, page
    with size.learning:
        known = size.known
        if known is not None:
            return known, None
        found, page = _try_larger(fetch, page, size, sizes)
        size.use(found)
        size.keep(found)
        return found, page


def _try_larger(fetch: Fetch, page: Page, size: PageSize, sizes: PageSizes) -> tuple[int, Page]:
    """The largest size that the vendor grants, and page 1 in that size."""
    for larger in sizes.larger:
        if not size.take_trial(larger):
            continue
        try:
            found = fetch(PageRequest(1, larger, trial=True))
        except (ReadFailed, AuthenticationFailed, Unsettled):
            # The same request for fewer rows has just succeeded.
            continue
        if found.total == page.total and len(found.rows) > len(page.rows):
            return larger, found
        if found.total == page.total:
            break
    return sizes.documented, page


def _next_smaller(asked: int, size: PageSize, sizes: PageSizes) -> int:
    for smaller in sizes.larger:
        if smaller < asked and size.take_trial(smaller):
            return smaller
    return sizes.documented


def _walk(fetch: Fetch, begin: PageRequest, first: Page | None, on_page: OnPage) -> Walk:
    found: dict[str, Tree] = {}
    first_total = None
    with closing(_pages(fetch, begin, first)) as pages:
        for number, page in enumerate(pages, 1):
            if first_total is None:
                first_total = page.total
            elif page.total != first_total:
                raise Unsettled(
                    f"page {number} reports {page.total} campaigns, page 1 {first_total}"
                )
            known = len(found)
            found.update(page.rows)
            if page.rows and len(found) == known:
                raise Unsettled(f"page {number} repeats campaigns of earlier pages")
            end = PageRequest(number, begin.size).skip + len(page.rows)
            if page.rows and len(page.rows) != begin.size and end < page.total:
                raise _OtherCount(number, page, begin.size)
            if not page.more or not page.rows:
                if len(found) != page.total:
                    raise Unsettled(
                        f"the pages have {len(found)} different campaigns, but page {number} "
                        f"reports {page.total}"
                    )
                return Walk(found, at_once=number == 1)
            left = max(-(-(page.total - end) // begin.size), 1)
            on_page(PagesRead(pages=number, campaigns=len(found), pages_left=left))
    raise Unsettled(f"more than {_MOST_PAGES} pages")


def _pages(fetch: Fetch, begin: PageRequest, first: Page | None) -> Generator[Page]:
    """Page 1, then the pages that it announces side by side, then any further one by one."""
    page = fetch(begin) if first is None else first
    yield page
    last = min(-(-page.total // begin.size), _MOST_PAGES - 1)
    number = 2
    if last > number:
        given_up = threading.Event()

        def leave() -> None:
            if given_up.is_set():
                raise Withheld("another page made this one useless", "Nothing was sent.")

        announced = [
            PageRequest(number, begin.size, leave=leave) for number in range(number, last + 1)
        ]
        with ThreadPoolExecutor(min(PARALLEL_PAGES, len(announced)), "page") as pool:
            try:
                yield from pool.map(fetch, announced)
            finally:
                given_up.set()
        number = last + 1
    for further in range(number, _MOST_PAGES):
        yield fetch(PageRequest(further, begin.size))


def whole(value: object) -> int | None:
    """A whole number as vendors write it, also as text; None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
