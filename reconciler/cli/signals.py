"""Turn signals into a request to stop; a second Ctrl-C exits at once.

See docs/concepts/at-most-one-create.md#interrupts.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

from reconciler.cli.output import say

_PATIENT = (
    "\nStopping: the request in flight is finished and recorded, and nothing more is sent."
    "\nCtrl-C again exits at once; the next run then looks up what was in flight."
)


def _signals() -> list[signal.Signals]:
    """The signals that end a run; one that the parent ignores, as `nohup` does, stays ignored."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [one for one in known if signal.getsignal(one) is not signal.SIG_IGN]


class Interrupts:
    """While entered, each of these signals requests a stop; a second SIGINT exits at once."""

    def __init__(self) -> None:
        self._requested = False
        self._before: dict[signal.Signals, Any] = {}

    def requested(self) -> bool:
        """Whether a stop was requested."""
        return self._requested

    def __enter__(self) -> Self:
        for number in _signals():
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._requested and number == signal.SIGINT:
            os._exit(128 + signal.SIGINT)
        if not self._requested:
            self._requested = True
            say(_PATIENT, err=True)


@contextmanager
def asking() -> Iterator[None]:
    """While a question is open, a signal means no: nothing has begun that needs to finish."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in _signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
