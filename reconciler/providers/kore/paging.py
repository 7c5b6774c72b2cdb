"""The responses of `getAllCampaignDetails` into pages of the walk (docs/vendors/kore.md 4.4)."""

from collections.abc import Callable

from reconciler.providers.known_spelling import in_known_keys
from reconciler.providers.kore.mapping import Malformed, record_id
from reconciler.providers.paging import Page, Unsettled, whole
from reconciler.resources.spellings import flag
from reconciler.resources.tree import Tree, at

_SNAKES = {"total_results": "totalResults", "has_more": "hasMore"}
LIMIT = 50
"""As in every sample. The vendor documents no maximum, and might refuse a larger page."""


class Pages:
    """Fetches pages of one channel; `read` sends the body for a page number."""

    def __init__(self, channel: str, read: Callable[[int, Tree], Tree]) -> None:
        self._channel = channel
        self._read = read
        self._size = LIMIT

    def fetch(self, number: int) -> Page:
        """Page `number`. Page 1 shows the real page size, which the offsets of the others need."""
        body = self._read(number, self._wanted(number))
        if number == 1:
            self._size = max(whole(at(body, "data.limit")) or LIMIT, 1)
        return page(body, number, self._size)

    def _wanted(self, number: int) -> Tree:
        """The request; it works whether the server uses `page` or `skip`.

        Sorted by keys that do not change while campaigns run.
        """
        return {
            "limit": LIMIT,
            "skip": (number - 1) * self._size,
            "page": number,
            "type": self._channel,
            "sortBy": {"name": "asc", "createdAt": "asc"},
        }


def newest(channel: str) -> Tree:
    """The request for one page of the campaigns that were created last."""
    sort: Tree = {"createdAt": "desc", "name": "asc"}
    return {"limit": LIMIT, "skip": 0, "page": 1, "type": channel, "sortBy": sort}


def page(body: Tree, number: int, size: int) -> Page:
    """The response for page `number` as a page; raises `Unsettled` if it is another page.

    Raises `Malformed` for a row without an id, because the listing is then not complete.
    """
    body = in_known_keys(body, _SNAKES)
    results, total = at(body, "data.results"), whole(at(body, "data.totalResults"))
    if results is None and total == 0:
        results = []
    if not isinstance(results, list) or total is None:
        raise Unsettled(f"page {number} has no results or no totalResults")
    skip = whole(at(body, "data.skip"))
    if skip not in (None, (number - 1) * size):
        raise Unsettled(
            f"page {number} begins at {skip}, not at the requested {(number - 1) * size}"
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
        more=more if isinstance(more, bool) else number * size < total,
    )
