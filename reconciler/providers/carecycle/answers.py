"""CareCycle's responses into facts, and a write's response into an answer.

See docs/vendors/carecycle.md 12.

The body's `code` comes first, the HTTP status second, since only one of its numbers is documented.
"""

from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from reconciler.providers.redaction import words
from reconciler.providers.response import VendorResponse, json_object, objects, text_of
from reconciler.providers.retry import wait_hint
from reconciler.providers.wire import WireResponse
from reconciler.resources.base import Live
from reconciler.resources.carecycle import is_uuid
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
"""So many faults of one request are told."""


def facts(response: WireResponse, now: datetime) -> VendorResponse:
    """What a response says, by its `code` first."""
    body = json_object(response)
    good = 200 <= response.status < 300
    code = text_of((body or {}).get("code"))
    error = good and body is not None and (code in _CODES or bool(body.get("errors")))
    means = _CODES.get(code, response.status)
    asked = (body or {}).get("retryAfter")
    return VendorResponse(
        status=_status(response.status, means),
        body=body,
        states_error=error,
        rate_limited=429 in (response.status, means),
        retry_after=wait_hint(
            response.headers.get("retry-after") if asked is None else asked,
            date=response.headers.get("date", ""),
            now=now,
        ),
        unauthorised=means in (401, 403),
        missing=means in (404, 410),
        message=words(response, body, _said(body or {})),
    )


def _said(body: Tree) -> str:
    """The vendor's sentence, and which fields it is about."""
    faults = [
        ": ".join(filter(None, (_path(fault.get("path")), text_of(fault.get("message")))))
        for fault in objects(body.get("errors"))
    ]
    details = "; ".join(filter(None, faults[:_FAULTS]))
    return ": ".join(filter(None, (text_of(body.get("message")), details)))


def _path(value: JsonValue) -> str:
    return ".".join(str(part) for part in value) if isinstance(value, list) else text_of(value)


def _status(status: int, means: int) -> int:
    """The status, made worse if the body's code leaves open what happened, but never better."""
    return means if 400 <= status < 500 <= means else status


def answer(found: VendorResponse, live: Live | None) -> Answer:
    """A write's answer. `live` is the campaign that it shows, if it shows one."""
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
    """A PATCH's answer, which shows the campaign of its path (docs/vendors/carecycle.md 7, 12).

    One that shows none, or another, says no success: what no reading shows would be taken for
    applied.
    """
    told = answer(found, live)
    named = told.remote_id is not None and told.remote_id == path.rpartition("/")[2].lower()
    return replace(told, states_error=told.states_error or (found.ok and not named))
