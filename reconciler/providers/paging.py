"""Pages into a listing that is proven complete, or into the reason why it is not.

Knows no vendor: each vendor gives a function that fetches a page with its claims about the whole.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.resources.tree import Tree

_MOST_PAGES = 5000
_DIGITS = re.compile(r"[0-9]{1,9}")


class Unsettled(Exception):
    """The pages contradict each other or themselves; reading again may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its records by id, the total it claims, and whether another page follows."""

    rows: tuple[tuple[str, Tree], ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """Every record by id, in the vendor's order, and whether a single response had all of them.

    A walk over several pages can add up and still miss a campaign: if a campaign that was read is
    deleted and another is created, a row moves to a page that was already read.
    """

    rows: dict[str, Tree]
    at_once: bool


def read_pages(fetch: Callable[[int], Page]) -> Walk:
    """Walk over all pages; `fetch` takes page numbers from 1.

    Complete means: all pages have the same total, the number of distinct ids equals it, and every
    page with records has a new record. Pages that do not add up are read a second time from the
    start; then `Unsettled` is raised.
    """
    try:
        return _walk(fetch)
    except Unsettled:
        return _walk(fetch)


def _walk(fetch: Callable[[int], Page]) -> Walk:
    found: dict[str, Tree] = {}
    first_total = None
    for number in range(1, _MOST_PAGES):
        page = fetch(number)
        if first_total is None:
            first_total = page.total
        elif page.total != first_total:
            raise Unsettled(f"page {number} reports {page.total} campaigns, page 1 {first_total}")
        known = len(found)
        found.update(page.rows)
        if page.rows and len(found) == known:
            raise Unsettled(f"page {number} repeats campaigns of earlier pages")
        if not page.more or not page.rows:
            if len(found) != page.total:
                raise Unsettled(
                    f"the pages have {len(found)} different campaigns, but page {number} reports "
                    f"{page.total}"
                )
            return Walk(found, at_once=number == 1)
    raise Unsettled(f"more than {_MOST_PAGES} pages")


def whole(value: object) -> int | None:
    """A whole number as vendors write it, also as text; None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
