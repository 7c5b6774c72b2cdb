"""CareCycle's responses into facts, and the response to a write into an `Answer`.

See docs/vendors/carecycle.md 12.

The body's `code` takes precedence over the HTTP status, because only one status is documented.
"""

from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from reconciler.providers.redaction import words
from reconciler.providers.response import VendorResponse, json_object, objects, text_of
from reconciler.providers.retry import wait_hint
from reconciler.providers.wire import WireResponse
from reconciler.resources.base import Live
from reconciler.resources.carecycle_specs import is_uuid
from reconciler.resources.outcome import Answer
from reconciler.resources.tree import Tree, at

_CODES = {
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "VALIDATION_ERROR": 422,
    "RATE_LIMIT_EXCEEDED": 429,
    "INTERNAL_ERROR": 500,
}
_FAULTS = 3
"""The number of faults of one request to report."""


def facts(response: WireResponse, now: datetime) -> VendorResponse:
    """The facts of a response; its `code` takes precedence over the status."""
    body = _wrapped(json_object(response))
    good = 200 <= response.status < 300
    code = text_of((body or {}).get("code"))
    error = good and body is not None and (code in _CODES or bool(body.get("errors")))
    means = _CODES.get(code, response.status)
    retry_after = (body or {}).get("retryAfter")
    return VendorResponse(
        status=_status(response.status, means),
        body=body,
        states_error=error,
        rate_limited=429 in (response.status, means),
        retry_after=wait_hint(
            response.headers.get("retry-after") if retry_after is None else retry_after,
            date=response.headers.get("date", ""),
            now=now,
        ),
        unauthorised=means in (401, 403),
        missing=means in (404, 410),
        message=words(response, body, _message(body or {})),
    )


def _wrapped(body: Tree | None) -> Tree | None:
    """The body as it is documented: not inside `data`, and a campaign inside `campaign`."""
    if body is None:
        return None
    inner = body.get("data")
    if body.keys() == {"data"} and isinstance(inner, dict):
        body = inner
    bare = "campaign" not in body and "name" in body and is_uuid(text_of(body.get("id")))
    return {"campaign": body} if bare else body


def _message(body: Tree) -> str:
    """The vendor's message, and the fields that it is about."""
    faults = [
        ": ".join(filter(None, (_path(fault.get("path")), text_of(fault.get("message")))))
        for fault in objects(body.get("errors"))
    ]
    details = "; ".join(filter(None, faults[:_FAULTS]))
    return ": ".join(filter(None, (text_of(body.get("message")), details)))


def _path(value: JsonValue) -> str:
    return ".".join(str(part) for part in value) if isinstance(value, list) else text_of(value)


def _status(status: int, means: int) -> int:
    """The status; replaced by that of the body's code only if that one is less certain."""
    return means if 400 <= status < 500 <= means else status


def answer(found: VendorResponse, live: Live | None) -> Answer:
    """The answer to a write. `live` is the campaign in the response, if there is one."""
    written = found.body is not None and 200 <= found.status < 300
    id_ = text_of(at(found.body, "campaign.id")).lower() if written and found.body else ""
    return Answer(
        sent=True,
        status=found.status,
        is_object=found.body is not None,
        states_error=found.states_error,
        rate_limited=found.rate_limited,
        retry_after=found.retry_after,
        may_retry=found.may_retry,
        remote_id=id_ if is_uuid(id_) else None,
        live=live if is_uuid(id_) else None,
        message=found.message,
    )


def update_answer(found: VendorResponse, live: Live | None, path: str) -> Answer:
    """The answer to a PATCH; it has the campaign of its path (docs/vendors/carecycle.md 7, 12).

    A response without that campaign is not a success: otherwise fields that the vendor does not
    return would count as applied.
    """
    result = answer(found, live)
    named = result.remote_id is not None and result.remote_id == path.rpartition("/")[2].lower()
    return replace(result, states_error=result.states_error or (found.ok and not named))
