"""A vendor in memory: writes into records in the vendor's shape, and records into readings.

It is the reference adapter, and tests use it in place of a vendor. Faults are scripted per write.
A write can become visible late, as at the vendors.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from reconciler.clock import Clock
from reconciler.providers.base import at_once
from reconciler.resources.base import Compare, Field, Live, RunState
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import BUILT_IN, BY_TYPE, of_provider, read_spec, references
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing
from reconciler.resources.tree import Tree, at, digest, leaves, overlay, unflatten
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
    Write,
)

Fault = Answer | Callable[[PlannedRequest, Callable[[], Answer]], Answer]
"""An answer in place of the effect, or a function that decides when the effect happens."""

_PAGE = 50
_STATES = {Operation.START: RunState.ACTIVE, Operation.STOP: RunState.FINISHED}


@dataclass(frozen=True, slots=True)
class _Stored:
    live: Live
    raw: Tree
    visible_at: float


class MemoryProvider:
    """See `reconciler.providers.base.Provider`."""

    def __init__(
        self,
        clock: Clock,
        *,
        provider: str = BUILT_IN[0],
        api: str = "v2",
        visible_after: float = 0.0,
    ) -> None:
        self._clock = clock
        self._provider = provider
        self._api = api
        self._guard = threading.RLock()
        self._ids = count(1)
        self._campaigns: dict[str, _Stored] = {}
        self.visible_after = visible_after
        """Seconds until reads show a new campaign."""
        self.faults: list[Fault | None] = []
        """The next write takes the first of them; None is a write without a fault."""
        self.writes: list[PlannedRequest] = []
        """Every write received, in order."""
        self.reads: list[str] = []
        """Every read received: `list sms`, `get cd-1`."""
        self.lists: Mapping[str, ContactList] | None = None
        self.slips: list[Collection[str]] | None = None
        """Ids that a listing in pages misses; the next listing takes the first of them."""

    @property
    def capabilities(self) -> Capabilities:
        """See `Provider.capabilities`."""
        two_steps = self._two_steps()
        return Capabilities(
            provider=self._provider,
            channels=tuple(sorted({kind.channel for kind in of_provider(self._provider)})),
            create=Ability.DRAFT if two_steps else Ability.YES,
            update=Ability.PARTIAL if two_steps else Ability.FULL_BODY,
            delete=Ability.ARCHIVE if two_steps else Ability.YES,
            start=Ability.YES,
            stop=Ability.YES,
            schedule=Ability.NO if two_steps else Ability.YES,
            may_send_on_write=not two_steps,
            settle=120.0 if two_steps else 300.0,
        )

    @property
    def requests_sent(self) -> int:
        """See `Provider.requests_sent`."""
        return len(self.writes) + len(self.reads)

    def list(self, channel: str) -> Listing:
        """See `Provider.list`; rows are never thin."""
        with self._guard:
            self.reads.append(f"list {channel}")
            slipped = self.slips.pop(0) if self.slips else ()
            rows = (
                stored.live
                for remote_id, stored in self._campaigns.items()
                if self._visible(stored) and remote_id not in slipped
            )
            items = tuple(row for row in rows if BY_TYPE[row.type].channel == channel)
            return Listing(channel, items, self._clock.now(), at_once=self.slips is None)

    def newest(self, channel: str) -> tuple[Live, ...]:
        """See `Provider.newest`."""
        with self._guard:
            self.reads.append(f"newest {channel}")
            shown = [one.live for one in self._campaigns.values() if self._visible(one)]
            return tuple(row for row in shown if BY_TYPE[row.type].channel == channel)[-_PAGE:]

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:  # noqa: ARG002
        """See `Provider.get`."""
        with self._guard:
            self.reads.append(f"get {remote_id}")
            stored = self._campaigns.get(remote_id)
            shown = stored is not None and stored.live.type == type_ and self._visible(stored)
            return stored.live if stored is not None and shown else None

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """See `Provider.contact_lists`."""
        with self._guard:
            self.reads.append("contact lists")
            return self.lists

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """See `Provider.requests`."""
        if write.operation is Operation.CREATE:
            return self._create_requests(write)
        if write.live is None:
            return Impossible("the campaign was not read, so there is nothing to address")
        path = f"/{write.type}/{write.live.remote_id}"
        match write.operation:
            case Operation.UPDATE:
                body = overlay(overlay(write.last_applied, write.live.spec), write.spec)
                if self.capabilities.update is Ability.PARTIAL:
                    body = _part(write.spec, lambda row: row.path in write.changed, write.type)
                return (_request(Operation.UPDATE, "PUT", path, body),)
            case Operation.DELETE:
                return (_request(Operation.DELETE, "DELETE", path, None),)
            case Operation.SCHEDULE if self.capabilities.schedule is Ability.NO:
                return Impossible("the vendor has no schedules")
            case Operation.START | Operation.STOP | Operation.SCHEDULE:
                wanted: Tree = {"on": True} if write.recurrence is not None else {}
                return (_request(write.operation, "POST", path, wanted),)

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """See `Provider.send`; the first fault of `faults` decides the answer."""
        leave()
        with self._guard:
            self.writes.append(request)
            fault = self.faults.pop(0) if self.faults else None
        if fault is None:
            return self._effect(request)
        if isinstance(fault, Answer):
            return fault
        return fault(request, lambda: self._effect(request))

    def put(
        self,
        type_: str,
        spec: Tree,
        *,
        state: RunState = RunState.DRAFT,
        created_at: datetime | None = None,
    ) -> Live:
        """Create a campaign as a console user would; it is not logged and is visible at once."""
        with self._guard:
            remote_id = f"{'cc' if self._two_steps() else 'cd'}-{next(self._ids)}"
            made = self._stored(type_, remote_id, _as_stored(type_, spec))
            made = replace(
                made, live=replace(made.live, created_at=created_at or made.live.created_at)
            )
            self._campaigns[remote_id] = made
            return self.edit(remote_id, {}, state=state)

    def edit(self, remote_id: str, changes: Tree, *, state: RunState | None = None) -> Live:
        """Change a campaign as a console user would."""
        with self._guard:
            old = self._campaigns[remote_id]
            raw = overlay(old.raw, _as_stored(old.live.type, changes))
            new = self._stored(old.live.type, remote_id, raw)
            state = state or old.live.state
            status = new.live.status if state is RunState.DRAFT else state.capitalize()
            live = replace(new.live, state=state, status=status, created_at=old.live.created_at)
            if live.state is RunState.ACTIVE:
                live = replace(live, blocked=("it is active",))
            self._campaigns[remote_id] = replace(new, live=live, visible_at=old.visible_at)
            return live

    def remove(self, remote_id: str) -> None:
        """Delete a campaign as a console user would."""
        with self._guard:
            del self._campaigns[remote_id]

    def all(self) -> tuple[Live, ...]:
        """Every campaign, visible or not; the read is not logged."""
        with self._guard:
            return tuple(stored.live for stored in self._campaigns.values())

    def _two_steps(self) -> bool:
        """Whether a create takes only a part of the fields; such a vendor also archives."""
        rows = (row for kind in of_provider(self._provider) for row in kind.fields)
        return any(not row.required | row.optional for row in rows)

    def _visible(self, stored: _Stored) -> bool:
        return self._clock.monotonic() >= stored.visible_at

    def _create_requests(self, write: Write) -> tuple[PlannedRequest, ...]:
        base = f"/{write.type}"
        if not self._two_steps():
            return (_request(Operation.CREATE, "POST", base, write.spec),)
        first = _part(write.spec, lambda row: bool(row.required | row.optional), write.type)
        rest = _part(write.spec, lambda row: not row.required | row.optional, write.type)
        create = _request(Operation.CREATE, "POST", base, first)
        if not rest:
            return (create,)
        patch = _request(Operation.UPDATE, "PATCH", f"{base}/{KNOWN_AFTER_APPLY}", rest)
        return create, patch

    def _effect(self, request: PlannedRequest) -> Answer:
        _, type_, *rest = request.path.split("/")
        with self._guard:
            if request.operation is Operation.CREATE:
                live = self.put(type_, request.body or {})
                visible_at = self._clock.monotonic() + self.visible_after
                stored = self._campaigns[live.remote_id]
                self._campaigns[live.remote_id] = replace(stored, visible_at=visible_at)
                return _accepted(live)
            remote_id = rest[0]
            if remote_id not in self._campaigns:
                return Answer(sent=True, status=404, is_object=True, message="not found")
            return _accepted(self._change(request, remote_id))

    def _change(self, request: PlannedRequest, remote_id: str) -> Live:
        if request.operation is Operation.UPDATE:
            return self.edit(remote_id, request.body or {})
        if request.operation in _STATES:
            return self.edit(remote_id, {}, state=_STATES[request.operation])
        if request.operation is Operation.SCHEDULE:
            return self.edit(
                remote_id, {}, state=RunState.SCHEDULED if request.body else RunState.DRAFT
            )
        live = self.edit(remote_id, {}, state=RunState.ARCHIVED)
        if self.capabilities.delete is Ability.YES:
            self.remove(remote_id)
        return live

    def _stored(self, type_: str, remote_id: str, raw: Tree) -> _Stored:
        kind = BY_TYPE[type_]
        live = Live(
            type=type_,
            remote_id=remote_id,
            name=str(at(raw, "name")),
            state=RunState.DRAFT,
            status="Ready",
            spec=read_spec(kind, raw, self._api),
            references=references(kind, raw),
            created_at=self._clock.now(),
            marker=digest(raw),
        )
        return _Stored(live, raw, 0.0)


def _request(operation: Operation, method: str, path: str, body: Tree | None) -> PlannedRequest:
    return PlannedRequest(operation=operation, method=method, path=path, body=body)


def _accepted(live: Live) -> Answer:
    return Answer(sent=True, status=200, is_object=True, remote_id=live.remote_id, live=live)


def _part(spec: Tree, wanted: Callable[[Field], bool], type_: str) -> Tree:
    chosen = {row.path for row in BY_TYPE[type_].fields if wanted(row)}
    return unflatten((path, value) for path, value in leaves(spec) if path in chosen)


def _as_stored(type_: str, spec: Tree) -> Tree:
    """A body as reads show it: other paths, and an id in place of a bound name."""
    rows = {row.path: row for row in BY_TYPE[type_].fields}
    pairs = []
    for path, value in leaves(spec):
        row = rows.get(path)
        shown = row.read_as if row and row.read_as else path
        bound = row is not None and row.compare is Compare.BINDING
        pairs.append((shown, f"cf-{digest(value)[:8]}" if bound else value))
    return unflatten(pairs)
