"""Turn signals into a request to stop; a second Ctrl-C exits at once.

See docs/concepts/at-most-one-create.md#interrupts. Whoever ends the program at once gives the
terminal its cursor back, which a live line hides.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any, Self

from reconciler.cli.output import say

_STDERR = 2
_PATIENT = (
    "\nStopping: the request in flight is finished and recorded, and nothing more is sent."
    "\nCtrl-C again exits at once; the next run then looks up what was in flight."
)


def _signals() -> list[signal.Signals]:
    """The signals that end a run; one that the parent ignores, as `nohup` does, stays ignored."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [one for one in known if signal.getsignal(one) is not signal.SIG_IGN]


def _show_cursor() -> None:
    """Safe inside a signal handler: it uses no stream, which may be busy."""
    with suppress(OSError):
        if os.isatty(_STDERR):
            os.write(_STDERR, b"\x1b[?25h\n")


@contextmanager
def ending_tidily() -> Iterator[None]:
    """While entered, a signal that ends the program at once does so with a visible cursor.

    Ctrl-C is an exception, so the live line ends by itself. Without a terminal nothing changes.
    """

    def end(number: int, _: FrameType | None) -> None:
        _show_cursor()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    ending = [one for one in _signals() if one != signal.SIGINT and os.isatty(_STDERR)]
    before = {number: signal.signal(number, end) for number in ending}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
            _show_cursor()
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
