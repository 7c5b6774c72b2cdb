"""One write of run state: sent again only when it is proven not to have happened.

What its answer leaves open is settled by reading the campaign, never by sending once more.
"""

from collections.abc import Callable

from reconciler.apply.answer_verdicts import WriteVerdict, classify_write
from reconciler.apply.backoff import ATTEMPTS, backoff, retry_delay
from reconciler.clock import Clock
from reconciler.errors import AuthenticationFailed, BudgetSpent, ReconcilerError, Withheld
from reconciler.providers.base import Provider, at_once
from reconciler.resources.base import Live
from reconciler.resources.outcome import Answer
from reconciler.resources.writes import PlannedRequest

_LONGEST_PAUSE = 10.0
_PASS = (AuthenticationFailed, BudgetSpent, Withheld)


def deliver(
    request: PlannedRequest,
    provider: Provider,
    *,
    clock: Clock,
    leave: Callable[[], None] = at_once,
) -> tuple[WriteVerdict, Answer]:
    """Send until something is known, at most three times; `leave` is asked before each."""
    attempt = 1
    while True:
        answer = provider.send(request, leave)
        verdict = classify_write(answer, request.operation)
        if verdict is not WriteVerdict.RETRY or attempt == ATTEMPTS or not answer.may_retry:
            return verdict, answer
        clock.sleep(retry_delay(answer, attempt, clock))
        attempt += 1


def watch(
    live: Live,
    provider: Provider,
    *,
    clock: Clock,
    seconds: float,
    until: Callable[[Live], bool],
) -> Live | None:
    """Read a campaign until it is as wanted or time is up; its last reading, None without one."""
    end = clock.monotonic() + seconds
    last: Live | None = None
    for pause in backoff(_LONGEST_PAUSE):
        try:
            last = provider.get(live.type, live.remote_id)
            if last is not None and until(last):
                return last
        except _PASS:
            return last
        except ReconcilerError:
            # One reading that failed says nothing; the next one may do.
            pass
        if clock.monotonic() + pause > end:
            return last
        try:
            clock.sleep(pause)
        except Withheld:
            return last
    return last
