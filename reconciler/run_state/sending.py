"""Send one write of run state; repeat it only if the vendor proves that it did not happen.

If the answer leaves the outcome open, the campaign is read. The write is never sent again then.
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
    """Send a request, at most three times, until its outcome is not "retry".

    `leave` is called right before each attempt and raises to prevent it.
    """
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
    """Read a campaign until `until` is true or `seconds` are over; its last reading, or None."""
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
            # A failed reading shows nothing; the next one may work.
            pass
        if clock.monotonic() + pause > end:
            return last
        try:
            clock.sleep(pause)
        except Withheld:
            return last
    return last
