"""Kore.ai's responses into facts, and the response to a write into an `Answer`.

See docs/vendors/kore.md 3.2, 11.

Error bodies of campaign calls are not documented; this reads the shapes of the vendor's others.
"""

import re
from dataclasses import replace
from datetime import datetime

from reconciler.providers.redaction import words
from reconciler.providers.response import VendorResponse, is_plain_id, json_object, objects, text_of
from reconciler.providers.retry import wait_hint
from reconciler.providers.wire import WireResponse
from reconciler.resources.base import Live
from reconciler.resources.outcome import Answer
from reconciler.resources.tree import Tree, at
from reconciler.resources.writes import Operation

_RATE_WORDS = ("exceeded the per-minute rate limit", "rate limit for this api has been reached")
_UNAUTHORISED = frozenset({401, 403, 4002})
_MISSING_WORDS = re.compile(r"not found|does ?n[o']t exist|no such campaign", re.IGNORECASE)
_ACCOUNT_WORDS = re.compile(
    r"\b(?:application|app ?id|iid|stream ?id|bot ?id|account ?id)\b", re.IGNORECASE
)
_TOKEN_WORDS = re.compile(r"jwt|token|signature", re.IGNORECASE)
_SUCCESS = "success"
_RUNS = {Operation.START: "Active", Operation.STOP: "Stopped"}


def facts(response: WireResponse, now: datetime) -> VendorResponse:
    """The facts of a response, from the HTTP status first and the body second."""
    body = _unwrapped(json_object(response))
    good = 200 <= response.status < 300
    stated = _stated(body)
    codes = _codes(body)
    fine = good and body is not None and not _states_error(body)
    rate_limited = not fine and _refused_for_rate(response, stated)
    unauthorised = (
        not fine
        and not rate_limited
        and (response.status in (401, 403) or not codes.isdisjoint(_UNAUTHORISED))
    )
    return VendorResponse(
        status=response.status,
        body=body,
        states_error=good and body is not None and not fine,
        rate_limited=rate_limited,
        retry_after=wait_hint(
            response.headers.get("retry-after"),
            date=response.headers.get("date", ""),
            now=now,
        ),
        unauthorised=unauthorised,
        wrong_account=unauthorised and _is_about_account(stated),
        missing=not (fine or rate_limited or unauthorised) and _missing(response, stated, codes),
        message=words(response, body, stated),
    )


def _unwrapped(body: Tree | None) -> Tree | None:
    """The body, without a second `data` in `data`."""
    data = (body or {}).get("data")
    if body is None or not isinstance(data, dict) or data.keys() != {"data"}:
        return body
    return {**body, "data": data["data"]}


def answer(found: VendorResponse, live: Live | None) -> Answer:
    """The answer to a write. `live` is the campaign in the response, if there is one."""
    ids = _ids(found.body) if found.body and 200 <= found.status < 300 else ()
    return Answer(
        sent=True,
        status=found.status,
        is_object=found.body is not None,
        states_error=found.states_error,
        rate_limited=found.rate_limited,
        retry_after=found.retry_after,
        may_retry=found.may_retry,
        remote_id=ids[0] if len(ids) == 1 else None,
        conflicting_ids=len(ids) > 1,
        live=live if len(ids) == 1 else None,
        message=found.message,
    )


def update_answer(found: VendorResponse, live: Live | None) -> Answer:
    """The answer to an update; in all documentation its response has the campaign's id.

    See docs/vendors/kore.md 3, 11.

    A response without an id is not a success: otherwise fields that the vendor does not return
    would count as applied.
    """
    result = answer(found, live)
    named = result.remote_id is not None or result.conflicting_ids
    return replace(result, states_error=result.states_error or (found.ok and not named))


def run_answer(found: VendorResponse, operation: Operation) -> Answer:
    """The answer to a start or stop, whose `status` is the campaign's, or to a schedule.

    See docs/vendors/kore.md 5.6.

    Only the response to a schedule has the campaign's id.
    """
    status = (found.body or {}).get("status")
    as_wanted = operation in _RUNS and text_of(status).casefold() == _RUNS[operation].casefold()
    return answer(replace(found, states_error=found.states_error and not as_wanted), None)


def _ids(body: Tree) -> tuple[str, ...]:
    """Every distinct id in the response to a write (docs/vendors/kore.md 3.2)."""
    places = (at(body, path) for path in ("data._id", "data.id", "data.campId", "id"))
    return tuple(dict.fromkeys(place for place in map(text_of, places) if is_plain_id(place)))


def _states_error(body: Tree) -> bool:
    status = body.get("status")
    if status is not None:
        return text_of(status).casefold() != _SUCCESS
    return "errors" in body or ("msg" in body and "code" in body)


def _stated(body: Tree | None) -> str:
    if body is None:
        return ""
    first = next(iter(objects(body.get("errors"))), {})
    places = (body.get("message"), body.get("msg"), first.get("msg"), first.get("message"))
    return next((text for text in map(text_of, places) if text), text_of(body.get("error")))


def _codes(body: Tree | None) -> frozenset[int]:
    if body is None:
        return frozenset()
    codes = [body.get("code"), *(error.get("code") for error in objects(body.get("errors")))]
    return frozenset(code for code in (*_UNAUTHORISED, 404) if code in codes or str(code) in codes)


def _refused_for_rate(response: WireResponse, stated: str) -> bool:
    if response.status == 429:
        return True
    text = (stated or response.body[:400].decode("utf-8", "replace")).casefold()
    return any(phrase in text for phrase in _RATE_WORDS)


def _is_about_account(stated: str) -> bool:
    """Whether a refusal names an id of the request and not the token (docs/vendors/kore.md 2)."""
    return bool(_ACCOUNT_WORDS.search(stated)) and not _TOKEN_WORDS.search(stated)


def _missing(response: WireResponse, stated: str, codes: frozenset[int]) -> bool:
    """Whether the response to a read by id means that nothing exists (docs/vendors/kore.md 11)."""
    if response.status in (404, 410) or 404 in codes:
        return True
    if response.status in (400, 422) and stated:
        return True
    return response.status < 500 and _MISSING_WORDS.search(stated) is not None
