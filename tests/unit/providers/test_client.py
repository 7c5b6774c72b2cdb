import json
from itertools import count

import pytest

from reconciler.errors import (
    AuthenticationFailed,
    ExitCode,
    InvalidInput,
    ReadFailed,
    Withheld,
)
from reconciler.providers.client import Read, VendorClient
from reconciler.providers.credentials import Credential
from reconciler.providers.http import TransportProblem
from reconciler.providers.kore.answers import facts
from reconciler.providers.response import VendorDialect
from reconciler.providers.wire import WireFault, WireResponse
from reconciler.testing.clock import ManualClock
from tests.support.scripted_vendor import (
    TOKEN,
    Script,
    client,
    create,
    reply,
    script,
    text_reply,
    token,
)

LIST = Read(what="the list", path="/list", method="POST", query={"a": "b"}, body={"page": 1})
FINE = reply({"status": "success", "data": []})


def session(
    handler: Script, *, clock: ManualClock | None = None, credential: Credential | None = None
) -> VendorClient:
    vendor = VendorDialect(lambda secret: {"auth": secret}, facts)
    talk = client(handler, clock=clock)
    return VendorClient("retention", talk, vendor=vendor, credential=credential or token())


def test_a_read_is_sent_with_its_credential() -> None:
    handler = script(FINE)
    assert session(handler).read(LIST) == {"status": "success", "data": []}
    (request,) = handler.requests
    assert request.headers["auth"] == TOKEN
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"page": 1}


@pytest.mark.parametrize(
    "trouble",
    [
        WireFault("timeout"),
        WireFault("reset"),
        WireFault("refused"),
        WireFault("truncated"),
        reply({}, 500),
        reply({}, 502),
        reply({}, 408),
        text_reply("<html>busy</html>"),
        reply([]),
        WireResponse(200, {}, b'{"status": "succ'),
    ],
)
def test_a_read_that_fails_temporarily_is_repeated(trouble: WireResponse | WireFault) -> None:
    handler = script(trouble, trouble, FINE)
    assert session(handler).read(LIST)["status"] == "success"
    assert len(handler.requests) == 3


def test_a_lasting_failure_is_reported_with_target_and_cause() -> None:
    handler = script(text_reply("<html><p>login</p></html>"))
    with pytest.raises(ReadFailed) as problem:
        session(handler).read(LIST)
    assert str(problem.value) == (
        "target retention: the list could not be read: "
        "the response is not a JSON object: HTML instead of JSON"
    )
    assert len(handler.requests) == 3


@pytest.mark.parametrize("status", [400, 404, 405, 409, 410, 415, 422])
def test_a_refused_read_is_not_repeated(status: int) -> None:
    handler = script(reply({"message": "nothing for you"}, status))
    with pytest.raises(ReadFailed, match=f"HTTP {status}: nothing for you"):
        session(handler).read(LIST)
    assert len(handler.requests) == 1


def test_a_redirect_is_refused_and_not_followed() -> None:
    handler = script(reply({}, 302, location="http://evil.example/"))
    with pytest.raises(ReadFailed, match="redirects to another URL"):
        session(handler).read(LIST)
    assert len(handler.requests) == 1


def test_an_error_inside_a_success_is_an_error() -> None:
    handler = script(reply({"status": "error", "message": "no such account"}))
    with pytest.raises(ReadFailed, match="reports an error: no such account"):
        session(handler).read(LIST)


@pytest.mark.parametrize(
    "answer",
    [
        reply({}, 401),
        reply({}, 403),
        reply({"errors": [{"msg": "error verifying the jwt", "code": 401}]}, 400),
        reply({"errors": [{"msg": "error verifying the jwt", "code": 401}]}),
        reply({"msg": "Invalid SDK credentials", "code": 4002}, 400),
    ],
)
def test_a_refused_credential_is_named_by_its_origin(answer: WireResponse) -> None:
    handler = script(answer)
    with pytest.raises(AuthenticationFailed) as problem:
        session(handler).read(LIST)
    assert "target retention" in str(problem.value)
    assert "environment variable KORE_JWT" in str(problem.value)
    assert problem.value.exit_code is ExitCode.AUTHENTICATION
    assert len(handler.requests) == 1


def test_the_credential_is_never_repeated_to_people() -> None:
    handler = script(reply({"message": f"token {TOKEN} is old"}, 401))
    with pytest.raises(AuthenticationFailed) as problem:
        session(handler).read(LIST)
    assert "token *** is old" in str(problem.value)
    assert TOKEN not in repr(problem.value.diagnostics)


def test_a_missing_credential_names_target_and_origin_and_sends_nothing() -> None:
    handler = script(FINE)

    def absent() -> str:
        raise InvalidInput("environment variable KORE_JWT is not set")

    with pytest.raises(AuthenticationFailed, match=r"target retention.*KORE_JWT is not set"):
        session(handler, credential=Credential(absent, "environment variable KORE_JWT")).read(LIST)
    assert handler.requests == []


def test_every_attempt_fetches_the_credential_again() -> None:
    tokens = (f"token-{number}" for number in count())
    handler = script(reply({}, 500), FINE)
    session(handler, credential=Credential(lambda: next(tokens), "a signer")).read(LIST)
    first, second = (request.headers["auth"] for request in handler.requests)
    assert first != second


@pytest.mark.parametrize(
    ("refusal", "wait"),
    [
        (reply({}, 429, retry_after="7"), 7.0),
        (reply({}, 429), 62.5),
        (reply({"message": "You've exceeded the per-minute rate limit. Please wait"}, 403), 62.5),
        (reply({"status": "error", "message": "Rate limit for this API has been reached."}), 62.5),
    ],
)
def test_after_a_rate_limit_refusal_the_client_waits_as_the_vendor_asks_or_a_minute(
    refusal: WireResponse, wait: float
) -> None:
    clock = ManualClock()
    handler = script(refusal, FINE)
    session(handler, clock=clock).read(LIST)
    assert clock.slept == wait


def test_rate_limit_refusals_count_as_attempts() -> None:
    clock = ManualClock()
    handler = script(reply({}, 429, retry_after="1"))
    with pytest.raises(ReadFailed, match="over the rate limit"):
        session(handler, clock=clock).read(LIST)
    assert len(handler.requests) == 3


def test_waits_of_a_run_are_not_added_up() -> None:
    clock = ManualClock()
    talk = session(script(reply({}, 429, retry_after="120")), clock=clock)
    for _ in range(9):
        with pytest.raises(ReadFailed, match="over the rate limit"):
            talk.read(LIST)
    assert clock.slept > 900.0


@pytest.mark.parametrize(
    "answer",
    [
        reply({}, 404),
        WireResponse(404),
        reply({"errors": [{"msg": "x", "code": 404}]}, 400),
        reply({"status": "error", "message": "Campaign not found"}),
    ],
)
def test_what_does_not_exist_is_found_as_nothing(answer: WireResponse) -> None:
    assert session(script(answer)).find(LIST) is None


@pytest.mark.parametrize(
    "answer", [reply({"status": "error", "message": "database"}), reply({}, 400), reply({}, 500)]
)
def test_other_errors_do_not_say_that_it_is_gone(answer: WireResponse) -> None:
    with pytest.raises(ReadFailed):
        session(script(answer)).find(LIST)


@pytest.mark.parametrize("kind", ["timeout", "reset", "refused", "truncated"])
def test_a_write_is_sent_once_whatever_happens(kind: str) -> None:
    handler = script(WireFault(kind))
    with pytest.raises(TransportProblem):
        session(handler).write(create())
    assert len(handler.requests) == 1


@pytest.mark.parametrize("status", [200, 302, 401, 404, 429, 500, 503])
def test_a_write_answers_every_status_and_is_not_repeated(status: int) -> None:
    handler = script(reply({}, status))
    assert session(handler).write(create()).status == status
    assert len(handler.requests) == 1


def test_a_refused_write_delays_the_next_request() -> None:
    clock = ManualClock()
    talk = session(script(reply({}, 429, retry_after="9"), FINE), clock=clock)
    talk.write(create())
    talk.read(LIST)
    assert clock.sleeps == [9.0]


def test_a_write_without_a_credential_is_not_sent() -> None:
    handler = script(FINE)
    with pytest.raises(TransportProblem) as problem:
        session(handler, credential=token("")).write(create())
    assert problem.value.sent is False
    assert handler.requests == []


def test_a_write_that_is_stopped_is_never_sent() -> None:
    def kept_back() -> None:
        raise KeyError("withheld")

    handler = script(FINE)
    talk = session(handler)
    with pytest.raises(KeyError):
        talk.write(create(), kept_back)
    assert (handler.requests, talk.requests_sent) == ([], 0)


def test_writes_stop_being_retried_when_the_account_has_failed_too_often() -> None:
    talk = session(script(WireFault("refused")))
    tries = []
    for _ in range(101):
        with pytest.raises(TransportProblem) as problem:
            talk.write(create())
        tries.append(problem.value.may_retry)
    assert tries == [True] * 100 + [False]


def test_a_rate_limit_refusal_uses_the_same_budget() -> None:
    talk = session(script(reply({}, 429, retry_after="0")))
    tries = [talk.write(create()).may_retry for _ in range(101)]
    assert tries == [True] * 100 + [False]


def test_reads_and_writes_share_one_budget_for_retries() -> None:
    limited = reply({}, 429, retry_after="0")
    talk = session(script(*[limited] * 200))
    answers = [talk.write(create()) for _ in range(101)]
    assert [facts.may_retry for facts in answers] == [True] * 100 + [False]


def test_a_write_that_could_not_connect_takes_from_the_budget_too() -> None:
    talk = session(script(*[WireFault("refused")] * 101))
    found = []
    for _ in range(101):
        with pytest.raises(TransportProblem) as caught:
            talk.write(create())
        found.append(caught.value.may_retry)
    assert found == [True] * 100 + [False]


def test_a_write_asks_before_it_is_sent_and_can_be_stopped() -> None:
    handler = script(FINE)

    def stop() -> None:
        raise Withheld("stopped")

    with pytest.raises(Withheld):
        session(handler).write(create(), stop)
    assert handler.requests == []
