"""Kore.ai as a provider: the calls of the campaign API, v1 or v2 (docs/vendors/kore.md 3)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from pydantic import JsonValue

from reconciler.errors import ReadFailed
from reconciler.providers.base import at_once
from reconciler.providers.client import Read, VendorClient
from reconciler.providers.credentials import Credential
from reconciler.providers.http import HttpClient, TransportProblem
from reconciler.providers.kore import answers, mapping
from reconciler.providers.kore.api import TYPE_OF, KoreSettings, capabilities
from reconciler.providers.kore.paging import BY_NAME, NEWEST, SIZES, page_body, page_of
from reconciler.providers.kore.requests import RUN_STATE_OPERATIONS, requests_of
from reconciler.providers.paging import Page, PageRequest, Unsettled, read_pages, whole
from reconciler.providers.response import VendorDialect, is_plain_id, objects, text_of
from reconciler.resources import kinds
from reconciler.resources.base import Kind, Live
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.kore_values import is_list_id, sorted_names
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing
from reconciler.resources.tree import Tree, at
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write

_LISTS = "contactLists"


class KoreProvider:
    """A target's account at Kore.ai. See `Provider` for the contract of its methods."""

    def __init__(
        self, target_name: str, settings: KoreSettings, client: HttpClient, credential: Credential
    ) -> None:
        self._settings = settings
        vendor = VendorDialect(settings.headers, answers.facts, "appId, pathId and accountId")
        self._session = VendorClient(target_name, client, vendor=vendor, credential=credential)
        self._capabilities = capabilities(settings.api)
        self._list_names: Mapping[str, str] | None = None

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
            fetch = partial(self._page, channel, BY_NAME)
            session = self._session
            walk = read_pages(fetch, session.page_size, SIZES, session.on_page)
            items = [
                mapping.row_of(raw, kind, self._settings.api)
                for raw in walk.rows.values()
                if not mapping.is_foreign(raw, kind)
            ]
        except (Unsettled, mapping.Malformed) as problem:
            raise self._session.failed(what, str(problem)) from problem
        as_of = self._session.server_time
        named = tuple(self._with_list_names(self._with_name(row)) for row in items)
        return Listing(channel, named, as_of, walk.at_once)

    def newest(self, channel: str) -> tuple[Live, ...]:
        """See `Provider.newest` (docs/vendors/kore.md 4.4)."""
        kind = kinds.BY_TYPE[TYPE_OF[channel]]
        try:
            found = self._page(channel, NEWEST, PageRequest(1, SIZES.documented))
            rows = [
                mapping.row_of(raw, kind, self._settings.api)
                for _, raw in found.rows
                if not mapping.is_foreign(raw, kind)
            ]
        except (Unsettled, mapping.Malformed) as problem:
            raise self._session.failed(f"the newest {channel} campaigns", str(problem)) from problem
        return tuple(self._with_list_names(row) for row in rows)

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
        if body is None:
            return None
        if isinstance(raw, dict) and mapping.is_foreign(raw, kind):
            return None
        return self._with_list_names(self._record(raw, kind, remote_id, row))

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """See `Provider.contact_lists`. Do-not-call lists are not included."""
        found: dict[str, ContactList] = {}
        for entry in self._list_records():
            if isinstance(name := entry.get("name"), str):
                found[name] = ContactList(
                    name,
                    records=None if name in found else whole(entry.get("totalRecordCount")),
                    status=text_of(entry.get("status")),
                    # The time zone of a contact overrides the campaign's (docs/vendors/kore.md 7a).
                    own_clocks=bool(at(entry, "mapping.timeZone")),
                )
        return found

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
        live = live and self._with_list_names(live)
        if request.operation is Operation.UPDATE:
            return answers.update_answer(facts, live)
        answer = answers.answer(facts, live)
        if answer.live is None:
            return answer
        left_out = kinds.unshown(kind, request.body or {}, answer.live, self._settings.api)
        return replace(answer, unshown=left_out)

    def _list_records(self) -> tuple[Tree, ...]:
        what = "the contact lists"
        method, path = self._settings.call("contact-lists")
        query = self._settings.query(type="call")
        body = self._session.read(Read(what=what, method=method, path=path, query=query))
        data = body.get("data")
        if not isinstance(data, list):
            raise self._session.failed(what, "the response has no array of lists")
        return objects(data)

    def _with_name(self, row: Live) -> Live:
        """A row with the name that only the campaign's own record has."""
        if row.name:
            return row
        try:
            found = self.get(row.type, row.remote_id)
        except ReadFailed:
            return row
        return replace(row, name=found.name) if found is not None else row

    def _with_list_names(self, live: Live) -> Live:
        """A campaign with the names of contact lists that the vendor shows by id.

        Ids without a known name prove nothing, so the lists then count as not shown.
        """
        lists = at(live.spec, _LISTS)
        if not isinstance(lists, list) or not any(is_list_id(one) for one in lists):
            return live
        if self._list_names is None:
            self._list_names = self._read_list_names()
        names = [self._list_names.get(str(one)) if is_list_id(one) else one for one in lists]
        if None in names:
            return replace(live, spec={key: live.spec[key] for key in live.spec if key != _LISTS})
        return replace(live, spec={**live.spec, _LISTS: sorted_names([*names])})

    def _read_list_names(self) -> Mapping[str, str]:
        try:
            records = self._list_records()
        except ReadFailed:
            return {}
        return {
            id_: text_of(one.get("name"))
            for one in records
            for id_ in map(text_of, (one.get("_id"), one.get("id")))
            if id_ and one.get("name")
        }

    def _page(self, channel: str, sort: Tree, wanted: PageRequest) -> Page:
        method, path = self._settings.call("list")
        read = Read(
            what=f"page {wanted.number} of the list of {channel} campaigns",
            method=method,
            path=path,
            query=self._settings.query(),
            body=page_body(wanted, channel, sort),
            page=True,
            once=wanted.trial,
            leave=wanted.leave,
        )
        return page_of(self._session.read(read), wanted)

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
