"""Decides whether another write may be sent; shared by the threads of all targets."""

import threading

from reconciler.apply.context import ApplyContext
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ApplyRefused, LedgerFailed
from reconciler.resources.ledger_records import Intent

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

    def last_check(self, timeout: float, intent: Intent | None = None) -> Diagnostic | None:
        """Why a write must not be sent, asked right before its first byte; None when it may be.

        A create names its intent. A stop that is found once holds back the rest of the run.
        """
        if refused := self.refusal(timeout):
            return refused
        try:
            stops = self._context.lease.last_check(timeout, intent)
        except LedgerFailed as problem:
            return self.halt(problem)
        if stops:
            self._stop = error(
                ApplyRefused.code,
                f"not attempted: {stops[0].summary} ({stops[0].reason})",
                stops[0].advice,
            )
        return self._stop

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
