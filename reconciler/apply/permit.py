"""Decides whether another write may be sent; shared by the threads of all targets."""

import threading
from collections.abc import Iterable

from reconciler.address import Address
from reconciler.apply.context import ApplyContext
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ApplyRefused, LedgerFailed
from reconciler.resources.ledger_records import Intent, stop_of

_SLICE_SECONDS = 0.5
"""GitHub gives an interrupted step 7.5 s, so no wait may delay an interrupt for long."""


class Permit:
    """Once the ledger or the lease fails, nothing more is sent in this run."""

    def __init__(self, context: ApplyContext) -> None:
        self._context = context
        self._guard = threading.Lock()
        self._halted: Diagnostic | None = None
        self._stop: Diagnostic | None = None

    def refusal(self, timeout: float) -> Diagnostic | None:
        """Why there is no point in preparing a write that may take `timeout` seconds, or None."""
        if self._halted is not None:
            return self._halted
        if self._context.interrupted():
            return error("interrupted", "not attempted: the run was interrupted")
        if self._stop is not None:
            return self._stop
        try:
            self._context.lease.check(timeout)
        except LedgerFailed as problem:
            return self.halt(problem)
        return None

    def last_check(
        self, timeout: float, addresses: Iterable[Address], intent: Intent | None = None
    ) -> Diagnostic | None:
        """Why a write about these addresses must not be sent; None when it may be.

        Asked right before its first byte. A create names its intent. A stop of the environment that
        is found once holds back the rest of the run.
        """
        if refused := self.refusal(timeout):
            return refused
        try:
            stop = stop_of(self._context.lease.last_check(timeout, intent), *addresses)
        except LedgerFailed as problem:
            return self.halt(problem)
        if stop is None:
            return None
        summary = f"not attempted: {stop.summary} ({stop.reason})"
        found = error(ApplyRefused.code, summary, stop.advice)
        if stop.address is None:
            self._stop = found
        return found

    def halt(self, problem: LedgerFailed) -> Diagnostic:
        """Let nothing more be sent; returns the first problem's diagnostic."""
        with self._guard:
            if self._halted is None:
                self._halted = problem.diagnostics[0]
            return self._halted

    @property
    def stopped(self) -> bool:
        """Whether the run is stopping, so that there is no point in waiting."""
        return self._halted is not None or self._context.interrupted()

    def pause(self, seconds: float) -> None:
        """Wait and keep the lease; returns early when the run stops."""
        clock = self._context.clock
        end = clock.monotonic() + seconds
        while not self.stopped and (left := end - clock.monotonic()) > 0:
            clock.sleep(min(left, _SLICE_SECONDS))
            try:
                self._context.lease.check()
            except LedgerFailed as problem:
                self.halt(problem)
