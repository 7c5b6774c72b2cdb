"""Sends a body to webhooks, each up to three times, 30 seconds for all; follows no redirect.

What was sent may arrive twice: an answer may be lost. No message repeats a URL.
"""

import json
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from pydantic import JsonValue

from reconciler.config.proxy import wire
from reconciler.config.webhooks import Webhook
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import BudgetSpent
from reconciler.providers.account import Account
from reconciler.providers.http import HttpClient, HttpSettings, TransportProblem
from reconciler.providers.rate_limit import RateLimiter, RunBudget
from reconciler.providers.wire import WireRequest
from reconciler.workflow.session import Session

_SECONDS = 30.0
_PAUSES = (0.0, 1.0, 2.0)
"""Before each of the tries."""
_PER_TRY = 10.0
_AGAIN = (408, 425, 429)


def post(
    hooks: Sequence[Webhook], body: Callable[[Webhook], JsonValue], session: Session
) -> tuple[int, tuple[Diagnostic, ...]]:
    """How many webhooks took the body, and a warning for each of the others.

    Each is tried once before any is tried again, so that a slow one takes no other's time.
    """
    end = session.clock.monotonic() + _SECONDS
    waiting = dict.fromkeys(hooks, "there was no time left")
    refused: dict[Webhook, str] = {}
    for pause in _PAUSES:
        if not waiting or end - session.clock.monotonic() <= pause:
            break
        session.clock.sleep(pause)
        for hook in [*waiting]:
            left = end - session.clock.monotonic()
            if left <= 0:
                break
            status, waiting[hook] = _once(hook, body(hook), session, min(left, _PER_TRY))
            if 200 <= status < 300:
                del waiting[hook]
            elif status and status < 500 and status not in _AGAIN:
                refused[hook] = waiting.pop(hook)
    failed = {**refused, **waiting}
    return len(hooks) - len(failed), tuple(_not_told(*one) for one in failed.items())


def _not_told(hook: Webhook, why: str) -> Diagnostic:
    return warning(
        "not-told",
        f"{hook.name} was not told: {why}",
        "The next run tells it again if no webhook took the message. The exit code is not changed.",
    )


def _once(hook: Webhook, body: JsonValue, session: Session, seconds: float) -> tuple[int, str]:
    """The status of the answer, 0 for none, and why it is not good."""
    parts = urlsplit(hook.url)
    base = f"{parts.scheme}://{parts.netloc}"
    found = wire(session.environ, session.options.directory).to(base)
    client = HttpClient(
        base,
        settings=HttpSettings(read_timeout=seconds, proxy=found.proxy, ca_file=found.ca_file),
        account=Account(RateLimiter(hook.name, limit=60, max_wait=seconds, clock=session.clock)),
        budget=RunBudget(clock=session.clock),
        clock=session.clock,
    )
    request = WireRequest(
        "POST",
        hook.url[len(base) :] or "/",
        headers={"content-type": "application/json"},
        body=json.dumps(body, ensure_ascii=False).encode(),
    )
    try:
        status = client.send(request).status
    except (TransportProblem, BudgetSpent) as problem:
        return 0, _without(hook, str(problem))
    finally:
        client.close()
    moved = ", a redirect, which is not followed" if 300 <= status < 400 else ""
    return status, f"it answered {status}{moved}"


def _without(hook: Webhook, text: str) -> str:
    parts = urlsplit(hook.url)
    for secret in filter(None, (hook.url, parts.path.strip("/"), parts.query)):
        text = text.replace(secret, "***")
    return text
