"""Sends a body to webhooks, each up to three times, 30 seconds for all; follows no redirect.

What was sent may arrive twice: an answer may be lost. No message repeats a URL.
"""

import json
from collections.abc import Callable, Iterable, Iterator
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

_TRIES = 3
_SECONDS = 30.0
_PAUSE = 1.0
_PER_TRY = 10.0
_AGAIN = (408, 425, 429)


def post(
    hooks: Iterable[Webhook], body: Callable[[Webhook], JsonValue], session: Session
) -> tuple[int, tuple[Diagnostic, ...]]:
    """How many webhooks took the body, and a warning for each of the others."""
    end = session.clock.monotonic() + _SECONDS
    problems = [_post(hook, body(hook), session, end) for hook in hooks]
    failed = tuple(problem for problem in problems if problem is not None)
    return len(problems) - len(failed), failed


def _post(hook: Webhook, body: JsonValue, session: Session, end: float) -> Diagnostic | None:
    why = "there was no time left"
    for pause in _pauses():
        left = end - session.clock.monotonic() - pause
        if left <= 0:
            break
        session.clock.sleep(pause)
        status, why = _once(hook, body, session, min(left, _PER_TRY))
        if 200 <= status < 300:
            return None
        if status and status < 500 and status not in _AGAIN:
            break
    return warning(
        "not-told",
        f"{hook.name} was not told: {why}",
        "The next run tells it again if no webhook took the message. The exit code is not changed.",
    )


def _pauses() -> Iterator[float]:
    yield 0.0
    yield from (_PAUSE * 2**number for number in range(_TRIES - 1))


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
