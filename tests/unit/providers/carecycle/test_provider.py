import pytest
from pydantic import JsonValue

from reconciler.errors import AuthenticationFailed, ReadFailed
from reconciler.providers.wire import WireFault, WireResponse
from reconciler.resources.base import RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.snapshot import ListScope
from reconciler.testing.clock import ManualClock
from tests.support.scripted_vendor import (
    TOKEN,
    care,
    care_id,
    care_page,
    care_row,
    create,
    reply,
    sample,
    script,
    text_reply,
)

TYPE = "carecycle_campaign"
ARCHIVED = care_row(9, status="archived")


def test_a_listing_walks_to_the_end_oldest_first() -> None:
    first = care_page([care_row(1)], itemsTotal=2, nextPage=2)
    handler = script(first, first, first, care_page([ARCHIVED], itemsTotal=2, currentPage=2))
    listing = care(handler).list("campaigns")
    assert [item.remote_id for item in listing.items] == [care_id(1), care_id(9)]
    # The vendor gives fewer rows than it was asked for, twice, so that is its size.
    assert [dict(request.query) for request in handler.requests] == [
        {"page": page, "perPage": size, "sortBy": "createdAt", "sortDirection": "asc"}
        for page, size in (("1", "100"), ("1", "100"), ("1", "1"), ("2", "1"))
    ]
    assert handler.requests[0].headers["x-api-key"] == TOKEN
    assert (handler.requests[0].method, handler.requests[0].path) == ("GET", "/v2/campaigns")


def test_archived_campaigns_are_requested_if_none_is_listed() -> None:
    handler = script(care_page([care_row(1)]), care_page([ARCHIVED]))
    listing = care(handler).list("campaigns")
    assert {item.state for item in listing.items} == {RunState.DRAFT, RunState.ARCHIVED}
    assert handler.requests[1].query["status"] == "archived"


def test_a_listing_of_the_living_says_whether_it_has_the_archived() -> None:
    handler = script(care_page([care_row(1)]), care_page([care_row(1), ARCHIVED]))
    without, with_them = (care(handler).list("campaigns", ListScope.LIVING) for _ in range(2))
    assert ([row.remote_id for row in without.items], without.has_archived) == ([care_id(1)], False)
    assert (len(with_them.items), with_them.has_archived) == (2, True)
    assert [request.query.get("status") for request in handler.requests] == [None, None]


def test_the_archived_are_listed_alone() -> None:
    handler = script(care_page([ARCHIVED]))
    (row,) = care(handler).list("campaigns", ListScope.ARCHIVED).items
    assert row.remote_id == care_id(9)
    assert handler.requests[0].query["status"] == "archived"


def test_a_vendor_that_ignores_the_filter_gives_no_campaign_twice() -> None:
    handler = script(care_page([care_row(1), care_row(2)]))
    assert len(care(handler).list("campaigns").items) == 2


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (care_page([care_row(1)], itemsTotal=2), "have 1 different campaigns"),
        (care_page([care_row(1)], itemsTotal=None), "no itemsTotal"),
        (care_page([], items=None, itemsTotal=1), "no items"),
        (care_page([care_row(1)], nextPage=1, itemsTotal=2), "have 1 different campaigns"),
        (care_page([care_row(1)], nextPage="3"), "names 3 as the next page"),
        (care_page([care_row(1)], nextPage="next"), "names next as the next page"),
        (care_page([care_row(1)], nextPage=3), "names 3 as the next page"),
        (care_page([care_row(1)], currentPage=4), "page 4 came instead of page 1"),
        (care_page([{"name": "A"}]), "no UUID"),
        (care_page([], items=["x"], itemsTotal=1), "not a JSON object"),
        (reply(sample("carecycle_list")), "page 123 came"),
        (text_reply("<html>"), "HTML instead of JSON"),
        (reply({"message": "No", "code": "VALIDATION_ERROR"}), "reports an error: No"),
    ],
)
def test_a_listing_that_proves_nothing_is_a_failed_read(page: WireResponse, why: str) -> None:
    with pytest.raises(ReadFailed, match=why) as problem:
        care(script(page)).list("campaigns")
    assert "target care" in str(problem.value)


def test_a_total_that_moves_is_read_again() -> None:
    full = [care_row(number) for number in range(100, 200)]
    last = care_page([care_row(2), ARCHIVED], itemsTotal=102, currentPage=2)
    handler = script(
        care_page(full, itemsTotal=101, nextPage=2),
        last,
        care_page(full, itemsTotal=102, nextPage=2),
        last,
    )
    assert len(care(handler).list("campaigns").items) == 102
    assert len(handler.requests) == 4


def test_a_campaign_is_read_by_its_id() -> None:
    handler = script(reply({"campaign": care_row(1)}))
    live = care(handler).get(TYPE, care_id(1).upper())
    assert live is not None
    assert live.remote_id == care_id(1)
    assert handler.requests[0].path == f"/v2/campaigns/{care_id(1)}"


def test_an_id_that_is_not_a_uuid_finds_no_campaign_and_is_never_put_into_a_path() -> None:
    handler = script(reply({}))
    assert care(handler).get(TYPE, "transfer-configs/x") is None
    assert handler.requests == []


@pytest.mark.parametrize(
    "answer", [reply({}, 404), reply({"message": "x", "code": "NOT_FOUND"}, 400)]
)
def test_a_campaign_that_the_vendor_says_does_not_exist_is_none(answer: WireResponse) -> None:
    assert care(script(answer)).get(TYPE, care_id(1)) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "no campaign"),
        ({"campaign": []}, "no campaign"),
        ({"campaign": care_row(2)}, "another campaign"),
    ],
)
def test_an_answer_about_no_or_another_campaign_is_a_failed_read(body: JsonValue, why: str) -> None:
    with pytest.raises(ReadFailed, match=why):
        care(script(reply(body))).get(TYPE, care_id(1))


@pytest.mark.parametrize(
    "answer",
    [reply({}, 401), reply({"message": "x", "code": "FORBIDDEN"}, 400), text_reply("", 403)],
)
def test_a_refused_key_is_an_authentication_failure(answer: WireResponse) -> None:
    with pytest.raises(AuthenticationFailed, match="target care"):
        care(script(answer)).list("campaigns")


def test_the_body_says_how_long_to_wait() -> None:
    clock = ManualClock()
    refusal = reply({"message": "x", "code": "RATE_LIMIT_EXCEEDED", "retryAfter": 11}, 429)
    care(script(refusal, reply({"campaign": care_row(1)})), clock=clock).get(TYPE, care_id(1))
    assert clock.slept == 11.0


@pytest.mark.parametrize(("kind", "sent"), [("refused", False), ("reset", True)])
def test_a_write_that_fails_says_whether_it_was_sent(kind: str, sent: bool) -> None:
    handler = script(WireFault(kind))
    assert care(handler).send(create(query={})).sent is sent
    assert len(handler.requests) == 1


def test_a_create_answers_with_its_id_and_campaign() -> None:
    answer = care(script(reply({"campaign": care_row(1)}, 201))).send(create(query={}))
    assert answer.live is not None
    assert answer.remote_id == answer.live.remote_id == care_id(1)


def test_carecycle_has_no_contact_lists_and_no_delete() -> None:
    provider = care(script(reply({})))
    assert provider.contact_lists() is None
    assert provider.requests_sent == 0
    assert provider.capabilities.delete is Ability.ARCHIVE
    assert provider.capabilities.may_send_on_write is False
