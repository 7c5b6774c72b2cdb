"""The seconds to wait into Kore.ai's answer above the rate limit: 429, 403, or 200 and a text.

See docs/vendors/kore.md 10, 14.13.
"""

from reconciler.providers.wire import WireResponse
from reconciler.simulator.kore.errors import shaped
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import respond

RATE_TEXT = "You've exceeded the per-minute rate limit. Please wait for sometime before retrying."


def rate_refusal(switches: KoreSwitches, seconds: int | None = None) -> WireResponse:
    """The answer to a request above the limit; `seconds` adds `Retry-After`."""
    mode = switches.rate_answer
    if mode == "200_text":
        return respond(200, {"status": "error", "message": RATE_TEXT})
    answer = shaped(403 if mode == "403_text" else 429, RATE_TEXT, switches)
    if seconds is None:
        return answer
    headers = {**answer.headers, "retry-after": str(seconds)}
    return WireResponse(answer.status, headers, answer.body)
