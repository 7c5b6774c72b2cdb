"""Two targets of one account share its listings, for one read."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.errors import ReadFailed
from reconciler.providers.stable_listing import Walks
from reconciler.resources.snapshot import Listing
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from reconciler.workflow.shared_listings import sharing


class Account(MemoryProvider):
    """Counts its listings; some of them fail."""

    def __init__(self) -> None:
        super().__init__(ManualClock())
        self.listed: list[str] = []
        self.fails = 0

    def list(self, channel: str) -> Listing:
        self.listed.append(channel)
        if self.fails:
            self.fails -= 1
            raise ReadFailed("HTTP 500")
        return super().list(channel)


def test_targets_with_one_key_list_once_and_again_when_either_needs_it() -> None:
    account, other = Account(), Account()
    read = sharing({"a": account, "b": account, "c": other}, {"a": 1, "b": 1, "c": 2})
    first = [Walks(read[name], "sms") for name in ("a", "b", "c")]
    assert first[0].latest is first[1].latest is not first[2].latest
    first[1].again()
    assert account.listed == ["sms", "sms"]
    first[0].again()
    assert first[0].latest is first[1].latest
    assert (account.listed, other.listed) == (["sms", "sms"], ["sms"])
    read["a"].list("voice")
    assert account.listed[-1] == "voice"


def test_a_listing_that_fails_is_nobody_elses_failure() -> None:
    account = Account()
    account.fails = 1
    read = sharing(dict.fromkeys("ab", account), dict.fromkeys("ab", 1))
    with pytest.raises(ReadFailed):
        read["a"].list("sms")
    assert read["b"].list("sms").items == ()


def test_targets_that_list_at_the_same_time_wait_for_one_listing() -> None:
    account = Account()
    read = sharing({str(n): account for n in range(8)}, {str(n): 1 for n in range(8)})
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: one.list("sms"), read.values()))
    assert len({id(one) for one in found}) == len(account.listed) == 1


def test_the_next_read_lists_anew() -> None:
    account = Account()
    for _ in range(2):
        sharing({"a": account}, {"a": 1})["a"].list("sms")
    assert account.listed == ["sms", "sms"]
