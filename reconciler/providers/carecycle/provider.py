"""CareCycle as a provider: list, get, create a draft, patch (docs/vendors/carecycle.md 3)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from reconciler.providers.base import at_once
from reconciler.providers.carecycle import answers, mapping
from reconciler.providers.carecycle.api import (
    BY_OPERATION,
    CAPABILITIES,
    CareCycleSettings,
    headers,
)
from reconciler.providers.carecycle.mapping import Malformed, record_id
from reconciler.providers.carecycle.requests import requests_of
from reconciler.providers.client import Read, VendorClient
from reconciler.providers.credentials import Credential
from reconciler.providers.http import HttpClient, TransportProblem
from reconciler.providers.known_spelling import in_known_keys
from reconciler.providers.paging import (
    Page,
    PageRequest,
    PageSizes,
    Unsettled,
    read_pages,
    whole,
)
from reconciler.providers.response import VendorDialect
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.carecycle_specs import is_uuid
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing, ListScope
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write


class CareCycleProvider:
    """A target's account at CareCycle. See `Provider` for the contract of its methods."""

    def __init__(
        self,
        target_name: str,
        settings: CareCycleSettings,
        client: HttpClient,
        credential: Credential,
    ) -> None:
        self.settings = settings
        vendor = VendorDialect(headers, answers.facts)
        self._session = VendorClient(target_name, client, vendor=vendor, credential=credential)

    @property
    def capabilities(self) -> Capabilities:
        """See `Provider.capabilities`."""
        return CAPABILITIES

    @property
    def requests_sent(self) -> int:
        """See `Provider.requests_sent`."""
        return self._session.requests_sent

    def list(self, channel: str, scope: ListScope = ListScope.ALL) -> Listing:
        """See `Provider.list`. Rows are full campaigns.

        It is not documented whether the list includes archived campaigns by default. If it has one,
        it has all; if it has none, they are requested, so that no archived campaign counts as gone.
        """
        try:
            if scope is ListScope.ARCHIVED:
                return self._walk(channel, {"status": "archived"})
            found = self._walk(channel, {})
            if any(row.state is RunState.ARCHIVED for row in found.items):
                return found
            if scope is ListScope.LIVING:
                return replace(found, has_archived=False)
            return found.joined(self._walk(channel, {"status": "archived"}))
        except (Unsettled, mapping.Malformed) as problem:
            raise self._session.failed("the list of campaigns", str(problem)) from problem

    def newest(self, channel: str) -> tuple[Live, ...]:  # noqa: ARG002 - there is only one
        """See `Provider.newest`."""
        try:
            page = self._page({"sortDirection": "desc"}, PageRequest(1, _SIZES.documented))
            return tuple(mapping.live_of(raw) for _, raw in page.rows)
        except (Unsettled, mapping.Malformed) as problem:
            raise self._session.failed("the newest campaigns", str(problem)) from problem

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:  # noqa: ARG002 - a row has no further fields
        """See `Provider.get`. Every campaign id is a UUID.

        See docs/vendors/carecycle.md 4.
        """
        what = f"campaign {remote_id}"
        if not is_uuid(remote_id):
            # Other resources have the same path.
            return None
        body = self._session.find(_read("get", what, remote_id.lower()))
        if body is None:
            return None
        raw = body.get("campaign")
        if not isinstance(raw, dict):
            raise self._session.failed(what, "the response has no campaign")
        try:
            live = mapping.live_of(raw)
        except mapping.Malformed as problem:
            raise self._session.failed(what, str(problem)) from problem
        if live.remote_id != remote_id.lower():
            raise self._session.failed(what, "the response is about another campaign")
        return live

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """See `Provider.contact_lists`. CareCycle has no such call."""
        return None

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """See `Provider.requests`."""
        return requests_of(write)

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """See `Provider.send`."""
        try:
            facts = self._session.write(request, leave)
        except TransportProblem as problem:
            return Answer(sent=problem.sent, may_retry=problem.may_retry, message=str(problem))
        live = mapping.answered((facts.body or {}).get("campaign"))
        if request.operation is Operation.CREATE:
            return answers.answer(facts, live)
        return answers.update_answer(facts, live, request.path)

    def _walk(self, channel: str, filters: Mapping[str, str]) -> Listing:
        fetch, session = partial(self._page, filters), self._session
        walk = read_pages(fetch, session.page_size, _SIZES, session.on_page)
        items = tuple(mapping.live_of(raw) for raw in walk.rows.values())
        return Listing(channel, items, self._session.server_time, walk.at_once)

    def _page(self, filters: Mapping[str, str], wanted: PageRequest) -> Page:
        read = _read("list", f"page {wanted.number} of the list of campaigns")
        query = {**_list_query(wanted), **filters}
        read = replace(read, query=query, page=True, once=wanted.trial, leave=wanted.leave)
        return _page_of(self._session.read(read), wanted.number)


def _read(operation: str, what: str, remote_id: str = "") -> Read:
    endpoint = BY_OPERATION[operation]
    return Read(what=what, method=endpoint.method, path=endpoint.at(campaign=remote_id))


# The responses of the campaign list into pages of the walk (docs/vendors/carecycle.md 4).


_SIZES = PageSizes(documented=100)
"""The largest page (docs/vendors/carecycle.md 4)."""
_SNAKES = {"items_total": "itemsTotal", "current_page": "currentPage", "next_page": "nextPage"}


def _list_query(wanted: PageRequest) -> Mapping[str, str]:
    """The query for a page: oldest first, so that new campaigns are at the end."""
    return {
        "page": str(wanted.number),
        "perPage": str(wanted.size),
        "sortBy": "createdAt",
        "sortDirection": "asc",
    }


def _page_of(body: Tree, number: int) -> Page:
    """The response for page `number` as a page; raises `Unsettled` if it is another page.

    Raises `Malformed` for a row without an id, because the listing is then not complete.
    """
    body = in_known_keys(body, _SNAKES)
    items, total = body.get("items"), whole(body.get("itemsTotal"))
    if items is None and total == 0:
        items = []
    if not isinstance(items, list) or total is None:
        raise Unsettled(f"page {number} has no items or no itemsTotal")
    if whole(body.get("currentPage")) not in (None, number):
        raise Unsettled(f"page {body.get('currentPage')} came instead of page {number}")
    following = body.get("nextPage") or None  # some vendors end with 0 or ""
    if whole(following) == number:
        following = None  # others end with the last page; the totals prove that it is the last
    if following is not None and whole(following) != number + 1:
        raise Unsettled(f"page {number} names {following} as the next page")
    rows: list[tuple[str, Tree]] = []
    for item in items:
        if not isinstance(item, dict):
            raise Malformed("a campaign is not a JSON object")
        rows.append((record_id(item), item))
    return Page(rows=tuple(rows), total=total, more=following is not None)
