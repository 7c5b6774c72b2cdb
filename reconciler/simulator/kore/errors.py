"""A refusal into Kore.ai's answer. Statuses and bodies are undocumented, so both are switches.

See docs/vendors/kore.md 14.3.
"""

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import Refused, respond

STATUSES = {
    "invalid": 400,
    "unknown-name": 400,
    "unauthorized": 401,
    "not-found": 404,
    "conflict": 409,
    "duplicate": 409,
    "large-page": 400,
    "broken": 500,
}
HTML = b"<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"
HTML_TYPE = {"content-type": "text/html; charset=utf-8"}


def refusal(refused: Refused, switches: KoreSwitches) -> WireResponse:
    """The answer to a refused request."""
    chosen = (status for kind, status in switches.statuses.items() if kind == refused.kind)
    status = next(chosen, STATUSES[refused.kind])
    if switches.refusals_as_200:
        return respond(200, {"status": "error", "message": refused.message})
    return shaped(status, refused.message, switches)


def shaped(status: int, message: str, switches: KoreSwitches) -> WireResponse:
    """An error answer in the form that the switches choose."""
    shape = switches.error_shape
    if shape in ("text", "empty", "html"):
        bodies = {"text": message.encode(), "empty": b"", "html": HTML}
        headers = HTML_TYPE if shape == "html" else {"content-type": "text/plain; charset=utf-8"}
        return WireResponse(status, headers, bodies[shape])
    body: dict[str, JsonValue] = {"errors": [{"msg": message, "code": status}]}
    if shape == "msg_code":
        body = {"msg": message, "code": status}
    elif shape == "status_error":
        body = {"status": "error", "message": message}
    return respond(status, body)
