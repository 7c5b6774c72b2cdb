from dataclasses import replace

import pytest

from reconciler.resources.base import Live, RunState
from reconciler.resources.follow_up import beyond_create, completed, follow_up
from reconciler.resources.tree import Tree
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
)

SPEC: Tree = {"name": "A", "description": None, "redial": True, "smsContent": {"redial": "Hi"}}
LIVE = Live(
    type="carecycle_campaign",
    remote_id="cc-1",
    name="A",
    state=RunState.DRAFT,
    status="draft",
    spec={},
)
PLANNED = PlannedRequest(
    operation=Operation.UPDATE,
    method="PATCH",
    path="/c/cc-1",
    body={"redial": True, "texts": {"a": "Hi", "b": KNOWN_AFTER_APPLY}},
    unknown=("texts.b",),
)


TOLD = replace(PLANNED, body={"redial": True, "texts": {"a": "Hi", "b": "Theirs"}}, unknown=())


def reason(*requests: PlannedRequest) -> str:
    found = completed([PLANNED], requests)
    assert isinstance(found, Impossible)
    return found.reason


def test_the_follow_up_changes_what_a_create_cannot_carry() -> None:
    write = follow_up(SPEC, LIVE)
    assert (write.operation, write.spec, write.live) == (Operation.UPDATE, SPEC, LIVE)
    assert write.changed == {"redial", "smsContent.redial"}


def test_what_no_field_table_knows_is_no_setting() -> None:
    assert beyond_create("carecycle_campaign", {"name": "A", "other": 1}) == frozenset()


def test_only_open_leaves_are_filled_in() -> None:
    assert completed([PLANNED], (TOLD,)) == (TOLD,)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("texts.a", {"redial": True, "texts": {"a": "Other", "b": "Theirs"}}),
        ("redial", {"redial": 1, "texts": {"a": "Hi", "b": "Theirs"}}),
        ("status", {"redial": True, "status": "active", "texts": {"a": "Hi", "b": "Theirs"}}),
        ("texts.b", {"redial": True, "texts": {"a": "Hi"}}),
        ("texts.b, texts.b.c", {"redial": True, "texts": {"a": "Hi", "b": {"c": "deeper"}}}),
    ],
)
def test_anything_else_is_named_and_not_sent(path: str, body: Tree) -> None:
    assert reason(replace(TOLD, body=body)).endswith(f": {path}")


def test_a_leaf_that_is_open_still_is_named() -> None:
    assert reason(PLANNED).endswith(": texts.b")


@pytest.mark.parametrize(
    "other",
    [
        replace(TOLD, method="PUT"),
        replace(TOLD, path="/c/cc-2"),
        replace(TOLD, query={"a": "b"}),
        replace(TOLD, operation=Operation.START),
    ],
)
def test_another_request_is_not_sent(other: PlannedRequest) -> None:
    assert "other requests" in reason(other)


def test_more_or_fewer_requests_are_not_sent() -> None:
    assert "other requests" in reason()
    assert "other requests" in reason(TOLD, TOLD)


def test_a_provider_that_cannot_says_why_itself() -> None:
    assert completed([PLANNED], Impossible("not today")) == Impossible("not today")
