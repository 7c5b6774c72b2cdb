import json

import pytest
from pydantic import JsonValue

from reconciler.errors import AuthenticationFailed, ReadFailed
from reconciler.providers.wire import WireFault, WireRequest, WireResponse
from reconciler.resources.capabilities import Ability
from reconciler.resources.snapshot import ContactList
from reconciler.resources.tree import Tree
from tests.support.scripted_vendor import (
    create,
    kore,
    kore_page,
    kore_row,
    reply,
    sample,
    script,
    text_reply,
    token,
)

V1 = "/agentassist/api/v1/public/st-path/campaign"
V2 = "/campaign/api/v2/public/st-path/campaign"


@pytest.mark.parametrize(
    ("api", "path", "query"), [("v1", V1, {}), ("v2", V2, {"accountId": "acc"})]
)
def test_a_channel_is_listed_by_a_sorted_post(api: str, path: str, query: dict[str, str]) -> None:
    handler = script(kore_page([kore_row(1), kore_row(2)]))
    listing = kore(handler, api).list("sms")
    assert [item.remote_id for item in listing.items] == ["cd-1", "cd-2"]
    assert all(item.thin and item.marker for item in listing.items)
    (request,) = handler.requests
    assert (request.method, request.path) == ("POST", f"{path}/getAllCampaignDetails")
    assert request.query == query
    assert json.loads(request.body) == {
        "limit": 50,
        "skip": 0,
        "page": 1,
        "type": "sms",
        "sortBy": {"name": "asc", "createdAt": "asc"},
    }


@pytest.mark.parametrize(
    ("channel", "ids"), [("sms", ["cd-1", "cd-3"]), ("voice", ["cd-2", "cd-3"])]
)
def test_a_listing_of_every_type_is_read_as_the_one_that_was_asked_for(
    channel: str, ids: list[str]
) -> None:
    voice = {**kore_row(2), "format": None, "dialingMode": "Preview"}
    unsaid = {**kore_row(3), "format": None}
    handler = script(kore_page([kore_row(1), voice, unsaid]))
    assert [item.remote_id for item in kore(handler).list(channel).items] == ids


def test_every_call_carries_the_vendors_three_headers() -> None:
    handler = script(kore_page([]))
    kore(handler, credential=token("jwt")).list("voice")
    headers = handler.requests[0].headers
    assert (headers["auth"], headers["iid"], headers["accountid"]) == ("jwt", "st-app", "acc")


def test_pages_follow_the_size_that_the_vendor_gives_and_not_the_one_asked_for() -> None:
    asked = []

    def handler(request: WireRequest) -> WireResponse:
        body = json.loads(request.body)
        asked.append((body["page"], body["skip"], body["limit"]))
        rows = [kore_row(number) for number in range(6)][body["skip"] : body["skip"] + 2]
        claims = {"limit": 2, "skip": body["skip"], "hasMore": body["skip"] < 4}
        return kore_page(rows, totalResults=6, **claims)

    assert len(kore(handler).list("sms").items) == 6
    assert (asked[:2], sorted(asked[2:])) == ([(1, 0, 50), (1, 0, 2)], [(2, 2, 2), (3, 4, 2)])


def test_the_first_page_of_the_vendors_sample_asks_for_the_next() -> None:
    handler = script(reply(sample("kore_v1_list_sms")))
    with pytest.raises(ReadFailed, match="page 2 begins at 0, not at the requested 2"):
        kore(handler, "v1").list("sms")
    assert [body["page"] for body in handler.bodies][:3] == [1, 1, 2]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (kore_page([kore_row(1)], totalResults=2), "have 1 different campaigns"),
        (kore_page([kore_row(1)], totalResults=None), "no totalResults"),
        (kore_page([kore_row(1)], results={}), "no results"),
        (kore_page([kore_row(1)], skip=50), "begins at 50"),
        (kore_page([{"name": "A"}]), "a campaign has no id"),
        (kore_page([], results=[7], totalResults=1), "not a JSON object"),
        (reply({"status": "success"}), "no results"),
        (reply({"status": "error", "message": "no"}), "reports an error: no"),
        (text_reply("<html>"), "HTML instead of JSON"),
        (reply({}, 404), "HTTP 404"),
    ],
)
def test_a_listing_that_proves_nothing_is_a_failed_read(page: WireResponse, why: str) -> None:
    with pytest.raises(ReadFailed, match=why) as problem:
        kore(script(page)).list("sms")
    assert "target retention" in str(problem.value)
    assert "sms campaigns" in str(problem.value)


def test_a_page_that_fails_fails_the_listing_by_its_number() -> None:
    first = kore_page([kore_row(1)], limit=1, hasMore=True, totalResults=2)
    with pytest.raises(ReadFailed, match=r"page 2 of the list of sms campaigns.*HTTP 500"):
        kore(script(first, first, reply({}, 500))).list("sms")


def test_a_missing_promise_of_more_is_taken_from_the_total() -> None:
    rest = {"limit": 1, "totalResults": 2, "hasMore": None}
    first = kore_page([kore_row(1)], **rest)
    handler = script(first, first, kore_page([kore_row(2)], skip=1, **rest))
    assert len(kore(handler).list("sms").items) == 2
    assert len(handler.requests) == 3


@pytest.mark.parametrize(
    ("api", "path", "query"), [("v1", V1, {}), ("v2", V2, {"accountId": "acc"})]
)
@pytest.mark.parametrize("type_", ["kore_sms_campaign", "kore_voice_campaign"])
def test_a_campaign_is_read_by_get_and_never_by_put(
    api: str, path: str, query: dict[str, str], type_: str
) -> None:
    record: Tree = {"_id": "cd-1", "name": "A", "status": "Ready"}
    handler = script(reply({"status": "success", "data": record}))
    live = kore(handler, api).get(type_, "cd-1")
    assert live is not None
    assert live.type == type_
    (request,) = handler.requests
    assert (request.method, request.path, request.query) == ("GET", f"{path}/cd-1", query)
    assert request.body == b""


@pytest.mark.parametrize(
    "answer",
    [reply({}, 404), reply({"status": "error", "message": "Campaign does not exist"})],
)
def test_a_campaign_that_the_vendor_says_does_not_exist_is_none(answer: WireResponse) -> None:
    assert kore(script(answer)).get("kore_sms_campaign", "cd-1") is None


def test_a_campaign_of_the_other_type_is_none_of_this_one() -> None:
    record: Tree = {"_id": "cd-1", "name": "A", "status": "Ready", "dialingMode": "Preview"}
    answer = reply({"status": "success", "data": record})
    assert kore(script(answer)).get("kore_sms_campaign", "cd-1") is None
    assert kore(script(answer)).get("kore_voice_campaign", "cd-1") is not None


@pytest.mark.parametrize("id_", ["..", ".", "a/b", "two words", ""])
def test_an_invalid_id_finds_no_campaign_and_is_never_put_into_a_path(id_: str) -> None:
    handler = script(reply({}))
    assert kore(handler).get("kore_sms_campaign", id_) is None
    assert handler.requests == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "no campaign"),
        ([], "no campaign"),
        ({"name": "A"}, "no id"),
        ({"_id": "cd-2", "name": "A"}, "another campaign"),
    ],
)
def test_an_answer_about_no_or_another_campaign_is_a_failed_read(data: JsonValue, why: str) -> None:
    handler = script(reply({"status": "success", "data": data}))
    with pytest.raises(ReadFailed, match=why):
        kore(handler).get("kore_sms_campaign", "cd-1")


def test_contact_lists_are_known_by_name() -> None:
    rows: list[JsonValue] = [
        {"_id": "cl-1", "name": "Spring", "totalRecordCount": 2, "status": "Ready"},
        {"_id": "cl-2", "name": "Odd", "totalRecordCount": "many", "status": None},
        {"_id": "cl-3"},
        "junk",
    ]
    handler = script(reply({"status": "success", "data": rows}))
    assert kore(handler).contact_lists() == {
        "Spring": ContactList("Spring", 2, "Ready"),
        "Odd": ContactList("Odd", None, ""),
    }
    (request,) = handler.requests
    assert (request.method, request.path) == ("POST", f"{V2}/contactList/getAllListDetails")
    assert request.query == {"accountId": "acc", "type": "call"}


def test_an_account_without_a_list_call_is_a_failed_read() -> None:
    with pytest.raises(ReadFailed, match="the contact lists"):
        kore(script(reply({"status": "success", "data": {}}))).contact_lists()


def test_a_refused_credential_is_an_authentication_failure() -> None:
    with pytest.raises(AuthenticationFailed, match=r"target retention.*KORE_JWT"):
        kore(script(reply({}, 401))).list("sms")


@pytest.mark.parametrize(("kind", "sent"), [("refused", False), ("timeout", True)])
def test_a_write_that_fails_says_whether_it_was_sent(kind: str, sent: bool) -> None:
    handler = script(WireFault(kind))
    answer = kore(handler).send(create())
    assert (answer.sent, answer.status) == (sent, None)
    assert len(handler.requests) == 1


def test_a_write_without_a_usable_credential_is_answered_as_not_sent() -> None:
    handler = script(reply({}))
    answer = kore(handler, credential=token("")).send(create())
    assert answer.sent is False
    assert "KORE_JWT" in answer.message
    assert handler.requests == []


def test_a_create_answers_with_its_id_and_campaign() -> None:
    handler = script(reply(sample("kore_v1_create_sms_answer")))
    answer = kore(handler, "v1").send(create())
    assert answer.live is not None
    assert answer.remote_id == answer.live.remote_id == "cd-3aefda80-f98e-5f4f-ad41-92803abb0000"


def test_capabilities_differ_by_version() -> None:
    v1, v2 = kore(script(reply({})), "v1").capabilities, kore(script(reply({}))).capabilities
    assert (v1.schedule, v2.schedule) == (Ability.NO, Ability.YES)
    assert v2.update is Ability.FULL_BODY
    assert v2.may_send_on_write is True


def test_the_end_of_a_listing_may_be_counted_by_another_size() -> None:
    # The vendor lowered the size to 1, obeys only `page`, and has more on every page but the last.
    first = kore_page([kore_row(1)], limit=1, hasMore=True)
    handler = script(first, kore_page([], limit=1, skip=1, totalResults=1))
    assert len(kore(handler).list("sms").items) == 1
