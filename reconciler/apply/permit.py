"""Decides whether another write may be sent; shared by the threads of all targets."""

import threading

from reconciler.apply.context import ApplyContext
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ApplyRefused, LeaseLost, LedgerFailed

_SLICE_SECONDS = 0.5
"""GitHub gives an interrupted step 7.5 s, so no wait may delay an interrupt for long."""


class Permit:
    """Once the ledger or the lease fails, nothing more is sent in this run."""

    def __init__(self, context: ApplyContext) -> None:
        self._context = context
        self._guard = threading.Lock()
        self._halted: Diagnostic | None = None

    def refusal(self, timeout: float) -> Diagnostic | None:
        """Why a write that may take `timeout` seconds must not be sent; None when it may."""
        if self._halted is not None:
            return self._halted
        if self._context.interrupted():
            return error("interrupted", "not attempted: the run was interrupted")
        try:
            stops = self._context.ledger.tombstones()
            self.keep(timeout)
        except LedgerFailed as problem:
            return self.halt(problem)
        if not stops:
            return None
        return error(
            ApplyRefused.code,
            f"not attempted: {stops[0].summary} ({stops[0].reason})",
            stops[0].advice,
        )

    def keep(self, timeout: float) -> None:
        """Keep the lease; raises LeaseLost unless it is certain to last `timeout` seconds."""
        self._context.lease.check(timeout)
        if not self._context.lease.allows(timeout):
            raise LeaseLost(
                "the lease could not be renewed in time for another write",
                "Nothing more is sent. Plan again; a request's timeout must be at most 150 s.",
            )

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
