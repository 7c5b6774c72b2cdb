"""Kore.ai as a provider: the calls of the campaign API, v1 or v2 (docs/vendors/kore.md 3)."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from reconciler.providers.base import at_once
from reconciler.providers.client import Read, VendorClient
from reconciler.providers.credentials import Credential
from reconciler.providers.http import HttpClient, TransportProblem
from reconciler.providers.kore import answers, mapping
from reconciler.providers.kore.api import TYPE_OF, KoreSettings, capabilities
from reconciler.providers.kore.paging import Pages
from reconciler.providers.kore.requests import RUN_STATE_OPERATIONS, requests_of
from reconciler.providers.paging import Unsettled, read_pages, whole
from reconciler.providers.response import VendorDialect, is_plain_id, objects, text_of
from reconciler.resources import kinds
from reconciler.resources.base import Kind, Live
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing
from reconciler.resources.tree import Tree, at
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write


class KoreProvider:
    """A target's account at Kore.ai. See `Provider` for the contract of its methods."""

    def __init__(
        self, target_name: str, settings: KoreSettings, client: HttpClient, credential: Credential
    ) -> None:
        self._settings = settings
        vendor = VendorDialect(settings.headers, answers.facts)
        self._session = VendorClient(target_name, client, vendor=vendor, credential=credential)
        self._capabilities = capabilities(settings.api)

    @property
    def capabilities(self) -> Capabilities:
        """See `Provider.capabilities`."""
        return self._capabilities

    @property
    def requests_sent(self) -> int:
        """See `Provider.requests_sent`."""
        return self._session.requests_sent

    def list(self, channel: str) -> Listing:
        """See `Provider.list`. Rows are thin: they have no calling hours and no caller id."""
        what = f"the list of {channel} campaigns"
        kind = kinds.BY_TYPE[TYPE_OF[channel]]
        try:
            walk = read_pages(Pages(channel, self._page).fetch)
            items = tuple(
                mapping.row_of(raw, kind, self._settings.api)
                for raw in walk.rows.values()
                if not mapping.is_foreign(raw, kind)
            )
        except (Unsettled, mapping.Malformed) as problem:
            raise self._session.failed(what, str(problem)) from problem
        return Listing(channel, items, self._session.server_time, walk.at_once)

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        """See `Provider.get`. Always a GET: the PUT in some of the documentation is the update.

        None for a campaign of the other type, and for an id of unusable form.
        """
        if not is_plain_id(remote_id):
            # In a path it would address something else.
            return None
        what = f"campaign {remote_id}"
        method, path = self._settings.call("get", remote_id)
        query = self._settings.query()
        body = self._session.find(Read(what=what, method=method, path=path, query=query))
        kind, raw = kinds.BY_TYPE[type_], (body or {}).get("data")
        if body is None or (isinstance(raw, dict) and mapping.is_foreign(raw, kind)):
            return None
        return self._record(raw, kind, remote_id, row)

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """See `Provider.contact_lists`. Do-not-call lists are not included."""
        what = "the contact lists"
        method, path = self._settings.call("contact-lists")
        query = self._settings.query(type="call")
        body = self._session.read(Read(what=what, method=method, path=path, query=query))
        data = body.get("data")
        if not isinstance(data, list):
            raise self._session.failed(what, "the response has no array of lists")
        return {
            name: ContactList(
                name,
                records=whole(entry.get("totalRecordCount")),
                status=text_of(entry.get("status")),
                # The time zone of a contact overrides the campaign's (docs/vendors/kore.md 7a).
                own_clocks=bool(at(entry, "mapping.timeZone")),
            )
            for entry in objects(data)
            if isinstance(name := entry.get("name"), str)
        }

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """See `Provider.requests`."""
        return requests_of(write, self._settings)

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """See `Provider.send`."""
        try:
            facts = self._session.write(request, leave)
        except TransportProblem as problem:
            return Answer(sent=problem.sent, may_retry=problem.may_retry, message=str(problem))
        if request.operation in RUN_STATE_OPERATIONS:
            return answers.run_answer(facts, request.operation)
        kind = kinds.BY_TYPE[TYPE_OF[request.query["campaignType"]]]
        record = (facts.body or {}).get("data")
        live = mapping.answered(record, kind, self._settings.api)
        if request.operation is Operation.UPDATE:
            return answers.update_answer(facts, live)
        return answers.answer(facts, live)

    def _page(self, number: int, body: Tree) -> Tree:
        what = f"page {number} of the list of {body['type']} campaigns"
        method, path = self._settings.call("list")
        query = self._settings.query()
        return self._session.read(Read(what=what, method=method, path=path, query=query, body=body))

    def _record(self, raw: JsonValue, kind: Kind, remote_id: str, row: Live | None) -> Live:
        what = f"campaign {remote_id}"
        if not isinstance(raw, dict):
            raise self._session.failed(what, "the response has no campaign")
        try:
            live = mapping.full(raw, kind, self._settings.api, row)
        except mapping.Malformed as problem:
            raise self._session.failed(what, str(problem)) from problem
        if live.remote_id != remote_id:
            raise self._session.failed(what, "the response is about another campaign")
        return live
