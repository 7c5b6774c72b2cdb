"""What became of a write: the vendor's answer as facts, and the verdict on it."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic
from reconciler.resources.base import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A write's answer as facts; what they mean is decided in `apply.classify`."""

    sent: bool
    """False only when it is proven that nothing left this machine."""
    status: int | None = None
    """HTTP status; None without an answer."""
    is_object: bool = False
    """The body is a JSON object."""
    states_error: bool = False
    """A 2xx whose body says `error`, `failure`, or anything but success."""
    rate_limited: bool = False
    """Status 429, or the vendor's rate-limit words under any status."""
    retry_after: float | None = None
    """Seconds the vendor asks to wait."""
    may_retry: bool = True
    """False when this account has failed so often that nothing may be tried again in this run."""
    remote_id: str | None = None
    conflicting_ids: bool = False
    """The body names two different ids."""
    live: Live | None = None
    """The campaign in the answer, as far as it shows one."""
    message: str = ""
    """The vendor's own words or the transport's error, cut and without credentials."""


class Outcome(StrEnum):
    """The fate of one change."""

    APPLIED = "applied"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOutcome:
    """One row of apply's report."""

    address: Address
    target: str
    action: str
    outcome: Outcome
    remote_id: str | None = None
    message: str = ""
    elapsed: float = 0.0
    diagnostics: tuple[Diagnostic, ...] = ()
