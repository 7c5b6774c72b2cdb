from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from reconciler.providers.carecycle.answers import answer, facts, update_answer
from reconciler.providers.response import VendorResponse
from reconciler.providers.wire import WireResponse
from reconciler.resources.outcome import Answer
from tests.support.scripted_vendor import care_id, care_row, reply, text_reply


def found(response: WireResponse) -> VendorResponse:
    return facts(response, datetime(2026, 11, 20, tzinfo=UTC))


def seen(response: WireResponse) -> Answer:
    return answer(found(response), None)


def refusal(code: str, status: int, **more: JsonValue) -> WireResponse:
    return reply({"message": "No", "code": code, **more}, status)


@pytest.mark.parametrize("status", [200, 201])
def test_a_written_campaign_answers_with_its_id_in_lower_case(status: int) -> None:
    response = reply({"campaign": care_row(1, id=care_id(1).upper())}, status)
    assert seen(response) == Answer(sent=True, status=status, is_object=True, remote_id=care_id(1))


@pytest.mark.parametrize(
    "body",
    [{}, {"campaign": None}, {"campaign": {}}, {"campaign": {"id": "cd-1"}}, {"id": care_id(1)}],
)
def test_a_2xx_without_a_campaign_has_no_id_and_states_no_error(body: JsonValue) -> None:
    answered = seen(reply(body))
    assert (answered.remote_id, answered.states_error) == (None, False)


@pytest.mark.parametrize(
    ("code", "status"),
    [("UNAUTHORIZED", 401), ("FORBIDDEN", 403), ("NOT_FOUND", 404), ("VALIDATION_ERROR", 422)],
)
def test_a_refusal_keeps_its_status_and_words(code: str, status: int) -> None:
    answered = seen(refusal(code, status))
    assert (answered.status, answered.is_object, answered.message) == (status, True, "No")
    assert answered.states_error is False


@pytest.mark.parametrize(
    ("code", "status", "seen_as"),
    [("INTERNAL_ERROR", 400, 500), ("VALIDATION_ERROR", 500, 500), ("NOT_FOUND", 400, 400)],
)
def test_a_code_can_make_a_status_worse_but_never_better(
    code: str, status: int, seen_as: int
) -> None:
    assert seen(refusal(code, status)).status == seen_as


@pytest.mark.parametrize("code", ["VALIDATION_ERROR", "INTERNAL_ERROR", "NOT_FOUND"])
def test_a_2xx_with_an_error_code_states_an_error(code: str) -> None:
    assert seen(refusal(code, 200)).states_error is True


@pytest.mark.parametrize("errors", [None, [], {}])
def test_no_errors_are_no_error(errors: JsonValue) -> None:
    assert seen(reply({"campaign": care_row(1), "errors": errors})).states_error is False


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"campaign": None}, {"success": False}, {"message": "No", "code": "QUOTA"}),
        {"campaign": care_row(2)},
    ],
)
def test_an_update_that_does_not_show_its_campaign_says_no_success(body: JsonValue) -> None:
    path = f"/v2/campaigns/{care_id(1)}"
    assert update_answer(found(reply(body)), None, path).states_error is True


def test_an_update_that_shows_its_campaign_in_upper_case_succeeded() -> None:
    response = reply({"campaign": care_row(1, id=care_id(1).upper())})
    told = update_answer(found(response), None, f"/v2/campaigns/{care_id(1)}")
    assert (told.states_error, told.remote_id) == (False, care_id(1))


@pytest.mark.parametrize(
    ("response", "wait"),
    [
        (refusal("RATE_LIMIT_EXCEEDED", 429, retryAfter=30), 30.0),
        (refusal("RATE_LIMIT_EXCEEDED", 400, retryAfter=-1), 0.0),
        (refusal("RATE_LIMIT_EXCEEDED", 200), None),
        (reply({}, 429, retry_after="9"), 9.0),
        (reply({"retryAfter": 5}, 429, retry_after="9"), 5.0),
        (text_reply("slow down", 429), None),
    ],
)
def test_the_body_of_a_rate_limit_refusal_says_how_long_to_wait(
    response: WireResponse, wait: float | None
) -> None:
    answered = seen(response)
    assert answered.rate_limited is True
    assert answered.retry_after == wait


@pytest.mark.parametrize(
    ("response", "unauthorised", "missing"),
    [
        (refusal("UNAUTHORIZED", 400), True, False),
        (refusal("FORBIDDEN", 404), True, False),
        (text_reply("", 401), True, False),
        (refusal("NOT_FOUND", 400), False, True),
        (text_reply("", 404), False, True),
        (refusal("VALIDATION_ERROR", 404), False, False),
    ],
)
def test_the_code_comes_before_the_status(
    response: WireResponse, unauthorised: bool, missing: bool
) -> None:
    facts_ = found(response)
    assert (facts_.unauthorised, facts_.missing) == (unauthorised, missing)
