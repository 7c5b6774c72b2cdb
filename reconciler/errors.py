"""Every exception this package raises on purpose, one exit code per class.

ReconcilerError                 1
├── InvalidInput                3   manifests, project file, arguments
├── ReadFailed                  1   live state could not be read completely
├── AuthenticationFailed        4   401, 403, or a credential that cannot be sent
├── BudgetSpent                 5   rate-limit wait or --max-requests used up
├── LedgerFailed                1   the ledger cannot be read or written
│   └── LedgerRefused           6   a file is not a ledger or cache of this program
├── ApplyRefused                6   a gate, tombstone, lock, or a plan that is no longer valid
│   └── TooSoon                 6   an earlier create may not be listed yet
├── Declined                    1   the operator did not approve
├── Withheld                    1   a request was held back just before it was sent
├── Unforeseen                  1   a bug in this package
└── OutcomeUnknown              7   a create may or may not have happened
"""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Self

from reconciler.diagnostics import Diagnostic, error


class ExitCode(IntEnum):
    """What the process exits with; if several apply, the first of `PRECEDENCE`."""

    OK = 0
    ERROR = 1
    CHANGES = 2
    INVALID = 3
    AUTHENTICATION = 4
    BUDGET = 5
    REFUSED = 6
    UNKNOWN = 7


MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.OK: "success",
    ExitCode.ERROR: "error: a failed read, a refused request, an ambiguous name, a declined "
    "prompt, no terminal to ask on, or an output that could not be written at the end of `plan`, "
    "`drift`, `show` or `validate`",
    ExitCode.CHANGES: "there are changes (`plan --detailed-exitcode`) or there is drift (`drift`)",
    ExitCode.INVALID: "invalid manifests, project file or arguments, a credential that is not set, "
    "something that the operator does not allow, or a changed immutable field",
    ExitCode.AUTHENTICATION: "the vendor refused a credential, or it went missing during the run",
    ExitCode.BUDGET: "the rate-limit budget, `--max-requests` or `--max-time` is spent",
    ExitCode.REFUSED: "a command that writes refused: a gate, a lock, a stop, or a plan that is "
    "stale, altered, foreign, expired or used; or a ledger or cache file that reconciler did not "
    "write, that was altered, that git tracks, that a link leads to, or that a CI runner would "
    "not keep",
    ExitCode.UNKNOWN: "outcome unknown: a create or start may or may not have happened, and is not "
    "repeated",
}
"""The meaning of each code, for the documentation."""

PRECEDENCE: Sequence[ExitCode] = (
    ExitCode.UNKNOWN,
    ExitCode.AUTHENTICATION,
    ExitCode.BUDGET,
    ExitCode.REFUSED,
    ExitCode.INVALID,
    ExitCode.ERROR,
    ExitCode.CHANGES,
    ExitCode.OK,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code to exit with when several apply; OK if there is none."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.OK)


class ReconcilerError(Exception):
    """Base of all errors; carries diagnostics, and an exit code by class."""

    exit_code = ExitCode.ERROR
    code = "error"

    def __init__(
        self, summary: str, detail: str = "", *, diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        super().__init__(summary)
        self.diagnostics = tuple(diagnostics) or (error(self.code, summary, detail),)


class InvalidInput(ReconcilerError):
    """Manifests, project file or arguments are wrong; nothing was sent."""

    exit_code = ExitCode.INVALID
    code = "invalid-input"


class ReadFailed(ReconcilerError):
    """Live state could not be read completely; nothing may be concluded from it."""

    code = "read-failed"


class AuthenticationFailed(ReconcilerError):
    """The vendor refused a credential, or its value is empty or cannot be sent."""

    exit_code = ExitCode.AUTHENTICATION
    code = "authentication"


class BudgetSpent(ReconcilerError):
    """The rate limit's longest wait, or `--max-requests`, is used up."""

    exit_code = ExitCode.BUDGET
    code = "budget-spent"


class RateLimited(BudgetSpent):
    """The vendor's rate limit refused a write as often as this run may try it."""

    code = "rate-limited"


class LedgerFailed(ReconcilerError):
    """The ledger cannot be opened, read or written."""

    code = "ledger"


class LedgerRefused(LedgerFailed):
    """A ledger or cache file is not exactly as this version writes it; it is not used."""

    exit_code = ExitCode.REFUSED


class LeaseLost(LedgerFailed):
    """A write needed the lease, but another run holds it; nothing more may be sent."""

    code = "lease-lost"


class ApplyRefused(ReconcilerError):
    """Apply may not start: a gate, a tombstone, a lock, or a plan that is no longer valid."""

    exit_code = ExitCode.REFUSED
    code = "apply-refused"


class TooSoon(ApplyRefused):
    """The vendor may not list an earlier create yet; the same command may be run again later."""

    code = "too-soon"


class ReachChanged(ApplyRefused):
    """The plan would reach other people now than it did when somebody agreed to it."""

    code = "reach-changed"


class Declined(ReconcilerError):
    """The operator did not approve."""

    code = "declined"


class Withheld(ReconcilerError):
    """A request was held back just before it was sent; it was not sent."""

    code = "withheld"


class OutcomeUnknown(ReconcilerError):
    """A create may or may not have happened; it must not be repeated."""

    exit_code = ExitCode.UNKNOWN
    code = "outcome-unknown"


class Unforeseen(ReconcilerError):
    """A bug in this package."""

    code = "unforeseen"

    @classmethod
    def of(cls, problem: BaseException) -> Self:
        """The error that reports an unexpected exception."""
        advice = "This is a bug in reconciler. Please report it and include this line."
        return cls(unforeseen(problem), advice)


def reportable(problem: Exception) -> ReconcilerError:
    """Any exception as an error that can be reported."""
    return problem if isinstance(problem, ReconcilerError) else Unforeseen.of(problem)


_PACKAGE = Path(__file__).parent


def unforeseen(problem: BaseException) -> str:
    """Describe an unexpected exception: its type, and where in this package it was raised.

    Its own text is left out, because it may quote a vendor's response, a credential or a message.
    """
    kind = type(problem).__name__
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            place = path.relative_to(_PACKAGE.parent).as_posix()
            return f"unexpected error {kind} at {place}:{frame.lineno}"
    return f"unexpected error {kind}"


_WITH_A_CODE_OF_THEIR_OWN: Sequence[type[ReconcilerError]] = (
    InvalidInput,
    AuthenticationFailed,
    BudgetSpent,
    RateLimited,
    ApplyRefused,
    TooSoon,
    ReachChanged,
    OutcomeUnknown,
)


def error_of(exit_code: ExitCode) -> type[ReconcilerError]:
    """The class whose errors exit with `exit_code`; the base class for 0, 1 and 2."""
    for kind in _WITH_A_CODE_OF_THEIR_OWN:
        if kind.exit_code is exit_code:
            return kind
    return ReconcilerError


def exit_code_of(code: str) -> ExitCode:
    """What the process exits with for an error diagnostic with this `code`; 1 for most codes."""
    for kind in _WITH_A_CODE_OF_THEIR_OWN:
        if kind.code == code:
            return kind.exit_code
    return ExitCode.ERROR
