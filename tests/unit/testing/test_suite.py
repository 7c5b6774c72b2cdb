"""The conformance suite can fail: each saboteur breaks one promise, and one of its tests fails."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest

from reconciler.errors import ReadFailed
from reconciler.providers.base import at_once
from reconciler.resources.base import Live
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.carecycle import CARECYCLE
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing
from reconciler.resources.tree import Tree
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
    Write,
)
from reconciler.testing.account import Account, AccountFault, desired
from reconciler.testing.clock import ManualClock
from reconciler.testing.faults import FaultConformance
from reconciler.testing.memory import MemoryProvider
from reconciler.testing.provider import ProviderConformance


class Honest(MemoryProvider):
    """The base of the saboteurs; every request meets `fault`."""

    fault: AccountFault | None = None

    def list(self, channel: str) -> Listing:
        if self.fault is not None:
            raise ReadFailed(f"the vendor has {self.fault}")
        return super().list(channel)

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        if self.fault is AccountFault.REFUSED:
            return Answer(sent=False)
        answer = super().send(request, leave)
        return answer if self.fault is None else Answer(sent=True, status=500)


class Partial(Honest):
    def list(self, channel: str) -> Listing:
        return replace(found := super().list(channel), items=found.items[:50])


class Twice(Honest):
    def list(self, channel: str) -> Listing:
        return replace(found := super().list(channel), items=found.items * 2)


class Unmoved(Honest):
    def list(self, channel: str) -> Listing:
        found = super().list(channel)
        return replace(found, items=tuple(replace(row, marker="same") for row in found.items))


class Restless(Honest):
    def list(self, channel: str) -> Listing:
        found = super().list(channel)
        moved = str(len(self.reads))
        return replace(found, items=tuple(replace(row, marker=moved) for row in found.items))


class Outdated(Honest):
    def newest(self, channel: str) -> tuple[Live, ...]:
        return super().newest(channel)[:1]


class Overconfident(Honest):
    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        answer = super().send(request, leave)
        live = answer.live and replace(answer.live, spec={"name": "A"})
        return replace(answer, live=live, unshown=frozenset())


class Shallow(Honest):
    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        live = super().get(type_, remote_id, row)
        return None if live is None else replace(live, thin=True)


class Anyone(Honest):
    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:  # noqa: ARG002
        return self.all()[0] if self.all() else self.put(type_, {"name": "x"})


class Listless(Honest):
    def contact_lists(self) -> Mapping[str, ContactList] | None:
        return {}


class Fickle(Honest):
    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        self.asked = getattr(self, "asked", 0) + 1
        found = super().requests(write)
        if isinstance(found, Impossible):
            return found
        return tuple(replace(one, query={"at": str(self.asked)}) for one in found)


class Eager(Honest):
    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        found = super().requests(write)
        for request in () if isinstance(found, Impossible) else found:
            super().send(request)
        return found


class Unready(Honest):
    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        found = super().requests(write)
        if isinstance(found, Impossible):
            return found
        return tuple(replace(one, path=f"{one.path}/a b") for one in found)


class Guessing(Honest):
    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        guessed = write.live or self.put(write.type, {"name": "guess"})
        return super().requests(replace(write, live=guessed))


class Boasting(Honest):
    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        starts = write.operation is Operation.START
        return Impossible("not today") if starts else super().requests(write)


class Modest(Honest):
    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, start=Ability.NO)


class Deaf(Honest):
    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:  # noqa: ARG002
        return super().send(request)


class Hasty(Honest):
    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        answer = super().send(request)
        leave()
        return answer


class Stubborn(Honest):
    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        answer = super().send(request, leave)
        return answer if answer.status == 200 else super().send(request, leave)


class Denying(Honest):
    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        answer = super().send(request, leave)
        return answer if answer.status == 200 else replace(answer, sent=False)


class Nameless(Honest):
    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        return replace(super().send(request, leave), remote_id=None)


class Hopeful(Honest):
    def list(self, channel: str) -> Listing:
        return MemoryProvider.list(self, channel)


class Open(Honest):
    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        found = super().requests(write)
        if isinstance(found, Impossible):
            return found
        return tuple(replace(one, unknown=("name",)) for one in found)


class Breaking(Honest):
    """Leaves a setting open, and then sends another one too."""

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        found = super().requests(write)
        if isinstance(found, Impossible):
            return found
        if write.operation is Operation.CREATE:
            body: Tree = {"redial": KNOWN_AFTER_APPLY}
            return found[0], replace(found[1], body=body, unknown=("redial",))
        return tuple(replace(one, body={"redial": True, "enablePulse": True}) for one in found)


class Memory(Account):
    """A vendor in memory with campaigns that are created in two steps."""

    provider: Honest  # type: ignore[mutable-override]

    def seed(self, names: Iterable[str]) -> None:
        for name in names:
            self.provider.put(self.kind.type, {"name": name})

    def edit(self, remote_id: str, description: str) -> None:
        self.provider.edit(remote_id, {"description": description})

    def count(self) -> int:
        return len(self.provider.all())

    def received(self) -> int:
        return len(self.provider.writes)

    def fail(self, fault: AccountFault) -> None:
        self.provider.fault = fault


def account(provider: type[Honest]) -> Memory:
    clock = ManualClock()
    return Memory(
        provider=provider(clock, provider="carecycle"),
        kind=CARECYCLE,
        desired=desired(CARECYCLE, {"name": "A", "description": "", "redial": True}),
        clock=clock,
        api="v2",
        faults=frozenset({AccountFault.REFUSED, AccountFault.LOST_ANSWER, AccountFault.INCOMPLETE}),
    )


@pytest.mark.parametrize(
    ("saboteur", "test"),
    [
        (Partial, "a_listing_shows_every_campaign_once"),
        (Twice, "a_listing_shows_every_campaign_once"),
        (Unmoved, "somebody_elses_edit_moves_the_marker"),
        (Restless, "an_unchanged_campaign_keeps_its_marker"),
        (Outdated, "the_newest_campaigns_are_rows_of_the_listing"),
        (Overconfident, "an_answer_that_may_prove_a_create_says_what_it_leaves_out"),
        (Shallow, "a_full_reading_has_what_its_row_has"),
        (Anyone, "a_campaign_that_never_existed_is_none"),
        (Listless, "contact_lists_are_read_if_the_capabilities_say_so"),
        (Fickle, "equal_writes_give_equal_requests_and_send_nothing"),
        (Eager, "equal_writes_give_equal_requests_and_send_nothing"),
        (Unready, "paths_are_ready_to_be_sent"),
        (Guessing, "a_campaign_that_was_not_read_is_not_guessed"),
        (Boasting, "what_the_capabilities_deny_cannot_be_asked_for"),
        (Modest, "what_the_capabilities_deny_cannot_be_asked_for"),
        (Hasty, "a_write_asks_right_before_it_is_sent_and_can_be_stopped"),
        (Open, "only_a_creates_later_requests_leave_anything_open"),
        (Breaking, "what_is_created_reads_back_as_it_was_wanted"),
        (Nameless, "an_answer_to_a_create_names_the_campaign"),
    ],
)
def test_a_broken_promise_is_found(saboteur: type[Honest], test: str) -> None:
    asked = getattr(ProviderConformance(), f"test_{test}")
    asked(account(Honest))
    with pytest.raises(AssertionError):
        asked(account(saboteur))


def test_a_write_that_cannot_be_stopped_is_found() -> None:
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        ProviderConformance().test_a_write_asks_right_before_it_is_sent_and_can_be_stopped(
            account(Deaf)
        )


def test_faults_are_met_honestly_or_found() -> None:
    suite = FaultConformance()
    met = suite.test_a_create_of_unknown_outcome_is_neither_repeated_nor_denied
    met(account(Honest), AccountFault.LOST_ANSWER)
    for saboteur in (Stubborn, Denying):
        with pytest.raises(AssertionError):
            met(account(saboteur), AccountFault.LOST_ANSWER)
    suite.test_an_incomplete_listing_is_a_failed_read(account(Honest))
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        suite.test_an_incomplete_listing_is_a_failed_read(account(Hopeful))


def test_what_an_account_cannot_play_is_skipped() -> None:
    with pytest.raises(pytest.skip.Exception, match="cannot play budget"):
        FaultConformance().test_a_spent_budget_ends_reads(account(Honest))
