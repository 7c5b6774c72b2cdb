from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from reconciler.providers.kore.answers import answer, facts, update_answer
from reconciler.providers.wire import WireResponse
from reconciler.resources.outcome import Answer
from tests.support.scripted_vendor import reply, sample, text_reply

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def seen(response: WireResponse) -> Answer:
    return answer(facts(response, NOW), None)


def success(data: JsonValue, **more: JsonValue) -> WireResponse:
    return reply({"status": "success", "message": "done", "data": data, **more})


def test_the_vendors_create_answer_is_a_success_with_its_id() -> None:
    found = seen(reply(sample("kore_v1_create_sms_answer")))
    assert found == Answer(
        sent=True,
        status=200,
        is_object=True,
        remote_id="cd-3aefda80-f98e-5f4f-ad41-92803abb0000",
        message="Campaign Interactive Support SMS Campaign creation in progress",
    )


@pytest.mark.parametrize(
    "response",
    [
        success({"_id": "cd-1"}),
        success({"id": "cd-1"}),
        success({"campId": "cd-1"}, id="cd-1"),
        success({"_id": "cd-1", "id": "cd-1"}, id="cd-1"),
        success(None, id="cd-1"),
        success({"_id": "", "id": "cd-1"}),
    ],
)
def test_an_id_is_found_wherever_the_vendor_puts_it(response: WireResponse) -> None:
    assert seen(response).remote_id == "cd-1"
    assert seen(response).conflicting_ids is False


def test_two_different_ids_are_no_id() -> None:
    found = seen(success({"_id": "cd-1"}, id="cd-2"))
    assert found.remote_id is None
    assert found.conflicting_ids is True


@pytest.mark.parametrize("data", [None, {}, [], "cd-1", {"_id": 7}, {"_id": None}])
def test_a_success_without_an_id_has_none(data: JsonValue) -> None:
    found = seen(success(data))
    assert (found.remote_id, found.states_error, found.is_object) == (None, False, True)


@pytest.mark.parametrize("status", ["error", "failure", "pending", "", 5])
def test_a_2xx_that_says_anything_but_success_states_an_error(status: JsonValue) -> None:
    found = seen(reply({"status": status, "message": "name is taken"}))
    assert found.states_error is True
    assert found.message == "name is taken"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"errors": [{"msg": "error verifying the jwt", "code": 401}]}, "error verifying the jwt"),
        ({"errors": [{"message": "too long"}]}, "too long"),
        ({"msg": "Invalid SDK credentials", "code": 4002}, "Invalid SDK credentials"),
        ({"status": "error", "message": "no"}, "no"),
        ({"error": "broken"}, "broken"),
        ({"errors": "odd"}, ""),
        ({"errors": []}, ""),
        ({}, ""),
    ],
)
def test_error_bodies_of_every_shape_are_read(body: JsonValue, message: str) -> None:
    found = seen(reply(body, 400))
    assert (found.status, found.is_object, found.message) == (400, True, message)
    assert found.states_error is False


@pytest.mark.parametrize("body", [{"errors": []}, {"msg": "no", "code": 1}])
def test_an_error_body_under_2xx_states_an_error(body: JsonValue) -> None:
    assert seen(reply(body)).states_error is True


@pytest.mark.parametrize(
    "response",
    [
        reply({}, 429),
        text_reply("too many", 429),
        reply({"message": "You've exceeded the per-minute rate limit. Please wait."}, 403),
        reply({"status": "error", "message": "Rate limit for this API has been reached. Try"}),
        text_reply("You've exceeded the per-minute rate limit.", 500),
    ],
)
def test_a_rate_limit_refusal_is_recognised_under_any_status(response: WireResponse) -> None:
    assert seen(response).rate_limited is True


def test_a_campaign_name_with_the_words_of_a_rate_limit_is_not_a_refusal() -> None:
    found = seen(success({"_id": "cd-1", "name": "Rate limit for this API has been reached"}))
    assert found.rate_limited is False
    assert found.remote_id == "cd-1"


def test_a_wait_that_the_vendor_asks_for_is_kept() -> None:
    assert seen(reply({}, 429, retry_after="12")).retry_after == 12.0


@pytest.mark.parametrize("body", ["", "plain words", "<html></html>"])
def test_an_answer_that_is_not_json_is_no_object(body: str) -> None:
    found = seen(text_reply(body))
    assert (found.is_object, found.remote_id, found.states_error) == (False, None, False)


def test_an_id_in_a_refusal_is_not_ours() -> None:
    assert seen(reply({"id": "cd-1", "message": "exists"}, 409)).remote_id is None


@pytest.mark.parametrize("code", ["1" * 5000, "\u00b2", [], {"401": 1}, 1.5])
def test_any_code_may_stand_in_a_refusal(code: JsonValue) -> None:
    found = facts(reply({"errors": [{"msg": "No", "code": code}]}, 400), NOW)
    assert (found.unauthorised, found.missing, found.message) == (False, True, "No")


@pytest.mark.parametrize(
    ("response", "missing"),
    [
        (reply({"errors": [{"msg": "No such thing", "code": 1}]}, 422), True),
        (reply({"message": "Invalid id"}, 400), True),
        (text_reply("<html></html>", 400), False),
        (reply({"msg": "No", "code": 4002}, 400), False),
        (reply({"message": "busy"}, 409), False),
        (reply({"message": "broken"}, 500), False),
    ],
)
def test_a_reading_that_is_refused_by_id_finds_nothing(
    response: WireResponse, missing: bool
) -> None:
    assert facts(response, NOW).missing is missing


@pytest.mark.parametrize("code", [401, "403", 4002])
def test_a_code_of_authentication_is_known_as_number_and_text(code: JsonValue) -> None:
    assert facts(reply({"errors": [{"msg": "No", "code": code}]}, 400), NOW).unauthorised


@pytest.mark.parametrize(
    "body", [{}, {"error": "boom"}, {"message": "Internal error"}, {"status": "success", "data": 1}]
)
def test_an_update_without_an_id_in_its_answer_has_no_success(body: JsonValue) -> None:
    assert update_answer(facts(reply(body), NOW), None).states_error
    assert not answer(facts(reply(body), NOW), None).states_error


def test_an_update_that_names_its_campaign_is_a_success() -> None:
    told = update_answer(facts(reply({"status": "success", "id": "cd-1"}), NOW), None)
    assert (told.states_error, told.remote_id) == (False, "cd-1")
