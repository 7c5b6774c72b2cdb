from typing import Any

import pytest

from reconciler.address import Address
from reconciler.apply.answer_verdicts import (
    CreateVerdict,
    WriteVerdict,
    classify_create,
    classify_write,
    failure,
)
from reconciler.diagnostics import Where, error
from reconciler.resources.outcome import Answer
from reconciler.resources.writes import Operation

_REFUSALS = (400, 401, 403, 404, 405, 406, 413, 415, 422)
_UNCLEAR = (100, 402, 408, 410, 425, 499, 500, 502, 503, 504, 599)


def answer(status: int | None, **facts: Any) -> Answer:
    return Answer(sent=True, status=status, **facts)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (Answer(sent=False), CreateVerdict.NOT_SENT),
        (answer(None), CreateVerdict.UNKNOWN),
        (answer(200, is_object=True, remote_id="cd-1"), CreateVerdict.CREATED),
        (answer(201, is_object=True, remote_id="cd-1"), CreateVerdict.CREATED),
        (answer(200, is_object=True), CreateVerdict.UNKNOWN),
        (answer(200, is_object=True, remote_id=""), CreateVerdict.UNKNOWN),
        (answer(200), CreateVerdict.UNKNOWN),
        (answer(200, remote_id="cd-1"), CreateVerdict.UNKNOWN),
        (answer(204), CreateVerdict.UNKNOWN),
        (
            answer(200, is_object=True, remote_id="cd-1", conflicting_ids=True),
            CreateVerdict.UNKNOWN,
        ),
        (answer(200, is_object=True, states_error=True), CreateVerdict.DENIED),
        (answer(200, rate_limited=True), CreateVerdict.DENIED),
        (
            answer(200, is_object=True, states_error=True, remote_id="cd-1"),
            CreateVerdict.UNKNOWN,
        ),
        (answer(300), CreateVerdict.DENIED),
        (answer(300, is_object=True, remote_id="cd-1"), CreateVerdict.DENIED),
        (answer(301), CreateVerdict.DENIED),
        (answer(307, is_object=True), CreateVerdict.DENIED),
        (answer(429), CreateVerdict.DENIED),
        (answer(429, is_object=True, rate_limited=True), CreateVerdict.DENIED),
        (answer(409), CreateVerdict.DENIED),
        (answer(409, is_object=True), CreateVerdict.DENIED),
        (answer(403, is_object=True, rate_limited=True), CreateVerdict.DENIED),
        (answer(403, rate_limited=True), CreateVerdict.DENIED),
        (answer(400, is_object=True, remote_id="cd-1"), CreateVerdict.DENIED),
        (answer(503, is_object=True, rate_limited=True), CreateVerdict.UNKNOWN),
        *((answer(status, is_object=True), CreateVerdict.DENIED) for status in _REFUSALS),
        *((answer(status), CreateVerdict.DENIED) for status in _REFUSALS),
        *((answer(status), CreateVerdict.DENIED) for status in (402, 410, 425, 499)),
        *((answer(status), CreateVerdict.UNKNOWN) for status in (100, 408, 500, 502, 503, 599)),
    ],
)
def test_what_the_answer_to_a_create_proves(given: Answer, verdict: CreateVerdict) -> None:
    assert classify_create(given) is verdict


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (Answer(sent=False), WriteVerdict.RETRY),
        (answer(None), WriteVerdict.UNKNOWN),
        (answer(200, is_object=True), WriteVerdict.APPLIED),
        (answer(200), WriteVerdict.UNKNOWN),
        (answer(200, is_object=True, states_error=True), WriteVerdict.UNKNOWN),
        (answer(200, is_object=True, rate_limited=True), WriteVerdict.UNKNOWN),
        (answer(200, is_object=True, conflicting_ids=True), WriteVerdict.UNKNOWN),
        (answer(300), WriteVerdict.REFUSED),
        (answer(300, is_object=True), WriteVerdict.REFUSED),
        (answer(302), WriteVerdict.REFUSED),
        (answer(409, is_object=True), WriteVerdict.REFUSED),
        (answer(429), WriteVerdict.RETRY),
        (answer(403, is_object=True, rate_limited=True), WriteVerdict.RETRY),
        (answer(403, rate_limited=True), WriteVerdict.UNKNOWN),
        *((answer(status, is_object=True), WriteVerdict.REFUSED) for status in _REFUSALS),
        *((answer(status), WriteVerdict.UNKNOWN) for status in _REFUSALS),
        *((answer(status, is_object=True), WriteVerdict.UNKNOWN) for status in _UNCLEAR),
    ],
)
def test_what_the_answer_to_an_update_proves(given: Answer, verdict: WriteVerdict) -> None:
    assert classify_write(given, Operation.UPDATE) is verdict


def test_a_delete_of_what_is_not_there_has_to_be_looked_at() -> None:
    assert classify_write(answer(404, is_object=True), Operation.DELETE) is WriteVerdict.UNKNOWN


_LIMIT = "the vendor's rate limit refused it"


@pytest.mark.parametrize(
    ("given", "attempts", "code", "summary"),
    [
        (Answer(sent=False), 3, "not-sent", "the request could not be sent"),
        (answer(400), 3, "refused-by-vendor", "the vendor refused it (400)"),
        (answer(409, message="no"), 3, "refused-by-vendor", "the vendor refused it (409): no"),
        (answer(401), 3, "authentication", "the vendor refused the credential (401)"),
        (answer(403), 1, "authentication", "the vendor refused the credential (403)"),
        (answer(403, rate_limited=True), 1, "rate-limited", _LIMIT),
        (answer(429), 1, "rate-limited", _LIMIT),
        (answer(429), 3, "rate-limited", f"{_LIMIT} 3 times"),
        (answer(200, rate_limited=True, message="slow"), 1, "rate-limited", f"{_LIMIT}: slow"),
        (
            answer(429, may_retry=False),
            3,
            "rate-limited",
            f"{_LIMIT}, and this run has failed too often",
        ),
    ],
)
def test_a_refusal_has_a_code_and_a_reason(
    given: Answer, attempts: int, code: str, summary: str
) -> None:
    where: Where = {"address": Address("kore_sms_campaign", "a"), "target": "main"}
    details = {
        "rate-limited": "Apply again later.",
        "authentication": "Check the credential, then run the command again.",
    }
    detail = details.get(code, "")
    assert failure(given, where, attempts=attempts) == error(code, summary, detail, **where)
