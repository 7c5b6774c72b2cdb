"""What every provider must do when it writes. See `reconciler.providers.base.Provider`."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.providers.base import lists_apart
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.snapshot import ListScope
from reconciler.resources.tree import at, leaves
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    Recurrence,
    Write,
)
from reconciler.testing.account import Account

_ON_ITS_WAY = (RunState.ACTIVE, RunState.SCHEDULED)
_PATH = re.compile(r"/[!-~]*")
"""Printable ASCII without blanks; ids that are not known yet are replaced first."""


class _KeptBack(Exception):
    """What a caller of `send` raises to hold back a request."""


class WriteConformance:
    """Tests for a class that has a fixture `account`."""

    def test_an_answer_to_a_create_names_the_campaign(self, account: Account) -> None:
        answer = account.send(account.write(Operation.CREATE))
        assert answer.remote_id
        assert answer.conflicting_ids is False
        assert answer.live is None or answer.live.remote_id == answer.remote_id
        assert account.row(answer.remote_id) is not None

    def test_an_answer_that_may_prove_a_create_says_what_it_leaves_out(
        self, account: Account
    ) -> None:
        answer = account.send(account.write(Operation.CREATE))
        if answer.live is None or answer.unshown is None:
            return
        live = account.full(str(answer.remote_id))
        wanted = {path for path, _ in leaves(account.desired)}
        shown = {path for path, _ in leaves(live.spec)} | {*live.references}
        told = {path for path, _ in leaves(answer.live.spec)} | {*answer.live.references}
        assert (shown & wanted) - told <= answer.unshown

    def test_only_the_first_request_of_a_create_creates(self, account: Account) -> None:
        first, *rest = account.planned(account.write(Operation.CREATE))
        assert first.operation is Operation.CREATE
        assert KNOWN_AFTER_APPLY not in first.path
        assert all(KNOWN_AFTER_APPLY in request.path for request in rest)
        assert all(request.operation is Operation.UPDATE for request in rest)

    def test_only_a_creates_later_requests_leave_anything_open(self, account: Account) -> None:
        for write in _all_writes(account, account.full(account.create())):
            requests = account.provider.requests(write)
            for place, request in enumerate(() if isinstance(requests, Impossible) else requests):
                assert not request.unknown or (write.operation is Operation.CREATE and place)
                for path in request.unknown:
                    assert at(request.body or {}, path) == KNOWN_AFTER_APPLY

    def test_equal_writes_give_equal_requests_and_send_nothing(self, account: Account) -> None:
        writes = _all_writes(account, account.full(account.create()))
        before = account.provider.requests_sent, account.received()
        for write in writes:
            assert account.provider.requests(write) == account.provider.requests(write)
        assert (account.provider.requests_sent, account.received()) == before

    def test_paths_are_ready_to_be_sent(self, account: Account) -> None:
        for write in _all_writes(account, account.full(account.create())):
            requests = account.provider.requests(write)
            for request in () if isinstance(requests, Impossible) else requests:
                assert _PATH.fullmatch(request.path.replace(KNOWN_AFTER_APPLY, "id"))

    def test_an_update_changes_what_is_wanted_and_nothing_else(self, account: Account) -> None:
        remote_id = account.create()
        before, row = account.full(remote_id), account.row(remote_id)
        account.clock.sleep(1)
        account.send(account.update(remote_id, "description", "Another text."))
        after, moved = account.full(remote_id), account.row(remote_id)
        assert after.spec == {**before.spec, "description": "Another text."}
        assert after.references == before.references
        assert row is not None
        assert moved is not None
        assert moved.marker != row.marker

    def test_an_update_leaves_what_somebody_else_changed(self, account: Account) -> None:
        remote_id = account.create()
        account.edit(remote_id, "Changed by somebody else.")
        edited = account.full(remote_id)
        account.send(account.update(remote_id, "name", "Another name"))
        after = account.full(remote_id)
        assert (after.name, after.remote_id) == ("Another name", remote_id)
        assert after.spec == {**edited.spec, "name": "Another name"}

    def test_a_removed_campaign_is_gone_or_archived(self, account: Account) -> None:
        remote_id = account.create()
        write = account.write(Operation.DELETE, account.full(remote_id))
        if account.provider.capabilities.delete is Ability.NO:
            assert isinstance(account.provider.requests(write), Impossible)
            return
        account.send(write)
        row = account.row(remote_id)
        assert account.count() == 0
        if account.provider.capabilities.delete is Ability.ARCHIVE:
            assert row is not None
            assert row.state is RunState.ARCHIVED
        else:
            assert row is None
            assert account.provider.get(account.kind.type, remote_id) is None

    def test_the_living_and_the_archived_are_the_whole_listing(self, account: Account) -> None:
        provider, channel = account.provider, account.kind.channel
        if not lists_apart(provider):
            return
        account.create()
        removed = account.create()
        account.send(account.write(Operation.DELETE, account.full(removed)))
        living = provider.list(channel, ListScope.LIVING)
        archived = provider.list(channel, ListScope.ARCHIVED)
        whole = provider.list(channel)
        assert removed in {row.remote_id for row in archived.items}
        assert living.has_archived is (removed in {row.remote_id for row in living.items})
        assert {row.remote_id for row in living.joined(archived).items} == {
            row.remote_id for row in whole.items
        }

    def test_a_campaign_that_was_not_read_is_not_guessed(self, account: Account) -> None:
        for operation in set(Operation) - {Operation.CREATE}:
            write = account.write(operation)
            assert isinstance(account.provider.requests(write), Impossible), operation

    def test_a_new_campaign_contacts_nobody_where_the_capabilities_say_so(
        self, account: Account
    ) -> None:
        capabilities = account.provider.capabilities
        live = account.full(account.create())
        if capabilities.create is Ability.DRAFT or not capabilities.may_send_on_write:
            assert live.state is RunState.DRAFT

    def test_what_the_capabilities_deny_cannot_be_asked_for(self, account: Account) -> None:
        live = account.full(account.create())
        capabilities = account.provider.capabilities
        for operation, ability in (
            (Operation.START, capabilities.start),
            (Operation.SCHEDULE, capabilities.schedule),
        ):
            requests = account.provider.requests(_run(account, operation, live))
            assert isinstance(requests, Impossible) is (ability is Ability.NO), operation

    def test_a_campaign_starts_and_stops_as_the_capabilities_say(self, account: Account) -> None:
        capabilities = account.provider.capabilities
        if Ability.NO in (capabilities.start, capabilities.stop):
            pytest.skip("the vendor cannot start and stop campaigns")
        remote_id = account.create()
        account.send(account.write(Operation.START, account.full(remote_id)))
        assert account.full(remote_id).state in _ON_ITS_WAY
        account.send(account.write(Operation.STOP, account.full(remote_id)))
        assert account.full(remote_id).state not in _ON_ITS_WAY

    def test_a_write_asks_right_before_it_is_sent_and_can_be_stopped(
        self, account: Account
    ) -> None:
        def kept_back() -> None:
            raise _KeptBack

        request = account.planned(account.write(Operation.CREATE))[0]
        before = account.provider.requests_sent
        with pytest.raises(_KeptBack):
            account.provider.send(request, kept_back)
        assert (account.provider.requests_sent, account.received()) == (before, 0)
        asked: list[int] = []
        assert account.provider.send(request, lambda: asked.append(account.received())).sent
        assert asked == [0]
        assert account.received() == 1

    def test_requests_are_counted(self, account: Account) -> None:
        before = account.provider.requests_sent
        requests = account.planned(account.write(Operation.CREATE))
        account.create()
        sent = account.provider.requests_sent - before
        assert account.received() == len(requests)
        # Values that the plan could not know take one more reading.
        is_open = any(request.unknown for request in requests)
        assert sent > len(requests) if is_open else sent == len(requests)


def _run(account: Account, operation: Operation, live: Live) -> Write:
    write = account.write(operation, live)
    if operation is not Operation.SCHEDULE:
        return write
    start = account.clock.now() + timedelta(days=1)
    return replace(write, recurrence=Recurrence(every=1, start=start, end=start.replace(year=2030)))


def _all_writes(account: Account, live: Live) -> list[Write]:
    return [
        account.write(Operation.CREATE),
        account.update(live.remote_id, "description", "Another text."),
        *(_run(account, operation, live) for operation in Operation if operation != "create"),
    ]
