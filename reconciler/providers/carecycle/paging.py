"""The answers of the campaign list into pages of the walk (docs/vendors/carecycle.md 4)."""

from collections.abc import Mapping

from reconciler.providers.carecycle.mapping import Malformed, record_id
from reconciler.providers.paging import Page, Unsettled, whole
from reconciler.resources.tree import Tree


def list_query(number: int) -> Mapping[str, str]:
    """The query for page `number`: oldest first, so that new campaigns come at the end."""
    return {
        "page": str(number),
        "perPage": "100",
        "sortBy": "createdAt",
        "sortDirection": "asc",
    }


def page(body: Tree, number: int) -> Page:
    """What the answer for page `number` shows; raises `Unsettled` where it is not what was asked.

    A row without an id proves nothing about the others, and raises `Malformed`.
    """
    items, total = body.get("items"), whole(body.get("itemsTotal"))
    if not isinstance(items, list) or total is None:
        raise Unsettled(f"page {number} has no items or no itemsTotal")
    if whole(body.get("currentPage")) not in (None, number):
        raise Unsettled(f"page {body.get('currentPage')} came when page {number} was asked for")
    following = body.get("nextPage")
    if following is not None and whole(following) != number + 1:
        raise Unsettled(f"page {number} says that page {following} follows")
    rows: list[tuple[str, Tree]] = []
    for item in items:
        if not isinstance(item, dict):
            raise Malformed("a campaign is not a JSON object")
        rows.append((record_id(item), item))
    return Page(rows=tuple(rows), total=total, more=following is not None)
