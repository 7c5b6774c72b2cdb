from dataclasses import replace

import pytest

from reconciler.address import Address
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.workflow.history import concluded
from tests.support.ledgers import RECEIPT


def receipt(*entries: ReceiptEntry) -> Receipt:
    return replace(RECEIPT, outcomes=entries)


def entry(outcome: Outcome, attempt: str | None = None) -> ReceiptEntry:
    return ReceiptEntry(
        address=Address("kore_sms_campaign", "a"),
        target="main",
        action="start",
        outcome=outcome,
        remote_id="cd-1",
        attempt=attempt,
    )


def left(*receipts: Receipt) -> list[list[Outcome]]:
    return [[entry.outcome for entry in receipt.outcomes] for receipt in concluded(receipts)]


UNKNOWN, APPLIED, REFUSED = Outcome.UNKNOWN, Outcome.APPLIED, Outcome.REFUSED


def test_only_the_conclusion_of_an_attempt_is_kept() -> None:
    assert left(receipt(entry(UNKNOWN, "1")), receipt(entry(APPLIED, "1"))) == [[APPLIED]]


def test_attempts_that_are_not_concluded_or_not_named_stay() -> None:
    assert left(receipt(entry(UNKNOWN, "1")), receipt(entry(UNKNOWN)), receipt(entry(APPLIED))) == [
        [UNKNOWN],
        [UNKNOWN],
        [APPLIED],
    ]


def test_the_outcomes_of_several_attempts_are_distinguished() -> None:
    before = receipt(entry(UNKNOWN, "1"), entry(UNKNOWN, "2"))
    assert left(before, receipt(entry(REFUSED, "2"))) == [[UNKNOWN], [REFUSED]]


@pytest.mark.parametrize(
    ("operation", "action", "outcome", "shows"),
    [
        ("apply", "create", APPLIED, True),
        ("apply", "update", APPLIED, True),
        ("apply", "adopt", APPLIED, True),
        ("apply", "delete", APPLIED, True),
        ("apply", "forget", APPLIED, False),
        ("apply", "create", UNKNOWN, False),
        ("apply", "create", REFUSED, False),
        ("start", "start", APPLIED, False),
        ("stop", "stop", APPLIED, False),
        ("resolve", "create", APPLIED, False),
    ],
)
def test_only_an_apply_that_wrote_or_adopted_a_campaign_makes_history(
    operation: str, action: str, outcome: Outcome, shows: bool
) -> None:
    one = replace(receipt(replace(entry(outcome), action=action)), operation=operation)
    assert one.shows_history is shows


def test_a_receipt_without_entries_stays() -> None:
    assert concluded([receipt()]) == (receipt(),)
