from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.workflow.history import concluded, outcomes_of


def receipt(*entries: Tree) -> Tree:
    return {"operation": "start", "outcomes": list[JsonValue](entries)}


def entry(outcome: str, attempt: str | None = None) -> Tree:
    named: Tree = {} if attempt is None else {"attempt": attempt}
    return {"address": "kore_sms_campaign.a", "outcome": outcome, **named}


def left(*receipts: Tree) -> list[list[JsonValue]]:
    return [[one["outcome"] for one in outcomes_of(each)] for each in concluded(receipts)]


def test_of_an_attempt_only_its_conclusion_is_left() -> None:
    assert left(receipt(entry("unknown", "1")), receipt(entry("applied", "1"))) == [["applied"]]


def test_attempts_that_are_not_concluded_or_not_named_stay() -> None:
    assert left(
        receipt(entry("unknown", "1")), receipt(entry("unknown")), receipt(entry("applied"))
    ) == [["unknown"], ["unknown"], ["applied"]]


def test_what_several_attempts_came_to_is_told_apart() -> None:
    before = receipt(entry("unknown", "1"), entry("unknown", "2"))
    assert left(before, receipt(entry("refused", "2"))) == [["unknown"], ["refused"]]


def test_a_receipt_without_entries_stays() -> None:
    cleared: Tree = {"operation": "clear", "reason": "fine"}
    assert concluded([cleared]) == ({**cleared, "outcomes": []},)
