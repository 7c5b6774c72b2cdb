"""What an apply is said to send, by account."""

from dataclasses import replace
from datetime import UTC, datetime

from reconciler.plan.model import Action, Change, Plan
from reconciler.providers.account import Account
from reconciler.providers.page_size import PageSize
from reconciler.providers.rate_limit import RateLimiter
from reconciler.resources.snapshot import Listing, TargetSnapshot
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from reconciler.workflow.expected import Expected, expected
from tests.support.apply_world import new_change

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def account(limit: int = 50, *, page: int | None = None) -> Account:
    limiter = RateLimiter("main", limit=limit, max_wait=900, clock=ManualClock())
    return Account(limiter, page_size=PageSize(fixed=page))


def plan(*changes: Change) -> Plan:
    return Plan(
        id="p",
        tool_version="0",
        environment="test",
        created_at=NOW,
        expires_at=NOW,
        changes=changes,
    )


def creates(number: int, target: str = "main") -> list[Change]:
    provider = MemoryProvider(ManualClock())
    return [new_change(provider, f"c{one}", target=target) for one in range(number)]


def listed(target: str = "main", *, at_once: bool = True) -> TargetSnapshot:
    return TargetSnapshot(target=target, listings={"sms": Listing("sms", (), NOW, at_once)})


def found(*changes: Change, at_once: bool = True, **accounts: Account) -> list[Expected]:
    snapshots = {name: listed(name, at_once=at_once) for name in accounts}
    return list(expected(plan(*changes), snapshots, accounts))


def test_creates_cost_themselves_their_proofs_and_the_pages() -> None:
    (one,) = found(*creates(300), at_once=False, main=account(page=50))
    assert one.requests == (300 + 14 + 6, 300 + 300 + 6)
    assert one.seconds == (6 * 60, 12 * 60)


def test_pages_are_counted_in_the_size_that_the_account_grants() -> None:
    (one,) = found(*creates(300), at_once=False, main=account(page=200))
    assert one.requests == (300 + 14 + 2, 300 + 300 + 2)


def test_a_page_size_that_nobody_knows_makes_a_range() -> None:
    (one,) = found(*creates(300), at_once=False, main=account())
    assert one.requests == (300 + 14 + 2, 300 + 300 + 6)
    (one,) = found(*creates(20), at_once=False, main=account())
    assert one.requests == (20 + 0 + 1, 20 + 20 + 1)


def test_an_update_is_read_before_and_after() -> None:
    updates = [replace(one, action=Action.UPDATE) for one in creates(10)]
    (one,) = found(*updates, main=account())
    assert one.requests == (31, 31)


def test_targets_of_one_account_are_one_figure() -> None:
    shared = account()
    changes = (*creates(5, "one"), *creates(5, "two"))
    assert [each.targets for each in found(*changes, one=shared, two=shared)] == [("one", "two")]
    assert len(found(*changes, one=account(), two=account())) == 2


def test_what_sends_nothing_costs_nothing() -> None:
    assert found(*(replace(one, requests=()) for one in creates(5)), main=account()) == []
