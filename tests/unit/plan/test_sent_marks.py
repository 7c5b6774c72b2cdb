from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reconciler.address import Address
from reconciler.plan.sent_marks import (
    ended_before,
    intent_key,
    mark_key,
    marks_by_address,
    needed_marks,
    not_before,
    twin_keys,
    with_first_release,
)
from reconciler.plan.twins import Twin
from reconciler.resources.base import RunState
from reconciler.resources.ledger_records import Intent, LedgerView, Moment
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.snapshot import Listing, TargetSnapshot
from tests.support.campaigns import CARE, NOW, SMS, desired, intent, live, record
from tests.support.plans import facts, ledger, snapshot

TARGETS = {"retention": facts(account="acme"), "care": facts("care", account="host")}
ONE, OTHER = desired(), desired("welcome", name="Welcome")
KEY = MarkKey("kore", "acme", "sms", "renewal")
UNKNOWN = Address("fax_campaign", "old")
MARK = SentMark(
    key=KEY, first_at=NOW, sent=Moment(NOW, NOW), environment="prod", address=ONE.address
)


def test_a_mark_is_about_a_name_on_an_account_and_a_channel() -> None:
    assert mark_key(SMS, "Renewal ", "acme") == KEY
    assert mark_key(CARE, "Care", "host") == MarkKey("carecycle", "host", "campaigns", "care")


def test_the_mark_of_an_intent_is_that_of_the_account_it_was_written_for() -> None:
    assert intent_key(intent(ONE, account="former"), "acme") == KEY._replace(account="former")
    assert intent_key(intent(ONE), "acme") == KEY


def opened(*intents: Intent) -> LedgerView:
    return ledger(intents={one.address: one for one in intents})


def test_the_marks_of_what_may_be_created_and_of_open_intents_are_needed() -> None:
    elsewhere = desired("third", name="Third", target="gone")
    odd = intent(desired("fourth", name="Fourth"), type=UNKNOWN.type)
    open_ = opened(intent(OTHER), intent(elsewhere), odd)
    snapshots = {
        "retention": snapshot("retention"),
        "gone": replace(snapshot("retention"), target="gone"),
    }
    assert needed_marks([ONE, elsewhere], snapshots, open_, TARGETS) == {
        KEY,
        KEY._replace(name_key="welcome"),
    }


def test_the_mark_of_a_listed_campaign_is_not_needed() -> None:
    assert needed_marks([ONE], {"retention": snapshot("retention", live())}, ledger(), TARGETS) == (
        frozenset()
    )


def test_the_ledger_of_the_first_release_implies_marks() -> None:
    created = record(ONE, written_at=NOW - timedelta(days=2), created=True)
    adopted = record(OTHER, created=False)
    others = [
        record(desired("b", name="B", target="gone"), created=True),
        replace(record(desired("c", name="C"), created=True), address=UNKNOWN),
    ]
    third = desired("third", name="Third")
    begun = intent(third, created_at=NOW - timedelta(days=1), seen_ids=("cd-7",))
    ignored = [
        intent(desired("e", name="E", target="gone")),
        intent(desired("f", name="F"), type=UNKNOWN.type),
    ]
    old = replace(
        opened(begun, *ignored),
        environment="prod",
        records={one.address: one for one in (created, adopted, *others)},
    )
    third_key = KEY._replace(name_key="third")
    assert with_first_release({}, old, TARGETS) == {
        KEY: SentMark(
            key=KEY,
            first_at=created.written_at,
            sent=Moment(created.written_at),
            environment="prod",
            address=ONE.address,
        ),
        third_key: SentMark(
            key=third_key,
            first_at=begun.created_at,
            sent=Moment(begun.created_at),
            environment="prod",
            address=third.address,
            seen_ids=("cd-7",),
        ),
    }
    assert with_first_release({KEY: MARK}, old, TARGETS)[KEY] == MARK


@pytest.mark.parametrize("days", [-1, 1])
def test_the_later_of_two_implied_marks_counts(days: int) -> None:
    again = replace(ONE, address=Address(SMS, "again"))
    first = record(ONE, written_at=NOW, created=True)
    second = record(again, written_at=NOW + timedelta(days=days), created=True)
    implied = with_first_release({}, ledger(first, second), TARGETS)
    assert implied[KEY].address == (again if days > 0 else ONE).address


def test_the_first_of_two_marks_of_one_moment_stays() -> None:
    again = replace(ONE, address=Address(SMS, "again"))
    both = ledger(*(record(one, written_at=NOW, created=True) for one in (ONE, again)))
    assert with_first_release({}, both, TARGETS)[KEY].address == ONE.address


def read_at(now: datetime) -> TargetSnapshot:
    """Read at once, where the vendor's clock shows what ours does."""
    return TargetSnapshot(target="retention", listings={"sms": Listing("sms", (), as_of=now)})


@pytest.mark.parametrize(
    ("passed", "wait"),
    [(0.0, 301), (0.5, 300), (299.0, 2), (299.5, 1), (300.0, None), (400.0, None)],
)
def test_a_create_waits_until_the_vendor_must_have_listed_the_one_before(
    passed: float, wait: int | None
) -> None:
    now = NOW + timedelta(seconds=passed)
    until = not_before(MARK, read_at(now), settle=300, now=now)
    whole = now.replace(microsecond=0)
    assert until == (None if wait is None else whole + timedelta(seconds=wait))


def test_without_a_mark_nothing_waits() -> None:
    assert not_before(None, read_at(NOW), settle=300, now=NOW) is None


@pytest.mark.parametrize(
    ("state", "changed", "sent", "ended"),
    [
        (RunState.ARCHIVED, -1, NOW, True),
        (RunState.FINISHED, -1, NOW, True),
        (RunState.FINISHED, 0, NOW, False),
        (RunState.FINISHED, 1, NOW, False),
        (RunState.FINISHED, None, NOW, False),
        (RunState.FINISHED, -1, None, False),
        (RunState.ACTIVE, -1, NOW, False),
        (RunState.DRAFT, -1, NOW, False),
    ],
)
def test_a_campaign_ended_before_a_create_if_the_vendors_clock_says_so(
    state: RunState, changed: int | None, sent: datetime | None, ended: bool
) -> None:
    at = None if changed is None else NOW + timedelta(seconds=changed)
    row = replace(live(state=state), changed_at=at)
    assert ended_before(row, replace(MARK, sent=Moment(NOW, sent))) is ended


def test_twins_need_the_marks_of_the_recorded_names() -> None:
    twin = Twin(
        address=ONE.address,
        target="retention",
        managed_id="cd-1",
        remote_id="cd-2",
        name="Other",
        status="Ready",
    )
    assert twin_keys([twin], {ONE.address: record(ONE)}, {"retention": "acme"}) == {KEY}


def test_marks_are_found_by_the_addresses_of_their_names() -> None:
    odd = replace(record(desired("c")), address=UNKNOWN)
    records = [odd, record(ONE), record(OTHER)]
    assert marks_by_address(records, {KEY: MARK}, "acme") == {ONE.address: MARK}
