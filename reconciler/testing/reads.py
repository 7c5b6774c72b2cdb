"""What every provider must do when it reads. See `reconciler.providers.base.Provider`."""

from concurrent.futures import ThreadPoolExecutor

from reconciler.resources.base import Compare
from reconciler.resources.capabilities import Ability
from reconciler.resources.tree import has, leaves
from reconciler.testing.account import Account


class ReadConformance:
    """Tests for a class that has a fixture `account`."""

    def test_an_account_without_campaigns_lists_none(self, account: Account) -> None:
        assert account.provider.list(account.kind.channel).items == ()

    def test_every_channel_of_the_capabilities_can_be_listed(self, account: Account) -> None:
        channels = account.provider.capabilities.channels
        assert account.kind.channel in channels
        for channel in channels:
            assert account.provider.list(channel).channel == channel

    def test_a_listing_shows_every_campaign_once(self, account: Account) -> None:
        names = [f"Campaign {number:03}" for number in range(120)]
        account.seed(names)
        rows = account.provider.list(account.kind.channel).items
        assert sorted(row.name for row in rows) == names
        assert len({row.remote_id for row in rows}) == len(names)
        assert {row.type for row in rows} == {account.kind.type}

    def test_what_is_created_is_listed_with_its_name_and_marker(self, account: Account) -> None:
        row = account.row(account.create())
        assert row is not None
        assert (row.type, row.name) == (account.kind.type, account.desired["name"])
        assert row.marker

    def test_the_newest_campaigns_are_rows_of_the_listing(self, account: Account) -> None:
        account.seed([f"Campaign {number}" for number in range(60)])
        account.clock.sleep(1)
        remote_id = account.create()
        before = account.provider.requests_sent
        newest = account.provider.newest(account.kind.channel)
        assert account.provider.requests_sent <= before + 1
        listed = account.provider.list(account.kind.channel).items
        assert all(row in listed for row in newest)
        assert not newest or remote_id in {row.remote_id for row in newest}

    def test_an_unchanged_campaign_keeps_its_marker(self, account: Account) -> None:
        remote_id = account.create()
        first, second = account.row(remote_id), account.row(remote_id)
        assert first is not None
        assert second is not None
        assert first.marker == second.marker

    def test_somebody_elses_edit_moves_the_marker(self, account: Account) -> None:
        remote_id = account.create()
        before = account.row(remote_id)
        account.clock.sleep(1)
        account.edit(remote_id, "Changed by somebody else.")
        after = account.row(remote_id)
        assert before is not None
        assert after is not None
        assert before.marker != after.marker

    def test_a_full_reading_has_what_its_row_has(self, account: Account) -> None:
        remote_id = account.create()
        row, live = account.row(remote_id), account.full(remote_id)
        assert row is not None
        assert live.thin is False
        assert (live.remote_id, live.type, live.name) == (row.remote_id, row.type, row.name)
        assert {path for path, _ in leaves(row.spec)} <= {path for path, _ in leaves(live.spec)}
        assert row.thin or row.spec == live.spec

    def test_a_reading_without_the_row_finds_the_same_campaign(self, account: Account) -> None:
        remote_id = account.create()
        live = account.provider.get(account.kind.type, remote_id)
        assert live is not None
        assert (live.remote_id, live.thin) == (remote_id, False)

    def test_what_is_created_reads_back_as_it_was_wanted(self, account: Account) -> None:
        live = account.full(account.create())
        assert account.differences(live) == []
        assert live.blocked == ()

    def test_every_field_can_be_read_or_is_known_to_be_unreadable(self, account: Account) -> None:
        live = account.full(account.create())
        tag = account.kind.tag(account.api, account.desired)
        hidden = {
            field.path
            for field in account.kind.fields
            if field.compare is not Compare.VALUE or tag in field.write_only
        }
        unread = {path for path, _ in leaves(account.desired) if not has(live.spec, path)}
        assert unread <= hidden | account.hidden

    def test_a_name_that_is_shown_as_an_id_is_shown_as_one_to_bind(self, account: Account) -> None:
        live = account.full(account.create())
        bound = {
            field.path
            for field in account.kind.fields
            if field.compare is Compare.BINDING and has(account.desired, field.path)
        }
        assert set(live.references) == bound

    def test_a_campaign_that_never_existed_is_none(self, account: Account) -> None:
        assert account.provider.get(account.kind.type, account.unknown_id) is None

    def test_contact_lists_are_read_if_the_capabilities_say_so(self, account: Account) -> None:
        lists = account.provider.contact_lists()
        if account.provider.capabilities.contact_lists is Ability.NO:
            assert lists is None
        else:
            assert lists is not None
            assert all(name == found.name for name, found in lists.items())

    def test_threads_may_share_a_provider(self, account: Account) -> None:
        remote_id = account.create()
        with ThreadPoolExecutor(4) as pool:
            reads = list(pool.map(lambda _: account.full(remote_id), range(12)))
        assert all(live == reads[0] for live in reads)
