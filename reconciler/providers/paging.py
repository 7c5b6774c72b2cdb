"""Pages into a listing that is proven complete, or into the reason why it is not.

Knows no vendor: each tells how to fetch a page and what the page claims about the whole.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.resources.tree import Tree

_MOST_PAGES = 5000


class Unsettled(Exception):
    """The pages contradict each other or themselves; reading again may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its records by id, the total it claims, and whether another page follows."""

    rows: tuple[tuple[str, Tree], ...]
    total: int
    more: bool


def read_all(fetch: Callable[[int], Page], *, steady_total: bool = False) -> dict[str, Tree]:
    """Every record by id, in the vendor's order; `fetch` takes page numbers from 1.

    Complete means: the distinct ids are as many as the last page's total says, and every page that
    had records brought a new one. With `steady_total` the total must not have moved, either. Pages
    that do not add up are read a second time from the start; then `Unsettled` says why.
    """
    try:
        return _walk(fetch, steady_total)
    except Unsettled:
        return _walk(fetch, steady_total)


def _walk(fetch: Callable[[int], Page], steady_total: bool) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    first_total = None
    for number in range(1, _MOST_PAGES):
        page = fetch(number)
        if first_total is None:
            first_total = page.total
        elif steady_total and page.total != first_total:
            raise Unsettled(f"page {number} says {page.total} campaigns, page 1 said {first_total}")
        known = len(found)
        found.update(page.rows)
        if page.rows and len(found) == known:
            raise Unsettled(f"page {number} repeats campaigns of earlier pages")
        if not page.more or not page.rows:
            if len(found) != page.total:
                raise Unsettled(
                    f"the pages hold {len(found)} different campaigns, and page {number} says that "
                    f"there are {page.total}"
                )
            return found
    raise Unsettled(f"more than {_MOST_PAGES} pages")


def whole(value: object) -> int | None:
    """A whole number as vendors write it, None for anything else."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
