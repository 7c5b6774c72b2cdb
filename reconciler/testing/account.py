"""What a tester gives the conformance suite: one account at one vendor, and access to it.

The vendor is a fake, a simulator or a test account that contacts nobody. Everything here except
the provider is the tester's own access to the vendor and does not use the provider.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from reconciler.clock import Clock
from reconciler.providers.base import Provider
from reconciler.resources.base import Compare, Kind, Live
from reconciler.resources.follow_up import completed, follow_up
from reconciler.resources.kinds import canonical, create_spec
from reconciler.resources.outcome import Answer
from reconciler.resources.tree import Tree, at, has, leaves
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
    Write,
)


class AccountFault(StrEnum):
    """What can go wrong between a provider and its vendor."""

    REFUSED = "refused"
    """The connection is refused, so the vendor receives nothing."""
    LOST_ANSWER = "lost-answer"
    """The request takes effect, and the connection breaks before the answer."""
    SERVER_ERROR = "server-error"
    """The request takes effect, and the answer is a server error."""
    UNREADABLE = "unreadable"
    """The request takes effect, and the answer is unreadable."""
    RATE = "rate"
    """The rate limit refuses the request, which has no effect."""
    INCOMPLETE = "incomplete"
    """Listings contradict themselves, or lack campaigns."""
    CREDENTIAL = "credential"
    """The vendor refuses the credential, and the request has no effect."""
    BUDGET = "budget"
    """The requests that this run may send are used up."""


@dataclass(kw_only=True)
class Account(ABC):
    """An account without campaigns, and a provider for it; a new one for every test."""

    provider: Provider
    kind: Kind
    desired: Tree
    """A campaign that can be created, in canonical form (see `desired`), with many fields."""
    clock: Clock
    """The provider's. A `ManualClock`, so that no test waits."""
    api: str = "v1"
    """The API version: the first half of the field table's tags."""
    hidden: frozenset[str] = frozenset()
    """Paths of `desired` that this account's reads do not show, although the table says they do."""
    finishing: float = 0.0
    """Seconds until the vendor has finished a write."""
    unknown_id: str = "99999999-aaaa-4bbb-8ccc-dddddddddddd"
    """A well-formed id that no campaign has."""
    secret: str = ""
    """The credential's value: no error may repeat it."""
    faults: frozenset[AccountFault] = frozenset()
    """The faults that `fail` can cause."""

    @abstractmethod
    def seed(self, names: Iterable[str]) -> None:
        """Create campaigns of `kind` with these names, as somebody in the console would."""

    @abstractmethod
    def edit(self, remote_id: str, description: str) -> None:
        """Change a campaign's description (or another text) as somebody in the console would."""

    @abstractmethod
    def count(self) -> int:
        """The number of campaigns, without removed and archived campaigns."""

    @abstractmethod
    def received(self) -> int:
        """The number of writes that the vendor has received."""

    def fail(self, fault: AccountFault) -> None:
        """From now on, let every request meet a fault."""
        raise NotImplementedError(fault)

    def write(self, operation: Operation, live: Live | None = None) -> Write:
        """A write of the campaign that is `desired`."""
        create = operation is Operation.CREATE
        spec = create_spec(self.kind, self.desired) if create else {}
        return Write(operation=operation, type=self.kind.type, spec=spec, live=live)

    def update(self, remote_id: str, path: str, value: str) -> Write:
        """A write that changes one field of a campaign that the suite created."""
        return replace(
            self.write(Operation.UPDATE, self.full(remote_id)),
            spec={path: value},
            last_applied=self.desired,
            changed=frozenset({path}),
        )

    def planned(self, write: Write) -> tuple[PlannedRequest, ...]:
        """The requests of a write, which must be possible."""
        requests = self.provider.requests(write)
        assert not isinstance(requests, Impossible), requests.reason
        assert requests
        return requests

    def send(self, write: Write) -> Answer:
        """Send each request of a write as apply does, and wait; returns the last answer."""
        first, *rest = self.planned(write)
        answer = self._accepted(first)
        for request in self._finished(write, rest, answer.remote_id or ""):
            answer = self._accepted(request)
        self.clock.sleep(self.finishing)
        return answer

    def _finished(
        self, write: Write, rest: Iterable[PlannedRequest], remote_id: str
    ) -> tuple[PlannedRequest, ...]:
        """The later requests of a create, with its id and the values that were unknown."""
        requests = tuple(
            replace(request, path=request.path.replace(KNOWN_AFTER_APPLY, remote_id))
            for request in rest
        )
        if not any(request.unknown for request in requests):
            return requests
        told = self.provider.requests(follow_up(write.spec, self.full(remote_id)))
        found = completed(requests, told)
        assert not isinstance(found, Impossible), found.reason
        return found

    def _accepted(self, request: PlannedRequest) -> Answer:
        answer = self.provider.send(request)
        assert answer.status is not None
        assert 200 <= answer.status < 300, answer
        assert (answer.sent, answer.is_object, answer.states_error) == (True, True, False)
        return answer

    def create(self) -> str:
        """Create the campaign, and return its id."""
        remote_id = self.send(self.write(Operation.CREATE)).remote_id
        assert remote_id
        return remote_id

    def row(self, remote_id: str) -> Live | None:
        """A campaign's row in the listing."""
        listing = self.provider.list(self.kind.channel)
        return next((row for row in listing.items if row.remote_id == remote_id), None)

    def full(self, remote_id: str) -> Live:
        """A full reading of a campaign, which must exist."""
        live = self.provider.get(self.kind.type, remote_id, self.row(remote_id))
        assert live is not None
        return live

    def differences(self, live: Live) -> list[str]:
        """Readable paths of `desired` whose values differ from it."""
        return [
            path
            for path, wanted in leaves(self.desired)
            if (field := self.kind.field(path))
            and field.compare is Compare.VALUE
            and has(live.spec, path)
            and not field.equal(wanted, at(live.spec, path))
        ]


def desired(kind: Kind, spec: Tree) -> Tree:
    """A manifest's `spec` in canonical form; raises pydantic's ValidationError if it is wrong."""
    model = kind.model.model_validate(spec)
    return canonical(kind, model.model_dump(mode="json", exclude_unset=True))
