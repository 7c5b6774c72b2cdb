"""Turns the answer to a write into a verdict: what it proves, and what may be repeated.

See docs/concepts/at-most-one-create.md#the-answer. A table in code: pure, without requests or
state.
"""

from collections.abc import Callable
from enum import StrEnum

from reconciler.apply.backoff import ATTEMPTS
from reconciler.diagnostics import Diagnostic, Where, error
from reconciler.errors import AuthenticationFailed, RateLimited
from reconciler.resources.outcome import Answer
from reconciler.resources.writes import Operation

_REFUSALS = frozenset({400, 401, 403, 404, 405, 406, 413, 415, 422})


class CreateVerdict(StrEnum):
    """What a create's answer proves."""

    CREATED = "created"
    NOT_SENT = "not-sent"
    """No request was sent from this machine."""
    DENIED = "denied"
    """The vendor refused. No page documents such an answer, so it proves nothing by itself."""
    UNKNOWN = "unknown"
    """The campaign may or may not have been created."""


class WriteVerdict(StrEnum):
    """What the answer to an update or a delete proves."""

    APPLIED = "applied"
    REFUSED = "refused"
    RETRY = "retry"
    """Proven not applied, and worth another try."""
    UNKNOWN = "unknown"
    """The campaign itself has to be read."""


def classify_create(answer: Answer) -> CreateVerdict:
    """The verdict of the first row that matches a create's answer; UNKNOWN if no row does."""
    fitting = (verdict for fits, verdict in _CREATE if fits(answer))
    return next(fitting, CreateVerdict.UNKNOWN)


def classify_write(answer: Answer, operation: Operation) -> WriteVerdict:
    """The same for an update or a delete, which reading the campaign can settle."""
    if answer.status == 404 and operation is Operation.DELETE:
        return WriteVerdict.UNKNOWN
    fitting = (verdict for fits, verdict in _WRITE if fits(answer))
    return next(fitting, WriteVerdict.UNKNOWN)


def failure(answer: Answer, where: Where, *, attempts: int = ATTEMPTS) -> Diagnostic:
    """A refusal as an error; 401 and 403 get the code of a refused credential.

    `attempts` is the most times that the request is sent.
    """
    reason = f": {answer.message}" if answer.message else ""
    if answer.status in {401, 403} and not answer.rate_limited:
        code = AuthenticationFailed.code
        summary = f"the vendor refused the credential ({answer.status}){reason}"
        return error(code, summary, "Check the credential, then run the command again.", **where)
    if not answer.sent:
        return error("not-sent", f"the request could not be sent{reason}", **where)
    if answer.status == 429 or answer.rate_limited:
        often = "" if attempts == 1 else f" {attempts} times"
        if not answer.may_retry:
            often = ", and this run has failed too often"
        summary = f"the vendor's rate limit refused it{often}{reason}"
        return error(RateLimited.code, summary, "Apply again later.", **where)
    return error("refused-by-vendor", f"the vendor refused it ({answer.status}){reason}", **where)


def _succeeded(answer: Answer) -> bool:
    return answer.status is not None and 200 <= answer.status < 300


def _redirected(answer: Answer) -> bool:
    return answer.status is not None and 300 <= answer.status < 400


def _contradicts(answer: Answer) -> bool:
    """Whether a success also states an error, a rate limit, or two different ids."""
    return answer.states_error or answer.rate_limited or answer.conflicting_ids


def _names_campaign(answer: Answer) -> bool:
    """Whether the body has a campaign's id; then it is not a plain error, whatever its status."""
    return bool(answer.remote_id) or answer.conflicting_ids


def _refused(answer: Answer) -> bool:
    return answer.status in _REFUSALS


def _client_error(answer: Answer) -> bool:
    return answer.status is not None and 400 <= answer.status < 500 and answer.status != 408


_CREATE: tuple[tuple[Callable[[Answer], bool], CreateVerdict], ...] = (
    (lambda a: not a.sent, CreateVerdict.NOT_SENT),
    (
        lambda a: _succeeded(a) and a.is_object and bool(a.remote_id) and not _contradicts(a),
        CreateVerdict.CREATED,
    ),
    (
        lambda a: _succeeded(a) and _contradicts(a) and not _names_campaign(a),
        CreateVerdict.DENIED,
    ),
    (lambda a: _redirected(a) or _client_error(a), CreateVerdict.DENIED),
)

_WRITE: tuple[tuple[Callable[[Answer], bool], WriteVerdict], ...] = (
    (lambda a: not a.sent or a.status == 429, WriteVerdict.RETRY),
    (lambda a: _succeeded(a) and a.is_object and not _contradicts(a), WriteVerdict.APPLIED),
    (lambda a: _redirected(a) or a.status == 409, WriteVerdict.REFUSED),
    (lambda a: _refused(a) and a.is_object and a.rate_limited, WriteVerdict.RETRY),
    (lambda a: _refused(a) and a.is_object, WriteVerdict.REFUSED),
)
