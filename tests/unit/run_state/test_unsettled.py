from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.address import Address
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.writes import Recurrence
from reconciler.run_state.unsettled import ABOUT_TO_LEAVE, NOT_CONFIRMED, unsettled_starts
from tests.support.ledgers import RECEIPT

ENTRY = ReceiptEntry(
    address=Address("kore_sms_campaign", "renewal"),
    target="t",
    action="start",
    outcome=Outcome.UNKNOWN,
    remote_id="cd-1",
)


def entry(action: str, outcome: str, attempt: str | None = None, **more: Any) -> Receipt:
    """A receipt of one entry; old receipts had no attempt id."""
    one = replace(ENTRY, action=action, outcome=Outcome(outcome), attempt=attempt, **more)
    return replace(RECEIPT, outcomes=(one,))


def announced(action: str, attempt: str | None = None, **more: Any) -> Receipt:
    return entry(action, "unknown", attempt, codes=(ABOUT_TO_LEAVE,), **more)


def doubt(*receipts: Receipt) -> str | None:
    found = unsettled_starts(receipts, target="t", remote_id="cd-1")
    return None if found is None else found.action


DAILY = Recurrence(
    every=1, start=datetime(2027, 4, 1, tzinfo=UTC), end=datetime(2027, 4, 30, tzinfo=UTC)
)
UNCLEAR = entry("start", "unknown", "1")
PLANNED = entry("schedule", "unknown", "2", schedule=DAILY)
OFF = {"schedule": "off"}


@pytest.mark.parametrize(
    ("receipts", "left"),
    [
        ([], None),
        ([UNCLEAR], "start"),
        ([announced("start", "1")], "start"),
        ([announced("start", "1"), UNCLEAR], "start"),
        ([announced("start", "1"), entry("start", "applied", "1")], None),
        ([announced("start", "1"), entry("start", "refused", "1")], None),
        ([announced("start", "1"), entry("start", "skipped", "1")], None),
        ([entry("start", "applied", "1", codes=(NOT_CONFIRMED,))], "start"),
        ([PLANNED], "schedule"),
        ([entry("update", "unknown", "1")], None),
    ],
)
def test_an_attempt_is_settled_by_its_own_conclusion(receipts: list[Receipt], left: object) -> None:
    assert doubt(*receipts) == left


@pytest.mark.parametrize(
    ("later", "left"),
    [
        ([announced("start", "9"), entry("start", "refused", "9")], "start"),
        ([announced("start", "9"), entry("start", "skipped", "9")], "start"),
        ([announced("start", "9"), entry("start", "applied", "9")], None),
        ([entry("start", "applied", "9", codes=(NOT_CONFIRMED,))], "start"),
        ([announced("schedule", "9", **OFF), entry("schedule", "applied", "9", **OFF)], "start"),
        ([entry("schedule", "applied", "9", schedule=DAILY)], "start"),
        ([entry("update", "applied")], "start"),
        ([entry("stop", "applied")], None),
        ([entry("stop", "refused")], "start"),
        ([entry("stop", "unknown")], "start"),
        ([entry("stop", "applied", remote_id="cd-2")], "start"),
        ([entry("stop", "applied", target="other")], "start"),
        ([entry("accept", "applied")], None),
        ([entry("stop", "applied"), UNCLEAR], "start"),
    ],
)
def test_an_unclear_start_stays_so_until_something_is_known(
    later: list[Receipt], left: object
) -> None:
    assert doubt(UNCLEAR, *later) == left


@pytest.mark.parametrize(
    ("later", "left"),
    [
        ([entry("schedule", "applied", "9", **OFF)], None),
        ([announced("schedule", "9", **OFF)], "schedule"),
        ([entry("schedule", "unknown", "9", **OFF)], "schedule"),
        ([entry("schedule", "refused", "9", schedule=DAILY)], "schedule"),
        ([entry("schedule", "applied", "9", schedule=DAILY)], None),
        ([entry("start", "applied", "9")], "schedule"),
        ([entry("stop", "applied")], None),
        ([entry("accept", "applied")], None),
    ],
)
def test_an_unclear_schedule_stays_so_until_it_is_off_or_set(
    later: list[Receipt], left: object
) -> None:
    assert doubt(PLANNED, *later) == left


def test_an_unclear_switching_off_contacts_nobody() -> None:
    assert (
        doubt(announced("schedule", "1", **OFF), entry("schedule", "unknown", "1", **OFF)) is None
    )


def test_another_address_is_the_same_campaign() -> None:
    moved = entry("start", "unknown", "1", address=Address("kore_sms_campaign", "renewal-2026"))
    assert doubt(moved) == "start"


def test_each_of_two_parallel_attempts_has_its_own_conclusion() -> None:
    both = [announced("start", "a"), announced("start", "b"), entry("start", "refused", "a")]
    assert doubt(*both) == "start"
    assert doubt(announced("start", "b"), announced("start", "a"), both[2]) == "start"


OLD = announced("start")
KEPT_BACK = [OLD, entry("start", "skipped")]


@pytest.mark.parametrize(
    ("receipts", "left"),
    [
        ([OLD], "start"),
        ([OLD, entry("start", "unknown")], "start"),
        ([OLD, entry("start", "applied")], None),
        ([OLD, entry("start", "refused")], None),
        (KEPT_BACK, None),
        ([OLD, *KEPT_BACK], "start"),
        ([OLD, entry("start", "unknown"), *KEPT_BACK], "start"),
        ([OLD, entry("start", "unknown"), OLD, entry("start", "refused")], "start"),
        ([entry("start", "applied"), *KEPT_BACK], None),
        ([OLD, announced("start", "1"), entry("start", "refused", "1")], "start"),
    ],
)
def test_what_was_kept_without_an_id_of_its_attempt_is_read_in_its_order(
    receipts: list[Receipt], left: object
) -> None:
    assert doubt(*receipts) == left
