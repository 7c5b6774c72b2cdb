"""The outcome of a write: the vendor's response as facts, and the verdict on it."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic
from reconciler.resources.base import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The response to a write as facts; `apply.classify` decides what they mean."""

    sent: bool
    """False only if it is proven that nothing was sent."""
    status: int | None = None
    """HTTP status; None without a response."""
    is_object: bool = False
    """Whether the body is a JSON object."""
    states_error: bool = False
    """Whether it is a 2xx whose body reports `error`, `failure`, or anything but success."""
    rate_limited: bool = False
    """Whether the status is 429, or the body has the vendor's rate-limit message."""
    retry_after: float | None = None
    """Seconds that the vendor asks to wait."""
    may_retry: bool = True
    """False if this account has failed so often that this run must not retry."""
    remote_id: str | None = None
    conflicting_ids: bool = False
    """Whether the body has two different ids."""
    live: Live | None = None
    """The campaign in the response, if there is one."""
    unshown: frozenset[str] | None = None
    """The fields that a reading by id would show and `live` does not; None if that is not known."""
    message: str = ""
    """The vendor's message or the transport's error, cut and without credentials."""


class Outcome(StrEnum):
    """The outcome of a change."""

    APPLIED = "applied"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOutcome:
    """A row of apply's report."""

    address: Address
    target: str
    action: str
    outcome: Outcome
    remote_id: str | None = None
    message: str = ""
    elapsed: float = 0.0
    diagnostics: tuple[Diagnostic, ...] = ()
