"""The responses of `getAllCampaignDetails` into pages of the walk (docs/vendors/kore.md 4.4)."""

from reconciler.providers.known_spelling import in_known_keys
from reconciler.providers.kore.mapping import Malformed, record_id
from reconciler.providers.paging import Page, PageRequest, PageSizes, Unsettled, whole
from reconciler.resources.spellings import flag
from reconciler.resources.tree import Tree, at

_SNAKES = {"total_results": "totalResults", "has_more": "hasMore"}
SIZES = PageSizes(documented=50, larger=(1000, 200, 100))
"""Every sample asks for 50 rows. The vendor documents no maximum."""


BY_NAME: Tree = {"name": "asc", "createdAt": "asc"}
"""Keys that do not change while campaigns run."""
NEWEST: Tree = {"createdAt": "desc", "name": "asc"}


def page_body(wanted: PageRequest, channel: str, sort: Tree) -> Tree:
    """The body of the request for a page; it works whether the server uses `page` or `skip`."""
    return {
        "limit": wanted.size,
        "skip": wanted.skip,
        "page": wanted.number,
        "type": channel,
        "sortBy": sort,
    }


def page_of(body: Tree, wanted: PageRequest) -> Page:
    """The response as a page; raises `Unsettled` if it is another page.

    Raises `Malformed` for a row without an id, because the listing is then not complete.
    """
    body = in_known_keys(body, _SNAKES)
    results, total = at(body, "data.results"), whole(at(body, "data.totalResults"))
    if results is None and total == 0:
        results = []
    if not isinstance(results, list) or total is None:
        raise Unsettled(f"page {wanted.number} has no results or no totalResults")
    skip = whole(at(body, "data.skip"))
    # A page without rows may begin anywhere: the vendor may count by a size that it has lowered.
    if results and skip not in (None, wanted.skip):
        raise Unsettled(
            f"page {wanted.number} begins at {skip}, not at the requested {wanted.skip}"
        )
    rows: list[tuple[str, Tree]] = []
    for row in results:
        if not isinstance(row, dict):
            raise Malformed("a campaign is not a JSON object")
        rows.append((record_id(row), row))
    more = flag(at(body, "data.hasMore"))
    return Page(
        rows=tuple(rows),
        total=total,
        more=more if isinstance(more, bool) else wanted.skip + len(rows) < total,
        size=whole(at(body, "data.limit")),
    )
